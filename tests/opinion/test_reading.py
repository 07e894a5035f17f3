from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.opinion.reading import FileError, read_comments, read_members, read_votes
from participatory.opinion.votes import Votes

HEADER = "timestamp,datetime,comment-id,voter-id,vote\n"
COMMENTS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def problems(read, file: Path, content: str | bytes) -> list[tuple[int, str]]:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FileError) as error:
        read(file)
    return [(problem.line, problem.reason) for problem in error.value.problems]


def test_an_exported_file(file: Path) -> None:
    file.write_text("\ufeff" + HEADER + '1,"Mon, 1",0,7,1\r\n\r\n2,x,0,7,-1\n2,x,10,8,0\n', encoding="utf-8")
    votes = read_votes(file)
    assert votes.statements == ("0", "10")
    assert dict(zip(votes.participants, votes.values[:, 0].tolist(), strict=True))["7"] == -1


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("", 1, "the file is empty"),
        (HEADER, 1, "the file holds no vote"),
        ("comment-id,vote\n1,1\n", 1, "column 'voter-id' is missing"),
        ("comment-id,vote,vote,voter-id\n", 1, "column 'vote' is given twice"),
        (HEADER + "1,x,1,1,1\n1,x,1,1,2\n", 3, "'2' is no vote: -1, 0 or 1"),
        (HEADER + "1,x,1,1,1.0\n", 2, "'1.0' is no vote: -1, 0 or 1"),
        (HEADER + "1,x,1,,1\n", 2, "voter-id is empty"),
        (HEADER + "1,x,\x1b[2J,1,1\n", 2, "comment-id '\\x1b[2J' is no identifier"),
        (HEADER + "1,x,1,1\n", 2, "4 fields where the first line has 5"),
        (HEADER + "1,x,1,1,1\n1,x,1,1,1,1\n", 3, "6 fields where the first line has 5"),
        (HEADER + '1,"x\ny",1,1,1\n1,x,1,1,?\n', 4, "'?' is no vote: -1, 0 or 1"),
        (HEADER + '1,x,1,1,1\n1,"x,1,1,1\n1,x,1,1,1\n', 3, "this is no csv: unexpected end of data"),
        (HEADER + "1,x,1," + "9" * 200_000 + ",1\n", 2, "this is no csv: field larger than field limit (131072)"),
        (HEADER.encode() + b"1,x,1,1,1\n1,\xff,1,1,1\n", 3, "the file is not UTF-8 text"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(file: Path, content: str | bytes, line: int, said: str) -> None:
    assert problems(read_votes, file, content) == [(line, said)]


def test_many_bad_rows_are_said_up_to_twenty(file: Path) -> None:
    assert [line for line, _ in problems(read_votes, file, HEADER + "1,x,1,1,no\n" * 50)] == list(range(2, 22))


def test_comments_say_their_words_and_what_was_moderated_out(file: Path) -> None:
    file.write_text(COMMENTS + '1,x,4,0,1,1,1,"Two\nlines, and ""quotes"""\n1,x,5,0,1,1,-1,No\n1,x,6,0,1,1,0,\n')
    found = read_comments(file)
    assert found["4"].text == 'Two lines, and "quotes"'
    assert [each.moderated_out for each in found.values()] == [False, True, False]


def test_an_unknown_moderation_is_refused(file: Path) -> None:
    assert problems(read_comments, file, COMMENTS + "1,x,4,0,1,1,yes,a\n") == [
        (2, "'yes' is no moderation: -1, 0 or 1")
    ]


def test_groups_given(file: Path) -> None:
    votes = Votes.of([("a", "1", 1), ("b", "1", 1)])
    file.write_text("participant,group\na,0\nb,\n")
    assert read_members(file, votes) == {"a": "0"}


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        ("a,0\nz,0\n", 3, "participant 'z' has no vote"),
        ("a,0\nb,1\na,1\n", 4, "participant 'a' is in two groups"),
        ("a,\n", 1, "the file puts nobody in a group"),
    ],
)
def test_groups_that_cannot_be(file: Path, rows: str, line: int, said: str) -> None:
    votes = Votes.of([("a", "1", 1), ("b", "1", 1)])
    assert problems(lambda path: read_members(path, votes), file, "participant,group\n" + rows) == [(line, said)]


@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: (HEADER + text).encode()))
def test_any_file_is_read_or_refused_with_a_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "hostile.csv"
    file.write_bytes(content)
    for read in (read_votes, read_comments):
        try:
            read(file)
            said = [(1, "nothing is wrong")]
        except FileError as error:
            said = [(problem.line, problem.reason) for problem in error.problems]
        assert all(line >= 1 and reason for line, reason in said)

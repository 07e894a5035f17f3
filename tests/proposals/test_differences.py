"""What changed between two texts, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from participatory.proposals.differences import Change, word_differences

TEXTS = st.text(alphabet="ab é,\n", max_size=40)


@given(TEXTS, TEXTS)
def test_the_pieces_make_both_texts_again(before, after):
    pieces = word_differences(before, after)
    assert "".join(each.text for each in pieces if each.change is not Change.ADDED) == before
    assert "".join(each.text for each in pieces if each.change is not Change.REMOVED) == after


def test_a_word_that_changes_is_told_alone():
    pieces = word_differences("Un frigo partagé.", "Un congélateur partagé.")
    assert [(each.change.value, each.text) for each in pieces] == [
        ("same", "Un "), ("removed", "frigo"), ("added", "congélateur"), ("same", " partagé."),
    ]  # fmt: skip


def test_long_texts_are_compared_line_by_line():
    before = "mot " * 3000 + "\nfin\n"
    pieces = word_differences(before, before + "suite\n")
    assert [each.change.value for each in pieces] == ["same", "added"]

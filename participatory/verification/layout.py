"""What the files of a bundle are called and how they are written; the writer and the reader share it."""

import csv
import io
import re
from collections.abc import Sequence

from participatory.verification.canonical import table
from participatory.verification.shape import HEX64, HEX128, NAME, TEXT, AtLeast, Each, Whole
from participatory.verification.source import MANIFEST, UnreadableError

SCHEMA = "participatory-bundle/1"
MAIN = "main"

SIGNATURE, PROJECTS, BALLOTS, RECEIPTS = "manifest.sig", "projects.csv", "ballots.csv", "receipts.txt"
SETTING_ASIDE, PAPER, JOURNAL = "setting_aside.csv", "paper.csv", "journal.jsonl"
# In the folder where some projects are linked, and only there.
LINKS = "links.csv"
# In the folder where the rulebook commits to parameters of detection, and only there: the salt, then their JSON.
DETECTION = "detection.txt"
CHECKPOINT = re.compile(r"checkpoints/(\d{9})\.json")

PROJECT_COLUMNS = (
    "contest", "id", "title", "cost_cents", "site", "site_kind", "department", "theme", "carrier",
    "partial_from_cents", "left",
)  # fmt: skip
LINK_COLUMNS = ("link", "kind", "project", "requires")
BALLOT_COLUMNS = ("contest", "tracker", "choices")
SETTING_ASIDE_COLUMNS = ("motive", "count")
PAPER_COLUMNS = ("batch", "stand", "issued", "used", "spoiled", "returned")

MANIFEST_SHAPE = {
    "schema": re.compile(re.escape(SCHEMA)),
    "software": TEXT,
    "edition": Whole,
    "round": {"id": NAME, "slug": TEXT, "title": TEXT, "currency": TEXT},
    "rulebook": AtLeast({}),
    "rulebook_digest": HEX64,
    "opening": {
        "opened_at": TEXT, "projects_digest": HEX64, "padded_size": Whole, "public_key": HEX64, "fingerprint": HEX64,
        "trustees": Whole, "threshold": Whole,
    },
    "checkpoint_key": HEX64,
    "seal": {"ballots": Whole, "root": HEX64, "signatures": Whole, "set_aside": Whole, "paper": Whole},
    "void": Whole,
    "trackers_blanked": Whole,
    "contests": [{"key": NAME, "name": TEXT, "amount_cents": Whole, "ballots": Whole}],
    "journal": {"positions": Whole, "head": HEX64},
    "files": Each(HEX64),
}  # fmt: skip
CHECKPOINT_SHAPE = {"position": Whole, "digest": HEX64, "at": TEXT, "signature": HEX128, "public_key": HEX64}


def election_file(contest: str) -> str:
    """The name of the `.pb` file of a contest."""
    return "election.pb" if contest == MAIN else f"election-{contest}.pb"


def result_file(contest: str) -> str:
    """The name of the result of a contest."""
    return "result.json" if contest == MAIN else f"result-{contest}.json"


def checkpoint_file(position: int) -> str:
    """The name of a checkpoint."""
    return f"checkpoints/{position:09d}.json"


def choices_text(choices: Sequence[tuple[str, int]]) -> str:
    """Choices as ballots.csv writes them: `id:value id:value`, by id."""
    return " ".join(f"{project}:{value}" for project, value in sorted(choices))


def read_text(data: bytes, name: str) -> str:
    """A text in UTF-8; raises UnreadableError."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{name} is not a text in UTF-8 (byte {error.start}).") from error


def read_table(data: bytes, name: str, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV file by column; raises UnreadableError for other columns or another way of writing."""
    text = read_text(data, name)
    try:
        header, *rows = list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
    except csv.Error as error:
        raise UnreadableError(f"{name} is not CSV: {error}.") from error
    if tuple(header) != tuple(columns):
        raise UnreadableError(f"The columns of {name} must be {','.join(columns)}.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise UnreadableError(f"Row {number} of {name} has {len(row)} fields instead of {len(columns)}.")
    if table(columns, rows) != data:
        raise UnreadableError(f"{name} is not written in its only way (commas, LF, quotation marks where needed).")
    return [dict(zip(columns, row, strict=True)) for row in rows]


__all__ = [
    "BALLOTS", "BALLOT_COLUMNS", "CHECKPOINT", "CHECKPOINT_SHAPE", "DETECTION", "JOURNAL", "LINKS", "LINK_COLUMNS",
    "MAIN", "MANIFEST", "MANIFEST_SHAPE",
    "PAPER", "PAPER_COLUMNS", "PROJECTS", "PROJECT_COLUMNS", "RECEIPTS", "SCHEMA", "SETTING_ASIDE",
    "SETTING_ASIDE_COLUMNS", "SIGNATURE", "checkpoint_file", "choices_text", "election_file", "read_table",
    "read_text", "result_file",
]  # fmt: skip

"""A bundle as the checks read it: each file once, when it is first asked for, or UnreadableError in words."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from participatory.tally.election import Election
from participatory.tally.linking import Row
from participatory.tally.pabulib import PabulibError, read_bytes
from participatory.verification.ballots import Votes, read_votes
from participatory.verification.canonical import compact, parse, spread
from participatory.verification.journal import Deed, Journal, read_journal
from participatory.verification.kept import read_kept
from participatory.verification.layout import (
    BALLOTS,
    CHECKPOINT,
    CHECKPOINT_SHAPE,
    JOURNAL,
    LINK_COLUMNS,
    LINKS,
    MAIN,
    MANIFEST,
    MANIFEST_SHAPE,
    PAPER,
    PAPER_COLUMNS,
    PROJECT_COLUMNS,
    PROJECTS,
    RECEIPTS,
    SETTING_ASIDE,
    SETTING_ASIDE_COLUMNS,
    election_file,
    read_table,
    result_file,
)
from participatory.verification.results import SHAPE as RESULT_SHAPE
from participatory.verification.rulebook import KINDS, Listed, Rules
from participatory.verification.rulebook import SHAPE as RULEBOOK_SHAPE
from participatory.verification.shape import NAME, Shape, misfits
from participatory.verification.source import Source, UnreadableError

_WHOLE = re.compile(r"0|[1-9]\d{0,17}")
_RECEIPT = re.compile(rb"[0-9a-f]{64}\n")
_SHOWN = 3


class Bundle:
    """The files of a source; `given` are checkpoints that an observer kept: (name, bytes)."""

    def __init__(self, source: Source, given: Sequence[tuple[str, bytes]] = ()) -> None:
        self.source = source
        self.given = tuple(given)
        self._elections: dict[str, Election] = {}
        self._results: dict[str, dict[str, Any]] = {}

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest."""
        data = self.source.read(MANIFEST)
        return _json(data, MANIFEST, MANIFEST_SHAPE, spread(_parsed(data, MANIFEST)))

    @cached_property
    def rules(self) -> Rules:
        """The rulebook."""
        data = self.manifest["rulebook"]
        _refuse_misfits(data, RULEBOOK_SHAPE, "The rulebook")
        if data["ballot_kind"] not in KINDS:
            raise UnreadableError(f"The rulebook asks for a kind of ballot that is none: {data['ballot_kind']!r:.60}.")
        return Rules(data)

    @property
    def round_key(self) -> str:
        """The public identifier of the round."""
        return str(self.manifest["round"]["id"])

    @cached_property
    def contests(self) -> tuple[str, ...]:
        """The keys of the contests, in the order of the manifest."""
        return tuple(each["key"] for each in self.manifest["contests"])

    @cached_property
    def journal(self) -> Journal:
        """The journal, with its faults."""
        return read_journal(self.source.lines(JOURNAL), self.round_key)

    def anchor(self, verb: str) -> Deed:
        """The last row of the round with this verb; raises UnreadableError when there is none."""
        found = self.journal.of(verb)
        if not found:
            raise UnreadableError(f"The journal has no public row “{verb}” of this round.")
        return found[-1]

    @cached_property
    def checkpoints(self) -> dict[str, dict[str, Any]]:
        """The checkpoints of the folder by the names of their files."""
        names = sorted(name for name in self.source.sizes if CHECKPOINT.fullmatch(name))
        return {name: self._checkpoint(name) for name in names}

    @cached_property
    def kept(self) -> dict[str, dict[str, Any]]:
        """The checkpoints that were given beside the bundle: letters, or files written in any way."""
        return {named: each for name, data in self.given for named, each in read_kept(name, data).items()}

    @cached_property
    def receipts(self) -> list[bytes]:
        """The lines of receipts.txt with their ends: 64 hexadecimal digits and LF, unless check 5 says otherwise."""
        return list(self.source.lines(RECEIPTS))

    @property
    def well_formed_receipts(self) -> list[bytes]:
        """The receipts, as 32 bytes, of the lines that give one."""
        return [bytes.fromhex(line.decode("ascii")) for line in self.receipts if _RECEIPT.fullmatch(line)]

    @cached_property
    def projects(self) -> tuple[Listed, ...]:
        """The rows of projects.csv."""
        rows = read_table(self.source.read(PROJECTS), PROJECTS, PROJECT_COLUMNS)
        return tuple(_listed(row, number) for number, row in enumerate(rows, start=1))

    def listed(self, contest: str) -> list[Listed]:
        """The projects of a contest, in the order of the file."""
        return [project for project in self.projects if project.contest == contest]

    def counted(self, contest: str) -> list[Listed]:
        """Those that were still on the ballot at the count."""
        return [project for project in self.listed(contest) if not project.left]

    @cached_property
    def links(self) -> list[Row]:
        """The rows of links.csv, none where the folder has no such file."""
        if LINKS not in self.source.sizes:
            return []
        rows = read_table(self.source.read(LINKS), LINKS, LINK_COLUMNS)
        return [(row["link"], row["kind"], row["project"], row["requires"]) for row in rows]

    @cached_property
    def votes(self) -> Votes:
        """The rows of ballots.csv."""
        return read_votes(self.source.lines(BALLOTS))

    @cached_property
    def setting_aside(self) -> list[tuple[str, int]]:
        """How many ballots were set aside for each motive."""
        rows = read_table(self.source.read(SETTING_ASIDE), SETTING_ASIDE, SETTING_ASIDE_COLUMNS)
        return [(row["motive"], _whole(row["count"], SETTING_ASIDE)) for row in rows]

    @cached_property
    def paper(self) -> list[dict[str, Any]]:
        """The batches of paper ballots, with whole numbers."""
        rows = read_table(self.source.read(PAPER), PAPER, PAPER_COLUMNS)
        return [row | {name: _whole(row[name], PAPER) for name in PAPER_COLUMNS[2:]} for row in rows]

    def election(self, contest: str) -> Election:
        """The `.pb` file of a contest as the tally reads it."""
        if contest not in self._elections:
            name = election_file(contest)
            try:
                self._elections[contest] = read_bytes(self.source.read(name))
            except PabulibError as error:
                raise UnreadableError(f"{name} cannot be counted: line {error.line}, {error.reason}.") from error
        return self._elections[contest]

    def result(self, contest: str) -> dict[str, Any]:
        """The result of a contest."""
        if contest not in self._results:
            name = result_file(contest)
            data = self.source.read(name)
            written = compact(_parsed(data, name)).encode()
            self._results[contest] = _json(data, name, RESULT_SHAPE, written)
        return self._results[contest]

    def _checkpoint(self, name: str) -> dict[str, Any]:
        data = self.source.read(name)
        written = (compact(_parsed(data, name)) + "\n").encode()
        return _json(data, name, CHECKPOINT_SHAPE, written)


def _parsed(data: bytes, name: str) -> Any:
    try:
        return parse(data.decode())
    except ValueError as error:
        raise UnreadableError(f"{name} is not JSON in UTF-8.") from error


def _json(data: bytes, name: str, shape: Shape, written: bytes | None = None) -> dict[str, Any]:
    """What a file says, once it has its shape and is written as it must be."""
    value: dict[str, Any] = _parsed(data, name)
    _refuse_misfits(value, shape, name)
    if written is not None and written != data:
        raise UnreadableError(f"{name} is not written in its only way (sorted keys, the spaces of its kind).")
    return value


def _refuse_misfits(value: object, shape: Shape, where: str) -> None:
    found = list(misfits(value, shape, where))
    if found:
        raise UnreadableError(" ".join(found[:_SHOWN]))


def _listed(row: dict[str, str], number: int) -> Listed:
    partial = row["partial_from_cents"]
    if not NAME.fullmatch(row["id"]) or not NAME.fullmatch(row["contest"]):
        raise UnreadableError(f"Row {number} of {PROJECTS} names a contest or a project that cannot be one.")
    return Listed(
        row["contest"], row["id"], row["title"], _whole(row["cost_cents"], PROJECTS), row["site"], row["site_kind"],
        row["department"], row["theme"], row["carrier"], _whole(partial, PROJECTS) if partial else None, row["left"],
    )  # fmt: skip


def _whole(written: str, name: str) -> int:
    if not _WHOLE.fullmatch(written):
        raise UnreadableError(f"{name} gives {written[:40]!r} where a whole number stands.")
    return int(written)


__all__ = ["MAIN", "Bundle"]

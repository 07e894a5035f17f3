"""Reads a Pabulib file into an election, tolerant of what real files do, exact about the rest.

Tolerated: decimal commas, `4000.0`, spaces, missing optional columns, a byte order
mark, any line ending, columns in any order. Everything that would change the count
is refused with its line: an unknown project in a vote, a cost that is not positive,
fewer votes than announced.
"""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from participatory.tally.amounts import format_amount, in_units, parse_amount, smallest_unit
from participatory.tally.carried import COMMENT, carried, faulty_parts
from participatory.tally.declared_method import faulty_method
from participatory.tally.declared_terms import THRESHOLD, declared_amounts, faulty_terms
from participatory.tally.election import Election, Project, VoteType
from participatory.tally.faults import Fault, Problems
from participatory.tally.pabulib_sections import TITLES, Row, Section, split_sections
from participatory.tally.pabulib_votes import read_ballots


def read_file(path: Path) -> Election:
    """Read the file at `path`. Raises PabulibError when it cannot be counted, OSError when not opened."""
    return read_bytes(path.read_bytes())


def read_bytes(data: bytes) -> Election:
    """Read a file given as bytes, which must be UTF-8. Raises PabulibError."""
    problems = Problems()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(data.count(b"\n", 0, error.start) + 1, Fault.NOT_UTF8)
        problems.raise_if_any()
        raise
    return read_election(text)


def read_election(text: str) -> Election:
    """Read the text of a `.pb` file. Raises PabulibError with every problem found and its line."""
    problems = Problems()
    sections = split_sections(text, problems)
    problems.raise_if_any()
    end = text.count("\n") + 1
    for title in TITLES:
        if title not in sections:
            problems.add(end, Fault.MISSING_SECTION, name=title)
    problems.raise_if_any()
    return _Reader(sections, problems).election()


# A ballot that ranks a million projects is a slip of the keyboard.
_MOST_PLACES = 10**6


class _Reader:
    """Carries the tables and the problems from one table to the next."""

    def __init__(self, sections: dict[str, Section], problems: Problems) -> None:
        self.sections = sections
        self.problems = problems
        self.meta: dict[str, str] = {}
        self.lines: dict[str, int] = {}

    def election(self) -> Election:
        self._read_meta()
        budget = self._positive("budget", self.meta.get("budget", "1"), self._line_of("budget"))
        costs, rows = self._read_projects()
        vote_type = VoteType(self.meta["vote_type"])
        ballots = read_ballots(self.sections["VOTES"], vote_type, frozenset(costs), self._max_length(), self.problems)
        self._check_total("num_projects", "PROJECTS")
        self._check_total("num_votes", "VOTES")
        items = carried(self.meta, rows)
        self._check_terms(items, budget, frozenset(rows))
        self.problems.raise_if_any()
        unit = smallest_unit([budget, *costs.values(), *declared_amounts(items)])
        projects = tuple(_project(rows[id_], id_, costs[id_], unit) for id_ in rows)
        units = in_units(budget, unit)
        meta = self.meta | {"budget": format_amount(units, unit)}
        return Election(meta, projects, tuple(ballots), units, unit)

    def _check_terms(self, items: Mapping[str, str], budget: Fraction, projects: frozenset[str]) -> None:
        if items:
            self._whole_number(THRESHOLD)
        for part in faulty_parts(self.meta.get(COMMENT, "")):
            self.problems.add(self._line_of(COMMENT), Fault.BAD_TERM, name=COMMENT, value=part[:80])
        for key in (*faulty_terms(items, budget, projects), *faulty_method(items)):
            # A file of our first version has the item in a line of its own.
            line = self.lines.get(key, self._line_of(COMMENT))
            self.problems.add(line, Fault.BAD_TERM, name=key, value=items.get(key, ""))

    def _read_meta(self) -> None:
        for row in self.sections["META"].rows:
            key, value = row.cells[0], _meta_value(row.cells[1:])
            if key in self.lines:
                self.problems.add(row.line, Fault.REPEATED_KEY, name=key)
            self.lines[key] = row.line
            if value:
                self.meta[key] = value
        for key in ("budget", "vote_type"):
            if key not in self.meta:
                self.problems.add(self._line_of(key), Fault.MISSING_KEY, name=key)
        self._check_vote_type()

    def _check_vote_type(self) -> None:
        known = [member.value for member in VoteType]
        written = self.meta.setdefault("vote_type", VoteType.APPROVAL.value)
        if written.lower() not in known:
            line = self._line_of("vote_type")
            self.problems.add(line, Fault.BAD_VOTE_TYPE, value=written, known=", ".join(known))
            # The votes of an unknown type cannot be read, so reading ends here.
            self.problems.raise_if_any()
        self.meta["vote_type"] = written.lower()

    def _line_of(self, key: str) -> int:
        return self.lines.get(key, self.sections["META"].last_line)

    def _positive(self, name: str, written: str, line: int) -> Fraction:
        try:
            amount = parse_amount(written)
        except ValueError:
            self.problems.add(line, Fault.BAD_NUMBER, name=name, value=written)
            return Fraction(1)
        if amount <= 0:
            self.problems.add(line, Fault.NOT_POSITIVE, name=name, value=written)
        return amount

    def _read_projects(self) -> tuple[dict[str, Fraction], dict[str, dict[str, str]]]:
        section = self.sections["PROJECTS"]
        for name in ("project_id", "cost"):
            if section.column(name) is None:
                self.problems.add(section.line + 1, Fault.MISSING_COLUMN, name=name)
        # Without its columns nothing in the table can be read.
        self.problems.raise_if_any()
        costs: dict[str, Fraction] = {}
        rows: dict[str, dict[str, str]] = {}
        for row in section.rows:
            fields = _fields(section, row, self.problems)
            if id_ := self._project_id(row, fields, rows):
                costs[id_] = self._positive("cost", fields.pop("cost", ""), row.line)
                rows[id_] = fields
        return costs, rows

    def _project_id(self, row: Row, fields: dict[str, str], known: dict[str, dict[str, str]]) -> str | None:
        id_ = fields.pop("project_id", "")
        if not id_:
            self.problems.add(row.line, Fault.MISSING_ID)
        elif "," in id_:
            self.problems.add(row.line, Fault.BAD_ID, value=id_)
        elif id_ in known:
            self.problems.add(row.line, Fault.REPEATED_PROJECT, value=id_)
        else:
            return id_
        return None

    def _max_length(self) -> int:
        places = self._whole_number("max_length") or 0
        if places > _MOST_PLACES:
            self.problems.add(self._line_of("max_length"), Fault.BAD_NUMBER, name="max_length", value=places)
            return 0
        return places

    def _check_total(self, key: str, title: str) -> None:
        # The rows are compared, so that one bad row is told once and not also as a wrong total.
        announced, found = self._whole_number(key), len(self.sections[title].rows)
        if announced is not None and announced != found:
            self.problems.add(self._line_of(key), Fault.WRONG_TOTAL, name=key, value=announced, found=found)

    def _whole_number(self, key: str) -> int | None:
        written = self.meta.get(key)
        if written is None:
            return None
        try:
            return in_units(parse_amount(written), 1)
        except ValueError:
            self.problems.add(self._line_of(key), Fault.BAD_NUMBER, name=key, value=written)
            return None


def _meta_value(cells: list[str]) -> str:
    # Real comments hold semicolons without quotation marks; a spreadsheet adds empty fields at the end.
    while cells and not cells[-1]:
        cells = cells[:-1]
    return "; ".join(cells)


def _fields(section: Section, row: Row, problems: Problems) -> dict[str, str]:
    """The fields of a row by column; an empty field is an absent one."""
    if any(row.cells[len(section.columns) :]):
        problems.add(row.line, Fault.TOO_MANY_FIELDS)
    return {column: cell for column, cell in zip(section.columns, row.cells, strict=False) if cell}


def _project(fields: dict[str, str], id_: str, cost: Fraction, unit: int) -> Project:
    extra = {column: cell for column, cell in fields.items() if column != "name"}
    return Project(id_, in_units(cost, unit), fields.get("name", ""), extra)

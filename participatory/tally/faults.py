"""What can be wrong with an election file, said with its line in French and in English."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_


class Fault(StrEnum):
    """A way in which a `.pb` file can be wrong."""

    NOT_UTF8 = "not_utf8"
    OUTSIDE_SECTION = "outside_section"
    MISSING_SECTION = "missing_section"
    MISSING_COLUMN = "missing_column"
    OPEN_QUOTE = "open_quote"
    UNREADABLE = "unreadable"
    TOO_MANY_FIELDS = "too_many_fields"
    MISSING_KEY = "missing_key"
    REPEATED_KEY = "repeated_key"
    BAD_NUMBER = "bad_number"
    NOT_POSITIVE = "not_positive"
    BAD_VOTE_TYPE = "bad_vote_type"
    WRONG_TOTAL = "wrong_total"
    MISSING_ID = "missing_id"
    BAD_ID = "bad_id"
    REPEATED_PROJECT = "repeated_project"
    UNKNOWN_PROJECT = "unknown_project"
    REPEATED_CHOICE = "repeated_choice"
    SEVERAL_CHOICES = "several_choices"
    POINTS_MISMATCH = "points_mismatch"
    BAD_TERM = "bad_term"


_FRENCH: dict[Fault, str] = {
    Fault.NOT_UTF8: N_("Ligne %(line)s : le fichier n’est pas un texte en UTF-8."),
    Fault.OUTSIDE_SECTION: N_("Ligne %(line)s : le fichier doit commencer par la section META."),
    Fault.MISSING_SECTION: N_("Ligne %(line)s : la section %(name)s manque."),
    Fault.MISSING_COLUMN: N_("Ligne %(line)s : la colonne « %(name)s » manque."),
    Fault.OPEN_QUOTE: N_("Ligne %(line)s : un guillemet est ouvert et n’est jamais fermé."),
    Fault.UNREADABLE: N_("Ligne %(line)s : un champ est trop long pour être lu."),
    Fault.TOO_MANY_FIELDS: N_(
        "Ligne %(line)s : il y a plus de champs que de colonnes. Un champ qui contient « ; » s’écrit entre guillemets."
    ),
    Fault.MISSING_KEY: N_("Ligne %(line)s : la section META ne donne pas « %(name)s »."),
    Fault.REPEATED_KEY: N_("Ligne %(line)s : « %(name)s » est donné deux fois."),
    Fault.BAD_NUMBER: N_("Ligne %(line)s : « %(value)s » n’est pas un nombre valable pour « %(name)s »."),
    Fault.NOT_POSITIVE: N_("Ligne %(line)s : « %(name)s » doit être plus grand que zéro, et non « %(value)s »."),
    Fault.BAD_VOTE_TYPE: N_(
        "Ligne %(line)s : le type de vote « %(value)s » n’existe pas. Types possibles : %(known)s."
    ),
    Fault.WRONG_TOTAL: N_("Ligne %(line)s : « %(name)s » annonce %(value)s, mais le fichier en contient %(found)s."),
    Fault.MISSING_ID: N_("Ligne %(line)s : l’identifiant du projet manque."),
    Fault.BAD_ID: N_(
        "Ligne %(line)s : l’identifiant « %(value)s » contient une virgule, qui sépare les projets d’un vote."
    ),
    Fault.REPEATED_PROJECT: N_("Ligne %(line)s : le projet « %(value)s » figure deux fois dans la liste."),
    Fault.UNKNOWN_PROJECT: N_("Ligne %(line)s : le vote cite le projet « %(value)s », absent de la liste."),
    Fault.REPEATED_CHOICE: N_("Ligne %(line)s : le vote donne deux fois des points au projet « %(value)s »."),
    Fault.SEVERAL_CHOICES: N_("Ligne %(line)s : un vote « choose-1 » ne cite qu’un seul projet."),
    Fault.POINTS_MISMATCH: N_(
        "Ligne %(line)s : le vote cite %(choices)s projets mais donne %(points)s nombres de points."
    ),
    Fault.BAD_TERM: N_("Ligne %(line)s : « %(value)s » ne peut pas servir de « %(name)s » à un dépouillement."),
}

_ENGLISH: dict[Fault, str] = {
    Fault.NOT_UTF8: "the file is not UTF-8 text",
    Fault.OUTSIDE_SECTION: "the file must begin with the META section",
    Fault.MISSING_SECTION: "section %(name)s is missing",
    Fault.MISSING_COLUMN: "column %(name)r is missing",
    Fault.OPEN_QUOTE: "a quotation mark is opened and never closed",
    Fault.UNREADABLE: "a field is too long to be read",
    Fault.TOO_MANY_FIELDS: "more fields than columns (a field that holds ';' must be quoted)",
    Fault.MISSING_KEY: "META does not give %(name)r",
    Fault.REPEATED_KEY: "%(name)r is given twice",
    Fault.BAD_NUMBER: "%(value)r is not a valid number for %(name)r",
    Fault.NOT_POSITIVE: "%(name)r must be greater than zero, not %(value)r",
    Fault.BAD_VOTE_TYPE: "there is no vote type %(value)r; the types are %(known)s",
    Fault.WRONG_TOTAL: "%(name)r announces %(value)s, but the file holds %(found)s",
    Fault.MISSING_ID: "the project has no id",
    Fault.BAD_ID: "the id %(value)r holds a comma, which separates the projects of a vote",
    Fault.REPEATED_PROJECT: "project %(value)r is listed twice",
    Fault.UNKNOWN_PROJECT: "the vote names project %(value)r, which is not in the list",
    Fault.REPEATED_CHOICE: "the vote gives points to project %(value)r twice",
    Fault.SEVERAL_CHOICES: "a choose-1 vote names one project only",
    Fault.POINTS_MISMATCH: "the vote names %(choices)s projects but gives %(points)s numbers of points",
    Fault.BAD_TERM: "%(value)r cannot be the %(name)r of a count",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with the line (counted from 1) where it stands."""

    line: int
    fault: Fault
    values: dict[str, Any]

    @property
    def reason(self) -> str:
        """The problem in English, without its line."""
        return _ENGLISH[self.fault] % self.values

    @property
    def refusal(self) -> Refusal:
        """The problem as a refusal whose French message names the line."""
        return Refusal(_FRENCH[self.fault], Kind.INVALID, line=self.line, **self.values)


class PabulibError(Refusal):
    """A file that cannot be counted: the first problem, and all that were found.

    `line` and `reason` are of the first problem; as a `Refusal` its message is French.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(_FRENCH[first.fault], Kind.INVALID, line=first.line, **first.values)
        self.problems = tuple(problems)
        self.line = first.line
        self.reason = first.reason


@dataclass
class Problems:
    """Gathers the problems of one file, so that its author can correct them all at once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, fault: Fault, **values: object) -> None:
        """Note one problem and go on reading."""
        self.found.append(Problem(line, fault, values))

    def raise_if_any(self) -> None:
        """Raise PabulibError, in the order of the lines, if anything was noted."""
        if self.found:
            raise PabulibError(sorted(self.found, key=lambda problem: problem.line))

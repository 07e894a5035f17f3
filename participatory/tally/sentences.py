"""Why each project is funded or not, in one sentence that its author understands, French or English.

The French sentences are also the messages of the site, which the catalogue translates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from participatory.tally.amounts import format_amount
from participatory.tally.election import Election
from participatory.tally.outcome import Outcome, ProjectOutcome


class Language(StrEnum):
    """The languages of the sentences."""

    FRENCH = "fr"
    ENGLISH = "en"


def why(project: ProjectOutcome, outcome: Outcome, election: Election, language: Language) -> str:
    """The sentence of one project."""
    return ""

"""What packages on higher floors add to the pages of proposals, without being known here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from participatory.core.errors import Refusal
from participatory.identity.models import Person
from participatory.proposals.models import Proposal

Panel = Callable[[Proposal, Person | None, datetime], Markup | str]
Notes = Callable[[Sequence[Proposal], datetime], Mapping[int, Markup | str]]
Successor = Callable[[Proposal], Proposal | None]
Leaver = Callable[[Sequence[Proposal]], Mapping[int, "Leave"]]
Helper = Callable[[Proposal, Person, datetime], Markup | str]


@dataclass(frozen=True)
class Leave:
    """What having been split changes for a project: its text may be written until the vote opens.

    `waits` says why it cannot be submitted yet.
    """

    waits: Refusal | None = None


_PANELS: list[Panel] = []
_CALLS: list[Panel] = []
_NOTES: list[Notes] = []
_SUCCESSORS: list[Successor] = []
_HELPERS: list[Helper] = []
_LEAVERS: list[Leaver] = []


def register_panel(panel: Panel) -> None:
    """Show what this function gives on the page of each proposal; it answers "" when it has nothing to say.

    It is given the proposal, the person who reads (or None) and the present instant in UTC.
    Registering the same function again changes nothing.
    """
    _once(_PANELS, panel)


def register_call(panel: Panel) -> None:
    """The same for what readers may do for a proposal: it stands under its title."""
    _once(_CALLS, panel)


def register_notes(notes: Notes) -> None:
    """Show a line on the cards of a list, by row of the proposal: asked once for all those of a page."""
    _once(_NOTES, notes)


def register_successor(successor: Successor) -> None:
    """Say which project a merged one became, so that its address leads there."""
    _once(_SUCCESSORS, successor)


def register_helper(helper: Helper) -> None:
    """Show something to the person who writes, beside the form."""
    _once(_HELPERS, helper)


def register_leaver(leaver: Leaver) -> None:
    """Say of which projects the text may be written again although reading has begun: asked once for many."""
    _once(_LEAVERS, leaver)


def _once(known: list, function: object) -> None:  # type: ignore[type-arg]
    if function not in known:
        known.append(function)


def panels(proposal: Proposal, person: Person | None, now: datetime) -> list[Markup | str]:
    """The panels of a proposal that say something, in the order of their registration."""
    return [shown for panel in _PANELS if (shown := panel(proposal, person, now))]


def calls(proposal: Proposal, person: Person | None, now: datetime) -> list[Markup | str]:
    """What readers may do for a proposal, in the order of registration."""
    return [shown for call in _CALLS if (shown := call(proposal, person, now))]


def notes(proposals: Sequence[Proposal], now: datetime) -> dict[int, list[Markup | str]]:
    """The lines of the cards of these proposals, by row."""
    found: dict[int, list[Markup | str]] = {each.id: [] for each in proposals}
    for function in _NOTES:
        for number, shown in function(proposals, now).items():
            found[number].append(shown)
    return found


def successor_of(proposal: Proposal) -> Proposal | None:
    """The project that this one became, None when it became none that is known."""
    return next((into for successor in _SUCCESSORS if (into := successor(proposal)) is not None), None)


def helpers(proposal: Proposal, person: Person, now: datetime) -> list[Markup | str]:
    """What is shown beside the form in which a project is written."""
    return [shown for helper in _HELPERS if (shown := helper(proposal, person, now))]


def leaves_of(proposals: Sequence[Proposal]) -> dict[int, Leave]:
    """What having been split allows for these projects, by row; those that were not are left out."""
    return {number: leave for leaver in _LEAVERS for number, leave in leaver(proposals).items()}


def leave_of(proposal: Proposal) -> Leave | None:
    """What having been split allows for a project, None for one that was not."""
    return leaves_of([proposal]).get(proposal.id)

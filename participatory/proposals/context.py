"""What packages on higher floors add to the pages of proposals, without being known here."""

from collections.abc import Callable
from datetime import datetime

from markupsafe import Markup

from participatory.identity.models import Person
from participatory.proposals.models import Proposal

Panel = Callable[[Proposal, Person | None, datetime], Markup | str]

_PANELS: list[Panel] = []
_CALLS: list[Panel] = []


def register_panel(panel: Panel) -> None:
    """Show what this function gives on the page of each proposal; it answers "" when it has nothing to say.

    It is given the proposal, the person who reads (or None) and the present instant in UTC.
    Registering the same function again changes nothing.
    """
    if panel not in _PANELS:
        _PANELS.append(panel)


def register_call(panel: Panel) -> None:
    """The same for what readers may do for a proposal: it stands under its title."""
    if panel not in _CALLS:
        _CALLS.append(panel)


def panels(proposal: Proposal, person: Person | None, now: datetime) -> list[Markup | str]:
    """The panels of a proposal that say something, in the order of their registration."""
    return [shown for panel in _PANELS if (shown := panel(proposal, person, now))]


def calls(proposal: Proposal, person: Person | None, now: datetime) -> list[Markup | str]:
    """What readers may do for a proposal, in the order of registration."""
    return [shown for call in _CALLS if (shown := call(proposal, person, now))]

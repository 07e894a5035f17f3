"""The states of a proposal and the moves between them."""

from enum import StrEnum

from participatory.catalogue.rules import LineKind as LineKind  # noqa: PLC0414 — the name by which this package offers it.
from participatory.core.errors import Refusal
from participatory.core.labels import N_, register


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    ADMITTED = "admitted"
    REFUSED = "refused"
    APPEALED = "appealed"
    REFUSED_FINALLY = "refused_finally"
    WITHDRAWN = "withdrawn"
    FEASIBLE = "feasible"
    UNFEASIBLE = "unfeasible"
    MERGED = "merged"


class Marker(StrEnum):
    """Cross-cutting markers (model rulebook, article 6)."""

    GREEN_PACT = "green_pact"
    SOCIAL_INCLUSION = "social_inclusion"
    ACCESSIBILITY = "accessibility"


register(
    {
        State.DRAFT: N_("Brouillon"),
        State.SUBMITTED: N_("En modération"),
        State.CHANGES_REQUESTED: N_("À compléter"),
        State.ADMITTED: N_("Recevable, à l’instruction"),
        State.REFUSED: N_("Non recevable"),
        State.APPEALED: N_("En réexamen"),
        State.REFUSED_FINALLY: N_("Non recevable après réexamen"),
        State.WITHDRAWN: N_("Retiré"),
        State.FEASIBLE: N_("Au vote"),
        State.UNFEASIBLE: N_("Non réalisable"),
        State.MERGED: N_("Réuni à un autre projet"),
        Marker.GREEN_PACT: N_("Transition écologique"),
        Marker.SOCIAL_INCLUSION: N_("Insertion dans la société"),
        Marker.ACCESSIBILITY: N_("Accessibilité"),
    }
)

# Public pages show a proposal from its admission on; before, only its author and those who judge it.
PUBLIC = frozenset(
    {State.ADMITTED, State.FEASIBLE, State.UNFEASIBLE, State.REFUSED, State.APPEALED, State.REFUSED_FINALLY}
)
# The states of the public list, in the order of its filter.
LISTED = (State.ADMITTED, State.FEASIBLE, State.UNFEASIBLE, State.REFUSED, State.APPEALED, State.REFUSED_FINALLY)
EDITABLE = frozenset({State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED})
# What counts against the number of proposals of one person: all that was submitted and not taken back.
COUNTED = frozenset(State) - {State.DRAFT, State.WITHDRAWN, State.MERGED}

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.CHANGES_REQUESTED, State.ADMITTED, State.REFUSED, State.WITHDRAWN, State.MERGED}),
    State.CHANGES_REQUESTED: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    # Back to an association with a new text, once a part of the project has become another one.
    State.ADMITTED: frozenset({State.FEASIBLE, State.UNFEASIBLE, State.WITHDRAWN, State.MERGED, State.SUBMITTED}),
    State.FEASIBLE: frozenset({State.UNFEASIBLE, State.WITHDRAWN}),
    State.UNFEASIBLE: frozenset({State.FEASIBLE}),
    State.REFUSED: frozenset({State.APPEALED}),
    State.APPEALED: frozenset({State.ADMITTED, State.REFUSED_FINALLY}),
    State.REFUSED_FINALLY: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.MERGED: frozenset(),
}


def move_fault(state: State, target: State) -> Refusal | None:
    """Why a proposal cannot pass from one state to another; two people who act at once meet this."""
    if target in MOVES[state]:
        return None
    return Refusal(N_("Ce projet a changé d’état entre-temps : rechargez la page pour voir où il en est."))

"""The steps of a vote after its opening, in their order, each done by two people who are never the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from participatory.ballots.models import UrnState, VoteStep
from participatory.ballots.queries import steps_of
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_, register
from participatory.journal.actions import SYSTEM
from participatory.rounds.models import Round

register(
    {
        UrnState.CLOSED: N_("Vote clos"),
        UrnState.CONTROL: N_("Sous contrôle"),
        UrnState.SEALED: N_("Urne scellée"),
        UrnState.COUNTING: N_("Dépouillement autorisé"),
        UrnState.COUNTED: N_("Dépouillé"),
        UrnState.PUBLISHED: N_("Publié"),
        UrnState.ARCHIVED: N_("Archivé"),
        UrnState.ANNULLED: N_("Annulé"),
    }
)

ORDER = (
    UrnState.CLOSED,
    UrnState.CONTROL,
    UrnState.SEALED,
    UrnState.COUNTING,
    UrnState.COUNTED,
    UrnState.PUBLISHED,
    UrnState.ARCHIVED,
)


@dataclass(frozen=True)
class Officers:
    """The public identifiers of the person who proposed a step and of the one who confirmed it."""

    first: str
    second: str


BY_SYSTEM = Officers(SYSTEM, SYSTEM)


def can_step(round_: Round, state: UrnState, officers: Officers | None = None) -> Refusal | None:
    """Why a step is not possible now: done already, out of order, after an annulment, or one person twice."""
    done = steps_of(round_)
    if UrnState.ANNULLED in done:
        return Refusal(N_("Le vote de ce budget a été annulé."))
    if state in done:
        return Refusal(N_("Cette étape est déjà faite."))
    missing = next((each for each in ORDER[: ORDER.index(state)] if each not in done), None)
    if missing is not None:
        return Refusal(N_("Cette étape vient après une autre : suivez l’ordre de la page."))
    if officers is not None and officers != BY_SYSTEM and officers.first == officers.second:
        return Refusal(N_("Deux personnes différentes doivent faire cet acte."), Kind.FORBIDDEN)
    return None


def take_step(round_: Round, state: UrnState, officers: Officers, now: datetime, **figures: Any) -> VoteStep:
    """Write the transition; raises Refusal when it is not possible or when somebody was faster.

    The caller holds the round, and journals the deed last.
    """
    if state is not UrnState.ANNULLED:
        refuse_if(can_step(round_, state, officers))
    step = VoteStep(
        round_id=round_.id,
        state=state.value,
        at=now,
        first_by=officers.first,
        second_by=officers.second,
        figures=figures,
    )
    db.session.add(step)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Cette étape est déjà faite.")) from error
    return step

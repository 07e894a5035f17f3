"""Reading a drawn sample a second time, without seeing the first decision, and how often both agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.journal.actions import SYSTEM, record
from participatory.journal.queries import head
from participatory.journal.rules import Verb
from participatory.moderation.drawing import kappa, sample, seed_of
from participatory.moderation.models import Decision, Draw, Opinion, Reading
from participatory.moderation.policy import tie
from participatory.moderation.rules import Outcome, Reason
from participatory.moderation.ties import Ties, ties_of
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round

# One decision in five; a draw waits for as many, so that each can give one.
SAMPLE_PERCENT = 20
LEAST_DECISIONS = 5
# The text of these does not change any more: what is read the second time is what was read the first time.
_SETTLED = (State.ADMITTED, State.REFUSED, State.APPEALED, State.REFUSED_FINALLY, State.FEASIBLE, State.UNFEASIBLE)


@dataclass(frozen=True)
class Agreement:
    """How far the two readings of a round agree: how many were drawn and read, agreements, Cohen's kappa or None."""

    drawn: int
    read: int
    agreed: int
    kappa: float | None


def draw_readings(round_: Round, now: datetime) -> Draw | None:
    """Draw a part of the decisions of a round that no draw has listed yet; None while there are too few."""
    listed = {name for draw in draws_of(round_) for name in draw.decisions}
    decisions = {name_of(each): each for each in _settled(round_)}
    fresh = sorted(set(decisions) - listed)
    if len(fresh) < LEAST_DECISIONS:
        return None
    last = head()
    seed = seed_of(last.digest if last else "", "readings", round_.public_id)
    drawn = sample(seed, fresh, SAMPLE_PERCENT)
    made = Draw(round_id=round_.id, seed=seed, decisions=fresh, drawn=drawn, at=now)
    db.session.add(made)
    db.session.flush()
    db.session.add_all(Reading(draw_id=made.id, decision_id=decisions[name].id) for name in drawn)
    db.session.flush()
    values: dict[str, object] = {"seed": seed, "decisions": len(fresh), "drawn": len(drawn)}
    record(Verb.SECOND_READINGS_DRAWN, SYSTEM, now, round=round_.public_id, **values)
    return made


def name_of(decision: Decision) -> str:
    """How a draw names a decision: the public identifier of the project and the version."""
    return f"{decision.proposal.public_id}:{decision.version}"


def draws_of(round_: Round) -> Sequence[Draw]:
    """The draws of a round, the first one first."""
    return db.session.scalars(sa.select(Draw).where(Draw.round_id == round_.id).order_by(Draw.id)).all()


def _settled(round_: Round) -> Sequence[Decision]:
    return db.session.scalars(
        sa.select(Decision)
        .join(Decision.proposal)
        .where(Proposal.round_id == round_.id, Proposal.state_code.in_([each.value for each in _SETTLED]))
        .where(Proposal.version == Decision.version)
        .options(joinedload(Decision.proposal))
    ).all()


def readings_for(person: Person) -> list[Reading]:
    """The readings that wait and that this person may do, the oldest first."""
    waiting = (
        sa.select(Reading)
        .where(Reading.outcome_code.is_(None))
        .options(joinedload(Reading.decision).joinedload(Decision.proposal).joinedload(Proposal.round))
        .order_by(Reading.id)
    )
    ties = ties_of(person)
    return [each for each in db.session.scalars(waiting) if _fault(person, each, ties) is None]


def reading_to_do(public_id: str, person: Person) -> Reading:
    """A reading that this person may do; raises Refusal (NOT_FOUND, FORBIDDEN, CONFLICT)."""
    wanted = sa.select(Reading).where(Reading.public_id == public_id.replace("\0", ""))
    found = db.session.scalars(lock(wanted)).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de seconde lecture à cette adresse."), Kind.NOT_FOUND)
    if found.outcome_code is not None:
        raise Refusal(N_("Cette seconde lecture est faite : merci."))
    refuse_if(_fault(person, found, ties_of(person)))
    return found


def _fault(person: Person, reading: Reading, ties: Ties) -> Refusal | None:
    """Why somebody may not do a second reading: tied to the project, or of an association that was heard on it."""
    decision = reading.decision
    if not person.holds(Permission.MODERATE):
        return Refusal(N_("Seules les personnes qui modèrent font une seconde lecture."), Kind.FORBIDDEN)
    tied = tie(person, decision.proposal, ties)
    if tied is not None:
        return tied
    first = {decision.association_id, decision.second_association_id}
    if person.association_id in first or person.id == decision.moderator_id:
        return _heard()
    return _heard() if (decision.proposal_id, decision.version) in ties.spoken else None


def _heard() -> Refusal:
    return Refusal(N_("Votre association a fait la première lecture : une autre fait la seconde."), Kind.FORBIDDEN)


def read_again(public_id: str, person: Person, outcome: Outcome, reason: Reason | None, now: datetime) -> Reading:
    """Keep what a second reader would have decided; the decision stays as it is.

    Raises Refusal as `reading_to_do` does, and without a reason where the outcome needs one.
    """
    reading = reading_to_do(public_id, person)
    if outcome is not Outcome.ADMIT and reason is None:
        message = N_("Choisissez le motif du règlement sur lequel vous vous appuyez.")
        raise Refusal(message, Kind.INVALID, "reason")
    reading.outcome_code = outcome.value
    reading.reason_code = reason.value if reason and outcome is not Outcome.ADMIT else None
    reading.person_id, reading.association_id, reading.read_at = person.id, person.association_id, now
    proposal = reading.decision.proposal
    values = {"round": proposal.round.public_id, "proposal": proposal.public_id}
    association = person.association.slug if person.association else ""
    db.session.flush()
    record(Verb.SECOND_READING_DONE, person.public_id, now, association=association, **values)
    return reading


def agreement(round_: Round) -> Agreement:
    """How far second readings agree with decisions in a round."""
    pairs: list[tuple[str, str]] = []
    drawn = 0
    rows = sa.select(Decision, Reading.outcome_code).join(Reading, Reading.decision_id == Decision.id)
    rows = rows.join(Draw, Draw.id == Reading.draw_id).where(Draw.round_id == round_.id)
    proposed = _first_opinions(round_)
    for decision, second in db.session.execute(rows).unique():
        drawn += 1
        if second is not None:
            # What one person found at first, before a second association was asked.
            pairs.append((proposed.get((decision.proposal_id, decision.version), decision.outcome_code), second))
    return Agreement(drawn, len(pairs), sum(first == second for first, second in pairs), kappa(pairs))


def _first_opinions(round_: Round) -> dict[tuple[int, int], str]:
    rows = sa.select(Opinion.proposal_id, Opinion.version, Opinion.outcome_code).join(Opinion.proposal)
    first = rows.where(Opinion.position == 1, Proposal.round_id == round_.id)
    return {(project, version): outcome for project, version, outcome in db.session.execute(first)}

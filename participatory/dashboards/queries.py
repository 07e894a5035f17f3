"""The projects of a round as the funnel counts them, what waits now, and what an association carries and decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.core.database import db
from participatory.dashboards.rules import Course, Delay, Funnel, Passage, delays, funnel
from participatory.identity.models import Association
from participatory.moderation.models import Appeal, Decision
from participatory.moderation.rules import Outcome, Reason
from participatory.proposals.models import Move, Proposal
from participatory.proposals.rules import PUBLIC, State
from participatory.results.policy import can_read
from participatory.results.queries import publications_of
from participatory.results.reading import Result
from participatory.rounds.models import Round


def chosen_in(round_: Round, now: datetime) -> frozenset[str] | None:
    """The public identifiers of the projects that receive money; None until every contest may be read by all."""
    published = publications_of(round_)
    contests = round_.rulebook.contest_keys
    if not published or any(can_read(round_, published.get(each), now) for each in contests):
        return None
    results = [Result.of(each.document) for each in published.values()]
    return frozenset(project["proposal"] for result in results for project in result.winners)


def courses_of(round_: Round, now: datetime) -> list[Course]:
    """Every project of a round that was submitted once, with its moves and its fate so far."""
    passages: dict[int, list[Passage]] = {}
    moves = sa.select(Move.proposal_id, Move.target, Move.at).join(Move.proposal)
    for number, target, at in db.session.execute(moves.where(Proposal.round_id == round_.id).order_by(Move.id)):
        passages.setdefault(number, []).append(Passage(State(target), at))
    reasons, chosen = _reasons(round_), chosen_in(round_, now)
    rows = db.session.execute(
        sa.select(
            Proposal.id, Proposal.public_id, Proposal.state_code,
            sa.func.coalesce(Proposal.final_cents, Proposal.asked_cents),
        ).where(Proposal.round_id == round_.id, Proposal.submitted_at.is_not(None))
    )  # fmt: skip
    return [
        Course(
            State(state),
            int(cents),
            tuple(passages.get(number, ())),
            reasons.get(number),
            None if chosen is None else identifier in chosen,
        )
        for number, identifier, state, cents in rows
        if state != State.DRAFT.value
    ]


def _reasons(round_: Round) -> dict[int, Reason]:
    """Why each refused project was, by its row; the last refusal counts."""
    refused = (
        sa.select(Decision.proposal_id, Decision.reason_code)
        .join(Decision.proposal)
        .where(Proposal.round_id == round_.id, Decision.outcome_code == Outcome.REFUSE.value)
        .order_by(Decision.id)
    )
    return {number: Reason(code) for number, code in db.session.execute(refused) if code}


def read_funnel(round_: Round, now: datetime) -> tuple[Funnel, list[Delay]]:
    """The funnel of a round and its delays at an instant (UTC)."""
    courses = courses_of(round_, now)
    return funnel(courses, vote_has_opened=now >= round_.voting_at), delays(courses)


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody: how many, since when the oldest (UTC), how many longer than the rulebook says."""

    state: State
    number: int
    oldest: datetime | None
    late: int


def waiting_in(round_: Round, now: datetime) -> list[Waiting]:
    """What waits in moderation, for its authors, in appeal and in appraisal."""
    book = round_.rulebook
    limits = {
        State.SUBMITTED: timedelta(days=book.moderation_days),
        State.CHANGES_REQUESTED: timedelta(days=book.answer_days),
        State.APPEALED: timedelta(days=book.appeal_days),
        State.ADMITTED: None,
    }
    since: dict[State, list[datetime]] = {state: [] for state in limits}
    wanted = sa.select(Proposal.state_code, sa.func.max(Move.at)).join(Move, Move.proposal_id == Proposal.id)
    wanted = wanted.where(Proposal.round_id == round_.id, Proposal.state_code.in_([each.value for each in limits]))
    typed = sa.select(wanted.group_by(Proposal.id, Proposal.state_code).subquery())
    for state, at in db.session.execute(typed):
        since[State(state)].append(at)
    opened = now >= round_.voting_at
    return [
        Waiting(state, len(all_), min(all_), _late(all_, limits[state], now, opened=opened))
        for state, all_ in since.items()
        if all_
    ]


def _late(since: Sequence[datetime], limit: timedelta | None, now: datetime, *, opened: bool) -> int:
    """How many wait longer than a limit; where there is none, the opening of the vote is the limit."""
    if limit is None:
        return len(since) if opened else 0
    return sum(now - at > limit for at in since)


@dataclass(frozen=True)
class Work:
    """What an association did: decisions, how many an appeal overturned, the appeals that it must answer."""

    decisions: int
    overturned: int
    appeals: Sequence[Appeal]


def work_of(association: Association) -> Work:
    """What an association decided, and the appeals drawn for it that nobody has answered, the most urgent first."""
    taken = sa.select(sa.func.count()).select_from(Decision).where(Decision.association_id == association.id)
    overturned = taken.join(Appeal).where(Appeal.outcome_code == Outcome.ADMIT.value)
    waiting = sa.select(Appeal).where(Appeal.drawn_id == association.id, Appeal.outcome_code.is_(None))
    appeals = db.session.scalars(waiting.where(Appeal.escalated_at.is_(None)).order_by(Appeal.due_at)).all()
    return Work(db.session.scalar(taken) or 0, db.session.scalar(overturned) or 0, appeals)


def carried_by(association: Association) -> Sequence[Proposal]:
    """The projects that an association carries and that anybody may read, the latest first.

    Who belongs to an association says so alone: what is not public yet is shown on its authors' pages only.
    """
    wanted = sa.select(Proposal).where(Proposal.association_id == association.id)
    wanted = wanted.where(Proposal.state_code.in_([state.value for state in PUBLIC]))
    return db.session.scalars(wanted.order_by(Proposal.submitted_at.desc(), Proposal.id.desc()).limit(50)).all()

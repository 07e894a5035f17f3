"""What waits for a decision, for whom, and what was decided before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import aliased, joinedload, selectinload

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.moderation.models import Decision
from participatory.proposals.models import Move, Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.territories.models import Site

PAGE_SIZE = 24


@dataclass(frozen=True)
class Sieve:
    """What a moderator wants to see of the queue; None means everything."""

    round: str | None = None
    theme: str | None = None
    site: str | None = None


def proposal_to_judge(public_id: str) -> Proposal:
    """The proposal with all that its case page shows; raises Refusal (NOT_FOUND)."""
    statement = (
        sa.select(Proposal)
        .where(Proposal.public_id == public_id)
        .options(joinedload(Proposal.author), joinedload(Proposal.round))
        .options(selectinload(Proposal.lines), selectinload(Proposal.moves))
    )
    proposal = db.session.scalars(statement).first()
    if proposal is None:
        raise Refusal(N_("Ce projet n’existe pas ou n’a pas encore été déposé."), Kind.NOT_FOUND)
    return proposal


def queue(person: Person, now: datetime, sieve: Sieve, page: int) -> Pagination:
    """A page of the proposals that this person may judge, the longest waiting first."""
    statement = _waiting(now, sieve).where(sa.not_(_tied(person)))
    return db.paginate(statement, page=max(page, 1), per_page=PAGE_SIZE, max_per_page=PAGE_SIZE, error_out=False)


def set_apart(person: Person, now: datetime, sieve: Sieve) -> Pagination:
    """The first proposals that another association must judge, and how many there are."""
    statement = _waiting(now, sieve).where(_tied(person))
    return db.paginate(statement, page=1, per_page=PAGE_SIZE, max_per_page=PAGE_SIZE, error_out=False)


def next_case(person: Person, now: datetime, sieve: Sieve, after: Proposal) -> Proposal | None:
    """The proposal to judge after this one; back at the top of the queue when this was the last."""
    statement = _waiting(now, sieve).where(sa.not_(_tied(person)), Proposal.id != after.id)
    following = db.session.scalars(statement.where(_place() > _place_of(after)).limit(1)).first()
    return following or db.session.scalars(statement.limit(1)).first()


def previous_case(person: Person, now: datetime, sieve: Sieve, before: Proposal) -> Proposal | None:
    """The proposal that comes just before this one in the queue."""
    statement = _waiting(now, sieve).where(sa.not_(_tied(person)), _place() < _place_of(before))
    backwards = statement.order_by(None).order_by(Proposal.submitted_at.desc(), Proposal.id.desc())
    return db.session.scalars(backwards.limit(1)).first()


def decisions_on(proposal: Proposal) -> Sequence[Decision]:
    """Every decision on a proposal, oldest first."""
    return db.session.scalars(
        sa.select(Decision).where(Decision.proposal_id == proposal.id).order_by(Decision.version)
    ).all()


def history(proposal: Proposal) -> list[Move | Decision]:
    """Each submission, withdrawal and decision, in the order in which they happened."""
    told = [move for move in proposal.moves if State(move.target) in {State.SUBMITTED, State.WITHDRAWN}]
    return sorted([*told, *decisions_on(proposal)], key=_instant)


def _instant(event: Move | Decision) -> datetime:
    return event.at if isinstance(event, Move) else event.decided_at


def rounds_in_moderation(now: datetime) -> Sequence[Round]:
    """The rounds whose proposals may be judged at an instant (UTC)."""
    return db.session.scalars(sa.select(Round).where(_open(now)).order_by(Round.voting_at)).all()


def _open(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Round.submission_at <= now, Round.voting_at > now)


def _waiting(now: datetime, sieve: Sieve) -> sa.Select[Proposal]:
    statement = (
        sa.select(Proposal)
        .join(Proposal.round)
        .where(Proposal.state_code == State.SUBMITTED.value, _open(now))
        .options(joinedload(Proposal.author), joinedload(Proposal.round))
        .order_by(Proposal.submitted_at, Proposal.id)
    )
    if sieve.round:
        statement = statement.where(Round.slug == sieve.round)
    if sieve.theme:
        statement = statement.where(Proposal.theme_code == sieve.theme)
    if sieve.site:
        statement = statement.where(Proposal.site.has(Site.slug == sieve.site))
    return statement


def _tied(person: Person) -> sa.ColumnElement[bool]:
    """The same ties as `policy.tie`, said to the database; a test holds the two together."""
    mine = person.association_id
    if mine is None:
        return sa.true()
    author = aliased(Person)
    colleagues = sa.select(author.id).where(author.association_id == mine)
    return sa.or_(
        sa.func.coalesce(Proposal.author_id == person.id, sa.false()),
        sa.func.coalesce(Proposal.association_id == mine, sa.false()),
        sa.func.coalesce(Proposal.author_id.in_(colleagues), sa.false()),
    )


def _place() -> sa.ColumnElement[tuple[datetime | None, int]]:
    return sa.tuple_(Proposal.submitted_at, Proposal.id)


def _place_of(proposal: Proposal) -> sa.ColumnElement[tuple[datetime | None, int]]:
    return sa.tuple_(
        sa.literal(proposal.submitted_at, Proposal.submitted_at.type), sa.literal(proposal.id, Proposal.id.type)
    )

"""What waits for a decision, for whom, and what was decided before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import aliased, joinedload, selectinload

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.moderation.models import Appeal, Claim, Decision, Note, Opinion
from participatory.moderation.rules import Outcome
from participatory.moderation.ties import Ties, ties_of
from participatory.proposals.models import CoAuthor, Move, Proposal
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.territories.models import Site

PAGE_SIZE = 24
_UNANSWERED = (Appeal.outcome_code.is_(None), Appeal.escalated_at.is_(None))
_WITH_PROJECT = (joinedload(Appeal.decision).joinedload(Decision.proposal).joinedload(Proposal.round),)


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
    statement = _waiting(now, sieve).where(sa.not_(_tied(person, ties_of(person))))
    return db.paginate(statement, page=max(page, 1), per_page=PAGE_SIZE, max_per_page=PAGE_SIZE, error_out=False)


def set_apart(person: Person, now: datetime, sieve: Sieve) -> Pagination:
    """The first proposals that another association must judge, and how many there are."""
    statement = _waiting(now, sieve).where(_tied(person, ties_of(person)))
    return db.paginate(statement, page=1, per_page=PAGE_SIZE, max_per_page=PAGE_SIZE, error_out=False)


def next_case(person: Person, now: datetime, sieve: Sieve, after: Proposal) -> Proposal | None:
    """The proposal to judge after this one; back at the top of the queue when this was the last."""
    statement = _waiting(now, sieve).where(sa.not_(_tied(person, ties_of(person))), Proposal.id != after.id)
    following = db.session.scalars(statement.where(_place() > _place_of(after)).limit(1)).first()
    return following or db.session.scalars(statement.limit(1)).first()


def previous_case(person: Person, now: datetime, sieve: Sieve, before: Proposal) -> Proposal | None:
    """The proposal that comes just before this one in the queue."""
    statement = _waiting(now, sieve).where(sa.not_(_tied(person, ties_of(person))), _place() < _place_of(before))
    backwards = statement.order_by(None).order_by(Proposal.submitted_at.desc(), Proposal.id.desc())
    return db.session.scalars(backwards.limit(1)).first()


def decisions_on(proposal: Proposal) -> Sequence[Decision]:
    """Every decision on a proposal, oldest first."""
    return db.session.scalars(
        sa.select(Decision).where(Decision.proposal_id == proposal.id).order_by(Decision.version)
    ).all()


def refusal_of(proposal: Proposal) -> Decision | None:
    """The refusal of a proposal that its author may answer or appeal, the last one."""
    refused = [each for each in decisions_on(proposal) if each.outcome is Outcome.REFUSE]
    return refused[-1] if refused else None


def opinions_on(proposal: Proposal, version: int | None = None) -> Sequence[Opinion]:
    """The steps of a refusal on one version, the present one unless said, in their order."""
    wanted = proposal.version if version is None else version
    return db.session.scalars(
        sa.select(Opinion)
        .where(Opinion.proposal_id == proposal.id, Opinion.version == wanted)
        .order_by(Opinion.position)
    ).all()


def open_claim(proposal: Proposal, now: datetime) -> Claim | None:
    """Who is reading a case at an instant (UTC)."""
    return db.session.scalars(
        sa.select(Claim).where(Claim.proposal_id == proposal.id, Claim.released_at.is_(None), Claim.ends_at > now)
    ).first()


def appeals_of(person: Person) -> Sequence[Appeal]:
    """The appeals that wait for the association in whose name somebody moderates, the most pressing first."""
    waiting = sa.select(Appeal).where(Appeal.drawn_id == person.association_id, *_UNANSWERED)
    return db.session.scalars(waiting.options(*_WITH_PROJECT).order_by(Appeal.due_at)).unique().all()


def escalated_appeals() -> Sequence[Appeal]:
    """The appeals that wait for the Region's officers, the most pressing first."""
    waiting = sa.select(Appeal).where(Appeal.outcome_code.is_(None), Appeal.escalated_at.is_not(None))
    return db.session.scalars(waiting.options(*_WITH_PROJECT).order_by(Appeal.due_at)).unique().all()


def disputed(now: datetime) -> Sequence[Proposal]:
    """The projects on whose refusal two associations disagree, the longest waiting first."""
    second = sa.select(Opinion.id).where(
        Opinion.proposal_id == Proposal.id, Opinion.version == Proposal.version, Opinion.position == 2
    )
    return db.session.scalars(_waiting(now, Sieve()).where(second.exists())).all()


def claims_on(proposals: Collection[Proposal], now: datetime) -> dict[int, Claim]:
    """Who is reading each of these cases, by the row of the project."""
    held = sa.select(Claim).where(
        Claim.proposal_id.in_([each.id for each in proposals]), Claim.released_at.is_(None), Claim.ends_at > now
    )
    return {claim.proposal_id: claim for claim in db.session.scalars(held)}


def steps_of(proposals: Collection[Proposal]) -> dict[int, int]:
    """How many opinions were given on the present version of each of these projects, by row."""
    counted = (
        sa.select(Opinion.proposal_id, sa.func.count())
        .join(Proposal, sa.and_(Proposal.id == Opinion.proposal_id, Proposal.version == Opinion.version))
        .where(Opinion.proposal_id.in_([each.id for each in proposals]))
        .group_by(Opinion.proposal_id)
    )
    rows = db.session.execute(counted).all()
    return {row[0]: row[1] for row in rows}


def notes_on(proposal: Proposal) -> Sequence[Note]:
    """What moderators have told each other about a case, oldest first."""
    wanted = sa.select(Note).where(Note.proposal_id == proposal.id).order_by(Note.id)
    return db.session.scalars(wanted.options(joinedload(Note.person))).all()


def history(proposal: Proposal) -> list[Move | Decision | Opinion]:
    """Each submission, withdrawal, opinion and decision, in the order in which they happened."""
    told = [move for move in proposal.moves if State(move.target) in {State.SUBMITTED, State.WITHDRAWN}]
    given = db.session.scalars(sa.select(Opinion).where(Opinion.proposal_id == proposal.id)).all()
    return sorted([*told, *given, *decisions_on(proposal)], key=_instant)


def _instant(event: Move | Decision | Opinion) -> tuple[datetime, int]:
    """Opinions come before the decision that they lead to, at the same instant."""
    if isinstance(event, Move):
        return event.at, 0
    return (event.given_at, 1) if isinstance(event, Opinion) else (event.decided_at, 2)


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
        .options(selectinload(Proposal.co_authors).joinedload(CoAuthor.person))
        .order_by(Proposal.submitted_at, Proposal.id)
    )
    if sieve.round:
        statement = statement.where(Round.slug == sieve.round)
    if sieve.theme:
        statement = statement.where(Proposal.theme_code == sieve.theme)
    if sieve.site:
        statement = statement.where(Proposal.site.has(Site.slug == sieve.site))
    return statement


def _tied(person: Person, ties: Ties) -> sa.ColumnElement[bool]:
    """The same ties as `policy.tie`, said to the database; a test holds the two together."""
    mine = person.association_id
    if mine is None:
        return sa.true()
    author = aliased(Person)
    near = sa.select(author.id).where(author.association_id.in_([mine, *ties.bound]))
    return sa.or_(
        sa.func.coalesce(Proposal.author_id == person.id, sa.false()),
        sa.func.coalesce(Proposal.association_id.in_([mine, *ties.bound]), sa.false()),
        sa.func.coalesce(Proposal.author_id.in_(near), sa.false()),
        Proposal.co_authors.any(sa.or_(CoAuthor.person_id == person.id, CoAuthor.person_id.in_(near))),
        Proposal.id.in_([*ties.left, *ties.sided]),
        sa.tuple_(Proposal.id, Proposal.version).in_(list(ties.spoken) or [(-1, -1)]),
    )


def _place() -> sa.ColumnElement[tuple[datetime | None, int]]:
    return sa.tuple_(Proposal.submitted_at, Proposal.id)


def _place_of(proposal: Proposal) -> sa.ColumnElement[tuple[datetime | None, int]]:
    return sa.tuple_(
        sa.literal(proposal.submitted_at, Proposal.submitted_at.type), sa.literal(proposal.id, Proposal.id.type)
    )

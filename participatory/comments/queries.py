"""Reading comments; each answers in a fixed number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import aliased, joinedload

from participatory.comments.models import Comment, CommentReading
from participatory.comments.rules import PER_PAGE, Order, Stance
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.veils import Veil
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round

_TIED = (Stance.FOR.value, Stance.AGAINST.value, Stance.QUESTION.value)
_READ = (Comment.taken_back_at.is_(None), Comment.veil_code == Veil.NONE.value)


@dataclass(frozen=True)
class Thread:
    """A comment and the answers to it, the oldest first."""

    root: Comment
    answers: Sequence[Comment]


@dataclass(frozen=True)
class Alike:
    """A project whose comments look alike, and what the last look found."""

    proposal: Proposal
    reading: CommentReading


def comment_at(public_id: str) -> Comment:
    """A comment by its public identifier; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(Comment).where(Comment.public_id == public_id.replace("\0", ""))
    loaded = wanted.options(joinedload(Comment.proposal).joinedload(Proposal.round), joinedload(Comment.person))
    found = db.session.scalars(loaded).first()
    if found is None:
        raise Refusal(N_("Ce commentaire n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return found


def threads_of(proposal: Proposal, order: Order, page: int, stance: Stance | None = None) -> Pagination:
    """The threads of a project, paged by their first comment; a comment taken back stays where it was answered."""
    answer = aliased(Comment)
    answered = sa.exists().where(answer.parent_id == Comment.id, answer.taken_back_at.is_(None))
    roots = sa.select(Comment).where(Comment.proposal_id == proposal.id, Comment.parent_id.is_(None))
    roots = roots.where(sa.or_(Comment.taken_back_at.is_(None), answered)).options(joinedload(Comment.person))
    if stance is not None:
        roots = roots.where(Comment.stance_code == stance.value)
    ordered = roots.order_by(Comment.id.desc() if order is Order.NEWEST else Comment.id)
    return db.paginate(ordered, page=max(page, 1), per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False)


def with_answers(roots: Collection[Comment]) -> list[Thread]:
    """The same comments with the answers to each, in one query."""
    answers = sa.select(Comment).where(Comment.parent_id.in_([each.id for each in roots]))
    answers = answers.where(Comment.taken_back_at.is_(None)).options(joinedload(Comment.person)).order_by(Comment.id)
    found = db.session.scalars(answers).all() if roots else []
    return [Thread(root, [each for each in found if each.parent_id == root.id]) for root in roots]


def page_of(comment: Comment) -> int:
    """On which page of its project a comment is read, the latest first."""
    root = comment.parent_id or comment.id
    later = sa.select(sa.func.count()).where(
        Comment.proposal_id == comment.proposal_id,
        Comment.parent_id.is_(None),
        Comment.taken_back_at.is_(None),
        Comment.id > root,
    )
    return (db.session.scalar(later) or 0) // PER_PAGE + 1


def counts_of(numbers: Collection[int]) -> dict[int, int]:
    """How many comments these projects (by row) have that everybody reads; a project without any is left out."""
    rows = sa.select(Comment.proposal_id, sa.func.count()).where(Comment.proposal_id.in_(numbers), *_READ)
    rows = rows.group_by(Comment.proposal_id)
    return dict(db.session.execute(rows).all())


def count_of(proposal: Proposal) -> int:
    """How many comments a project has that everybody reads."""
    return db.session.scalar(sa.select(sa.func.count()).where(Comment.proposal_id == proposal.id, *_READ)) or 0


def stance_of(person: Person, proposal: Proposal) -> Stance | None:
    """What a person said last of a project (for, against or a question), even if they took it back; None for nothing.

    Whoever spoke for or against a project does not judge it.
    """
    own = sa.select(Comment.stance_code).where(Comment.proposal_id == proposal.id, Comment.person_id == person.id)
    last = db.session.scalars(own.where(Comment.stance_code.in_(_TIED)).order_by(Comment.id.desc()).limit(1)).first()
    return Stance(last) if last else None


def sent_before(key: str) -> Comment | None:
    """The comment that this form made, None when it made none."""
    return db.session.scalars(sa.select(Comment).where(Comment.key == key)).first()


def written_by(person: Person) -> Sequence[Comment]:
    """What a person wrote and did not take back, the latest first."""
    own = sa.select(Comment).where(Comment.person_id == person.id, Comment.taken_back_at.is_(None))
    return db.session.scalars(own.options(joinedload(Comment.proposal)).order_by(Comment.id.desc())).all()


def reading_of(proposal: Proposal) -> CommentReading | None:
    """What the last look at the comments of a project found, None before the first."""
    return db.session.get(CommentReading, proposal.id)


def to_look_at(now: datetime, *, round_slug: str | None = None, most: int = 24) -> list[Alike]:
    """The projects whose comments look alike while they are open, the most first."""
    found = (
        sa.select(Proposal, CommentReading)
        .join(CommentReading, CommentReading.proposal_id == Proposal.id)
        .join(Round, Round.id == Proposal.round_id)
        .where(CommentReading.flagged > 0, Round.submission_at <= now, Round.control_at > now)
        .options(joinedload(Proposal.round))
        .order_by(CommentReading.flagged.desc(), Proposal.id)
        .limit(most)
    )
    if round_slug:
        found = found.where(Round.slug == round_slug)
    return [Alike(proposal, reading) for proposal, reading in db.session.execute(found)]


def rounds_to_read(now: datetime) -> list[Round]:
    """The rounds that have comments and where people may still write some."""
    having = sa.select(Comment.id).join(Proposal, Proposal.id == Comment.proposal_id)
    having = having.where(Proposal.round_id == Round.id)
    wanted = sa.select(Round).where(Round.submission_at <= now, Round.control_at > now, having.exists())
    return list(db.session.scalars(wanted.order_by(Round.id)))

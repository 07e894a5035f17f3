"""Writing a comment, answering, changing it for a quarter of an hour, taking it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.comments import policy
from participatory.comments.models import Comment
from participatory.comments.queries import comment_at, sent_before
from participatory.comments.rules import LONGEST, SHORTEST, Stance
from participatory.comments.telling import tell_of
from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.veils import Veil
from participatory.identity.models import Person
from participatory.integrity.actions import forget, note
from participatory.integrity.observations import Observation
from participatory.integrity.rules import Act
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal
from participatory.rolls.standing import standing_of


@dataclass(frozen=True)
class Typed:
    """What somebody says: `key` is drawn with the form, `answers_to` the public identifier of a comment or empty."""

    key: str
    stance: Stance
    text: str
    answers_to: str = ""


@dataclass(frozen=True)
class Manner:
    """How a comment is written: the secret of the round's pseudonyms, what the request tells, how people are coded.

    `link` is the address of a comment, with `{comment}` in the place of its identifier.
    """

    pepper: bytes
    observation: Observation
    code: Callable[[str], str]
    link: str


def write(public_id: str, person: Person, typed: Typed, manner: Manner, now: datetime) -> Comment:
    """Have a person say something of a project, by its public identifier; the same form sent twice says it once.

    The journal says that a comment was written, and neither by whom nor at what hour: people vote meanwhile.
    Raises Refusal.
    """
    proposal = locked(public_id)
    voter = standing_of(proposal.round, person, manner.pepper, now).voter
    refuse_if(policy.can_comment(proposal, person, voter is not None, now))
    _check(typed.text)
    before = sent_before(typed.key)
    if before is not None:
        return _same(before, person)
    comment = Comment(
        key=typed.key,
        proposal_id=proposal.id,
        person_id=person.id,
        parent_id=_parent(proposal, typed.answers_to),
        stance_code=typed.stance.value,
        text=typed.text,
        written_at=now,
        edited_at=None,
        taken_back_at=None,
    )
    db.session.add(comment)
    db.session.flush()
    if voter is not None:
        code, site = manner.code(voter.pseudonym), voter.site.slug
        target = proposal.public_id
        note(proposal.round, Act.COMMENT, comment.key, manner.observation, site=site, person=code, target=target)
    tell_of(comment, manner.link.format(comment=comment.public_id), now)
    record(Verb.COMMENT_WRITTEN, SYSTEM, now, round=proposal.round.public_id, proposal=proposal.public_id)
    return comment


def _check(text: str) -> None:
    if len(text) < SHORTEST:
        raise Refusal(N_("Écrivez votre commentaire."), Kind.INVALID, "text")
    if len(text) > LONGEST:
        message = N_("Gardez l’essentiel : %(most)s signes au plus.")
        raise Refusal(message, Kind.INVALID, "text", most=LONGEST)


def _same(before: Comment, person: Person) -> Comment:
    if before.person_id != person.id:
        raise Refusal(N_("La page est incomplète : rechargez-la, puis recommencez."))
    return before


def _parent(proposal: Proposal, answers_to: str) -> int | None:
    if not answers_to:
        return None
    parent = comment_at(answers_to)
    if parent.proposal_id != proposal.id:
        raise Refusal(N_("Ce commentaire n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    refuse_if(policy.can_answer(parent))
    return parent.id


def edit(public_id: str, person: Person, typed: Typed, now: datetime) -> Comment:
    """Change what a comment says, within the quarter of an hour that follows it. Raises Refusal."""
    comment = held(public_id)
    refuse_if(policy.can_edit(comment, person, now))
    _check(typed.text)
    if (comment.text, comment.stance) != (typed.text, typed.stance):
        comment.text, comment.stance_code, comment.edited_at = typed.text, typed.stance.value, now
    return comment


def take_back(public_id: str, person: Person, now: datetime) -> Comment:
    """Take a comment back: its text goes for good, and what was noted of how it was written. Raises Refusal."""
    comment = held(public_id)
    refuse_if(policy.can_take_back(comment, person))
    empty(comment, now)
    proposal = comment.proposal
    record(Verb.COMMENT_TAKEN_BACK, SYSTEM, now, round=proposal.round.public_id, proposal=proposal.public_id)
    return comment


def empty(comment: Comment, now: datetime) -> None:
    """Leave nothing of what a comment says."""
    comment.text, comment.taken_back_at, comment.flagged = "", now, False
    forget(comment.proposal.round, Act.COMMENT, comment.key)


def veil(public_id: str, veil_: Veil) -> None:
    """Show more or less of a comment, as somebody decided about a notice. Raises Refusal (NOT_FOUND)."""
    held(public_id).veil_code = veil_.value


def held(public_id: str) -> Comment:
    """A comment read afresh and held until the transaction ends; raises Refusal (NOT_FOUND)."""
    wanted = lock(sa.select(Comment).where(Comment.id == comment_at(public_id).id))
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()

"""What moderators keep beside decisions: notes on a case, their own links, texts that their association reuses."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Association, Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.moderation.models import Link, Note, ReplyModel
from participatory.moderation.policy import can_read
from participatory.moderation.rules import NOTE_MAX, LinkKind, Outcome, Reason, words_fault
from participatory.proposals.models import Proposal

_NONE_MINE = N_("Votre compte n’est rattaché à aucune association : seules les associations modèrent.")


def add_note(proposal: Proposal, person: Person, text: str, now: datetime) -> Note:
    """Leave a word for the other moderators; raises Refusal for a draft, or a text that is empty or too long."""
    refuse_if(can_read(proposal))
    if not text:
        raise Refusal(N_("Écrivez la note."), Kind.INVALID, "text")
    if len(text) > NOTE_MAX:
        message = N_("Gardez l’essentiel : %(limit)s signes au plus.")
        raise Refusal(message, Kind.INVALID, "text", limit=NOTE_MAX)
    note = Note(proposal_id=proposal.id, person_id=person.id, association_id=person.association_id, text=text, at=now)
    db.session.add(note)
    db.session.flush()
    return note


def links_of(person: Person) -> Sequence[Link]:
    """The links that a person has declared and not ended, and the fundings that colleagues declared."""
    mine = sa.or_(
        Link.person_id == person.id,
        sa.and_(Link.association_id == person.association_id, Link.kind_code == LinkKind.FUNDING.value),
    )
    return db.session.scalars(sa.select(Link).where(mine, Link.ended_at.is_(None)).order_by(Link.id)).all()


def declare_link(person: Person, kind: LinkKind, slug: str, words: str, now: datetime) -> Link:
    """Declare what ties oneself, or one's association, to another one; the same declared twice is kept once.

    Raises Refusal without an association, for one's own, or for one that is not known.
    """
    mine = person.association
    if mine is None:
        raise Refusal(_NONE_MINE, Kind.FORBIDDEN)
    other = db.session.scalars(sa.select(Association).where(Association.slug == slug)).first()
    if other is None:
        raise Refusal(N_("Choisissez une association de la liste."), Kind.INVALID, "other")
    if other.id == mine.id:
        message = N_("C’est votre association : ses projets vous sont déjà fermés.")
        raise Refusal(message, Kind.INVALID, "other")
    # One at a time for each person (PostgreSQL).
    db.session.execute(lock(sa.select(Person.id).where(Person.id == person.id)))
    known = [each for each in links_of(person) if each.kind is kind and each.other_id == other.id]
    if known:
        return known[0]
    link = Link(
        person_id=person.id,
        association_id=mine.id,
        kind_code=kind.value,
        other_id=other.id,
        words=words,
        declared_at=now,
    )
    db.session.add(link)
    db.session.flush()
    record(Verb.MODERATOR_LINK_DECLARED, person.public_id, now, association=other.slug, kind=kind.value)
    return link


def end_link(public_id: str, person: Person, now: datetime) -> None:
    """Say that a link is over; only who declared it may. Raises Refusal (NOT_FOUND)."""
    wanted = sa.select(Link).where(Link.public_id == public_id.replace("\0", ""), Link.person_id == person.id)
    link = db.session.scalars(lock(wanted.where(Link.ended_at.is_(None)))).first()
    if link is None:
        raise Refusal(N_("Ce lien n’existe pas, ou est déjà terminé."), Kind.NOT_FOUND)
    link.ended_at = now
    db.session.flush()
    record(Verb.MODERATOR_LINK_ENDED, person.public_id, now, association=link.other.slug, kind=link.kind_code)


def models_of(person: Person) -> Sequence[ReplyModel]:
    """The texts that the person's association reuses, by title."""
    mine = sa.select(ReplyModel).where(ReplyModel.association_id == person.association_id)
    return db.session.scalars(mine.order_by(ReplyModel.title)).all()


def model_at(public_id: str, person: Person) -> ReplyModel:
    """A text of the person's association; raises Refusal (NOT_FOUND)."""
    found = next((each for each in models_of(person) if each.public_id == public_id), None)
    if found is None:
        raise Refusal(N_("Ce modèle n’existe pas, ou est celui d’une autre association."), Kind.NOT_FOUND)
    return found


def save_model(
    person: Person, model: ReplyModel | None, title: str, text: str, *, outcome: Outcome, reason: Reason | None,
    now: datetime,
) -> ReplyModel:  # fmt: skip
    """Keep a text to reuse, new or changed; raises Refusal without a sentence or when the title is taken."""
    if person.association_id is None:
        raise Refusal(_NONE_MINE, Kind.FORBIDDEN)
    refuse_if(words_fault(text, field="text"))
    kept = model or ReplyModel(association_id=person.association_id)
    kept.title, kept.text, kept.outcome_code = title, text, outcome.value
    kept.reason_code = reason.value if reason and outcome is not Outcome.ADMIT else None
    kept.changed_by, kept.changed_at = person.public_id, now
    db.session.add(kept)
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        message = N_("Votre association a déjà un modèle de ce nom.")
        raise Refusal(message, Kind.CONFLICT, "title") from error
    return kept


def delete_model(model: ReplyModel) -> None:
    """Take a text out of the list; what was sent with it stays as it is."""
    db.session.delete(model)
    db.session.flush()

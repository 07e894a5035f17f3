"""The documents of a project: attached, taken off, found."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from participatory.core.database import after_commit, db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.storage import DocumentStore
from participatory.identity.models import Person
from participatory.identity.speaking import may_speak
from participatory.proposals import policy
from participatory.proposals.models import Proposal
from participatory.proposals.records import Document
from participatory.proposals.together import MAX_DOCUMENTS


def documents_of(proposals: Collection[int]) -> Sequence[Document]:
    """The documents of these projects, by row, in the order in which they came."""
    wanted = sa.select(Document).where(Document.proposal_id.in_(proposals))
    return db.session.scalars(wanted.order_by(Document.id)).all()


def document_at(identifier: str) -> Document:
    """A document by its public identifier; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(Document).where(Document.public_id == identifier.replace("\0", ""))).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de document à cette adresse."), Kind.NOT_FOUND)
    return found


def attach(proposal: Proposal, person: Person, title: str, kept: tuple[str, int], now: datetime) -> Document:
    """Attach a file that was stored, `kept` as the store gave it (key, bytes). The caller holds the project.

    Raises Refusal: for whoever does not write the project or no longer may, beyond MAX_DOCUMENTS, for a file that
    is there already, or without a title (field `title`).
    """
    refuse_if(policy.can_edit(proposal, person, now) or may_speak(person, now))
    key, size = kept
    present = documents_of([proposal.id])
    if not title:
        raise Refusal(N_("Dites ce qu’est ce document."), Kind.INVALID, "title")
    if len(present) >= MAX_DOCUMENTS:
        message = N_("Un projet a %(most)s documents au plus : retirez-en un d’abord.")
        raise Refusal(message, Kind.INVALID, "file", most=MAX_DOCUMENTS)
    if any(each.key == key for each in present):
        raise Refusal(N_("Ce document est déjà joint."), Kind.INVALID, "file")
    document = Document(proposal_id=proposal.id, key=key, title=title, size=size, added_at=now)
    db.session.add(document)
    db.session.flush()
    return document


def copy_documents(source: Proposal, target: Proposal, now: datetime) -> None:
    """Have a project begin with the documents of another; a file is stored once, whoever has it."""
    db.session.add_all(
        Document(proposal_id=target.id, key=each.key, title=each.title, size=each.size, added_at=now)
        for each in documents_of([source.id])
    )
    db.session.flush()


def detach(document: Document, person: Person, store: DocumentStore, now: datetime) -> None:
    """Take a document off; its file goes with the last project that has it. Raises Refusal."""
    refuse_if(policy.can_edit(document.proposal, person, now))
    db.session.delete(document)
    db.session.flush()
    forget_files([document.key], store)


def forget_files(keys: Collection[str], store: DocumentStore) -> None:
    """Delete, once the transaction is committed, the files that no project has any more."""
    used = set(db.session.scalars(sa.select(Document.key).where(Document.key.in_(keys))))
    for key in set(keys) - used:
        after_commit(partial(store.forget, key))

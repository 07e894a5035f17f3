"""The versions of a proposal: each submitted text, kept for good."""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Association, Person
from participatory.proposals.content import Content
from participatory.proposals.differences import Change, Piece, word_differences
from participatory.proposals.models import Proposal
from participatory.proposals.policy import reads_all
from participatory.proposals.records import Document, ProposalVersion
from participatory.proposals.rules import PUBLIC, State
from participatory.proposals.written import content_of
from participatory.territories.models import Site

__all__ = ["Change", "Piece", "keep_version", "version_at", "versions_of", "visible_versions", "word_differences"]


def keep_version(proposal: Proposal, content: Content, by: str, at: datetime) -> ProposalVersion:
    """Keep the text that was just submitted under the proposal's present number, once: a kept text never changes.

    `by` is the public identifier of who submitted it.
    """
    kept = _kept(proposal, proposal.version)
    if kept is not None:
        return kept
    written = snapshot(proposal, content)
    version = ProposalVersion(
        proposal_id=proposal.id, number=proposal.version, content=written, by=by, at=at, digest=digest_of(written)
    )
    db.session.add(version)
    db.session.flush()
    return version


def keep_present(proposal: Proposal) -> None:
    """Keep the text that stands, if it is not: one from before versions were kept is, before it is written over."""
    if proposal.version > 0 and _kept(proposal, proposal.version) is None:
        by = proposal.author.public_id if proposal.author else ""
        keep_version(proposal, content_of(proposal), by, proposal.submitted_at or proposal.updated_at)


def _standing(proposal: Proposal) -> ProposalVersion | None:
    """The text that stands, as it will be kept; None while its authors write over it, or before it is submitted."""
    if proposal.version < 1 or proposal.state in {State.DRAFT, State.CHANGES_REQUESTED}:
        return None
    written = snapshot(proposal, content_of(proposal))
    return ProposalVersion(
        proposal_id=proposal.id, number=proposal.version, content=written, digest=digest_of(written),
        by=proposal.author.public_id if proposal.author else "", at=proposal.submitted_at or proposal.updated_at,
    )  # fmt: skip


def snapshot(proposal: Proposal, content: Content) -> dict[str, Any]:
    """A text as plain data that says everything by itself: names beside numbers, and the documents' own digests."""
    written = dataclasses.asdict(content)
    for line in (*written["lines"], *written["cofunding"]):
        line.pop("row", None)
    site = db.session.get(Site, content.site_id) if content.site_id else None
    carrier = db.session.get(Association, content.association_id) if content.association_id else None
    papers = db.session.scalars(sa.select(Document).where(Document.proposal_id == proposal.id).order_by(Document.id))
    plain: dict[str, Any] = json.loads(json.dumps(written))
    return {
        **plain,
        "site": site.name if site else "",
        "association": carrier.name if carrier else "",
        "documents": [{"title": each.title, "key": each.key} for each in papers],
    }


def digest_of(written: dict[str, Any]) -> str:
    """The SHA-256 of a text as canonical JSON, in hexadecimal."""
    canonical = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _kept(proposal: Proposal, number: int) -> ProposalVersion | None:
    wanted = sa.select(ProposalVersion).where(
        ProposalVersion.proposal_id == proposal.id, ProposalVersion.number == number
    )
    return db.session.scalars(wanted).first()


def version_at(proposal: Proposal, number: int) -> ProposalVersion:
    """The text submitted under this number; raises Refusal (NOT_FOUND)."""
    kept = _kept(proposal, number) if 0 < number < 2**31 else None
    if kept is None and number == proposal.version:
        kept = _standing(proposal)
    if kept is None:
        raise Refusal(N_("Ce projet n’a pas de version à cette adresse."), Kind.NOT_FOUND)
    return kept


def versions_of(proposal: Proposal) -> Sequence[ProposalVersion]:
    """Every kept text, the first one first; the one that stands is there even if it is from before they were kept."""
    wanted = sa.select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)
    kept = db.session.scalars(wanted.order_by(ProposalVersion.number)).all()
    standing = None if any(each.number == proposal.version for each in kept) else _standing(proposal)
    return [*kept, standing] if standing is not None else kept


def visible_versions(proposal: Proposal, person: Person | None) -> list[ProposalVersion]:
    """The texts that this person may read: all for the authors and those who judge, else from the admission on.

    What an association asked to take out of a text before admitting it is not published by its history, nor what a
    decision hides.
    """
    if person is not None and reads_all(person, proposal):
        return list(versions_of(proposal))
    if proposal.covered:
        return []
    public = [move.version for move in proposal.moves if move.target_state in PUBLIC]
    first = min(public, default=proposal.version)
    return [each for each in versions_of(proposal) if each.number >= first]

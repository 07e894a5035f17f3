"""Entering projects collected elsewhere, each once, and offering them to whoever left an address."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import public_id
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.intake import policy
from participatory.intake.models import Collected
from participatory.intake.queries import references_in
from participatory.intake.rules import Brought, Via
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue
from participatory.proposals.actions import bring
from participatory.proposals.inviting import digest_of
from participatory.proposals.models import Proposal
from participatory.proposals.records import Invitation
from participatory.proposals.rules import State
from participatory.proposals.together import INVITATION_LASTS, InvitationKind
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round

# From the secret of a letter to the address of the page where it is answered.
LinkOf = Callable[[str], str]


@dataclass(frozen=True)
class Entered:
    """What an import did: projects submitted, drafts to complete, references that were there already."""

    submitted: int
    drafts: int
    known: int


@dataclass(frozen=True)
class Hand:
    """Who enters what was collected where, `now` (UTC), and how their letters lead to the answer."""

    person: Person
    origin: str
    link_of: LinkOf
    now: datetime


def enter_all(round_: Round, brought: Sequence[Brought], hand: Hand) -> Entered:
    """Enter the projects of a file; those whose reference is already in the round stay as they are.

    Raises Refusal for whoever may not, or out of the submission phase.
    """
    # Two who import the same file at once take turns, and the second finds every reference.
    locked_round(round_.id)
    refuse_if(policy.can_bring(hand.person, round_, hand.now))
    there = references_in(round_, [each.reference for each in brought])
    done = [enter(round_, each, Via.FILE, hand) for each in brought if each.reference not in there]
    submitted = sum(each.state is State.SUBMITTED for each in done)
    return Entered(submitted, len(done) - submitted, len(brought) - len(done))


def enter_sheet(round_: Round, brought: Brought, hand: Hand) -> Proposal:
    """Enter one sheet; raises Refusal for a reference that is taken (field `reference`), and as `enter_all`."""
    locked_round(round_.id)
    refuse_if(policy.can_bring(hand.person, round_, hand.now))
    if references_in(round_, [brought.reference]):
        raise Refusal(N_("Une fiche de ce budget porte déjà cette référence."), Kind.INVALID, "reference")
    return enter(round_, brought, Via.SHEET, hand)


def enter(round_: Round, brought: Brought, via: Via, hand: Hand) -> Proposal:
    """Write one project down: submitted when it is complete, else a draft; the caller has asked the policy."""
    identifier, by = public_id(), hand.person.public_id
    proposal = Proposal(
        public_id=identifier, slug=identifier, round_id=round_.id, external_ref=brought.reference,
        state_code=State.DRAFT.value, created_at=hand.now, updated_at=hand.now,
    )  # fmt: skip
    db.session.add(proposal)
    db.session.flush()
    db.session.add(
        Collected(
            proposal_id=proposal.id, origin=hand.origin, via_code=via.value, entered_by=by, entered_at=hand.now
        )
    )  # fmt: skip
    if brought.address:
        _offer(proposal, brought, hand)
    bring(proposal, hand.person, brought.content, hand.now)
    facts = {"round": round_.public_id, "proposal": proposal.public_id, "via": via.value}
    record(Verb.PROPOSAL_BROUGHT, by, hand.now, **facts)
    return proposal


def _offer(proposal: Proposal, brought: Brought, hand: Hand) -> None:
    """Send the link by which whoever left an address becomes an author, if they accept."""
    token = secrets.token_urlsafe(24)
    db.session.add(
        Invitation(
            proposal_id=proposal.id, kind_code=InvitationKind.CO_AUTHOR.value, address=brought.address,
            token_digest=digest_of(token), sent_at=hand.now, expires_at=hand.now + INVITATION_LASTS,
        )
    )  # fmt: skip
    words = {"title": brought.content.title, "round": proposal.round.title, "origin": hand.origin}
    enqueue(brought.address, "proposal_brought", hand.person.locale, hand.now, link=hand.link_of(token), **words)


def complete(held: Collected, brought: Brought, person: Person, now: datetime) -> Proposal:
    """Complete a sheet whose project nobody has taken over; raises Refusal."""
    row = sa.select(Proposal).where(Proposal.id == held.proposal_id).with_for_update(of=Proposal)
    proposal = db.session.scalars(row.options(sa.orm.lazyload("*")).execution_options(populate_existing=True)).one()
    refuse_if(policy.can_complete(person, proposal, now))
    bring(proposal, person, brought.content, now)
    facts = {"round": proposal.round.public_id, "proposal": proposal.public_id, "via": held.via_code}
    record(Verb.PROPOSAL_BROUGHT, person.public_id, now, **facts)
    return proposal

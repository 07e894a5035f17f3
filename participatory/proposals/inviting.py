"""Who writes a project: invited by letter, accepted, declined, left, taken off, and handed over with both consents."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.rules import normalised_email
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.outbox.actions import enqueue
from participatory.proposals import policy
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.queries import count_of
from participatory.proposals.records import Invitation
from participatory.proposals.rules import COUNTED
from participatory.proposals.together import INVITATION_LASTS, MAX_CO_AUTHORS, InvitationKind

# From the secret of a letter to the address of the page where it is answered.
LinkOf = Callable[[str], str]


def _gone() -> Refusal:
    message = N_("Cette invitation n’est plus valable : elle a reçu une réponse, elle a été annulée ou elle a expiré.")
    return Refusal(message, Kind.NOT_FOUND)


def digest_of(token: str) -> str:
    """What is kept of the secret of a letter."""
    return hashlib.sha256(token.encode()).hexdigest()


def waiting(proposal: Proposal, now: datetime) -> Sequence[Invitation]:
    """The invitations of a project that may still be answered, the oldest first."""
    wanted = sa.select(Invitation).where(Invitation.proposal_id == proposal.id, Invitation.expires_at > now)
    return db.session.scalars(wanted.order_by(Invitation.id)).all()


def invitation_of(token: str, now: datetime, *, held: bool = False) -> Invitation:
    """The invitation that a letter leads to; raises Refusal (NOT_FOUND). `held` keeps it until the transaction ends."""
    wanted = sa.select(Invitation).where(Invitation.token_digest == digest_of(token), Invitation.expires_at > now)
    if held:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(wanted).first()
    if found is None:
        raise _gone()
    return found


def invite(proposal: Proposal, person: Person, address: str, link_of: LinkOf, now: datetime) -> Invitation:
    """Send somebody the link by which they may write a project too; a second letter replaces the first.

    Raises Refusal: for whoever does not carry the project, for an address that writes it already (field `email`),
    beyond MAX_CO_AUTHORS with those who have not answered.
    """
    refuse_if(policy.can_share(proposal, person))
    address = normalised_email(address)
    if any(each.email == address for each in proposal.people):
        raise Refusal(N_("Cette personne écrit déjà ce projet."), Kind.INVALID, "email")
    db.session.execute(
        sa.delete(Invitation).where(Invitation.proposal_id == proposal.id, Invitation.address == address)
    )
    offered = [each for each in waiting(proposal, now) if each.kind is InvitationKind.CO_AUTHOR]
    if len(proposal.co_authors) + len(offered) >= MAX_CO_AUTHORS:
        message = N_("Un projet a %(most)s coauteurs au plus, invitations en attente comprises.")
        raise Refusal(message, most=MAX_CO_AUTHORS)
    invitation, link = _offer(proposal, InvitationKind.CO_AUTHOR, link_of, now)
    invitation.address = address
    enqueue(
        address, "co_author_invited", person.locale, now,
        name=person.display_name, title=_title(proposal), round=proposal.round.title, link=link,
    )  # fmt: skip
    return invitation


def hand_over(proposal: Proposal, person: Person, to: str, link_of: LinkOf, now: datetime) -> Invitation:
    """Offer a project to a co-author, named by their public identifier; it changes hands once they accept.

    Raises Refusal for whoever does not carry the project, or for somebody who does not write it.
    """
    refuse_if(policy.can_share(proposal, person))
    heir = next((each.person for each in proposal.co_authors if each.person.public_id == to), None)
    if heir is None:
        raise Refusal(N_("Choisissez la personne, parmi celles qui écrivent ce projet."), Kind.INVALID, "to")
    db.session.execute(
        sa.delete(Invitation).where(
            Invitation.proposal_id == proposal.id, Invitation.kind_code == InvitationKind.SUCCESSION.value
        )
    )
    invitation, link = _offer(proposal, InvitationKind.SUCCESSION, link_of, now)
    invitation.person_id = heir.id
    tell(
        heir, Topic.OWN_PROJECT, "succession_offered", now,
        link=link, name=person.display_name, title=_title(proposal), round=proposal.round.title,
    )  # fmt: skip
    return invitation


def _offer(proposal: Proposal, kind: InvitationKind, link_of: LinkOf, now: datetime) -> tuple[Invitation, str]:
    token = secrets.token_urlsafe(24)
    offered = Invitation(
        proposal_id=proposal.id,
        kind_code=kind.value,
        token_digest=digest_of(token),
        sent_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    db.session.add(offered)
    db.session.flush()
    return offered, link_of(token)


def accept(invitation: Invitation, person: Person, now: datetime, *, on_roll: bool) -> Proposal:
    """Write a project too, or carry it on; `on_roll`: whether the person may propose in its round.

    The caller holds the project and the invitation. Raises Refusal.
    """
    proposal = invitation.proposal
    refuse_if(policy.can_accept(invitation.kind, invitation.person_id, proposal, person))
    if invitation.kind is InvitationKind.CO_AUTHOR:
        _join(proposal, person, now, on_roll=on_roll)
    else:
        _succeed(proposal, person, now, on_roll=on_roll)
    db.session.delete(invitation)
    db.session.flush()
    return proposal


def _join(proposal: Proposal, person: Person, now: datetime, *, on_roll: bool) -> None:
    if len(proposal.co_authors) >= MAX_CO_AUTHORS:
        raise Refusal(N_("Ce projet a déjà autant de coauteurs qu’il peut en avoir."))
    for each in proposal.people:
        enqueue(each.email, "co_author_joined", each.locale, now, name=person.display_name, title=_title(proposal))
    if proposal.author is None:
        # It was brought in on paper: whoever takes it over carries it, and is asked what carriers are.
        carried = count_of(proposal.round, person, COUNTED, apart_from=proposal.id)
        refuse_if(policy.can_succeed(proposal, on_roll, carried, now))
        proposal.author = person
    else:
        proposal.co_authors.append(CoAuthor(person=person, joined_at=now))
    db.session.flush()
    _record(Verb.CO_AUTHOR_JOINED, proposal, person, now)


def _succeed(proposal: Proposal, person: Person, now: datetime, *, on_roll: bool) -> None:
    carried = count_of(proposal.round, person, COUNTED, apart_from=proposal.id)
    refuse_if(policy.can_succeed(proposal, on_roll, carried, now))
    before = proposal.author
    own = next(each for each in proposal.co_authors if each.person_id == person.id)
    proposal.co_authors.remove(own)
    db.session.flush()
    proposal.author = person
    if before is not None:
        # Whoever hands a project over stays among those who write it, until they leave.
        proposal.co_authors.append(CoAuthor(person=before, joined_at=now))
    db.session.flush()
    for each in proposal.people:
        enqueue(each.email, "succession_done", each.locale, now, name=person.display_name, title=_title(proposal))
    _record(Verb.PROPOSAL_HANDED_OVER, proposal, person, now)


def inherit(proposal: Proposal, now: datetime) -> None:
    """Pass a project whose carrier deletes their account to its oldest co-author, who is told and may withdraw it."""
    heir = proposal.co_authors[0]
    proposal.author = heir.person
    proposal.co_authors.remove(heir)
    db.session.flush()
    enqueue(heir.person.email, "project_inherited", heir.person.locale, now, title=_title(proposal))
    record(Verb.PROPOSAL_HANDED_OVER, SYSTEM, now, round=proposal.round.public_id, proposal=proposal.public_id)


def decline(invitation: Invitation, now: datetime) -> None:
    """Say no; whoever carries the project is told, without the address."""
    proposal = invitation.proposal
    if proposal.author is not None:
        succession = invitation.kind is InvitationKind.SUCCESSION
        template = "succession_declined" if succession else "co_author_declined"
        enqueue(proposal.author.email, template, proposal.author.locale, now, title=_title(proposal))
    db.session.delete(invitation)


def cancel(proposal: Proposal, person: Person, identifier: str) -> None:
    """Take an invitation back; raises Refusal for whoever does not carry the project."""
    refuse_if(policy.can_share(proposal, person))
    own = sa.delete(Invitation).where(Invitation.proposal_id == proposal.id, Invitation.public_id == identifier)
    db.session.execute(own)


def part(proposal: Proposal, person: Person, whom: str, now: datetime) -> Person:
    """End a co-author's part: by themselves, or by whoever carries the project; who it was.

    Raises Refusal; whoever carries it hands it over first.
    """
    leaver = next((each for each in proposal.co_authors if each.person.public_id == whom), None)
    refuse_if(policy.can_part(proposal, person, leaver.person if leaver else None))
    assert leaver is not None
    gone = leaver.person
    proposal.co_authors.remove(leaver)
    db.session.execute(
        sa.delete(Invitation).where(Invitation.proposal_id == proposal.id, Invitation.person_id == gone.id)
    )
    told = proposal.author if gone.id == person.id else gone
    if told is not None:
        template = "co_author_left" if gone.id == person.id else "co_author_removed"
        enqueue(told.email, template, told.locale, now, name=gone.display_name, title=_title(proposal))
    db.session.flush()
    _record(Verb.CO_AUTHOR_LEFT, proposal, person, now)
    return gone


def _record(verb: Verb, proposal: Proposal, person: Person, now: datetime) -> None:
    record(verb, person.public_id, now, round=proposal.round.public_id, proposal=proposal.public_id)


def _title(proposal: Proposal) -> str:
    """A title is one line: a letter's first line is its subject."""
    return " ".join(proposal.title.split()) or "…"

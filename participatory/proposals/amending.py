"""Amendments: other words that a reader proposes, and that the authors accept or refuse with a reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.speaking import may_speak
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals import policy
from participatory.proposals.actions import refresh_search_text
from participatory.proposals.models import Proposal
from participatory.proposals.records import Amendment
from participatory.proposals.together import AMENDABLE, MAX_WAITING, AmendmentState
from participatory.proposals.versions import keep_present, keep_version
from participatory.proposals.written import content_of


def amendments_of(proposal: Proposal) -> Sequence[Amendment]:
    """The amendments of a project that nobody took back, the last one first."""
    wanted = sa.select(Amendment).where(
        Amendment.proposal_id == proposal.id, Amendment.state_code != AmendmentState.WITHDRAWN.value
    )
    return db.session.scalars(wanted.order_by(Amendment.id.desc())).all()


def texts_of(proposal: Proposal) -> dict[str, str]:
    """The texts for which other words may be proposed, by name."""
    return {name: getattr(proposal, name) for name in AMENDABLE}


def held_amendment(identifier: str) -> Amendment:
    """An amendment by its public identifier, held with its project until the transaction ends.

    Raises Refusal (NOT_FOUND).
    """
    wanted = sa.select(Amendment).where(Amendment.public_id == identifier.replace("\0", ""))
    found = db.session.scalars(wanted).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas d’amendement à cette adresse."), Kind.NOT_FOUND)
    db.session.scalars(sa.select(Proposal.id).where(Proposal.id == found.proposal_id).with_for_update()).one()
    db.session.refresh(found)
    db.session.refresh(found.proposal)
    return found


def propose(
    proposal: Proposal, person: Person, typed: Mapping[str, str], now: datetime, *, why: str, link: str
) -> Amendment:
    """Propose other words for some texts of a project; its authors are told.

    Raises Refusal: where no amendment is open, for nothing changed, without a reason (field `why`), or while
    MAX_WAITING of the same person wait already.
    """
    refuse_if(policy.can_amend(proposal, person, now))
    present = texts_of(proposal)
    changed = [name for name in AMENDABLE if name in typed and typed[name] != present[name]]
    if not changed:
        raise Refusal(N_("Rien n’a changé : modifiez au moins un des textes."), Kind.INVALID)
    if not why:
        raise Refusal(N_("Dites en une phrase ce que cela améliore."), Kind.INVALID, "why")
    emptied = next((name for name in changed if not typed[name] and name != "beneficiaries"), None)
    if emptied is not None:
        raise Refusal(N_("Ce texte ne peut pas être vide."), Kind.INVALID, emptied)
    _refuse_too_many(proposal, person)
    amendment = Amendment(
        proposal_id=proposal.id, by_id=person.id, base=proposal.version,
        before={name: present[name] for name in changed}, after={name: typed[name] for name in changed}, why=why,
        state_code=AmendmentState.OPEN.value, answer="", proposed_at=now,
    )  # fmt: skip
    db.session.add(amendment)
    db.session.flush()
    for each in proposal.people:
        tell(each, Topic.OWN_PROJECT, "amendment_proposed", now, link=link, **_said(proposal), name=person.display_name,
             why=why)  # fmt: skip
    return amendment


def _refuse_too_many(proposal: Proposal, person: Person) -> None:
    own = sa.select(sa.func.count(Amendment.id)).where(
        Amendment.proposal_id == proposal.id,
        Amendment.by_id == person.id,
        Amendment.state_code == AmendmentState.OPEN.value,
    )
    if (db.session.scalar(own) or 0) >= MAX_WAITING:
        raise Refusal(N_("Vous avez déjà %(most)s amendements en attente sur ce projet."), most=MAX_WAITING)


def accept(amendment: Amendment, person: Person, answer: str, link: str, now: datetime) -> int:
    """Put the proposed words into the project, as a new version of it; its number.

    Raises Refusal for whoever does not write the project, for an amendment that has its answer, and where the text
    has changed meanwhile in the same place.
    """
    proposal = amendment.proposal
    _must_be_open(amendment, proposal, person)
    refuse_if(policy.amendable(proposal, now) or may_speak(person, now))
    if any(getattr(proposal, name) != text for name, text in amendment.before.items()):
        raise Refusal(N_("Ce texte a changé depuis que l’amendement a été proposé : refusez-le, en disant pourquoi."))
    # A project from before versions were kept has its present text kept first, so that both can be compared.
    keep_present(proposal)
    for name, text in amendment.after.items():
        setattr(proposal, name, text)
    proposal.version += 1
    proposal.updated_at = now
    refresh_search_text(proposal)
    keep_version(proposal, content_of(proposal), amendment.by.public_id if amendment.by else person.public_id, now)
    amendment.state_code, amendment.answer, amendment.answered_at = AmendmentState.ACCEPTED.value, answer, now
    amendment.number = proposal.version
    _tell_reader(amendment, "amendment_accepted", answer, link, now)
    db.session.flush()
    record(Verb.AMENDMENT_ACCEPTED, person.public_id, now, **_named(proposal), version=proposal.version)
    return proposal.version


def refuse(amendment: Amendment, person: Person, answer: str, link: str, now: datetime) -> None:
    """Say no, and why: whoever proposed it reads the reason. Raises Refusal (field `answer` without one)."""
    proposal = amendment.proposal
    _must_be_open(amendment, proposal, person)
    if not answer:
        raise Refusal(N_("Dites pourquoi : la personne qui l’a proposé lira votre raison."), Kind.INVALID, "answer")
    amendment.state_code, amendment.answer, amendment.answered_at = AmendmentState.REFUSED.value, answer, now
    _tell_reader(amendment, "amendment_refused", answer, link, now)
    db.session.flush()
    record(Verb.AMENDMENT_REFUSED, person.public_id, now, **_named(proposal))


def take_back(amendment: Amendment, person: Person) -> None:
    """Take one's own amendment back while it waits; raises Refusal."""
    if amendment.by_id != person.id:
        raise Refusal(N_("Seule la personne qui a proposé cet amendement peut le reprendre."), Kind.FORBIDDEN)
    if amendment.state is not AmendmentState.OPEN:
        raise Refusal(N_("Cet amendement a déjà reçu une réponse."))
    amendment.state_code = AmendmentState.WITHDRAWN.value


def _must_be_open(amendment: Amendment, proposal: Proposal, person: Person) -> None:
    refuse_if(policy.can_answer_amendment(proposal, person))
    if amendment.state is not AmendmentState.OPEN:
        raise Refusal(N_("Cet amendement a déjà reçu une réponse."))


def _tell_reader(amendment: Amendment, template: str, answer: str, link: str, now: datetime) -> None:
    if amendment.by is not None:
        tell(amendment.by, Topic.FOLLOWED, template, now, link=link, **_said(amendment.proposal), reason=answer)


def _said(proposal: Proposal) -> dict[str, str]:
    """A title is one line: a letter's first line is its subject."""
    return {"title": " ".join(proposal.title.split())}


def _named(proposal: Proposal) -> dict[str, str]:
    return {"round": proposal.round.public_id, "proposal": proposal.public_id}

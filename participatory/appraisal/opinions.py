"""Asking an establishment or the Crous for an opinion by a mailed link, and what they answer, without an account.

The link holds 256 bits that only the installation's secret gives, so that a reminder can hold the same one; the
database keeps its SHA-256 alone.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.appraisal.models import OpinionAnswer, OpinionRequest
from participatory.appraisal.policy import can_prepare
from participatory.appraisal.rules import Verdict
from participatory.core.clock import paris
from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import public_id as new_public_id
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.identity.rules import normalised_email
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.outbox.actions import enqueue
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal

BODY_MAX, QUESTION_MAX, TEXT_MAX, NAME_MAX = 160, 1000, 3000, 120
TEXT_MIN = 20
LASTS = timedelta(days=14)
REMIND_BEFORE = timedelta(days=3)
ADDRESS_KEPT = timedelta(days=30)
# One installation asks a project's question to a few bodies; more would be a mistake or a flood.
MOST_PER_PROJECT, MOST_PER_DAY = 8, 60


@dataclass(frozen=True)
class Asked:
    """What is asked, of whom, until when."""

    body: str
    email: str
    question: str
    due: datetime


@dataclass(frozen=True)
class Given:
    """What is answered; `seen` is how many answers the page showed, so that a form sent twice counts once."""

    verdict: Verdict
    text: str
    respondent: str
    function: str
    seen: int


def token_of(request_id: str, store: SecretStore) -> str:
    """What the link holds, made anew from the secret of the installation."""
    secret = hmac.new(store.get("opinion", "installation"), request_id.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(secret).decode().rstrip("=")


def digest_of(token: str) -> str:
    """What is kept of the token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


# The address of the page by its token, absolute.
Address = Callable[[str], str]


def ask(
    public_id: str, asked: Asked, by: Person, now: datetime, *, store: SecretStore, address: Address
) -> OpinionRequest:
    """Write to a body with a link to answer by. Raises Refusal."""
    proposal = locked(public_id)
    refuse_if(can_prepare(by, proposal, now))
    refuse_if(_asked_fault(asked, proposal, now) or _flood(proposal, by, now))
    identifier = new_public_id()
    token = token_of(identifier, store)
    made = OpinionRequest(
        public_id=identifier, proposal_id=proposal.id, body=asked.body, email=normalised_email(asked.email),
        question=asked.question, token_digest=digest_of(token), asked_by_id=by.id, asked_at=now, due_at=asked.due,
    )  # fmt: skip
    made.proposal = proposal
    db.session.add(made)
    db.session.flush()
    _write(made, "opinion_asked", address(token), now)
    record(Verb.OPINION_ASKED, by.public_id, now, **_about(made))
    return made


def _asked_fault(asked: Asked, proposal: Proposal, now: datetime) -> Refusal | None:
    if not asked.body or len(asked.body) > BODY_MAX:
        return Refusal(N_("Dites à qui cet avis est demandé."), Kind.INVALID, "body")
    if len(asked.question) > QUESTION_MAX:
        return Refusal(N_("Gardez l’essentiel : %(most)s signes au plus."), Kind.INVALID, "question", most=QUESTION_MAX)
    if not now + timedelta(hours=12) < asked.due <= proposal.round.voting_at:
        message = N_("Laissez au moins un jour pour répondre, et une réponse avant l’ouverture du vote, le %(start)s.")
        return Refusal(message, Kind.INVALID, "due", start=proposal.round.voting_at)
    return None


def _flood(proposal: Proposal, by: Person, now: datetime) -> Refusal | None:
    def number(*conditions: sa.ColumnElement[bool]) -> int:
        return db.session.scalar(sa.select(sa.func.count(OpinionRequest.id)).where(*conditions)) or 0

    if number(OpinionRequest.proposal_id == proposal.id, OpinionRequest.revoked_at.is_(None)) >= MOST_PER_PROJECT:
        return Refusal(
            N_("%(most)s avis sont déjà demandés sur ce projet : retirez une demande."), most=MOST_PER_PROJECT
        )
    if number(OpinionRequest.asked_by_id == by.id, OpinionRequest.asked_at > now - timedelta(days=1)) >= MOST_PER_DAY:
        return Refusal(N_("Vous avez envoyé beaucoup de demandes aujourd’hui : reprenez demain."))
    return None


def revoke(request_id: str, by: Person, now: datetime) -> OpinionRequest:
    """Take a request back: its link answers no more; an answer already given stays. Raises Refusal."""
    found = _held(OpinionRequest.public_id == request_id)
    refuse_if(can_prepare(by, found.proposal, now))
    if found.revoked_at is not None:
        raise Refusal(N_("Cette demande est déjà retirée."))
    found.revoked_at = now
    record(Verb.OPINION_REVOKED, by.public_id, now, **_about(found))
    return found


def by_token(token: str) -> OpinionRequest:
    """The request that a link leads to; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(OpinionRequest).where(OpinionRequest.token_digest == digest_of(token))).first()
    if found is None:
        raise _unknown()
    return found


def can_answer(request: OpinionRequest, now: datetime) -> Refusal | None:
    """Why no answer is taken any more: taken back, late, or the vote has opened."""
    if request.revoked_at is not None:
        return Refusal(N_("Cette demande d’avis a été retirée : il n’y a plus rien à faire."))
    if request.due_at <= now or request.proposal.round.voting_at <= now:
        return Refusal(N_("Le délai pour répondre est passé depuis le %(end)s."), end=request.due_at)
    return None


def answer(token: str, given: Given, link: str, now: datetime) -> OpinionAnswer:
    """Keep an answer, or its revision; whoever asked is told, with `link`. Raises Refusal."""
    found = _held(OpinionRequest.token_digest == digest_of(token))
    refuse_if(can_answer(found, now))
    refuse_if(_given_fault(given))
    number = len(found.answers) + 1
    if given.seen != number - 1:
        raise Refusal(N_("Une réponse vient d’être enregistrée par ce lien : rechargez la page pour la relire."))
    made = OpinionAnswer(
        request_id=found.id, number=number, verdict_code=given.verdict.value, text=given.text,
        respondent=given.respondent, function=given.function, answered_at=now,
    )  # fmt: skip
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Une réponse vient d’être enregistrée par ce lien : rechargez la page.")) from error
    asker = db.session.get_one(Person, found.asked_by_id)
    title = " ".join(found.proposal.title.split())
    tell(asker, Topic.APPRAISAL_WORK, "opinion_given", now, link=link, title=title, body=found.body)
    record(Verb.OPINION_GIVEN, SYSTEM, now, **_about(found), number=number, opinion=given.verdict.value)
    return made


def _given_fault(given: Given) -> Refusal | None:
    for field, text in (("respondent", given.respondent), ("function", given.function)):
        if not text or len(text) > NAME_MAX:
            return Refusal(N_("Dites qui répond, et à quel titre : c’est publié avec l’avis."), Kind.INVALID, field)
    if not TEXT_MIN <= len(" ".join(given.text.split())) <= TEXT_MAX:
        message = N_("Motivez votre avis (%(least)s à %(most)s signes) : il est publié.")
        return Refusal(message, Kind.INVALID, "text", least=TEXT_MIN, most=TEXT_MAX)
    return None


def remind_due(now: datetime, *, store: SecretStore, address: Address, most: int = 100) -> int:
    """Write once more, three days before the deadline, to those who have not answered; how many letters leave."""
    waiting = sa.select(OpinionRequest).where(
        OpinionRequest.reminded_at.is_(None),
        OpinionRequest.revoked_at.is_(None),
        OpinionRequest.due_at > now,
        OpinionRequest.due_at <= now + REMIND_BEFORE,
        OpinionRequest.email != "",
        ~OpinionRequest.answers.any(),
    )
    found = db.session.scalars(lock(waiting.order_by(OpinionRequest.id).limit(most))).all()
    for each in found:
        each.reminded_at = now
        _write(each, "opinion_reminder", address(token_of(each.public_id, store)), now)
    return len(found)


def addresses_due(now: datetime) -> sa.Select[OpinionRequest]:
    """The requests whose address has no use any more: thirty days after their deadline."""
    return sa.select(OpinionRequest).where(OpinionRequest.email != "", OpinionRequest.due_at < now - ADDRESS_KEPT)


def requests_on(proposal: Proposal) -> Sequence[OpinionRequest]:
    """Every request on a project with its answers, oldest first."""
    wanted = sa.select(OpinionRequest).where(OpinionRequest.proposal_id == proposal.id)
    return db.session.scalars(
        wanted.options(sa.orm.selectinload(OpinionRequest.answers)).order_by(OpinionRequest.id)
    ).all()


def answered_on(proposal: Proposal) -> list[OpinionRequest]:
    """Those that were answered, for the page of the project."""
    return [each for each in requests_on(proposal) if each.answer is not None]


def state_of(request: OpinionRequest, now: datetime) -> str:
    """Where a request stands: answered, revoked, late or waiting."""
    if request.answer is not None:
        return "answered"
    if request.revoked_at is not None:
        return "revoked"
    return "late" if request.due_at <= now else "waiting"


def _held(condition: sa.ColumnElement[bool]) -> OpinionRequest:
    number = db.session.scalar(lock(sa.select(OpinionRequest.id).where(condition)))
    if number is None:
        raise _unknown()
    return db.session.get_one(OpinionRequest, number, populate_existing=True)


def _unknown() -> Refusal:
    return Refusal(N_("Cette adresse n’est pas complète : reprenez celle de la lettre."), Kind.NOT_FOUND)


def _write(request: OpinionRequest, template: str, link: str, now: datetime) -> None:
    enqueue(
        request.email, template, "fr", now, link=link, body=request.body,
        title=" ".join(request.proposal.title.split()), question=request.question,
        due=f"{paris(request.due_at):%d/%m/%Y %H:%M}",
    )  # fmt: skip


def _about(request: OpinionRequest) -> dict[str, object]:
    return {
        "round": request.proposal.round.public_id,
        "proposal": request.proposal.public_id,
        "body": request.body,
    }

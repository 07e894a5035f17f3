"""Receiving a notice: hiding at once what may hurt, sending it to a person with the hour, acknowledging it.

No row names an account. Nothing is hidden by a number of notices: the ground of one alone is asked.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.veils import Veil
from participatory.identity.rules import normalised_email
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.notices.contents import Content, cover, public_content
from participatory.notices.letters import Letters, acknowledge, send_to_person, tell_pending
from participatory.notices.models import Notice
from participatory.notices.queries import hides_from, kept_before, letters_lately, notice_sent
from participatory.notices.routing import best_for
from participatory.notices.rules import LONGEST, MOST_LETTERS, SHORTEST, Ground, due_at, hides_at_once
from participatory.rounds.models import Round


@dataclass(frozen=True)
class Typed:
    """What somebody reports; `contact` may be empty; `network` is a seal of the day of where the request comes from."""

    form_key: str
    ground: Ground
    explanation: str
    contact: str
    locale: str
    network: str


def receive(where: tuple[str, str], typed: Typed, letters: Letters, link: str, now: datetime) -> Notice:
    """Take a notice about a text, named by its sort and key; `link` is where the text is read.

    The same form sent twice gives the same notice. Raises Refusal: NOT_FOUND for a text that nobody reads; INVALID
    with the field.
    """
    content = public_content(*where)
    if not SHORTEST <= len(typed.explanation) <= LONGEST:
        raise Refusal(N_("Dites en une phrase ce qui ne va pas dans ce texte."), Kind.INVALID, "explanation")
    contact = _address(typed.contact)
    _one_at_a_time(content.proposal.round)
    before = notice_sent(typed.form_key)
    if before is not None:
        return before
    notice = _made(content, typed, contact, now)
    welcome = bool(contact) and letters_lately(contact, now) < MOST_LETTERS
    try:
        with db.session.begin_nested():
            db.session.add(notice)
    except IntegrityError as error:
        raise Refusal(N_("Ce signalement est déjà parti : rechargez la page.")) from error
    if notice.urgent:
        _hurry(notice, content, letters, link, now)
    if welcome:
        acknowledge(notice, letters, now)
    named = {"round": content.proposal.round.public_id, "ground": typed.ground.value}
    record(Verb.NOTICE_RECEIVED, SYSTEM, now, **named, urgent=notice.urgent, hidden=notice.hid)
    return notice


def _made(content: Content, typed: Typed, contact: str, now: datetime) -> Notice:
    kept = kept_before(content.kind, content.key)
    return Notice(
        form_key=typed.form_key,
        round_id=content.proposal.round_id,
        kind=content.kind,
        key=content.key,
        ground_code=typed.ground.value,
        explanation=typed.explanation,
        shown=content.text,
        contact=contact,
        locale=typed.locale,
        network=typed.network,
        hid=content.veil is Veil.NONE and hides_at_once(typed.ground, hides_from(typed.network, now), kept),
        received_at=now,
        due_at=due_at(typed.ground, now),
    )


def _one_at_a_time(round_: Round) -> None:
    """Notices of a round come one after the other: the pace of a network is counted, then written.

    The lock leaves alone whatever refers to the round: ballots meanwhile wait for nothing.
    """
    db.session.execute(sa.select(Round.id).where(Round.id == round_.id).with_for_update(key_share=True))


def _hurry(notice: Notice, content: Content, letters: Letters, link: str, now: datetime) -> None:
    """Hide what an urgent notice is about, as far as the pace allows, and send it to a person."""
    if notice.hid:
        cover(content.kind, content.key, Veil.PENDING)
        tell_pending(content, notice, letters, link, now)
    person = best_for(content, now)
    if person is not None:
        notice.assigned_id = person.id
        send_to_person(notice, person, letters, now)


def _address(typed: str) -> str:
    if not typed:
        return ""
    try:
        return normalised_email(typed)
    except Refusal as refusal:
        raise Refusal(refusal.message, refusal.kind, "contact", **refusal.values) from refusal

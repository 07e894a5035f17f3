"""Propose, confirm, withdraw, renew, expire: each in the transaction of the caller."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.deeds import policy, queries
from participatory.deeds.kinds import DeedKind, Payload
from participatory.deeds.models import Deed
from participatory.deeds.rules import LASTS, LONGEST_REASON, Description
from participatory.identity.holders import holders_of
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue


def propose(
    kind: DeedKind, subject: str, payload: Payload, by: Person | None, now: datetime, *, link: str = ""
) -> Deed:
    """Prepare a deed that another person must confirm within LASTS; `by` is None for the operator's command.

    `subject` names what it bears on: raises Refusal when a deed of this kind already waits for it.
    Those who may confirm are told by letter; `link` is the address of the list of deeds.
    """
    _expire_former(kind, subject, now)
    shown = kind.describe(payload)
    deed = Deed(
        kind=kind.name,
        subject=subject,
        title=asdict(shown.title),
        payload=dict(payload),
        shown=shown.digest(),
        proposed_by=by.public_id if by else SYSTEM,
        proposed_at=now,
        expires_at=now + LASTS,
    )
    db.session.add(deed)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Un acte semblable attend déjà une seconde personne.")) from error
    _tell_others(kind, payload, by, now, link)
    _record(Verb.DEED_PROPOSED, deed, deed.proposed_by, now, shown=deed.shown)
    return deed


def confirm(public_id: str, kind: DeedKind, by: Person, now: datetime, *, seen: str) -> Deed:
    """Do a deed that somebody else proposed; `seen` is the digest of what the page showed.

    Raises Refusal when it is over, to the person who proposed it, without the permission, and when
    what would happen is not what was proposed or not what the page showed.
    """
    deed = queries.locked_deed(public_id)
    refuse_if(policy.can_confirm(deed, kind.permission, kind.scopes(deed.payload), by, now))
    shown = kind.describe(deed.payload)
    refuse_if(policy.has_changed(deed, shown.digest()))
    if seen != shown.digest():
        raise Refusal(N_("Cette page n’est plus à jour : relisez ce qui va se passer, puis confirmez."))
    deed.confirmed_by, deed.confirmed_at, deed.done = by.public_id, now, asdict(shown)
    # Whoever proposed last: a deed that was renewed is theirs.
    kind.perform({**deed.payload, "by": deed.proposed_by}, by, now)
    _record(Verb.DEED_CONFIRMED, deed, by.public_id, now, shown=deed.shown)
    return deed


def withdraw(public_id: str, kind: DeedKind, by: Person, reason: str, now: datetime) -> Deed:
    """Give up a deed before it is done, with the reason; raises Refusal when it is over or not theirs to withdraw."""
    deed = queries.locked_deed(public_id)
    refuse_if(policy.can_withdraw(deed, kind.permission, kind.scopes(deed.payload), by, now))
    written = " ".join(reason.replace("\0", "").split())[:LONGEST_REASON]
    if not written:
        raise Refusal(N_("Dites pourquoi cet acte est retiré."), Kind.INVALID, "reason")
    deed.withdrawn_by, deed.withdrawn_at, deed.reason = by.public_id, now, written
    kind.abandon(deed.payload, now)
    _record(Verb.DEED_WITHDRAWN, deed, by.public_id, now, reason=written)
    return deed


def renew(public_id: str, kind: DeedKind, by: Person, now: datetime) -> Deed:
    """Propose a deed again with what would happen now; whoever renews it can no longer confirm it."""
    deed = queries.locked_deed(public_id)
    refuse_if(policy.can_withdraw(deed, kind.permission, kind.scopes(deed.payload), by, now))
    shown: Description = kind.describe(deed.payload)
    deed.title, deed.shown = asdict(shown.title), shown.digest()
    deed.proposed_by, deed.proposed_at, deed.expires_at = by.public_id, now, now + LASTS
    _record(Verb.DEED_PROPOSED, deed, by.public_id, now, shown=deed.shown)
    return deed


def expire(public_id: str, kind: DeedKind | None, now: datetime) -> bool:
    """Put an end to a deed that nobody confirmed in time and undo what it prepared; whether there was one."""
    deed = queries.locked_deed(public_id)
    if deed.expires_at > now or deed.confirmed_at or deed.withdrawn_at or deed.expired_at:
        return False
    deed.expired_at = now
    if kind is not None:
        kind.abandon(deed.payload, now)
    _record(Verb.DEED_EXPIRED, deed, SYSTEM, now)
    return True


def _expire_former(kind: DeedKind, subject: str, now: datetime) -> None:
    former = queries.waiting_for(kind.name, subject)
    if former is not None and former.expires_at <= now:
        expire(former.public_id, kind, now)


def _tell_others(kind: DeedKind, payload: Payload, by: Person | None, now: datetime, link: str) -> None:
    scopes = kind.scopes(payload)
    for person in holders_of(kind.permission, now):
        if person is not by and person.may(kind.permission, *scopes):
            enqueue(person.email, "deed_waiting", person.locale, now, kind=kind.label, link=link)


def _record(verb: Verb, deed: Deed, actor: str, now: datetime, **values: str) -> None:
    record(verb, actor, now, deed=deed.public_id, kind=deed.kind, subject=deed.subject, **values)

"""The rules of retention of what identity, letters, counters and readings hold."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from participatory.core.database import Base, db
from participatory.core.labels import N_
from participatory.identity.models import Person, RoleGrant, SignInCode, SignInSession
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue
from participatory.outbox.models import Letter
from participatory.privacy.accounts import last_seen
from participatory.privacy.erasing import erase_person
from participatory.privacy.holdings import Coming, Deleted, Retention, offer_retention
from participatory.privacy.models import AddressChange, InactivityWarning, PersonalReading
from participatory.privacy.queries import locked_person
from participatory.privacy.rules import DELAYS, may_go
from participatory.privacy.wording import day, duration, said
from participatory.web.counters import RateCounter

# Erasing a whole account touches every package: fewer of them in one transaction.
_ACCOUNTS_AT_ONCE = 20


def ageing(
    model: type[Base],
    since: InstrumentedAttribute[Any],
    delay: timedelta,
    *conditions: sa.ColumnElement[bool],
) -> tuple[Callable[[datetime], Sequence[Coming]], Callable[[datetime, int], Deleted | None]]:
    """What will go and how, for a table whose rows go some time after an instant that they hold."""
    key = sa.inspect(model).primary_key[0]

    def coming(moment: datetime) -> Sequence[Coming]:
        due = sa.select(sa.func.count(), sa.func.min(since)).where(since <= moment - delay, *conditions)
        number, first = db.session.execute(due).one()
        return [Coming(number, first + delay)] if number else []

    def batch(now: datetime, most: int) -> Deleted | None:
        due = sa.select(key).where(since <= now - delay, *conditions).order_by(since).limit(most)
        rows = list(db.session.scalars(due))
        if not rows:
            return None
        gone = db.session.execute(
            sa.delete(model).where(key.in_(rows)), execution_options={"synchronize_session": False}
        )
        return Deleted(gone.rowcount)  # type: ignore[attr-defined]

    return coming, batch


def _unused(before: datetime, now: datetime) -> sa.Select[Any]:
    """The accounts that nobody has used since an instant and that hold no role."""
    tenure = sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)
    holds = sa.exists().where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None), tenure)
    return (
        sa.select(Person)
        .outerjoin(InactivityWarning, InactivityWarning.person_id == Person.id)
        .where(Person.display_name != "", Person.merged_into_id.is_(None), ~holds, Person.created_at <= before)
        .where(sa.or_(Person.active_on.is_(None), Person.active_on <= before.date()))
    )


def warn_unused(now: datetime, most: int, *, link: str, contact: str) -> int:
    """Send the letter that precedes the deletion of an unused account, to `most` people at most; how many were told.

    Without an address there is nobody to write to: the delay runs all the same.
    """
    warned = InactivityWarning.warned_at
    # A letter from before the last visit, or from a clock that ran ahead, is worth nothing: it is sent again.
    stale = sa.or_(warned.is_(None), warned > now, sa.func.date(warned) < Person.active_on)
    wanted = _unused(now - DELAYS.inactive + DELAYS.warned, now).where(stale).order_by(Person.id).limit(most)
    people = db.session.scalars(wanted).unique().all()
    for person in people:
        db.session.merge(InactivityWarning(person_id=person.id, warned_at=now))
        ends = day(max(last_seen(person) + DELAYS.inactive, now + DELAYS.warned))
        enqueue(person.email, "account_unused", person.locale, now, ends=ends, link=link, contact=contact)
    db.session.flush()
    return len(people)


def _coming_accounts(moment: datetime) -> Sequence[Coming]:
    due = _unused(moment - DELAYS.inactive, moment).where(InactivityWarning.warned_at <= moment - DELAYS.warned)
    number, first = db.session.execute(
        due.with_only_columns(sa.func.count(), sa.func.min(InactivityWarning.warned_at))
    ).one()
    return [Coming(number, first + DELAYS.warned)] if number else []


def _unused_batch(now: datetime, most: int) -> Deleted | None:
    due = _unused(now - DELAYS.inactive, now).where(InactivityWarning.warned_at <= now - DELAYS.warned)
    people = db.session.scalars(due.order_by(Person.id).limit(min(most, _ACCOUNTS_AT_ONCE))).unique().all()
    gone = 0
    for person in people:
        warning = db.session.get(InactivityWarning, person.id)
        held = locked_person(person.id)
        if held is None or not may_go(last_seen(held), warning.warned_at if warning else None, now):
            continue
        erase_person(held, now)
        record(Verb.PERSON_DELETED, SYSTEM, now, person=held.public_id)
        gone += 1
    return Deleted(gone) if gone else None


def _emptied(_moment: datetime) -> Sequence[Coming]:
    # Most of these rows are still named by something: nobody can say beforehand which will go.
    return []


def _emptied_batch(now: datetime, most: int) -> Deleted | None:
    """Delete the rows of deleted accounts that nothing names any more: the database itself knows which."""
    gone = 0
    # The row of an account that became part of another stays as long as that one: it says who proposed or decided.
    emptied = sa.select(Person.id).where(Person.display_name == "", Person.merged_into_id.is_(None))
    for number in db.session.scalars(emptied.order_by(Person.id)).all():
        if gone == most:
            break
        try:
            with db.session.begin_nested():
                gone += db.session.execute(sa.delete(Person).where(Person.id == number)).rowcount  # type: ignore[attr-defined]
        except IntegrityError:
            continue
    return Deleted(gone) if gone else None


def offer(app: Flask) -> None:
    """Enter these rules into the daily job."""
    ages = {
        "sessions": (N_("Connexions terminées"), SignInSession, SignInSession.expires_at, timedelta()),
        "sign_in_codes": (N_("Codes de connexion"), SignInCode, SignInCode.expires_at, DELAYS.codes),
        "address_changes": (
            N_("Changements d’adresse demandés"),
            AddressChange,
            AddressChange.expires_at,
            DELAYS.codes,
        ),
        "letters": (N_("Lettres qui n’ont pas pu partir"), Letter, Letter.created_at, DELAYS.letters),
        "counters": (N_("Compteurs d’essais"), RateCounter, RateCounter.expires_at, DELAYS.counters),
        "readings": (N_("Consultations par des agents"), PersonalReading, PersonalReading.read_at, DELAYS.readings),
    }
    emptied = N_("Restes de comptes supprimés que plus rien ne cite")
    offer_retention(app, Retention("emptied_accounts", emptied, _at_once, _emptied, _emptied_batch))
    unused = N_("Comptes sans visite, après la lettre qui prévient")
    offer_retention(app, Retention("accounts_unused", unused, _unused_kept, _coming_accounts, _unused_batch))
    for key, (title, model, since, delay) in ages.items():
        coming, batch = ageing(model, since, delay)
        offer_retention(app, Retention(key, title, _after(delay), coming, batch))


def _after(delay: timedelta) -> Callable[[], str]:
    return lambda: duration(delay) if delay else _at_once()


def _at_once() -> str:
    return said(N_("aussitôt"))


def _unused_kept() -> str:
    return duration(DELAYS.inactive)

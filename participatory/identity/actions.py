"""Signing in by letter, and what people change in their own account.

An attempt that fails must stay counted: it is answered with a Refusal that is
returned, not raised, so that the transaction keeps what was written.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import grouped, public_id
from participatory.core.labels import N_
from participatory.identity import merging, policy, queries
from participatory.identity.codes import (
    CODE_LASTS,
    KEPT_FOR,
    MAX_ATTEMPTS,
    code_mac,
    link_mac,
    new_code,
    same,
    well_formed,
)
from participatory.identity.models import Person, PersonIdentifier, SignInCode
from participatory.identity.rules import LONGEST_NAME, clean_name, first_name_of, nameless
from participatory.identity.throwaway import can_open_account
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue


def send_letter(
    email: str, key: bytes, now: datetime, *, token: str, link: str, next_path: str, locale: str
) -> SignInCode:
    """Send a code and a link to a normalised address, known or not: the same deed and the same answer.

    `token` is the random part of `link`. Earlier letters to the address no longer open
    the door; those that nobody used are forgotten after KEPT_FOR.
    """
    _replace_earlier(email, now)
    code, attempt = new_code(), public_id()
    letter = SignInCode(
        public_id=attempt,
        email=email,
        code_mac=code_mac(key, attempt, code),
        link_mac=link_mac(key, token),
        next_path=next_path,
        created_at=now,
        expires_at=now + CODE_LASTS,
    )
    db.session.add(letter)
    db.session.flush()
    enqueue(email, "sign_in", locale, now, code=grouped(code, 5), link=link)
    return letter


def _replace_earlier(email: str, now: datetime) -> None:
    db.session.execute(sa.delete(SignInCode).where(SignInCode.expires_at < now - KEPT_FOR))
    earlier = sa.update(SignInCode).where(SignInCode.email == email, SignInCode.consumed_at.is_(None))
    db.session.execute(earlier.where(SignInCode.replaced_at.is_(None)).values(replaced_at=now))


def enter_code(attempt: str, typed: str, key: bytes, locale: str, now: datetime) -> Person | Refusal:
    """Sign in with the code of a letter; gives the person, or why the code did not open the door.

    A wrong code counts as one of MAX_ATTEMPTS. Raises Refusal (NOT_FOUND) for an unknown attempt.
    """
    letter = queries.locked_letter(queries.letter_of(attempt).id)
    refusal = policy.can_use(letter, now)
    if refusal is not None:
        return refusal
    if not well_formed(typed):
        return Refusal(N_("Le code compte dix lettres et chiffres, en deux groupes de cinq."), Kind.INVALID, "code")
    letter.attempts += 1
    if not same(letter.code_mac, code_mac(key, attempt, typed)):
        return policy.can_use(letter, now) or _wrong_code(MAX_ATTEMPTS - letter.attempts)
    return _may_enter(letter) or _let_in(letter, locale, now)


def _wrong_code(left: int) -> Refusal:
    if left == 1:
        return Refusal(
            N_("Ce code n’est pas celui de la dernière lettre. Il vous reste un essai."), Kind.INVALID, "code"
        )
    sentence = N_("Ce code n’est pas celui de la dernière lettre. Il vous reste %(left)s essais.")
    return Refusal(sentence, Kind.INVALID, "code", left=left)


def open_link(token: str, key: bytes, locale: str, now: datetime) -> Person:
    """Sign in with the link of a letter, in whatever browser; raises Refusal when it no longer opens the door."""
    letter = queries.locked_letter(queries.letter_with_link(link_mac(key, token)).id)
    refuse_if(policy.can_use(letter, now) or _may_enter(letter))
    return _let_in(letter, locale, now)


def _may_enter(letter: SignInCode) -> Refusal | None:
    """Those who have an account always may; a new one is not opened for a throwaway mailbox."""
    return None if queries.person_by_email(letter.email) else can_open_account(letter.email)


def _let_in(letter: SignInCode, locale: str, now: datetime) -> Person:
    letter.consumed_at = now
    queries.hold_identifiers([letter.email])
    # Signing in leaves no row in the journal: its instant, just before a ballot's, would hint at who cast it.
    return queries.person_by_email(letter.email) or welcome(letter.email, locale, SYSTEM, now)


def person_for(
    identifiers: Sequence[str],
    email: str | None,
    source: str,
    locale: str,
    now: datetime,
    *,
    present: Person | None = None,
) -> Person:
    """The one account of somebody whom a door has just proven to hold these identifiers.

    `identifiers` are normalised (`ine:…`, `num:…`), the strongest first; `email` is a normalised
    address that the door has proven too, or None; `present` the account that is signed in in the
    same browser. The account is created when there is none, and two that turn out to be one person's
    become one: see merging, which says when it refuses. Raises Refusal.
    """
    queries.hold_identifiers([*identifiers, *([email] if email else [])])
    known = queries.people_known_as(identifiers)
    by_address = queries.person_by_email(email) if email else None
    merging.hold([*known, *([by_address] if by_address else [])])
    kept, gone = merging.account_of(known, by_address, identifiers, present=present, source=source, now=now)
    person = kept or _new_person(email, locale, now)
    for each in gone:
        merging.join(person, each, source, now)
    _note_identifiers(person, identifiers, email, source, now)
    if kept is None:
        # It names nobody: a ballot may follow within the minute, and its receipt with it.
        record(Verb.PERSON_CREATED, SYSTEM, now, person="")
    for each in gone:
        record(Verb.PEOPLE_JOINED, SYSTEM, now, person=each.public_id, into=person.public_id, source=source)
    return person


def _note_identifiers(
    person: Person, identifiers: Sequence[str], email: str | None, source: str, now: datetime
) -> None:
    """Keep what was proven and is not known yet: an address beside the account's own leads to the same person."""
    if person.email is None:
        person.email = email
    proven = dict.fromkeys([*identifiers, *([email] if email else [])])
    person.known_as.extend(
        PersonIdentifier(value=value, source=source, added_at=now)
        for value in proven
        if value not in person.identifiers
    )
    _flush_account()


def welcome(email: str | None, locale: str, actor: str, now: datetime) -> Person:
    """Create the account of a normalised address, or of somebody without one.

    Raises Refusal when it was created at the same instant.
    """
    person = _new_person(email, locale, now)
    record(Verb.PERSON_CREATED, actor, now, person="" if actor == SYSTEM else person.public_id)
    return person


def _new_person(email: str | None, locale: str, now: datetime) -> Person:
    identifier = public_id()
    person = Person(
        public_id=identifier,
        email=email,
        display_name=first_name_of(email or "", nameless(identifier)),
        locale=locale,
        created_at=now,
    )
    db.session.add(person)
    _flush_account()
    return person


def _flush_account() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(N_("Ce compte vient d’être créé ailleurs : recommencez.")) from error


def change_account(person: Person, display_name: str, locale: str, association_id: int | None, now: datetime) -> None:
    """Change one's name, language and association.

    Raises Refusal for an empty name, and when a moderator would change association alone.
    The association decides whose projects one may judge: changing it is journalled.
    """
    # Cut again: composing letters (NFC) can make a text longer than what the form measured.
    name = clean_name(display_name)[:LONGEST_NAME]
    if not name:
        raise Refusal(N_("Écrivez le nom que les autres liront."), Kind.INVALID, "display_name")
    refuse_if(policy.can_choose_association(person, association_id))
    person.display_name, person.locale = name, locale
    if person.association_id != association_id:
        person.association_id = association_id
        db.session.flush()
        db.session.refresh(person, ["association"])
        slug = person.association.slug if person.association else ""
        record(Verb.ASSOCIATION_CHOSEN, person.public_id, now, person=person.public_id, association=slug)

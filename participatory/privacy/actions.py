"""What people do with their own data: delete the account, change its address."""

import hashlib
import hmac
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.identifiers import grouped, public_id
from participatory.core.labels import N_
from participatory.identity.codes import code_mac, new_code, same, well_formed
from participatory.identity.models import Person, PersonIdentifier
from participatory.identity.queries import hold_identifiers, person_by_email
from participatory.identity.throwaway import can_open_account
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.outbox.actions import enqueue
from participatory.privacy import queries
from participatory.privacy.erasing import erase_person
from participatory.privacy.holdings import foreseen
from participatory.privacy.models import AddressChange, DeletionRecord
from participatory.privacy.rules import CODE_LASTS, MOST_ATTEMPTS

# What somebody without an address types to confirm.
WORD = "SUPPRIMER"


def address_key(secret_key: str) -> bytes:
    """The key of the codes that prove a new address: a code of sign-in opens nothing here, nor the reverse."""
    return hmac.new(secret_key.encode(), b"participatory/address/1", hashlib.sha256).digest()


def to_type(person: Person) -> str:
    """What is typed to confirm a deletion: one's own address, or a word for whoever gave none."""
    return person.email or WORD


def delete_account(person: Person, typed: str, now: datetime, *, contact: str) -> None:
    """Delete one's own account, for good, in the transaction of the caller.

    Raises Refusal when what was typed is not the address, when something must be done before (a
    role), and when the account is already deleted.
    """
    held = _held(person)
    if typed.strip().lower() != to_type(held).lower():
        message = N_("Ce n’est pas ce qui est demandé : recopiez-le en entier, sans rien d’autre.")
        raise Refusal(message, Kind.INVALID, "confirmation")
    foresight = foreseen(held, now)
    for refusal in foresight.before:
        raise refusal
    address, locale = held.email, held.locale
    erase_person(held, now)
    db.session.add(DeletionRecord(rule="account", deleted=1, at=now))
    kept = "\n".join(f"- {each.what}. {each.why}" for each in foresight.stays)
    enqueue(address, "account_deleted", locale, now, kept=kept, contact=contact)
    db.session.flush()
    record(Verb.PERSON_DELETED, held.public_id, now, person=held.public_id)


def ask_address(person: Person, address: str, key: bytes, now: datetime, *, contact: str) -> AddressChange:
    """Send a code to a new, normalised address; the answer is the same when it already has an account.

    Earlier codes of this person are forgotten. Raises Refusal when it is their address already.
    """
    held = _held(person)
    if address == held.email:
        raise Refusal(N_("C’est déjà l’adresse de votre compte."), Kind.INVALID, "email")
    db.session.execute(sa.delete(AddressChange).where(AddressChange.person_id == held.id))
    code, attempt = new_code(), public_id()
    owner = person_by_email(address)
    taken = owner is not None and owner.id != held.id
    change = AddressChange(
        public_id=attempt,
        person_id=held.id,
        email=address,
        code_mac=code_mac(key, attempt, code),
        taken=taken,
        created_at=now,
        expires_at=now + CODE_LASTS,
    )
    db.session.add(change)
    db.session.flush()
    if taken:
        enqueue(address, "address_taken", held.locale, now, contact=contact)
    else:
        enqueue(address, "address_asked", held.locale, now, code=grouped(code, 5))
    return change


def confirm_address(
    person: Person, attempt: str, typed: str, key: bytes, now: datetime, *, contact: str
) -> Refusal | None:
    """Take the new address once its code is given; an attempt that fails is counted and answered, not raised.

    The former address is told. Raises Refusal (NOT_FOUND) for a change that somebody else asked for.
    """
    held = _held(person)
    change = queries.change_of(held, attempt)
    over = _over(change, now)
    if over is not None:
        return over
    if not well_formed(typed):
        return Refusal(N_("Le code compte dix lettres et chiffres, en deux groupes de cinq."), Kind.INVALID, "code")
    change.attempts += 1
    if change.taken or not same(change.code_mac, code_mac(key, attempt, typed)):
        return _over(change, now) or _wrong()
    # Else one good address, freed by each change, would open as many accounts as one likes.
    refusal = can_open_account(change.email)
    if refusal is not None:
        return refusal
    _take(held, change, now, contact)
    return None


def _take(person: Person, change: AddressChange, now: datetime, contact: str) -> None:
    hold_identifiers([change.email])
    owner = person_by_email(change.email)
    if owner is not None and owner.id != person.id:
        # Somebody took the address meanwhile: the words tell no more than those of a wrong code.
        raise _wrong()
    beside = sa.delete(PersonIdentifier).where(PersonIdentifier.value == change.email)
    db.session.execute(beside.where(PersonIdentifier.person_id == person.id))
    former, change.consumed_at, person.email = person.email, now, change.email
    try:
        db.session.flush()
    except IntegrityError as error:
        raise _wrong() from error
    enqueue(former, "address_changed", person.locale, now, contact=contact)
    record(Verb.ADDRESS_CHANGED, person.public_id, now, person=person.public_id)


def _over(change: AddressChange, now: datetime) -> Refusal | None:
    if change.consumed_at is not None or change.expires_at <= now or change.attempts >= MOST_ATTEMPTS:
        return Refusal(N_("Ce code ne vaut plus : redemandez-en un."), Kind.CONFLICT, "code")
    return None


def _wrong() -> Refusal:
    return Refusal(N_("Ce code n’est pas celui de la dernière lettre envoyée à cette adresse."), Kind.INVALID, "code")


def _held(person: Person) -> Person:
    held = queries.locked_person(person.id)
    if held is None:
        raise Refusal(N_("Ce compte est déjà supprimé."))
    return held

"""Finding people, what they hold, and the letters that let them in."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Association, Person, PersonIdentifier, SignInCode, SignInSession

MOST_FOUND = 20


def person_by_public_id(public_id: str) -> Person | None:
    """The person of this public identifier, or the one whose account took its place; None when there is none."""
    found = db.session.scalars(sa.select(Person).where(Person.public_id == public_id)).first()
    if found is None or found.merged_into_id is None:
        return found
    return db.session.get(Person, found.merged_into_id)


def is_account_of(public_id: str, person: Person) -> bool:
    """Whether this public identifier is the person's, or that of an account which became part of theirs.

    What somebody began under one of their accounts is theirs under the other: nobody is two people.
    """
    return public_id == person.public_id or public_id in codes_of(person)


def codes_of(person: Person) -> frozenset[str]:
    """The public identifiers of a person: that of their account, and of those that became part of it."""
    own = sa.or_(Person.id == person.id, Person.merged_into_id == person.id)
    return frozenset(db.session.scalars(sa.select(Person.public_id).where(own)))


def session_of(digest: str, now: datetime) -> SignInSession | None:
    """The session whose token has this SHA-256, with its person; None when it is over."""
    wanted = sa.select(SignInSession).where(SignInSession.digest == digest, SignInSession.expires_at > now)
    return db.session.scalars(wanted).first()


def sessions_of(person: Person, now: datetime) -> list[SignInSession]:
    """Where a person is signed in, the last seen first."""
    wanted = sa.select(SignInSession).where(SignInSession.person_id == person.id, SignInSession.expires_at > now)
    return list(db.session.scalars(wanted.order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())))


def people_known_as(identifiers: Sequence[str]) -> list[Person]:
    """The people whom these normalised identifiers name, in the order of the identifiers, each once."""
    rows = db.session.scalars(sa.select(PersonIdentifier).where(PersonIdentifier.value.in_(identifiers)))
    by_value = {row.value: row.person for row in rows}
    return list(dict.fromkeys(by_value[value] for value in identifiers if value in by_value))


def person_by_email(email: str) -> Person | None:
    """The person with this normalised address, as the one of their account or beside it."""
    beside = sa.select(PersonIdentifier.person_id).where(PersonIdentifier.value == email)
    found = sa.select(Person).where(sa.or_(Person.email == email, Person.id.in_(beside)))
    return db.session.scalars(found.order_by(Person.id)).first()


def hold_identifiers(identifiers: Iterable[str]) -> None:
    """Let one sign-in at a time look for, or create, the account of these identifiers, until the transaction ends.

    On SQLite the whole database is already held. On PostgreSQL, where an account that does not exist yet
    cannot be locked, its names are, always in the same order.
    """
    if db.session().connection().dialect.name != "postgresql":
        return
    for name in sorted(set(identifiers)):
        key = hashlib.sha256(f"identifier|{name}".encode()).digest()[:8]
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(int.from_bytes(key, "big", signed=True))))


def held_people(ids: Sequence[int]) -> list[Person]:
    """These accounts, read as they now are and held until the transaction ends."""
    # In two statements: PostgreSQL would join the row that it waited for with the association that it saw before.
    db.session.execute(sa.select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()).all()
    held = sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id)
    return list(db.session.scalars(held.execution_options(populate_existing=True)))


def people_like(text: str) -> list[Person]:
    """The first MOST_FOUND people whose address or name contains a text, by name."""
    # PostgreSQL refuses a text that holds a NUL.
    bare = text.replace("\0", "").strip().lower()
    named = sa.func.lower(Person.display_name).contains(bare, autoescape=True)
    found = sa.select(Person).where(sa.or_(Person.email.contains(bare, autoescape=True), named))
    found = found.where(Person.merged_into_id.is_(None))
    return list(db.session.scalars(found.order_by(Person.display_name, Person.email).limit(MOST_FOUND)))


def associations() -> list[Association]:
    """Every association, by name."""
    return list(db.session.scalars(sa.select(Association).order_by(Association.name)))


def association_by_slug(slug: str) -> Association:
    """The association of this short name; raises Refusal (NOT_FOUND, field `association`)."""
    found = db.session.scalars(sa.select(Association).where(Association.slug == slug)).first()
    if found is None:
        raise Refusal(N_("Aucune association ne porte ce nom court."), Kind.NOT_FOUND, "association")
    return found


def letter_of(attempt: str) -> SignInCode:
    """The letter sent for an attempt to sign in; raises Refusal (NOT_FOUND) when it is unknown or forgotten."""
    return _known(db.session.scalars(sa.select(SignInCode).where(SignInCode.public_id == attempt)).first())


def letter_with_link(mac: str) -> SignInCode:
    """The letter whose link has this MAC; raises Refusal (NOT_FOUND)."""
    return _known(db.session.scalars(sa.select(SignInCode).where(SignInCode.link_mac == mac)).first())


def locked_letter(letter_id: int) -> SignInCode:
    """A letter held until the transaction ends, read as it now is."""
    held = lock(sa.select(SignInCode).where(SignInCode.id == letter_id)).execution_options(populate_existing=True)
    return db.session.scalars(held).one()


def _known(letter: SignInCode | None) -> SignInCode:
    if letter is None:
        raise Refusal(N_("Cette demande de connexion n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return letter

"""Finding the second factors and the recovery codes of a person, and the sessions that they prove."""

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.factors import FactorKind
from participatory.identity.models import Person, RecoveryCode, SecondFactor, SignInSession


def factors_of(person: Person) -> list[SecondFactor]:
    """The second factors of a person, the oldest first."""
    return list(db.session.scalars(_of(person)))


def locked_factors(person: Person) -> list[SecondFactor]:
    """The same, held until the transaction ends; the person's row too, so that two deeds on them follow each other."""
    db.session.execute(lock(sa.select(Person.id).where(Person.id == person.id)))
    return list(db.session.scalars(lock(_of(person))))


def _of(person: Person) -> sa.Select[SecondFactor]:
    return sa.select(SecondFactor).where(SecondFactor.person_id == person.id).order_by(SecondFactor.id)


def has_factors(person: Person) -> bool:
    """Whether a person enrolled a second factor."""
    wanted = sa.select(SecondFactor.id).where(SecondFactor.person_id == person.id).limit(1)
    return db.session.scalar(wanted) is not None


def keys_of(person: Person) -> list[str]:
    """The identifiers of a person's keys, in base64url."""
    return [each.credential_id for each in factors_of(person) if each.kind == FactorKind.KEY and each.credential_id]


def factor_named(person: Person, public_id: str) -> SecondFactor:
    """A factor of this person; raises Refusal (NOT_FOUND) for another's and for none."""
    found = db.session.scalars(_of(person).where(SecondFactor.public_id == public_id)).first()
    if found is None:
        raise Refusal(N_("Ce moyen n’est plus enregistré : rechargez la page."), Kind.NOT_FOUND)
    return found


def recovery_codes_left(person: Person) -> int:
    """How many recovery codes of a person still serve."""
    count = sa.select(sa.func.count()).select_from(RecoveryCode)
    return db.session.scalar(count.where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))) or 0


def unused_recovery_code(person: Person, code_mac: str) -> RecoveryCode | None:
    """The recovery code of this MAC if it still serves, held until the transaction ends."""
    wanted = sa.select(RecoveryCode).where(RecoveryCode.person_id == person.id, RecoveryCode.code_mac == code_mac)
    return db.session.scalars(lock(wanted.where(RecoveryCode.used_at.is_(None)))).first()


def locked_session(session_id: int) -> SignInSession | None:
    """A session by its row number, held until the transaction ends; None when it was ended meanwhile."""
    db.session.execute(lock(sa.select(SignInSession.id).where(SignInSession.id == session_id)))
    # Read in a second statement: what joins the row to its person is then as new as the row.
    return db.session.get(SignInSession, session_id, populate_existing=True)

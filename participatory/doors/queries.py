"""Finding doors, sign-ins under way, and proofs of enrolment."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.doors.models import EnrolmentProof, IdentitySource, SignInAttempt
from participatory.territories.models import Establishment


def sources() -> list[IdentitySource]:
    """Every door, by establishment then by age."""
    found = sa.select(IdentitySource).join(IdentitySource.establishment)
    return list(db.session.scalars(found.order_by(Establishment.name, IdentitySource.id)))


def open_doors_of(establishment: Establishment) -> list[IdentitySource]:
    """The doors that students of an establishment may take now, the oldest first."""
    found = sa.select(IdentitySource).where(IdentitySource.establishment_id == establishment.id)
    return list(db.session.scalars(found.where(IdentitySource.enabled_at.is_not(None)).order_by(IdentitySource.id)))


def establishments_with_doors() -> frozenset[int]:
    """The numbers of the establishments that have an open door."""
    found = sa.select(IdentitySource.establishment_id).where(IdentitySource.enabled_at.is_not(None))
    return frozenset(db.session.scalars(found))


def source_by_public_id(public_id: str) -> IdentitySource:
    """The door of this identifier; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(IdentitySource).where(IdentitySource.public_id == public_id)).first()
    if found is None:
        raise Refusal(N_("Cette porte n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return found


def locked_source(source_id: int) -> IdentitySource:
    """A door held until the transaction ends, read as it now is."""
    held: dict[str, Any] = {"of": IdentitySource}
    return db.session.get_one(IdentitySource, source_id, with_for_update=held, populate_existing=True)


def locked_attempt(state: str) -> SignInAttempt | None:
    """The sign-in under way whose state has this digest, held until the transaction ends."""
    held = lock(sa.select(SignInAttempt).where(SignInAttempt.state == state)).execution_options(populate_existing=True)
    return db.session.scalars(held).first()


def proof_of(person_id: int, establishment_id: int) -> EnrolmentProof | None:
    """What an establishment has said of a person, whether it still holds or not."""
    found = sa.select(EnrolmentProof).where(EnrolmentProof.person_id == person_id)
    return db.session.scalars(found.where(EnrolmentProof.establishment_id == establishment_id)).first()


def present_proofs(person_id: int, now: datetime) -> list[EnrolmentProof]:
    """What establishments have said of a person and still holds, the latest first."""
    found = sa.select(EnrolmentProof).where(EnrolmentProof.person_id == person_id, EnrolmentProof.expires_at > now)
    return list(db.session.scalars(found.order_by(EnrolmentProof.proved_at.desc())))


def establishment_by_key(key: str) -> Establishment:
    """The establishment of this key; raises Refusal (NOT_FOUND)."""
    found = db.session.scalars(sa.select(Establishment).where(Establishment.key == key)).first()
    if found is None:
        raise Refusal(N_("Cet établissement n’est pas dans la liste."), Kind.NOT_FOUND)
    return found


def establishments_of_codes(uais: list[str]) -> dict[str, Establishment]:
    """The establishments of the list that have one of these codes (UAI)."""
    found = sa.select(Establishment).where(Establishment.uai.in_(uais))
    return {each.uai: each for each in db.session.scalars(found)} if uais else {}

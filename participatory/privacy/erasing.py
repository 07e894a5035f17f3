"""Emptying an account: what identity itself holds goes, and the row stays until nothing names it any more."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import (
    Person,
    PersonIdentifier,
    RecoveryCode,
    RoleGrant,
    SecondFactor,
    SignInCode,
    SignInSession,
)
from participatory.outbox.models import Letter
from participatory.privacy.holdings import Erasure, Kept, erase_all, offer_erasure
from participatory.privacy.models import AddressChange, InactivityWarning, PersonalReading
from participatory.privacy.policy import must_give_back
from participatory.privacy.wording import said

_OWN = (
    SignInSession, SecondFactor, RecoveryCode, PersonIdentifier, RoleGrant, AddressChange, InactivityWarning,
    PersonalReading,
)  # fmt: skip


def foresee(person: Person, now: datetime) -> Erasure:
    """What goes with the account itself."""
    refusal = must_give_back(person, now)
    return Erasure(
        goes=(
            said(N_("Votre adresse, votre nom affiché, votre langue et votre association.")),
            said(N_("Les empreintes de vos numéros d’étudiant, vos clés de double vérification et vos rôles passés.")),
            said(N_("Toutes vos connexions : vous serez déconnecté·e partout, aussitôt.")),
        ),
        stays=(
            Kept(
                said(N_("Votre code public dans le journal des actes")),
                said(
                    N_(
                        "Effacer une ligne romprait la chaîne qui prouve que rien n’a été changé. "
                        "Une fois le compte supprimé, ce code ne mène plus à personne."
                    )
                ),
            ),
        ),
        before=(refusal,) if refusal is not None else (),
    )


def erase(person: Person, now: datetime) -> None:
    """Delete what identity and this package hold; the emptied row goes with the daily job once nothing names it."""
    addresses = [each for each in person.identifiers if "@" in each]
    db.session.execute(sa.delete(SignInCode).where(SignInCode.email.in_(addresses)))
    db.session.execute(sa.delete(Letter).where(Letter.recipient.in_(addresses)))
    for model in _OWN:
        db.session.execute(sa.delete(model).where(model.person_id == person.id))
    person.email, person.display_name, person.locale = None, "", "fr"
    person.association_id = person.active_on = person.merged_into_id = None
    db.session.flush()
    db.session.expire(person)


def erase_person(person: Person, now: datetime) -> None:
    """Erase whatever is held about a person, accounts joined into theirs too; the caller journals."""
    joined = db.session.scalars(sa.select(Person).where(Person.merged_into_id == person.id)).all()
    for account in (*joined, person):
        erase_all(account, now)


def offer(app: Flask) -> None:
    """Enter what deleting an account does to identity."""
    offer_erasure(app, foresee, erase)

"""What the doors of establishments leave: proofs of enrolment, and sign-ins under way."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from participatory.core.database import db
from participatory.core.labels import N_
from participatory.doors.models import EnrolmentProof, SignInAttempt
from participatory.identity.models import Person
from participatory.privacy.expiring import ageing
from participatory.privacy.holdings import (
    Erasure,
    Holding,
    Processing,
    Retention,
    offer_erasure,
    offer_holdings,
    offer_retention,
)
from participatory.privacy.rules import DELAYS, Task
from participatory.privacy.wording import day, duration, moment_text, said


def _proofs(person: Person) -> list[EnrolmentProof]:
    wanted = sa.select(EnrolmentProof).where(EnrolmentProof.person_id == person.id)
    return list(db.session.scalars(wanted.order_by(EnrolmentProof.proved_at.desc())))


def _held(person: Person, now: datetime) -> Holding | None:
    found = _proofs(person)
    if not found:
        return None
    rows = tuple(
        (
            each.establishment.name,
            said(N_("prouvée le %(start)s, jusqu’au %(end)s"), start=day(each.proved_at), end=day(each.expires_at)),
        )
        for each in found
    )
    data = [
        {
            "establishment": each.establishment.name,
            "source": each.source,
            "proved_at": moment_text(each.proved_at),
            "expires_at": moment_text(each.expires_at),
        }
        for each in found
    ]
    return Holding(said(N_("Jusqu’au jour écrit à côté de chacune, puis effacée.")), rows, data=data)


def _foresee(person: Person, now: datetime) -> Erasure:
    if not _proofs(person):
        return Erasure()
    return Erasure(goes=(said(N_("Ce que votre établissement a dit de votre inscription.")),))


def _erase(person: Person, now: datetime) -> None:
    db.session.execute(sa.delete(EnrolmentProof).where(EnrolmentProof.person_id == person.id))


def offer(app: Flask) -> None:
    """Enter proofs and sign-ins under way into the register, deletions and the daily job."""
    processing = Processing(
        "enrolment",
        N_("Ce que votre établissement a dit de vous"),
        N_("Établissement, date de la preuve d’inscription, fin de validité"),
        N_("savoir que vous étudiez là, sans attendre une liste"),
        N_("vous ; une personne habilitée de la Région, avec un motif que vous lisez dans « Mes données »"),
        lambda: said(N_("jusqu’à la fin de validité de la preuve")),
        tasks=frozenset({Task.SIGN_IN, Task.ROLL, Task.RIGHTS}),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    coming, batch = ageing(EnrolmentProof, EnrolmentProof.expires_at, timedelta())
    over = N_("Preuves d’inscription qui ne valent plus")
    offer_retention(app, Retention("proofs", over, lambda: said(N_("aussitôt")), coming, batch))
    coming, batch = ageing(SignInAttempt, SignInAttempt.expires_at, DELAYS.codes)
    begun = N_("Connexions commencées chez un établissement")
    offer_retention(app, Retention("sign_in_attempts", begun, lambda: duration(DELAYS.codes), coming, batch))

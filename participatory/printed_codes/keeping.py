"""What sheets hold about people, and until when: for « Mes données » and the daily job."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext

from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.printed_codes.actions import forget_bindings
from participatory.printed_codes.models import CodePackage, PrintedCode
from participatory.printed_codes.rules import sealed_mail
from participatory.printed_codes.secret import installation_pepper
from participatory.privacy.holdings import (
    Coming,
    Deleted,
    Erasure,
    Holding,
    Processing,
    Retention,
    offer_erasure,
    offer_holdings,
    offer_retention,
)
from participatory.privacy.wording import said


def _kept() -> str:
    return said(N_("jusqu’à ce que le code serve, soit rendu ou ne vaille plus"))


def _until() -> str:
    return str(
        gettext("Jusqu’à ce que le code serve, soit rendu ou ne vaille plus ; ensuite plus rien ne mène à vous.")
    )


def _codes_of(person: Person) -> list[PrintedCode]:
    pepper = installation_pepper()
    names = [sealed_mail(pepper, each) if "@" in each else each for each in person.identifiers]
    return list(db.session.scalars(sa.select(PrintedCode).where(PrintedCode.holder.in_(names))))


def _holding(person: Person, _now: datetime) -> Holding | None:
    codes = _codes_of(person)
    if not codes:
        return None
    rows = tuple((gettext("Feuille"), f"{code.serial} – {code.package.establishment.name}") for code in codes)
    sheets = [
        {
            "sheet": code.serial,
            "establishment": code.package.establishment.key,
            "handed_on": code.handed_on.isoformat() if code.handed_on else None,
        }
        for code in codes
    ]
    return Holding(_until(), rows, data=sheets)


def _foresee(person: Person, _now: datetime) -> Erasure:
    if not _codes_of(person):
        return Erasure()
    return Erasure(goes=(gettext("La feuille de code imprimé qui vous attend ne mènera plus à vous."),))


def _erase(person: Person, now: datetime) -> None:
    for code in _codes_of(person):
        code.holder = code.voter = None
        code.voided_on = now.date()
    db.session.flush()


def _coming(moment: datetime) -> Sequence[Coming]:
    over = sa.select(sa.func.count(), sa.func.min(CodePackage.expires_at)).join_from(PrintedCode, CodePackage)
    number, first = db.session.execute(
        over.where(PrintedCode.holder.is_not(None), CodePackage.expires_at <= moment)
    ).one()
    return [Coming(number, first)] if number else []


def _batch(now: datetime, most: int) -> Deleted | None:
    number = forget_bindings(now, most)
    return Deleted(number) if number else None


def register(app: Flask) -> None:
    """Join the register of processing, the deletion of accounts and the daily job."""
    processing = Processing(
        key="printed_codes",
        title=N_("Code imprimé"),
        data=N_("L’empreinte de ce que vous avez montré au guichet, et le numéro de la feuille"),
        purpose=N_("que la feuille n’ouvre la porte qu’à vous, une fois, et que vous n’en ayez qu’une"),
        recipients=N_("aucune personne ; au guichet, seulement des nombres de feuilles"),
        kept=_kept,
    )
    offer_holdings(app, processing, _holding)
    offer_erasure(app, _foresee, _erase)
    title = N_("Ce qui liait une feuille de code à une personne")
    offer_retention(app, Retention("printed_codes", title, _kept, _coming, _batch))

"""What is held about people: which projects they follow, since which day."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.core.database import db
from participatory.core.labels import N_
from participatory.following.models import Follow
from participatory.following.queries import followed_by
from participatory.identity.models import Person
from participatory.privacy.holdings import Erasure, Holding, Processing, offer_erasure, offer_holdings
from participatory.privacy.wording import day, moment_text, said


def _held(person: Person, now: datetime) -> Holding | None:
    found = followed_by(person)
    if not found:
        return None
    rows = tuple((each.proposal.title, said(N_("suivi depuis le %(day)s"), day=day(each.at))) for each in found)
    data = [{"proposal": each.proposal.title, "since": moment_text(each.at)} for each in found]
    return Holding(said(N_("Jusqu’à ce que vous cessiez de suivre le projet.")), rows, (), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    number = len(followed_by(person))
    if not number:
        return Erasure()
    words = ngettext("Le suivi de %(num)s projet.", "Le suivi de %(num)s projets.", number)
    return Erasure(goes=(str(words),))


def _erase(person: Person, now: datetime) -> None:
    db.session.execute(sa.delete(Follow).where(Follow.person_id == person.id))


def offer(app: Flask) -> None:
    """Enter what people follow into the register and into deletions."""
    processing = Processing(
        "following",
        N_("Projets que vous suivez"),
        N_("Projet et jour, avec votre compte"),
        N_("vous dire quand un projet que vous suivez avance"),
        N_("vous seulement"),
        lambda: said(N_("jusqu’à ce que vous cessiez de suivre le projet, ou autant que le compte")),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)

"""What supports hold about people: which projects a line of the roll supports, and since which day."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity.actions import forget
from participatory.integrity.rules import Act
from participatory.privacy.holdings import Erasure, Holding, Processing, offer_erasure, offer_holdings
from participatory.privacy.wording import plain_day, said
from participatory.rolls.holdings import lines_of
from participatory.supports.models import Support, SupportLeftOut
from participatory.supports.queries import supports_of


def _voters(person: Person) -> list[int]:
    return [voter.id for _round, voter in lines_of(person)]


def _held(person: Person, now: datetime) -> Holding | None:
    supports = supports_of(_voters(person))
    if not supports:
        return None
    rows = tuple(
        (proposal.title, said(N_("soutenu le %(day)s"), day=plain_day(support.day))) for support, proposal in supports
    )
    note = said(N_("Le nombre des soutiens d’un projet est public ; qui les a donnés ne l’est pas."))
    data = [{"proposal": proposal.title, "supported_on": support.day.isoformat()} for support, proposal in supports]
    return Holding(said(N_("Autant que la liste électorale du budget.")), rows, (note,), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    number = len(supports_of(_voters(person)))
    if not number:
        return Erasure()
    words = ngettext("Votre soutien à %(num)s projet.", "Vos soutiens à %(num)s projets.", number)
    return Erasure(goes=(str(words),))


def _erase(person: Person, now: datetime) -> None:
    """Take back whatever the person supports; the journal, which names the account that goes, says nothing of it."""
    voters = _voters(person)
    for given, proposal in supports_of(voters):
        forget(proposal.round, Act.SUPPORT, given.key)
    for table in (Support, SupportLeftOut):
        db.session.execute(sa.delete(table).where(table.voter_id.in_(voters)))


def offer(app: Flask) -> None:
    """Enter supports into the register and into deletions; they go with the roll, as whatever names a voter does."""
    processing = Processing(
        "supports",
        N_("Projets que vous soutenez"),
        N_("Projet et jour du soutien, au pseudonyme de la liste électorale"),
        N_("montrer l’intérêt pour un projet avant le vote, à raison d’un soutien par personne"),
        N_("vous ; tout le monde, en nombres seulement"),
        lambda: said(N_("autant que la liste électorale du budget")),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)

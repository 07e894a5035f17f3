"""What is held about people: what they asked to join, what they answered about projects that become one or two."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext

from participatory.core.database import db
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.mergers.models import JoinRequest, Merger, MergerConsent, Split, SplitConsent
from participatory.mergers.queries import mergers_of, requests_by, splits_of
from participatory.mergers.rules import Answer
from participatory.privacy.holdings import Erasure, Holding, Processing, offer_erasure, offer_holdings
from participatory.privacy.wording import moment_text, said


def _kept() -> str:
    return said(N_("autant que le projet, ou que le compte"))


def _held(person: Person, now: datetime) -> Holding | None:
    asked, mergers, splits = requests_by(person), mergers_of(person), splits_of(person)
    if not asked and not mergers and not splits:
        return None
    rows = [
        (each.proposal.title, said(N_("demande d’y participer : « %(text)s »"), text=each.message)) for each in asked
    ]
    own = {each.id: next(one for one in each.consents if one.person_id == person.id) for each in mergers}
    rows += [(each.kept.title, gettext(label(own[each.id].said))) for each in mergers]
    halves = {each.id: next(one for one in each.consents if one.person_id == person.id) for each in splits}
    rows += [(each.source.title, gettext(label(halves[each.id].said))) for each in splits]
    data = {
        "asked": [
            {"project": each.proposal.title, "message": each.message, "at": moment_text(each.asked_at)}
            for each in asked
        ],
        "mergers": [{"project": each.kept.title, "answer": Answer(own[each.id].answer).value} for each in mergers],
        "splits": [{"project": each.source.title, "answer": Answer(halves[each.id].answer).value} for each in splits],
    }
    return Holding(_kept(), tuple(rows), (), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    if not requests_by(person) and not mergers_of(person) and not splits_of(person):
        return Erasure()
    goes = N_("Vos demandes de participer à un projet, vos réponses aux réunions et aux partages de projets.")
    return Erasure(goes=(said(goes),))


def _erase(person: Person, now: datetime) -> None:
    for table in (JoinRequest, MergerConsent, SplitConsent):
        db.session.execute(sa.delete(table).where(table.person_id == person.id))
    for made in (Merger, Split):
        proposed = sa.update(made).where(made.proposed_by_id == person.id)
        db.session.execute(proposed.values(proposed_by_id=None, message=""))
    db.session.execute(sa.update(Split).where(Split.carrier_id == person.id).values(carrier_id=None))


def offer(app: Flask) -> None:
    """Enter these into the register and into deletions."""
    processing = Processing(
        "mergers",
        N_("Projets rejoints, réunis, partagés"),
        N_("Demandes de participer, réponses aux réunions et partages de projets, avec votre nom d’usage"),
        N_("écrire un projet à plusieurs, réunir ou partager des projets avec l’accord de tous"),
        N_("vous et les personnes qui écrivent ces projets"),
        _kept,
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)

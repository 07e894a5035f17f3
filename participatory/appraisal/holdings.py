"""What appraisal holds about people: findings on their projects, and findings that they signed."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.appraisal.models import Appraisal
from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.privacy.holdings import Erasure, Holding, Kept, Processing, offer_erasure, offer_holdings
from participatory.privacy.rules import Task
from participatory.privacy.wording import day, moment_text, said
from participatory.proposals.models import Proposal
from participatory.proposals.queries import theirs


def _held(person: Person, now: datetime) -> Holding | None:
    about = sa.select(Appraisal).join(Proposal, Proposal.id == Appraisal.proposal_id)
    received = db.session.scalars(about.where(theirs(person)).order_by(Appraisal.id)).all()
    given = _given(person)
    if not received and not given:
        return None
    rows = tuple((each.proposal.title, f"{_verdict(each)} – {day(each.appraised_at)}") for each in received)
    notes = (ngettext("%(num)s avis rendu par vous.", "%(num)s avis rendus par vous.", given),) if given else ()
    data = {
        "received": [
            {
                "proposal": each.proposal.title,
                "feasible": each.feasible,
                "final_cents": each.final_cents,
                "reason": each.reason,
                "appraised_at": moment_text(each.appraised_at),
            }
            for each in received
        ],
        "given": given,
    }
    return Holding(said(N_("Autant que le projet.")), rows, notes, data)


def _verdict(finding: Appraisal) -> str:
    return said(N_("réalisable")) if finding.feasible else said(N_("non réalisable"))


def _given(person: Person) -> int:
    return db.session.scalar(sa.select(sa.func.count(Appraisal.id)).where(Appraisal.appraiser_id == person.id)) or 0


def _foresee(person: Person, now: datetime) -> Erasure:
    if not _given(person):
        return Erasure()
    why = said(N_("Ils valent pour d’autres que vous. Votre nom n’y figurait pas : la Région en répond."))
    return Erasure(stays=(Kept(said(N_("Vos avis d’instruction")), why),))


def _erase(person: Person, now: datetime) -> None:
    """Nothing here: findings on projects that go leave with them, and those given name an emptied account."""


def offer(app: Flask) -> None:
    """Enter findings into the register and into deletions."""
    processing = Processing(
        "findings",
        N_("Avis de la Région sur vos projets"),
        N_("Avis, coût retenu et raison ; qui l’a rendu"),
        N_("que chaque avis ait une raison et une date"),
        N_("tout le monde"),
        lambda: said(N_("autant que le projet")),
        tasks=frozenset({Task.RIGHTS}),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)

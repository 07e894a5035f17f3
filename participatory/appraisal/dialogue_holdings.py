"""What the dialogue about costs holds about people: what they said, as authors or for the services."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.appraisal.dialogue_models import CostingStep, FindingDraft
from participatory.core.database import db
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.privacy.holdings import Erasure, Holding, Kept, Processing, offer_erasure, offer_holdings
from participatory.privacy.rules import Task
from participatory.privacy.wording import day, moment_text, said


def _held(person: Person, now: datetime) -> Holding | None:
    steps = db.session.scalars(
        sa.select(CostingStep).where(CostingStep.person_id == person.id).order_by(CostingStep.id)
    ).all()
    drafts = _drafts(person)
    if not steps and not drafts:
        return None
    rows = tuple(
        (f"{each.proposal.title} – {each.label}", f"{said(label(each.act))} – {day(each.at)}") for each in steps
    )
    counted = ngettext("%(num)s avis préparé par vous.", "%(num)s avis préparés par vous.", drafts)
    data = {
        "steps": [
            {
                "proposal": each.proposal.title,
                "line": each.label,
                "act": each.act_code,
                "quantity": each.quantity,
                "unit_cents": each.unit_cents,
                "reason": each.reason,
                "at": moment_text(each.at),
            }
            for each in steps
        ],
        "drafts": drafts,
    }
    return Holding(said(N_("Autant que le projet.")), rows, (counted,) if drafts else (), data)


def _drafts(person: Person) -> int:
    mine = sa.select(sa.func.count(FindingDraft.proposal_id)).where(FindingDraft.person_id == person.id)
    return db.session.scalar(mine) or 0


def _foresee(person: Person, now: datetime) -> Erasure:
    spoke = db.session.scalar(sa.select(sa.exists().where(CostingStep.person_id == person.id)))
    if not spoke:
        return Erasure()
    why = said(
        N_("Ils disent comment le coût d’un projet a été fixé. Votre nom y est remplacé par « un ancien compte ».")
    )
    return Erasure(stays=(Kept(said(N_("Vos échanges sur le coût des projets qui restent publics")), why),))


def _erase(person: Person, now: datetime) -> None:
    """Nothing here: steps on projects that go leave with them, the others name an emptied account."""


def offer(app: Flask) -> None:
    """Enter the dialogue into the register and into deletions."""
    processing = Processing(
        "costing",
        N_("Échanges sur le coût des projets"),
        N_("Ce que vous avez proposé, accepté ou répondu, ligne par ligne, et quand"),
        N_("que chacun voie comment le coût d’un projet a été fixé"),
        N_("les auteurs et les services de la Région, puis tout le monde une fois l’avis publié"),
        lambda: said(N_("autant que le projet")),
        tasks=frozenset({Task.RIGHTS}),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)

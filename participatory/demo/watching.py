"""The detection passes over the fictional vote, and an officer has already called about the tablet in a hall."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.demo.behaviour import TABLET
from participatory.demo.stories import stories
from participatory.identity.models import Person
from participatory.identity.queries import person_by_email
from participatory.integrity_desk.actions import assess_round, dismiss
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.rounds.models import Round

EXPLAINED = (
    "La présidente de l’association a confirmé au téléphone : elle a prêté sa tablette dans le hall, de 12 h à 13 h. "
    "Personne n’avait déclaré ce stand."
)


def watch(round_: Round, store: SecretStore, now: datetime) -> None:
    """One pass of the detection; the case of the tablet, when there is one, is dismissed with its explanation."""
    assess_round(round_, store, now - timedelta(minutes=4))
    there = sa.select(CaseBallot.case_id).where(CaseBallot.device == TABLET, CaseBallot.round_id == round_.id)
    officer = _officer()
    for case in db.session.scalars(sa.select(SuspectCase).where(SuspectCase.id.in_(there))):
        if officer is not None:
            dismiss(case, officer, EXPLAINED, now=now - timedelta(minutes=2), store=store)


def _officer() -> Person | None:
    told = next(each for each in stories("people") if "officer" in each["roles"])
    return person_by_email(told["email"])

"""What the work of appraisal holds about those who do it, and about whoever answers for an establishment."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.appraisal.models import (
    AppraisalGroupMember,
    AppraisalNote,
    Assignment,
    Interest,
    OpinionRequest,
)
from participatory.appraisal.opinions import ADDRESS_KEPT, addresses_due
from participatory.core.database import db
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.privacy.holdings import (
    Coming,
    Deleted,
    Erasure,
    Holding,
    Kept,
    Processing,
    Retention,
    offer_erasure,
    offer_holdings,
    offer_retention,
)
from participatory.privacy.rules import Task
from participatory.privacy.wording import day, moment_text, said
from participatory.proposals.models import Proposal


def _held(person: Person, now: datetime) -> Holding | None:
    notes = db.session.scalars(
        sa.select(AppraisalNote).where(AppraisalNote.author_id == person.id).order_by(AppraisalNote.id)
    ).all()
    ties = db.session.execute(
        sa.select(Proposal.title, Interest.reason, Interest.declared_at)
        .join(Interest, Interest.proposal_id == Proposal.id)
        .where(Interest.person_id == person.id)
        .order_by(Interest.id)
    ).all()
    hands = db.session.scalars(
        sa.select(Proposal.title)
        .join(Assignment, Assignment.proposal_id == Proposal.id)
        .where(Assignment.person_id == person.id)
    ).all()
    asked = _asked(person)
    if not (notes or ties or hands or asked):
        return None
    rows = [(title, said(N_("conflit d’intérêts déclaré le %(day)s"), day=day(at))) for title, _reason, at in ties]
    rows += [(title, said(N_("confié à vous"))) for title in hands]
    words = [ngettext("%(num)s note interne.", "%(num)s notes internes.", len(notes))] if notes else []
    words += [ngettext("%(num)s avis demandé par vous.", "%(num)s avis demandés par vous.", asked)] if asked else []
    data = {
        "notes": [{"text": each.text, "written_at": moment_text(each.written_at)} for each in notes],
        "interests": [
            {"proposal": title, "reason": reason, "declared_at": moment_text(at)} for title, reason, at in ties
        ],
        "assigned": list(hands),
        "opinions_asked": asked,
    }
    return Holding(said(N_("Autant que le projet.")), tuple(rows), tuple(words), data)


def _asked(person: Person) -> int:
    wanted = sa.select(sa.func.count(OpinionRequest.id)).where(OpinionRequest.asked_by_id == person.id)
    return db.session.scalar(wanted) or 0


def _foresee(person: Person, now: datetime) -> Erasure:
    written = sa.select(sa.func.count(AppraisalNote.id)).where(AppraisalNote.author_id == person.id)
    if not db.session.scalar(written) and not _asked(person):
        return Erasure()
    why = said(N_("Ils servent à ceux qui instruisent encore. Votre nom n’y figurera plus."))
    return Erasure(stays=(Kept(said(N_("Vos notes, vos grilles et vos demandes d’avis")), why),))


def _erase(person: Person, now: datetime) -> None:
    db.session.execute(sa.delete(AppraisalGroupMember).where(AppraisalGroupMember.person_id == person.id))
    db.session.execute(sa.delete(Interest).where(Interest.person_id == person.id))
    mine = Assignment.person_id == person.id
    db.session.execute(sa.delete(Assignment).where(mine, Assignment.group_id.is_(None)))
    db.session.execute(sa.update(Assignment).where(mine).values(person_id=None))


def _coming(moment: datetime) -> Sequence[Coming]:
    due = db.session.scalars(addresses_due(moment)).all()
    return [Coming(len(due), min(each.due_at for each in due) + ADDRESS_KEPT)] if due else []


def _batch(now: datetime, most: int) -> Deleted | None:
    due = db.session.scalars(addresses_due(now).order_by(OpinionRequest.id).limit(most)).all()
    for each in due:
        each.email = ""
    db.session.flush()
    return Deleted(len(due)) if due else None


def _address_kept() -> str:
    return said(N_("30 jours après l’échéance de la réponse"))


def offer(app: Flask) -> None:
    """Enter the work of appraisal into the register, into deletions and into the daily job."""
    processing = Processing(
        "appraisal_work",
        N_("Travail d’instruction"),
        N_("Projets confiés, notes, grilles, conflits d’intérêts déclarés, avis demandés ; adresse de qui répond"),
        N_("répartir l’instruction, écarter qui est lié à un projet, demander un avis"),
        N_("ceux qui instruisent ; tout le monde pour l’avis rendu, avec le nom et la fonction de qui répond"),
        lambda: said(N_("autant que le projet ; les adresses, 30 jours après l’échéance")),
        tasks=frozenset({Task.RIGHTS}),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    title = N_("Adresses auxquelles un avis a été demandé")
    offer_retention(app, Retention("opinion_addresses", title, _address_kept, _coming, _batch))

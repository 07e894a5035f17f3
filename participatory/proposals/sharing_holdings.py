"""What writing together holds about people: projects written with others, invitations, amendments."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.core.database import db
from participatory.core.labels import N_, label
from participatory.identity.models import Person
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
from participatory.privacy.wording import day, moment_text, said
from participatory.proposals.models import CoAuthor
from participatory.proposals.records import Amendment, Invitation
from participatory.proposals.together import AmendmentState


def _parts(person: Person) -> list[CoAuthor]:
    return list(db.session.scalars(sa.select(CoAuthor).where(CoAuthor.person_id == person.id).order_by(CoAuthor.id)))


def _amendments(person: Person) -> list[Amendment]:
    own = sa.select(Amendment).where(Amendment.by_id == person.id)
    return list(db.session.scalars(own.order_by(Amendment.id)))


def _offers(person: Person) -> sa.ColumnElement[bool]:
    """The invitations that name a person, by their row or by their address."""
    return sa.or_(Invitation.person_id == person.id, Invitation.address == (person.email or ""))


def _held(person: Person, now: datetime) -> Holding | None:
    parts, amendments = _parts(person), _amendments(person)
    offers = db.session.scalars(sa.select(Invitation).where(_offers(person)).order_by(Invitation.id)).all()
    if not parts and not amendments and not offers:
        return None
    rows = (
        *((each.proposal.title, said(N_("écrit avec d’autres depuis le %(day)s"), day=day(each.joined_at)))
          for each in parts),
        *((each.proposal.title, said(N_("une invitation, jusqu’au %(day)s"), day=day(each.expires_at)))
          for each in offers),
        *((each.proposal.title, said(N_("un amendement du %(day)s"), day=day(each.proposed_at)))
          for each in amendments),
    )  # fmt: skip
    data = {
        "writes": [{"proposal": each.proposal.title, "since": moment_text(each.joined_at)} for each in parts],
        "invitations": [{"proposal": each.proposal.title, "until": moment_text(each.expires_at)} for each in offers],
        "amendments": [
            {
                "proposal": each.proposal.title,
                "before": each.before,
                "after": each.after,
                "why": each.why,
                "state": said(label(each.state)),
                "answer": each.answer,
                "proposed_at": moment_text(each.proposed_at),
            }
            for each in amendments
        ],
    }
    return Holding(said(N_("Autant que le projet.")), rows, data=data)


def _foresee(person: Person, now: datetime) -> Erasure:
    parts, amendments = len(_parts(person)), len(_amendments(person))
    goes = []
    if parts:
        goes.append(
            str(ngettext("Votre part dans %(num)s projet écrit avec d’autres.",
                         "Votre part dans %(num)s projets écrits avec d’autres.", parts))
        )  # fmt: skip
    if amendments:
        goes.append(
            str(ngettext("Votre nom sur %(num)s amendement ; en attente, il disparaît.",
                         "Votre nom sur %(num)s amendements ; ceux en attente disparaissent.", amendments))
        )  # fmt: skip
    return Erasure(goes=tuple(goes))


def _erase(person: Person, now: datetime) -> None:
    waiting = Amendment.state_code.in_([AmendmentState.OPEN.value, AmendmentState.WITHDRAWN.value])
    db.session.execute(sa.delete(CoAuthor).where(CoAuthor.person_id == person.id))
    db.session.execute(sa.delete(Invitation).where(_offers(person)))
    db.session.execute(sa.delete(Amendment).where(Amendment.by_id == person.id, waiting))
    db.session.execute(sa.update(Amendment).where(Amendment.by_id == person.id).values(by_id=None))


def _kept() -> str:
    return said(N_("autant que le projet ; l’adresse d’une personne invitée, jusqu’à sa réponse ou quatorze jours"))


def _coming(moment: datetime) -> Sequence[Coming]:
    due = sa.select(sa.func.count(Invitation.id), sa.func.min(Invitation.expires_at))
    number, first = db.session.execute(due.where(Invitation.expires_at <= moment)).one()
    return [Coming(number, first)] if number else []


def _batch(now: datetime, most: int) -> Deleted | None:
    due = sa.select(Invitation.id).where(Invitation.expires_at <= now).order_by(Invitation.id).limit(most)
    numbers = db.session.scalars(due).all()
    if not numbers:
        return None
    db.session.execute(sa.delete(Invitation).where(Invitation.id.in_(numbers)))
    return Deleted(len(numbers))


def _fortnight() -> str:
    return said(N_("quatorze jours après l’envoi"))


def offer(app: Flask) -> None:
    """Enter writing together into the register and into deletions."""
    processing = Processing(
        "writing_together",
        N_("Projets écrits à plusieurs"),
        N_("Qui écrit un projet avec qui, adresses des personnes invitées, amendements proposés"),
        N_("écrire à plusieurs, transmettre un projet, proposer d’autres mots"),
        N_("les personnes qui écrivent le projet ; tout le monde pour les noms et les amendements, une fois recevable"),
        _kept,
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    title = N_("Invitations à écrire un projet, restées sans réponse")
    offer_retention(app, Retention("invitations", title, _fortnight, _coming, _batch))

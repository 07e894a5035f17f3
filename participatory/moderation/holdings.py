"""What moderation holds about people: decisions on their projects, and decisions that they took."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.core.database import db
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.moderation.models import Claim, Decision, Link, Note, Recusal
from participatory.privacy.holdings import Erasure, Holding, Kept, Processing, offer_erasure, offer_holdings
from participatory.privacy.rules import Task
from participatory.privacy.wording import day, moment_text, said
from participatory.proposals.models import Proposal
from participatory.proposals.queries import theirs


def _held(person: Person, now: datetime) -> Holding | None:
    about = sa.select(Decision).join(Proposal, Proposal.id == Decision.proposal_id)
    received = db.session.scalars(about.where(theirs(person)).order_by(Decision.id)).all()
    taken = _taken(person)
    links = db.session.scalars(sa.select(Link).where(Link.person_id == person.id).order_by(Link.id)).all()
    left = db.session.scalars(sa.select(Recusal).where(Recusal.person_id == person.id).order_by(Recusal.id)).all()
    noted = db.session.scalars(sa.select(Note).where(Note.person_id == person.id).order_by(Note.id)).all()
    if not any((received, taken, links, left, noted)):
        return None
    rows = tuple(
        (
            each.proposal.title,
            f"{said(label(each.outcome))} – {_whose(each)} – {day(each.decided_at)}",
        )
        for each in received
    )
    rows += tuple((each.other.name, said(label(each.kind))) for each in links)
    notes = (_counted(taken),) if taken else ()
    data = {
        "received": [_received(each) for each in received],
        "taken": taken,
        "links": [
            {"association": each.other.name, "kind": each.kind_code, "words": each.words,
             "declared_at": moment_text(each.declared_at)}
            for each in links
        ],
        "left": [{"words": each.words, "at": moment_text(each.at)} for each in left],
        "notes": [{"text": each.text, "at": moment_text(each.at)} for each in noted],
    }  # fmt: skip
    return Holding(said(N_("Autant que le projet.")), rows, notes, data)


def _received(decision: Decision) -> dict[str, object]:
    return {
        "proposal": decision.proposal.title,
        "version": decision.version,
        "outcome": decision.outcome_code,
        "reason": decision.reason_code,
        "text": decision.text,
        "association": _whose(decision),
        "decided_at": moment_text(decision.decided_at),
    }


def _whose(decision: Decision) -> str:
    return decision.association.name if decision.association else said(N_("la Région"))


def _taken(person: Person) -> int:
    return db.session.scalar(sa.select(sa.func.count(Decision.id)).where(Decision.moderator_id == person.id)) or 0


def _counted(taken: int) -> str:
    return str(
        ngettext(
            "%(num)s décision prise par vous, au nom de votre association.",
            "%(num)s décisions prises par vous, au nom de votre association.",
            taken,
        )
    )


def _foresee(person: Person, now: datetime) -> Erasure:
    if not _taken(person):
        return Erasure()
    why = said(N_("Elles valent pour d’autres que vous. Votre nom n’y figurait pas : l’association en répond."))
    return Erasure(stays=(Kept(said(N_("Vos décisions de modération")), why),))


def _erase(person: Person, now: datetime) -> None:
    """Take links, notes and words of recusal; decisions on projects that stay name an emptied account."""
    db.session.execute(sa.delete(Link).where(Link.person_id == person.id))
    db.session.execute(sa.delete(Note).where(Note.person_id == person.id))
    db.session.execute(sa.delete(Claim).where(Claim.person_id == person.id))
    # That somebody left a case keeps counting in the public figures; what they said of it goes.
    db.session.execute(sa.update(Recusal).where(Recusal.person_id == person.id).values(words=""))


def offer(app: Flask) -> None:
    """Enter decisions into the register and into deletions."""
    processing = Processing(
        "decisions",
        N_("Décisions sur vos projets"),
        N_("Décision, motif et message de l’association ; qui l’a prise ; pour qui modère, liens, notes et déports"),
        N_("que chaque décision ait un motif et une date"),
        N_("tout le monde pour un refus ; vous seul·e pour une demande de compléments"),
        lambda: said(N_("autant que le projet")),
        tasks=frozenset({Task.RIGHTS}),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)

"""What comments hold about people: what they said of projects, under the name by which they appear."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.comments.actions import empty
from participatory.comments.models import Comment
from participatory.comments.queries import written_by
from participatory.core.database import db
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.privacy.holdings import Erasure, Holding, Processing, offer_erasure, offer_holdings
from participatory.privacy.rules import Task
from participatory.privacy.wording import day, moment_text, said


def _kept() -> str:
    return said(N_("jusqu’à ce que vous les repreniez, ou que votre compte parte"))


def _held(person: Person, now: datetime) -> Holding | None:
    found = written_by(person)
    if not found:
        return None
    rows = tuple(
        (
            each.proposal.title,
            said(N_("%(kind)s, écrit le %(day)s"), kind=said(label(each.stance)), day=day(each.written_at)),
        )
        for each in found
    )
    data = [
        {
            "proposal": each.proposal.title,
            "stance": each.stance_code,
            "text": each.text,
            "written_at": moment_text(each.written_at),
            "edited_at": moment_text(each.edited_at) if each.edited_at else None,
        }
        for each in found
    ]
    note = said(N_("Repris, un commentaire perd son texte pour de bon."))
    return Holding(_kept(), rows, (note,), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    number = len(written_by(person))
    if not number:
        return Erasure()
    words = ngettext("Votre commentaire.", "Vos %(num)s commentaires.", number)
    return Erasure(goes=(str(words),))


def _erase(person: Person, now: datetime) -> None:
    """Empty what the person wrote; the rows that others answered to stay, without name nor text."""
    for comment in written_by(person):
        empty(comment, now)
    db.session.flush()
    db.session.execute(sa.update(Comment).where(Comment.person_id == person.id).values(person_id=None))


def offer(app: Flask) -> None:
    """Enter comments into the register and into deletions."""
    processing = Processing(
        "comments",
        N_("Vos commentaires"),
        N_("Ce que vous dites d’un projet (pour, contre, question, remarque), avec votre nom d’usage et le jour"),
        N_("discuter des projets avant et pendant le vote"),
        N_("tout le monde"),
        _kept,
        tasks=frozenset({Task.RIGHTS}),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)

"""What acting on the site leaves about a person: letters to send, the journal, counters, readings by staff."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.core.database import db
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.journal.rules import Verb
from participatory.journal.wording import BY_CODE
from participatory.outbox.models import Letter
from participatory.privacy.holdings import Holding, Processing, offer_holdings
from participatory.privacy.queries import readings_of
from participatory.privacy.rules import DELAYS, Basis, Task
from participatory.privacy.wording import day, duration, moment_text, said

# The page shows the latest deeds; the file to take away holds them all.
DEEDS_SHOWN = 50
# The deeds whose payload names somebody.
_NAMING = [verb.code for verb in Verb if "person" in verb.fields]


def _letters(person: Person, now: datetime) -> Holding | None:
    if not person.email:
        return None
    waiting = db.session.scalars(sa.select(Letter).where(Letter.recipient == person.email).order_by(Letter.id)).all()
    if not waiting:
        return None
    number = len(waiting)
    counted = ngettext("%(num)s lettre attend de partir.", "%(num)s lettres attendent de partir.", number)
    return Holding(
        said(N_("Effacées dès qu’elles sont parties, en général dans la minute.")),
        notes=(counted,),
        data=[{"subject": each.template, "created_at": moment_text(each.created_at)} for each in waiting],
    )


def _journal(person: Person, now: datetime) -> Holding | None:
    code = person.public_id
    named = sa.and_(JournalEntry.verb.in_(_NAMING), JournalEntry.payload.contains(f'"person":"{code}"'))
    about = sa.or_(JournalEntry.actor == code, named)
    rows = db.session.execute(
        sa.select(JournalEntry.at, JournalEntry.verb).where(about).order_by(JournalEntry.position)
    ).all()
    if not rows:
        return None
    counted = ngettext(
        "%(num)s acte y porte votre code %(code)s.",
        "%(num)s actes y portent votre code %(code)s.",
        len(rows),
        code=code,
    )
    never = said(N_("Vos votes n’y portent ni votre nom ni votre code."))
    return Holding(
        said(N_("Sans limite : effacer une ligne romprait la chaîne qui prouve que rien n’a été changé.")),
        rows=tuple((day(at), said(label(BY_CODE[verb]))) for at, verb in rows[-DEEDS_SHOWN:]),
        notes=(counted, never),
        data=[{"at": moment_text(at), "deed": verb} for at, verb in rows],
    )


def _counters(person: Person, now: datetime) -> Holding:
    note = said(N_("Leurs noms sont des empreintes : nous ne pouvons pas dire lesquels vous concernent."))
    return Holding(said(N_("Quelques heures au plus, puis effacés.")), notes=(note,))


def _readings(person: Person, now: datetime) -> Holding | None:
    found = readings_of(person)
    if not found:
        return None
    rows = tuple((day(each.read_at), _told(each.what, each.reader_role, each.reason)) for each in found)
    data = [
        {
            "at": moment_text(each.read_at),
            "reader_role": each.reader_role,
            "task": each.what,
            "reason": each.reason,
        }
        for each in found
    ]
    ends = day(found[-1].read_at + DELAYS.readings)
    return Holding(said(N_("Un an chacune ; la plus ancienne jusqu’au %(day)s."), day=ends), rows, data=data)


def _told(task: str, role: str, reason: str) -> str:
    reader = said(label(Role(role))) if role in set(Role) else said(N_("Région"))
    purpose = said(label(Task(task))) if task in set(Task) else task
    return said(N_("%(reader)s – %(purpose)s. « %(reason)s »"), reader=reader, purpose=purpose, reason=reason)


def offer(app: Flask) -> None:
    """Enter letters, journal, counters and readings into the register."""
    lines = (
        (Processing("letters", N_("Lettres à envoyer"), N_("Adresse, objet et contenu de la lettre"),
                    N_("vous prévenir d’une décision"), N_("l’exploitation technique"), _letters_kept,
                    tasks=frozenset({Task.SIGN_IN, Task.RIGHTS})), _letters),
        (Processing("journal", N_("Journal des actes"), N_("Code public de qui agit, acte, date ; ni nom ni adresse"),
                    N_("pouvoir prouver qu’aucune décision n’a été changée après coup"),
                    N_("l’administration de la plateforme"), lambda: said(N_("sans limite")), Basis.LEGAL_DUTY,
                    frozenset({Task.RIGHTS, Task.INCIDENT})), _journal),
        (Processing("counters", N_("Compteurs contre les essais répétés"),
                    N_("Empreinte d’une adresse ou d’un réseau, nombre d’essais"),
                    N_("arrêter les robots et les intrus"),
                    N_("l’exploitation technique"), lambda: said(N_("quelques heures au plus"))), _counters),
        (Processing("readings", N_("Qui a consulté vos données"), N_("Date, rôle de la personne, motif"),
                    N_("que vous puissiez savoir qui a lu quoi sur vous, et pourquoi"),
                    N_("vous ; les responsables de la plateforme"), lambda: duration(DELAYS.readings), Basis.LEGAL_DUTY,
                    frozenset({Task.RIGHTS})), _readings),
    )  # fmt: skip
    for processing, holder in lines:
        offer_holdings(app, processing, holder)


def _letters_kept() -> str:
    return said(
        N_("le temps de l’envoi ; %(delay)s au plus si aucune messagerie ne la prend"), delay=duration(DELAYS.letters)
    )

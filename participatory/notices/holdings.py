"""What notices hold: an address until the decision, a seal of the network for two days, reasons for a year."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from participatory.core.database import db
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.notices.models import Notice, NoticeDecision, SpeakingBlock
from participatory.notices.queries import number_of
from participatory.notices.rules import KEPT, NETWORK_KEPT
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

_UNSYNCED = {"synchronize_session": False}


def _kept() -> str:
    return said(N_("un an après la décision ; l’adresse, jusqu’à la décision ; la trace du réseau, deux jours"))


def _reported(person: Person) -> Sequence[Notice]:
    """The notices to which this person asked for an answer at the address of the account."""
    if not person.email:
        return []
    return db.session.scalars(sa.select(Notice).where(Notice.contact == person.email).order_by(Notice.id)).all()


def _decided(person: Person) -> Sequence[NoticeDecision]:
    wanted = sa.select(NoticeDecision).where(NoticeDecision.person_id == person.id)
    return db.session.scalars(wanted.order_by(NoticeDecision.id)).all()


def _blocks(person: Person) -> Sequence[SpeakingBlock]:
    wanted = sa.select(SpeakingBlock).where(SpeakingBlock.person_id == person.id)
    return db.session.scalars(wanted.order_by(SpeakingBlock.id)).all()


def _held(person: Person, now: datetime) -> Holding | None:
    reported, decided, blocks = _reported(person), _decided(person), _blocks(person)
    if not (reported or decided or blocks):
        return None
    rows = (
        *(
            (said(N_("Votre signalement %(number)s"), number=number_of(each)), day(each.received_at))
            for each in reported
        ),
        *((said(N_("Décision sur un de vos textes")), said(label(each.standing))) for each in decided),
        *((said(N_("Blocage")), said(N_("jusqu’au %(day)s"), day=day(each.ends_at))) for each in blocks),
    )
    data = {
        "notices": [
            {"number": number_of(each), "explanation": each.explanation, "at": moment_text(each.received_at)}
            for each in reported
        ],
        "decisions": [
            {
                "text": each.shown,
                "outcome": each.standing.value,
                "ground": each.ground_code,
                "facts": each.facts,
                "at": moment_text(each.decided_at),
                "contest": each.contest,
                "review": each.appeal_words,
            }
            for each in decided
        ],
        "blocks": [
            {"reason": each.reason, "from": moment_text(each.starts_at), "to": moment_text(each.ends_at)}
            for each in blocks
        ],
    }
    return Holding(_kept(), rows, (), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    if not (_reported(person) or _decided(person) or _blocks(person)):
        return Erasure()
    return Erasure(goes=(said(N_("ce qui relie votre compte à des textes signalés et aux décisions prises")),))


def _erase(person: Person, now: datetime) -> None:
    """Leave the notices and the decisions without the person; a block goes with whom it stopped."""
    for notice in _reported(person):
        notice.contact = ""
    for decision in _decided(person):
        decision.person_id, decision.shown = None, ""
    db.session.flush()
    db.session.execute(
        sa.delete(SpeakingBlock).where(SpeakingBlock.person_id == person.id), execution_options=_UNSYNCED
    )
    sent = sa.update(Notice).where(Notice.assigned_id == person.id).values(assigned_id=None)
    db.session.execute(sent, execution_options=_UNSYNCED)


def _last_word() -> sa.ColumnElement[datetime]:
    return sa.func.coalesce(NoticeDecision.appeal_at, NoticeDecision.contested_at, NoticeDecision.decided_at)


def _due(moment: datetime) -> sa.Select[int]:
    """The decisions whose year has passed and that no block rests on any more."""
    resting = sa.exists().where(SpeakingBlock.decision_id == NoticeDecision.id, SpeakingBlock.ends_at > moment - KEPT)
    return sa.select(NoticeDecision.id).where(_last_word() <= moment - KEPT, ~resting)


def _coming(moment: datetime) -> Sequence[Coming]:
    due = _due(moment).with_only_columns(sa.func.count(NoticeDecision.id), sa.func.min(_last_word()))
    number, first = db.session.execute(due).one()
    return [Coming(number, first + KEPT)] if number else []


def _batch(now: datetime, most: int) -> Deleted | None:
    numbers = list(db.session.scalars(_due(now).limit(most)))
    if not numbers:
        return None
    for table in (SpeakingBlock, Notice):
        db.session.execute(sa.delete(table).where(table.decision_id.in_(numbers)), execution_options=_UNSYNCED)
    gone = sa.delete(NoticeDecision).where(NoticeDecision.id.in_(numbers))
    db.session.execute(gone, execution_options=_UNSYNCED)
    return Deleted(len(numbers))


def _networks_kept() -> str:
    return said(N_("deux jours"))


def _sealed(moment: datetime) -> sa.Select[int]:
    return sa.select(Notice.id).where(Notice.network != "", Notice.received_at <= moment - NETWORK_KEPT)


def _networks_coming(moment: datetime) -> Sequence[Coming]:
    due = _sealed(moment).with_only_columns(sa.func.count(Notice.id), sa.func.min(Notice.received_at))
    number, first = db.session.execute(due).one()
    return [Coming(number, first + NETWORK_KEPT)] if number else []


def _networks_batch(now: datetime, most: int) -> Deleted | None:
    numbers = list(db.session.scalars(_sealed(now).limit(most)))
    if not numbers:
        return None
    db.session.execute(sa.update(Notice).where(Notice.id.in_(numbers)).values(network=""), execution_options=_UNSYNCED)
    return Deleted(len(numbers))


def offer(app: Flask) -> None:
    """Enter notices into the register, into deletions and into the daily job."""
    processing = Processing(
        "notices",
        N_("Textes signalés et décisions"),
        N_("Ce que vous signalez, votre adresse si vous voulez une réponse ; les décisions sur vos textes, un blocage"),
        N_("traiter les signalements, en donner les raisons, permettre de contester"),
        N_("les associations qui modèrent, les responsables du budget ; vous"),
        _kept,
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    title = N_("Décisions sur des textes signalés")
    offer_retention(app, Retention("notices", title, _kept, _coming, _batch))
    seals = N_("Traces du réseau des signalements")
    offer_retention(app, Retention("notice_networks", seals, _networks_kept, _networks_coming, _networks_batch))

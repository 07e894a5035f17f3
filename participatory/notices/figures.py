"""The figures of notices for the transparency report of a round, from the journal: they outlive what they count."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from statistics import median
from typing import Any

import sqlalchemy as sa

from participatory.core.database import db
from participatory.journal.models import JournalEntry
from participatory.journal.rules import Verb
from participatory.notices.models import Notice
from participatory.notices.rules import Figures, Ground, Outcome
from participatory.rounds.models import Round

_VERBS = (
    Verb.NOTICE_RECEIVED,
    Verb.NOTICES_DECIDED,
    Verb.NOTICE_CONTESTED,
    Verb.NOTICE_REVIEWED,
    Verb.SPEAKING_BLOCKED,
)


def figures_of(round_: Round, now: datetime) -> Figures:
    """What was reported of the texts of a round, decided and contested; what waits is counted at this instant (UTC)."""
    told = _told(round_)
    received, decided = told[Verb.NOTICE_RECEIVED.code], told[Verb.NOTICES_DECIDED.code]
    grounds = Counter(Ground(each["ground"]) for each in received)
    outcomes = Counter(Outcome(each["outcome"]) for each in decided)
    minutes = [each["minutes"] for each in decided]
    waiting, overdue = _waiting(round_, now)
    return Figures(
        received=len(received),
        urgent=sum(each["urgent"] for each in received),
        by_ground=tuple((ground, grounds[ground]) for ground in Ground if grounds[ground]),
        hidden_at_once=sum(each["hidden"] for each in received),
        decided=len(decided),
        by_outcome=tuple((outcome, outcomes[outcome]) for outcome in Outcome),
        in_time=sum(each["in_time"] for each in decided),
        median_minutes=int(median(minutes)) if minutes else None,
        contested=len(told[Verb.NOTICE_CONTESTED.code]),
        overturned=sum(each["overturned"] for each in told[Verb.NOTICE_REVIEWED.code]),
        waiting=waiting,
        overdue=overdue,
        blocked=len(told[Verb.SPEAKING_BLOCKED.code]),
    )


def as_document(figures: Figures, least: int) -> dict[str, Any]:
    """The same for programs; fewer than `least` blocked people are not counted, since one might know who they are."""
    told = asdict(figures)
    told["by_ground"] = {ground.value: count for ground, count in figures.by_ground}
    told["by_outcome"] = {outcome.value: count for outcome, count in figures.by_outcome}
    told["blocked"] = None if 0 < figures.blocked < least else figures.blocked
    return told


def _told(round_: Round) -> dict[str, list[dict[str, Any]]]:
    of_round = JournalEntry.payload.contains(f'"round":"{round_.public_id}"', autoescape=True)
    wanted = sa.select(JournalEntry.verb, JournalEntry.payload).where(of_round)
    rows = db.session.execute(wanted.where(JournalEntry.verb.in_([verb.code for verb in _VERBS])))
    told: dict[str, list[dict[str, Any]]] = {verb.code: [] for verb in _VERBS}
    for verb, payload in rows:
        told[verb].append(json.loads(payload))
    return told


def _waiting(round_: Round, now: datetime) -> tuple[int, int]:
    late = sa.func.count(sa.case((Notice.due_at <= now, 1)))
    wanted = sa.select(sa.func.count(), late).where(Notice.round_id == round_.id, Notice.decision_id.is_(None))
    waiting, overdue = db.session.execute(wanted).one()
    return int(waiting), int(overdue)

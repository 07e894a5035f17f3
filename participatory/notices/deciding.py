"""Deciding about a reported text, contesting the decision, and its review by another person."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.veils import Veil
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.notices import policy
from participatory.notices.contents import Content, content_if_any, cover
from participatory.notices.letters import Letters, tell_decided, tell_notifiers
from participatory.notices.models import Notice, NoticeDecision
from participatory.notices.queries import decision_at
from participatory.notices.rules import LONGEST, LONGEST_FACTS, SHORTEST, VEILS, Ground, Outcome, Side
from participatory.rounds.models import Round

FACTS_LEAST = 20


@dataclass(frozen=True)
class Ruling:
    """What a person decides: on which ground, what they see in the text, how many notices their page showed."""

    outcome: Outcome
    ground: Ground
    facts: str
    seen: int = 0


def decide(where: tuple[str, str], ruling: Ruling, person: Person, letters: Letters, now: datetime) -> NoticeDecision:
    """Decide about a text, for every notice about it that is open; both sides are sent the reasons.

    Raises Refusal: FORBIDDEN for whoever is tied to it, CONFLICT when somebody decided or reported it meanwhile.
    """
    notices = _held(*where)
    if not notices:
        raise Refusal(N_("Une décision vient d’être prise sur ce texte : rechargez la page."))
    content, round_ = content_if_any(*where), notices[0].round
    addresses = frozenset(each.contact for each in notices if each.contact)
    refuse_if(policy.can_decide(person, round_, content, addresses))
    if len(notices) != ruling.seen:
        raise Refusal(N_("Un autre signalement vient d’arriver sur ce texte : relisez la page, puis décidez."))
    _check(ruling.facts)
    decision = _written(notices, content, ruling, person, now)
    if content is not None:
        cover(*where, VEILS[ruling.outcome])
    for notice in notices:
        notice.decision_id = decision.id
    tell_notifiers(decision, notices, letters, now)
    if ruling.outcome is not Outcome.KEPT or decision.provisional:
        tell_decided(decision, content, letters, now)
    _record(decision, round_, notices, now)
    return decision


def _held(kind: str, key: str) -> list[Notice]:
    wanted = sa.select(Notice.id).where(Notice.kind == kind, Notice.key == key, Notice.decision_id.is_(None))
    numbers = list(db.session.scalars(lock(wanted)))
    rows = sa.select(Notice).where(Notice.id.in_(numbers)).order_by(Notice.received_at, Notice.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def _check(facts: str) -> None:
    if not FACTS_LEAST <= len(facts) <= LONGEST_FACTS:
        message = N_("Dites en une phrase au moins ce qui est dans le texte : les deux côtés la lisent.")
        raise Refusal(message, Kind.INVALID, "facts")


def _written(
    notices: list[Notice], content: Content | None, ruling: Ruling, person: Person, now: datetime
) -> NoticeDecision:
    first = notices[0]
    author = content.person if content else None
    decision = NoticeDecision(
        round_id=first.round_id,
        kind=first.kind,
        key=first.key,
        person_id=author.id if author else None,
        outcome_code=ruling.outcome.value,
        ground_code=ruling.ground.value,
        facts=ruling.facts,
        shown=first.shown,
        provisional=any(each.hid for each in notices),
        by=person.public_id,
        association_id=person.association_id,
        decided_at=now,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _record(decision: NoticeDecision, round_: Round, notices: list[Notice], now: datetime) -> None:
    waited = now - min(each.received_at for each in notices)
    record(
        Verb.NOTICES_DECIDED,
        decision.by,
        now,
        round=round_.public_id,
        decision=decision.public_id,
        outcome=decision.outcome_code,
        ground=decision.ground_code,
        notices=len(notices),
        minutes=int(waited.total_seconds()) // 60,
        in_time=all(now <= each.due_at for each in notices),
    )


def contest(public_id: str, side: Side, words: str, now: datetime) -> NoticeDecision:
    """Contest a decision, for whom it goes against; another person takes it up. Raises Refusal."""
    decision = held_decision(public_id)
    refuse_if(policy.can_contest(decision, side, now))
    if not SHORTEST <= len(words) <= LONGEST:
        raise Refusal(N_("Dites en une phrase ce que la décision n’a pas vu."), Kind.INVALID, "words")
    decision.side_code, decision.contest, decision.contested_at = side.value, words, now
    named = {"round": decision.round.public_id, "decision": decision.public_id}
    record(Verb.NOTICE_CONTESTED, SYSTEM, now, **named, side=side.value)
    return decision


def judge(public_id: str, ruling: Ruling, person: Person, letters: Letters, now: datetime) -> NoticeDecision:
    """Decide again of a contested decision, as another person than the first; both sides read the reasons.

    Raises Refusal.
    """
    decision = held_decision(public_id)
    content = content_if_any(decision.kind, decision.key)
    refuse_if(policy.can_judge(person, decision, content))
    _check(ruling.facts)
    decision.appeal_outcome_code, decision.appeal_words = ruling.outcome.value, ruling.facts
    decision.appeal_by, decision.appeal_at = person.public_id, now
    if content is not None and not _reported_again(decision):
        cover(decision.kind, decision.key, VEILS[ruling.outcome])
    tell_decided(decision, content, letters, now)
    record(
        Verb.NOTICE_REVIEWED,
        person.public_id,
        now,
        round=decision.round.public_id,
        decision=decision.public_id,
        outcome=ruling.outcome.value,
        overturned=ruling.outcome is not decision.outcome,
    )
    return decision


def _reported_again(decision: NoticeDecision) -> bool:
    """Whether the text is hidden for a later notice, of which somebody else decides."""
    later = sa.select(Notice.id).where(Notice.kind == decision.kind, Notice.key == decision.key)
    waits = db.session.scalar(later.where(Notice.decision_id.is_(None), Notice.hid).limit(1)) is not None
    content = content_if_any(decision.kind, decision.key)
    return waits and content is not None and content.veil is Veil.PENDING


def held_decision(public_id: str) -> NoticeDecision:
    """A decision read afresh and held until the transaction ends; raises Refusal (NOT_FOUND)."""
    number = decision_at(public_id).id
    db.session.scalar(lock(sa.select(NoticeDecision.id).where(NoticeDecision.id == number)))
    return db.session.get_one(NoticeDecision, number, populate_existing=True)

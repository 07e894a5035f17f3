"""Stopping somebody from writing in public for a time, with a reason, an end, a way to contest. Never from voting."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.notices import policy
from participatory.notices.deciding import FACTS_LEAST, held_decision
from participatory.notices.letters import Letters
from participatory.notices.models import SpeakingBlock
from participatory.notices.queries import block_at, block_of
from participatory.notices.rules import BLOCK_DAYS, LONGEST, LONGEST_FACTS, SHORTEST
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic


@dataclass(frozen=True)
class Measure:
    """For how many days, and why."""

    days: int
    reason: str


def obstacle(person: Person, now: datetime) -> Refusal | None:
    """Why a person may not write in public at an instant (UTC)."""
    block = block_of(person, now)
    if block is None:
        return None
    message = N_(
        "Vous ne pouvez rien publier jusqu’au %(until)s. La raison, et comment contester, sont dans « Mon compte ». "
        "Vous pouvez toujours voter."
    )
    return Refusal(message, Kind.FORBIDDEN, until=block.ends_at)


def block(decision_id: str, measure: Measure, officer: Person, letters: Letters, now: datetime) -> SpeakingBlock:
    """Stop the author of a hidden text from writing for a time; they are told why. Raises Refusal."""
    decision = held_decision(decision_id)
    refuse_if(policy.can_block(officer, decision))
    person = decision.person
    assert person is not None
    if measure.days not in BLOCK_DAYS:
        raise Refusal(N_("Choisissez une des durées proposées."), Kind.INVALID, "days")
    if not FACTS_LEAST <= len(measure.reason) <= LONGEST_FACTS:
        message = N_("Dites pourquoi en une phrase au moins : la personne la lit.")
        raise Refusal(message, Kind.INVALID, "reason")
    db.session.scalar(lock(sa.select(Person.id).where(Person.id == person.id)))
    if block_of(person, now) is not None:
        raise Refusal(N_("Cette personne est déjà bloquée."))
    made = SpeakingBlock(
        person_id=person.id,
        decision_id=decision.id,
        reason=measure.reason,
        by=officer.public_id,
        starts_at=now,
        ends_at=now + timedelta(days=measure.days),
    )
    db.session.add(made)
    until = letters.when(made.ends_at, person.locale)
    tell(person, Topic.OWN_PROJECT, "speaking_blocked", now, link=letters.account, reason=made.reason, until=until)
    record(Verb.SPEAKING_BLOCKED, officer.public_id, now, round=decision.round.public_id, days=measure.days)
    return made


def contest_block(person: Person, words: str, now: datetime) -> SpeakingBlock:
    """Contest the block that holds for oneself; another officer decides. Raises Refusal."""
    found = block_of(person, now)
    if found is None:
        raise Refusal(N_("Ce blocage est terminé."))
    held = _held(found.public_id)
    refuse_if(policy.can_contest_block(held, person, now))
    if not SHORTEST <= len(words) <= LONGEST:
        raise Refusal(N_("Dites en une phrase ce que la décision n’a pas vu."), Kind.INVALID, "words")
    held.contest, held.contested_at = words, now
    record(Verb.SPEAKING_BLOCK_CONTESTED, SYSTEM, now, round=held.decision.round.public_id)
    return held


@dataclass(frozen=True)
class Verdict:
    """Whether a block stands, and why."""

    upheld: bool
    words: str


def judge_block(public_id: str, verdict: Verdict, by: Person, letters: Letters, now: datetime) -> SpeakingBlock:
    """Lift a block, or keep it after a contest, which takes another officer than the first. Raises Refusal."""
    held = _held(public_id)
    refuse_if(policy.can_judge_block(by, held, now))
    if not FACTS_LEAST <= len(verdict.words) <= LONGEST_FACTS:
        raise Refusal(N_("Dites pourquoi en une phrase au moins : la personne la lit."), Kind.INVALID, "words")
    if verdict.upheld:
        _may_uphold(held, by)
    held.appeal_words, held.appeal_by, held.appeal_at = verdict.words, by.public_id, now
    held.ended_at = None if verdict.upheld else now
    until = letters.when(held.ends_at, held.person.locale)
    template = "speaking_block_upheld" if verdict.upheld else "speaking_block_lifted"
    tell(held.person, Topic.OWN_PROJECT, template, now, link=letters.account, reason=verdict.words, until=until)
    verb = Verb.SPEAKING_BLOCK_UPHELD if verdict.upheld else Verb.SPEAKING_BLOCK_LIFTED
    record(verb, by.public_id, now, round=held.decision.round.public_id)
    return held


def _may_uphold(held: SpeakingBlock, by: Person) -> None:
    if held.contested_at is None or held.appeal_at is not None:
        raise Refusal(N_("Rien n’est contesté : vous pouvez lever ce blocage, ou le laisser courir."))
    if held.by == by.public_id:
        raise Refusal(N_("Vous avez pris cette mesure : une autre personne en juge la contestation."), Kind.FORBIDDEN)


def _held(public_id: str) -> SpeakingBlock:
    number = block_at(public_id).id
    db.session.scalar(lock(sa.select(SpeakingBlock.id).where(SpeakingBlock.id == number)))
    return db.session.get_one(SpeakingBlock, number, populate_existing=True)

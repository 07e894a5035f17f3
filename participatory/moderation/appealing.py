"""After a refusal: the author's answer, and the appeal, drawn for another association and late for the Region."""

from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Association, Person
from participatory.identity.permissions import Permission
from participatory.journal.actions import SYSTEM, record
from participatory.journal.queries import head
from participatory.journal.rules import Verb
from participatory.moderation.drawing import ranked, seed_of
from participatory.moderation.letters import (
    Links,
    write_appeal_answer,
    write_appeal_asked,
    write_appeal_late,
    write_appeal_work,
)
from participatory.moderation.models import Appeal, Decision
from participatory.moderation.policy import can_answer, can_appeal, can_decide_appeal, officer_tie, tie
from participatory.moderation.queries import refusal_of
from participatory.moderation.rules import Outcome, appeal_due, words_fault
from participatory.moderation.ties import (
    already_heard,
    associations,
    funding_pairs,
    moderators,
    officers,
    recused_associations,
)
from participatory.proposals.actions import locked, move
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State

_REGION = "region"
_TARGETS = {Outcome.ADMIT: State.ADMITTED, Outcome.REFUSE: State.REFUSED_FINALLY}


def answer(public_id: str, person: Person, words: str, now: datetime) -> Decision:
    """Publish what the author answers to a refusal, once; raises Refusal for others, too late or without a sentence."""
    decision = _refusal(locked(public_id))
    refuse_if(can_answer(person, decision, now))
    refuse_if(words_fault(words))
    decision.reply, decision.replied_at = words, now
    db.session.flush()
    _record(Verb.REFUSAL_ANSWERED, decision.proposal, person.public_id, now)
    return decision


def appeal(public_id: str, person: Person, words: str, links: Links, now: datetime) -> Appeal:
    """Ask that a refusal be looked at again, by an association drawn among those that nothing ties to the project.

    Raises Refusal for others than the authors, too late, the second time, or without a sentence.
    """
    proposal = locked(public_id)
    decision = _refusal(proposal)
    refuse_if(can_appeal(person, decision, now))
    refuse_if(words_fault(words))
    free = free_associations(proposal, now)
    last = head()
    seed = seed_of(last.digest if last else "", "appeal", proposal.public_id)
    order = ranked(seed, free)
    asked = Appeal(decision_id=decision.id, words=words, asked_by_id=person.id, asked_at=now, seed=seed)
    asked.candidates, asked.drawn_id = sorted(free), free[order[0]].id if order else None
    asked.due_at = appeal_due(now, proposal.round.voting_at, proposal.round.rulebook)
    asked.escalated_at = None if order else now
    db.session.add(asked)
    db.session.flush()
    db.session.refresh(asked)
    db.session.refresh(decision)
    move(proposal, State.APPEALED, person.public_id, now)
    write_appeal_asked(asked, _workers(asked, now), links, now)
    drawn = {"associations": asked.candidates, "drawn": order[0] if order else _REGION}
    until = asked.due_at.isoformat(timespec="seconds")
    _record(Verb.REFUSAL_APPEALED, proposal, person.public_id, now, seed=seed, until=until, **drawn)
    return asked


def free_associations(proposal: Proposal, now: datetime) -> dict[str, Association]:
    """The associations that may judge a refused project anew, by name: not tied, not heard yet, somebody left."""
    tied = recused_associations(proposal, funding_pairs()) | already_heard(proposal)
    known = moderators(now)
    able = [row for row in known if row not in tied and any(tie(each, proposal) is None for each in known[row])]
    return {each.slug: each for each in associations(able).values()}


def decide_appeal(
    public_id: str, outcome: Outcome, text: str, person: Person, *, links: Links, now: datetime
) -> Appeal:
    """Answer an appeal, for good: the project is admitted, or refused finally.

    Raises Refusal for others than the association drawn (the Region's officer once it is late), twice, without a
    sentence, and for an outcome that settles nothing.
    """
    proposal = locked(public_id)
    waiting = pending(proposal)
    refuse_if(can_decide_appeal(person, waiting, now))
    if outcome not in _TARGETS:
        raise Refusal(N_("Un réexamen admet le projet ou confirme le refus."), Kind.INVALID, "outcome")
    refuse_if(words_fault(text, field="text"))
    waiting.outcome_code, waiting.text, waiting.decided_by_id = outcome.value, text, person.id
    waiting.decided_for_id = None if waiting.escalated_at else person.association_id
    waiting.decided_at = now
    db.session.flush()
    db.session.refresh(waiting)
    move(proposal, _TARGETS[outcome], person.public_id, now)
    write_appeal_answer(waiting, links, now)
    told = waiting.decided_for.slug if waiting.decided_for else _REGION
    _record(Verb.REFUSAL_APPEAL_DECIDED, proposal, person.public_id, now, association=told, outcome=outcome.value)
    return waiting


def escalate(waiting: Appeal, links: Links, now: datetime) -> None:
    """Have the Region's officer answer an appeal in the place of an association that is late or has nobody left."""
    waiting.escalated_at = now
    proposal = waiting.decision.proposal
    write_appeal_late(waiting, _workers(waiting, now), links, now)
    _record(Verb.REFUSAL_APPEAL_ESCALATED, proposal, SYSTEM, now)


def late_appeals(now: datetime) -> list[str]:
    """The projects, by public identifier, whose appeal waits although its time is up."""
    late = (
        sa.select(Proposal.public_id)
        .join(Decision, Decision.proposal_id == Proposal.id)
        .join(Appeal, Appeal.decision_id == Decision.id)
        .where(Appeal.outcome_code.is_(None), Appeal.escalated_at.is_(None), Appeal.due_at <= now)
        .order_by(Appeal.due_at)
    )
    return list(db.session.scalars(late))


def escalate_if_late(public_id: str, links: Links, now: datetime) -> bool:
    """Escalate the appeal of a project whose time is up; false when somebody has answered meanwhile."""
    proposal = locked(public_id)
    waiting = pending(proposal)
    if waiting.outcome is not None or waiting.escalated_at is not None or waiting.due_at > now:
        return False
    escalate(waiting, links, now)
    return True


def pass_on_if_none_left(proposal: Proposal, links: Links, now: datetime) -> None:
    """Give an appeal to the next association of the draw when nobody of the first one may answer it any more."""
    if proposal.state is not State.APPEALED:
        return
    waiting = pending(proposal)
    free = free_associations(proposal, now)
    if waiting.escalated_at is not None or (waiting.drawn is not None and waiting.drawn.slug in free):
        return
    order = [name for name in ranked(waiting.seed, waiting.candidates) if name in free]
    if not order:
        escalate(waiting, links, now)
        return
    waiting.drawn = free[order[0]]
    db.session.flush()
    write_appeal_work(waiting, _workers(waiting, now), links, now)
    _record(Verb.REFUSAL_APPEAL_DRAWN_AGAIN, proposal, SYSTEM, now, drawn=order[0])


def pending(proposal: Proposal) -> Appeal:
    """The appeal of a proposal, answered or not; raises Refusal (NOT_FOUND)."""
    decision = refusal_of(proposal)
    if decision is None or decision.appeal is None:
        raise Refusal(N_("Aucun réexamen n’a été demandé pour ce projet."), Kind.NOT_FOUND)
    return decision.appeal


def _refusal(proposal: Proposal) -> Decision:
    decision = refusal_of(proposal)
    if decision is None:
        raise Refusal(N_("Ce projet n’a pas été refusé."), Kind.NOT_FOUND)
    return decision


def _workers(waiting: Appeal, now: datetime) -> list[Person]:
    proposal = waiting.decision.proposal
    if waiting.escalated_at is not None or waiting.drawn_id is None:
        able = [each for each in officers(now) if each.may(Permission.ARBITRATE, *proposal.scopes)]
        return [each for each in able if officer_tie(each, proposal) is None]
    return [each for each in moderators(now).get(waiting.drawn_id, []) if tie(each, proposal) is None]


def _record(verb: Verb, proposal: Proposal, actor: str, now: datetime, **values: object) -> None:
    record(verb, actor, now, round=proposal.round.public_id, proposal=proposal.public_id, **values)

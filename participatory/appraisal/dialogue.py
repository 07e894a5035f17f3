"""The dialogue about costs: the services propose other lines, any author accepts or argues, nothing is ever changed."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from participatory.appraisal.dialogue_models import CostingStep
from participatory.appraisal.dialogue_policy import can_answer, can_revise
from participatory.appraisal.dialogue_queries import steps_on, talks_of
from participatory.appraisal.dialogue_rules import (
    Act,
    Answer,
    Fault,
    LineTalk,
    Revision,
    Said,
    answer_fault,
    revision_fault,
)
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal


class BadLines(Refusal):
    """What was said of some lines cannot be sent: nothing is, and each line says why."""

    def __init__(self, faults: Sequence[Fault]):
        conflict = any(each.refusal.kind is Kind.CONFLICT for each in faults)
        super().__init__(
            N_("Rien n’est envoyé : corrigez les lignes signalées."), Kind.CONFLICT if conflict else Kind.INVALID
        )
        self.faults = tuple(faults)


def revise(public_id: str, revisions: Sequence[Revision], by: Person, link: str, now: datetime) -> Proposal:
    """Propose other costs for some lines of a plan, or take proposals back, and write to all its authors.

    `link` is where they answer. Raises Refusal when the person or the time does not allow it, BadLines with each line
    that cannot be sent.
    """
    proposal = locked(public_id)
    refuse_if(can_revise(by, proposal, now))
    if not revisions:
        raise Refusal(N_("Changez au moins une ligne, et dites pourquoi."), Kind.INVALID)
    known = _talks(proposal)
    _refuse_bad([(each.position, revision_fault(each, _talk(known, each.position))) for each in revisions])
    for each in revisions:
        talk = known[each.position]
        last = talk.last
        # A proposal that is taken back is named by its amounts.
        offer = (last.quantity, last.unit_cents) if each.take_back and last else (each.quantity, each.unit_cents)
        act = Act.TAKEN_BACK if each.take_back else Act.PROPOSED
        _say(proposal, talk, Said(act, offer[0] or 0, offer[1] or 0), each.reason, by=by, now=now)
    _flush()
    for person in proposal.people:
        tell(
            person,
            Topic.OWN_PROJECT,
            "costs_revised",
            now,
            link=link,
            title=" ".join(proposal.title.split()),
            lines=str(len(revisions)),
        )
    values = {"round": proposal.round.public_id, "proposal": proposal.public_id, "lines": len(revisions)}
    record(Verb.COSTS_REVISED, by.public_id, now, **values)
    return proposal


def answer(public_id: str, answers: Sequence[Answer], by: Person, link: str, now: datetime) -> Proposal:
    """Accept or argue, line by line, as any of the authors, and tell the services that spoke.

    `link` is the case. Raises Refusal, and BadLines when somebody else has just answered or a reason is missing.
    """
    proposal = locked(public_id)
    refuse_if(can_answer(by, proposal, now))
    if not answers:
        raise Refusal(N_("Répondez à une ligne au moins."), Kind.INVALID)
    known = _talks(proposal)
    _refuse_bad([(each.position, answer_fault(each, _talk(known, each.position))) for each in answers])
    for each in answers:
        talk = known[each.position]
        assert talk.last is not None
        act = Act.ACCEPTED if each.accepts else Act.ARGUED
        _say(proposal, talk, Said(act, talk.last.quantity, talk.last.unit_cents), each.reason, by=by, now=now)
    _flush()
    accepted = sum(each.accepts for each in answers)
    for person in {step.person for step in steps_on(proposal) if step.act is Act.PROPOSED}:
        title = " ".join(proposal.title.split())
        said = {"title": title, "accepted": str(accepted), "argued": str(len(answers) - accepted)}
        tell(person, Topic.APPRAISAL_WORK, "costs_answered", now, link=link, **said)
    values = {"round": proposal.round.public_id, "proposal": proposal.public_id}
    record(Verb.COSTS_ANSWERED, by.public_id, now, **values, accepted=accepted, argued=len(answers) - accepted)
    return proposal


def _talks(proposal: Proposal) -> dict[int, LineTalk]:
    return {each.position: each for each in talks_of(proposal, steps_on(proposal))}


def _talk(known: dict[int, LineTalk], position: int) -> LineTalk:
    if position not in known:
        raise Refusal(N_("Cette dépense n’est plus dans le plan : rechargez la page."))
    return known[position]


def _refuse_bad(found: Sequence[tuple[int, Refusal | None]]) -> None:
    faults = [Fault(position, fault) for position, fault in found if fault is not None]
    if faults:
        raise BadLines(faults)


def _say(proposal: Proposal, talk: LineTalk, said: Said, reason: str, *, by: Person, now: datetime) -> None:
    label = next(line.label for line in proposal.lines if line.position == talk.position)
    db.session.add(
        CostingStep(
            proposal_id=proposal.id, position=talk.position, number=len(talk.said) + 1, act_code=said.act.value,
            label=label, quantity=said.quantity, unit_cents=said.unit_cents, reason=reason.strip(), person_id=by.id,
            at=now,
        )
    )  # fmt: skip


def _flush() -> None:
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Refusal(
            N_("Quelqu’un vient de parler de cette ligne : lisez ce qui est dit, puis envoyez à nouveau.")
        ) from error

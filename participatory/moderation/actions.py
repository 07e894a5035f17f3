"""Deciding on a proposal, alone or with a second association, and telling its author."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Association, Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.moderation.claiming import release_quietly
from participatory.moderation.letters import LetterFacts, write_decision
from participatory.moderation.models import Decision, Opinion
from participatory.moderation.policy import can_decide, can_settle, must_be_free
from participatory.moderation.queries import open_claim, opinions_on
from participatory.moderation.rules import (
    TARGETS,
    Judgement,
    Outcome,
    Step,
    judgement_fault,
    step_of,
    version_fault,
)
from participatory.proposals.actions import locked, move
from participatory.proposals.models import Proposal

_VERBS = {
    Outcome.ADMIT: Verb.PROPOSAL_ADMITTED,
    Outcome.ASK_CHANGES: Verb.CHANGES_REQUESTED,
    Outcome.REFUSE: Verb.PROPOSAL_REFUSED,
}
_TOO_LATE = N_("Une décision vient d’être rendue sur cette version du projet : la vôtre n’est pas enregistrée.")
# What stands for the Region in the journal where an association is expected.
REGION = "region"


@dataclass(frozen=True)
class Signatures:
    """Who decides, and in whose name: an association, or the Region when there is none; the second one of a refusal."""

    person: Person
    association: Association | None
    second: Association | None = None


def decide(
    public_id: str, judgement: Judgement, moderator: Person, facts: LetterFacts, now: datetime
) -> Decision | Opinion:
    """Record what an association finds on the version of a proposal that was read; write to the authors if it decides.

    A first refusal, and a second opinion that disagrees with it, are opinions: they wait for another association.
    Raises Refusal when the person may not judge it, when the author has sent another version since, when a
    reason or a sentence is missing, when somebody else is reading the case or has decided meanwhile.
    """
    proposal = locked(public_id)
    refuse_if(can_decide(moderator, proposal, now))
    refuse_if(must_be_free(open_claim(proposal, now), moderator, now))
    refuse_if(version_fault(judgement.version, proposal.version))
    refuse_if(judgement_fault(judgement))
    release_quietly(proposal, now)
    earlier = list(opinions_on(proposal))
    step = step_of(judgement.outcome, [each.outcome for each in earlier])
    signed = Signatures(moderator, moderator.association)
    if step is Step.DECIDE:
        return _conclude(proposal, judgement, signed, facts, now)
    opinion = _keep_opinion(proposal, judgement, signed, len(earlier) + 1, now)
    if step in {Step.PROPOSE, Step.DISPUTE}:
        _journal_opinion(proposal, opinion, step, moderator, now)
        return opinion
    return _conclude(proposal, *_joined(judgement, signed, earlier), facts, now)


def settle(public_id: str, judgement: Judgement, officer: Person, facts: LetterFacts, now: datetime) -> Decision:
    """The Region's officer decides where two associations disagree on a refusal; raises Refusal as `decide` does."""
    proposal = locked(public_id)
    earlier = list(opinions_on(proposal))
    refuse_if(can_settle(officer, proposal, len(earlier), now))
    refuse_if(version_fault(judgement.version, proposal.version))
    refuse_if(judgement_fault(judgement))
    release_quietly(proposal, now)
    signed = Signatures(officer, None)
    _keep_opinion(proposal, judgement, signed, len(earlier) + 1, now)
    return _conclude(proposal, *_joined(judgement, signed, earlier), facts, now)


def _joined(judgement: Judgement, signed: Signatures, earlier: list[Opinion]) -> tuple[Judgement, Signatures]:
    """What is published of several opinions: a confirmed refusal says both, and names the one who proposed it first."""
    first = earlier[0]
    if judgement.outcome is not Outcome.REFUSE:
        return judgement, signed
    if len(earlier) > 1:
        return judgement, replace(signed, second=first.association)
    told = replace(
        judgement,
        reason=first.reason,
        text=first.text,
        facts="\n\n".join(filter(None, (first.facts, judgement.facts))),
        manner=max(first.manner, judgement.manner, key=lambda each: each.value == "assisted"),
        questions=tuple(first.questions),
    )
    return told, Signatures(first.moderator, first.association, signed.association)


def _conclude(
    proposal: Proposal, judgement: Judgement, signed: Signatures, facts: LetterFacts, now: datetime
) -> Decision:
    decision = _keep(proposal, judgement, signed, now)
    move(proposal, TARGETS[judgement.outcome], signed.person.public_id, now)
    write_decision(proposal, decision, facts, now)
    _journal(proposal, decision, signed.person, now)
    return decision


def _worded(judgement: Judgement) -> dict[str, object]:
    asked = judgement.outcome is not Outcome.ADMIT
    return {
        "outcome_code": judgement.outcome.value,
        # An admission needs no reason, even when one was chosen before changing one's mind.
        "reason_code": judgement.reason.value if asked and judgement.reason else None,
        "text": judgement.text,
        "facts": judgement.facts,
        "manner_code": judgement.manner.value,
        "question_codes": [each.value for each in judgement.questions],
    }


def _keep(proposal: Proposal, judgement: Judgement, signed: Signatures, now: datetime) -> Decision:
    decision = Decision(
        proposal_id=proposal.id,
        version=proposal.version,
        moderator_id=signed.person.id,
        association_id=signed.association.id if signed.association else None,
        second_association_id=signed.second.id if signed.second else None,
        decided_at=now,
        **_worded(judgement),
    )
    _add(decision)
    return decision


def _keep_opinion(
    proposal: Proposal, judgement: Judgement, signed: Signatures, position: int, now: datetime
) -> Opinion:
    opinion = Opinion(
        proposal_id=proposal.id,
        version=proposal.version,
        position=position,
        moderator_id=signed.person.id,
        association_id=signed.association.id if signed.association else None,
        given_at=now,
        **_worded(judgement),
    )
    _add(opinion)
    return opinion


def _add(row: Decision | Opinion) -> None:
    db.session.add(row)
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Refusal(_TOO_LATE) from error


def _journal_opinion(proposal: Proposal, opinion: Opinion, step: Step, moderator: Person, now: datetime) -> None:
    values: dict[str, object] = {
        "round": proposal.round.public_id,
        "proposal": proposal.public_id,
        "association": opinion.association.slug if opinion.association else REGION,
    }
    if step is Step.PROPOSE:
        record(Verb.REFUSAL_PROPOSED, moderator.public_id, now, **values, reason=opinion.reason_code)
    else:
        record(Verb.REFUSAL_DISPUTED, moderator.public_id, now, **values)


def _journal(proposal: Proposal, decision: Decision, person: Person, now: datetime) -> None:
    values: dict[str, object] = {
        "round": proposal.round.public_id,
        "proposal": proposal.public_id,
        "association": decision.association.slug if decision.association else REGION,
    }
    if decision.outcome is not Outcome.ADMIT:
        values["reason"] = decision.reason_code
    record(_VERBS[decision.outcome], person.public_id, now, **values)

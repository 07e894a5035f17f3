"""Deciding on a proposal, and telling its author."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.moderation.models import Decision
from participatory.moderation.policy import can_decide
from participatory.moderation.rules import TARGETS, Judgement, Outcome, judgement_fault, version_fault
from participatory.outbox.actions import enqueue
from participatory.proposals.actions import locked, move
from participatory.proposals.models import Proposal

_LETTERS = {
    Outcome.ADMIT: "moderation_admitted",
    Outcome.ASK_CHANGES: "moderation_changes_requested",
    Outcome.REFUSE: "moderation_refused",
}
_VERBS = {
    Outcome.ADMIT: Verb.PROPOSAL_ADMITTED,
    Outcome.ASK_CHANGES: Verb.CHANGES_REQUESTED,
    Outcome.REFUSE: Verb.PROPOSAL_REFUSED,
}


@dataclass(frozen=True)
class LetterFacts:
    """What the letter says beside the decision: where to read, by when to answer (in words), whom to write to."""

    link: str
    deadline: str
    contact: str


def decide(public_id: str, judgement: Judgement, moderator: Person, facts: LetterFacts, now: datetime) -> Decision:
    """Record an association's decision on the version of a proposal that was read, and write to the author.

    Raises Refusal when the person may not judge it, when the author has sent another version
    since, when a reason or a sentence is missing, or when somebody has decided meanwhile.
    """
    proposal = locked(public_id)
    refuse_if(can_decide(moderator, proposal, now))
    refuse_if(version_fault(judgement.version, proposal.version))
    refuse_if(judgement_fault(judgement))
    decision = _keep(proposal, judgement, moderator, now)
    move(proposal, TARGETS[judgement.outcome], moderator.public_id, now)
    _write_to_author(proposal, decision, facts, now)
    _journal(proposal, decision, moderator, now)
    return decision


def _keep(proposal: Proposal, judgement: Judgement, moderator: Person, now: datetime) -> Decision:
    asked = judgement.outcome is not Outcome.ADMIT
    decision = Decision(
        proposal_id=proposal.id,
        version=proposal.version,
        outcome_code=judgement.outcome.value,
        # An admission needs no reason, even when one was chosen before changing one's mind.
        reason_code=judgement.reason.value if asked and judgement.reason else None,
        text=judgement.text,
        moderator_id=moderator.id,
        association_id=moderator.association_id,
        decided_at=now,
    )
    db.session.add(decision)
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        raise Refusal(
            N_("Une décision vient d’être rendue sur cette version du projet : la vôtre n’est pas enregistrée.")
        ) from error
    return decision


def _write_to_author(proposal: Proposal, decision: Decision, facts: LetterFacts, now: datetime) -> None:
    author = proposal.author
    if author is None:
        return
    enqueue(
        author.email,
        _LETTERS[decision.outcome],
        author.locale,
        now,
        # A title is one line: a letter's first line is its subject.
        title=" ".join(proposal.title.split()),
        association=decision.association.name,
        reason=label(decision.reason) if decision.reason else "",
        article=decision.article.title if decision.article else "",
        text=decision.text,
        link=facts.link,
        deadline=facts.deadline,
        contact=facts.contact,
    )


def _journal(proposal: Proposal, decision: Decision, moderator: Person, now: datetime) -> None:
    values: dict[str, object] = {
        "round": proposal.round.public_id,
        "proposal": proposal.public_id,
        "association": decision.association.slug,
    }
    if decision.outcome is not Outcome.ADMIT:
        values["reason"] = decision.reason_code
    record(_VERBS[decision.outcome], moderator.public_id, now, **values)

"""Findings prepared as drafts, looked at together, and published in one go: all of them or none."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from participatory.appraisal.actions import Incomplete, LetterFacts, appraise, faults_of
from participatory.appraisal.dialogue_models import FindingDraft
from participatory.appraisal.dialogue_queries import draft_about, draft_on, steps_on, talks_of
from participatory.appraisal.policy import can_appraise
from participatory.appraisal.queries import number_of_findings
from participatory.appraisal.rules import Finding, finding_faults, seen_fault
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal


@dataclass(frozen=True)
class Prepared:
    """A draft as the preview shows it: what stands in its way, and what it leaves unanswered."""

    draft: FindingDraft
    obstacle: Refusal | None
    unanswered: int

    @property
    def proposal(self) -> Proposal:
        """What it is about."""
        return self.draft.proposal

    @property
    def finding(self) -> Finding:
        """What it says."""
        return finding_of(self.draft)

    @property
    def lacks_grid(self) -> bool:
        """Whether the grid is what stands in its way."""
        return self.obstacle is not None and self.obstacle.field == "feasible"

    @property
    def mark(self) -> str:
        """What the preview showed, so that nothing else is published."""
        said = (self.draft.feasible, self.draft.final_cents, self.draft.reason, self.draft.seen)
        return f"{self.proposal.public_id}.{hashlib.sha256(repr(said).encode()).hexdigest()[:16]}"


def finding_of(draft: FindingDraft) -> Finding:
    """What a draft says, as a finding."""
    return Finding(feasible=draft.feasible, final_cents=draft.final_cents, reason=draft.reason, seen=draft.seen)


def keep_draft(public_id: str, finding: Finding, by: Person, now: datetime) -> Proposal:
    """Keep a finding for later, in the place of an earlier draft; nobody is written to.

    Raises Refusal as publishing would, Incomplete when the cost or the reason is missing. The grid may be filled later:
    the preview says that it is not.
    """
    proposal = locked(public_id)
    refuse_if(can_appraise(by, proposal, now))
    refuse_if(seen_fault(finding.seen, number_of_findings(proposal)))
    faults = finding_faults(finding, proposal.round.rulebook, proposal.cofunded_cents)
    if faults:
        raise Incomplete(faults)
    draft = draft_on(proposal) or FindingDraft(proposal_id=proposal.id)
    draft.feasible, draft.reason, draft.seen = finding.feasible, finding.reason, finding.seen
    draft.final_cents = finding.final_cents if finding.feasible else None
    draft.person_id, draft.saved_at = by.id, now
    db.session.add(draft)
    db.session.flush()
    return proposal


def drop_draft(public_id: str, by: Person, now: datetime) -> Proposal:
    """Leave a prepared finding; raises Refusal when the person may not appraise the proposal."""
    proposal = locked(public_id)
    refuse_if(can_appraise(by, proposal, now))
    db.session.delete(draft_about(public_id))
    db.session.flush()
    return proposal


def prepared(draft: FindingDraft, by: Person, now: datetime) -> Prepared:
    """A draft with what publishing it would meet."""
    proposal = draft.proposal
    obstacle = can_appraise(by, proposal, now) or seen_fault(draft.seen, number_of_findings(proposal))
    obstacle = obstacle or next(iter(faults_of(finding_of(draft), proposal)), None)
    waiting = sum(each.waits_for_author for each in talks_of(proposal, steps_on(proposal)))
    return Prepared(draft, obstacle, waiting)


def publish_together(
    marks: Sequence[str], by: Person, facts: Callable[[Proposal], LetterFacts], now: datetime
) -> list[Proposal]:
    """Publish the drafts that a preview showed, in one transaction, each with its letters.

    Raises Refusal, which names the project, when one of them may not be published or has changed since: none is then.
    """
    if not marks:
        raise Refusal(N_("Choisissez au moins un avis à publier."), Kind.INVALID)
    done = []
    # In the order of their identifiers: two who publish at once wait for each other, never both.
    for mark in sorted(set(marks)):
        public_id = mark.partition(".")[0]
        proposal = locked(public_id)
        draft = draft_about(public_id)
        db.session.refresh(draft)
        if prepared(draft, by, now).mark != mark:
            raise Refusal(_CHANGED, title=proposal.title)
        finding = finding_of(draft)
        db.session.delete(draft)
        try:
            appraise(public_id, finding, by, facts(proposal), now)
        except Refusal as refusal:
            first = refusal.faults[0] if isinstance(refusal, Incomplete) else refusal
            raise BlockedBatch(proposal, first) from refusal
        done.append(proposal)
    return done


_CHANGED = N_("L’avis sur « %(title)s » a changé depuis cet aperçu : relisez-le. Rien n’est publié.")


class BlockedBatch(Refusal):
    """One finding cannot be published, so none is: which one, and why."""

    def __init__(self, proposal: Proposal, why: Refusal):
        super().__init__(N_("Rien n’est publié : l’avis sur « %(title)s » ne peut pas l’être."), title=proposal.title)
        self.why = why

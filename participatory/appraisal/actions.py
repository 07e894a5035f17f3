"""Publishing a finding: feasible or not, at what cost, and why."""

from dataclasses import dataclass
from datetime import datetime

from participatory.appraisal.grid import grid_fault
from participatory.appraisal.models import Appraisal
from participatory.appraisal.policy import can_appraise
from participatory.appraisal.preparing import grid_of
from participatory.appraisal.queries import number_of_findings
from participatory.appraisal.rules import Finding, finding_faults, seen_fault
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.core.money import format_euros
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.notifications.actions import tell
from participatory.notifications.rules import Topic
from participatory.proposals.actions import locked, move
from participatory.proposals.models import Proposal


class Incomplete(Refusal):
    """A finding that cannot be published yet, with each thing to correct, all at once."""

    def __init__(self, faults: list[Refusal]):
        super().__init__(N_("Cet avis n’est pas encore complet."), Kind.INVALID)
        self.faults = faults


@dataclass(frozen=True)
class LetterFacts:
    """What the letter says beside the finding: where it is public, when voting opens (in words), whom to write to."""

    link: str
    voting: str
    contact: str


def appraise(public_id: str, finding: Finding, appraiser: Person, facts: LetterFacts, now: datetime) -> Appraisal:
    """Publish a finding on a proposal, beside the earlier ones, and write to its author.

    Raises Refusal when the person or the time does not allow it or a colleague has just
    published another, Incomplete when the cost, the reason or an answer of the grid is missing.
    """
    proposal = locked(public_id)
    refuse_if(can_appraise(appraiser, proposal, now))
    before = number_of_findings(proposal)
    refuse_if(seen_fault(finding.seen, before))
    faults = faults_of(finding, proposal)
    if faults:
        raise Incomplete(faults)
    appraisal = _keep(proposal, finding, appraiser, now)
    if proposal.state is not finding.target:
        move(proposal, finding.target, appraiser.public_id, now)
    _write_to_author(proposal, appraisal, facts, now, revised=before > 0)
    _journal(proposal, appraisal, appraiser, now)
    return appraisal


def faults_of(finding: Finding, proposal: Proposal) -> list[Refusal]:
    """Each thing that a finding lacks to be published: its cost, its reason, the grid."""
    faults = finding_faults(finding, proposal.round.rulebook, proposal.cofunded_cents)
    unfit = grid_fault(grid_of(proposal), feasible=finding.feasible)
    return [*faults, unfit] if unfit else faults


def _keep(proposal: Proposal, finding: Finding, appraiser: Person, now: datetime) -> Appraisal:
    cost = finding.final_cents if finding.feasible else None
    appraisal = Appraisal(
        proposal_id=proposal.id,
        feasible=finding.feasible,
        final_cents=cost,
        reason=finding.reason,
        appraiser_id=appraiser.id,
        appraised_at=now,
        grid=grid_of(proposal),
    )
    proposal.final_cents = cost
    db.session.add(appraisal)
    db.session.flush()
    return appraisal


def _write_to_author(
    proposal: Proposal, appraisal: Appraisal, facts: LetterFacts, now: datetime, *, revised: bool
) -> None:
    for author in proposal.people:
        tell(
            author,
            Topic.OWN_PROJECT,
            "appraisal_feasible" if appraisal.feasible else "appraisal_unfeasible",
            now,
            # A title is one line: a letter's first line is its subject.
            title=" ".join(proposal.title.split()),
            asked=format_euros(proposal.asked_cents, author.locale),
            final="" if appraisal.final_cents is None else format_euros(appraisal.final_cents, author.locale),
            reason=appraisal.reason,
            revised="yes" if revised else "",
            link=facts.link,
            voting=facts.voting,
            contact=facts.contact,
        )


def _journal(proposal: Proposal, appraisal: Appraisal, appraiser: Person, now: datetime) -> None:
    values: dict[str, object] = {"round": proposal.round.public_id, "proposal": proposal.public_id}
    if appraisal.feasible:
        values["final_cost_cents"] = appraisal.final_cents
    record(
        Verb.PROPOSAL_FEASIBLE if appraisal.feasible else Verb.PROPOSAL_UNFEASIBLE, appraiser.public_id, now, **values
    )

"""What the tests of appraisal share."""

from participatory.appraisal.actions import LetterFacts, appraise
from participatory.appraisal.grid import QUESTIONS
from participatory.appraisal.models import Appraisal, AppraisalGrid
from participatory.appraisal.rules import Finding
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_proposal, make_round

SENTENCE = "Le coût suit les devis joints, hors livraison."
FACTS = LetterFacts(
    "https://budget.example/projets/x", "vendredi 11 décembre 2026 à 18 h (heure de Paris)", "aide@b.example"
)
YES = Finding(True, 9_500_00, SENTENCE, 0)
NO = Finding(False, None, SENTENCE, 0)


def admitted(phase: Phase = Phase.REVIEW, **values: object) -> Proposal:
    """An admitted proposal of somebody, in a round in this phase."""
    values.setdefault("author", make_person())
    values.setdefault("state", State.ADMITTED)
    return make_proposal(make_round(phase), **values)


def appraiser() -> Person:
    """Somebody of the Region's services."""
    return make_person(roles=(Role.APPRAISER,))


def graded(proposal: Proposal, person: Person) -> Proposal:
    """The proposal with « oui » to every question of the grid, as if nobody had opened its page."""
    if db.session.get(AppraisalGrid, proposal.id) is None:
        answers = {each.key: {"answer": "yes", "evidence": ""} for each in QUESTIONS}
        with transaction():
            db.session.add(
                AppraisalGrid(proposal_id=proposal.id, answers=answers, saved=0, saved_by_id=person.id, saved_at=now())
            )
    return proposal


def find(proposal: Proposal, person: Person, finding: Finding = YES) -> Appraisal:
    """Publish a finding, in one transaction; a feasible one with its grid."""
    if finding.feasible:
        graded(proposal, person)
    with transaction():
        return appraise(proposal.public_id, finding, person, FACTS, now())

"""What the tests of moderation share."""

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.moderation.actions import decide
from participatory.moderation.letters import LetterFacts
from participatory.moderation.models import Decision
from participatory.moderation.rules import Judgement, Outcome, Reason
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_proposal, make_round

SENTENCE = "Le plan de financement ne dit pas qui prête le local."
FACTS = LetterFacts(
    "https://budget.example/projets/x", "vendredi 11 décembre 2026 à 18 h (heure de Paris)", "aide@b.example"
)

ADMIT = Judgement(Outcome.ADMIT, None, "", 1)
ASK = Judgement(Outcome.ASK_CHANGES, Reason.INCOMPLETE, SENTENCE, 1)
REFUSE = Judgement(Outcome.REFUSE, Reason.OUTSIDE_REGION, SENTENCE, 1)


def submitted(phase: Phase = Phase.SUBMISSION, **values: object) -> Proposal:
    """A submitted proposal of somebody, in a round in this phase."""
    values.setdefault("author", make_person())
    return make_proposal(make_round(phase), state=State.SUBMITTED, **values)


def moderator() -> Person:
    """A moderator of an association of their own."""
    return make_person(roles=(Role.MODERATOR,))


def judge(proposal: Proposal, person: Person, judgement: Judgement = ADMIT) -> Decision:
    """Decide, in one transaction; another association confirms a refusal."""
    with transaction():
        first = decide(proposal.public_id, judgement, person, FACTS, now())
    if isinstance(first, Decision):
        return first
    second = moderator()
    with transaction():
        return decide(proposal.public_id, judgement, second, FACTS, now())

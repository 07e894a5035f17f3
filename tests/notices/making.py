"""What the tests of notices share: texts that are reported, people who decide about them."""

from __future__ import annotations

import secrets
from datetime import datetime

from participatory.comments.models import Comment
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.notices import actions, deciding
from participatory.notices.letters import Letters
from participatory.notices.models import Notice, NoticeDecision
from participatory.notices.rules import Ground, Outcome
from participatory.proposals.models import Proposal
from participatory.rounds.rules import Phase
from tests.comments.making import comment, project, student
from tests.factories import make_association, make_person

LETTERS = Letters(
    followed="https://b.example/signaler/suivi/{number}",
    case="https://b.example/gestion/textes-signales/{number}",
    decision="https://b.example/decisions-sur-mes-textes/{decision}",
    account="https://b.example/mon-compte/blocage",
    when=lambda moment, _locale: moment.isoformat(),
)
FACTS = "Le texte donne le numéro de téléphone d’une personne."


def said(proposal: Proposal | None = None, person: Person | None = None) -> Comment:
    """A comment on a project."""
    proposal = proposal or project(Phase.REVIEW)
    return comment(proposal, person or student(proposal.round))


def moderator() -> Person:
    """Somebody who moderates for an association that nothing ties to anything."""
    return make_person(roles=(Role.MODERATOR,), association=make_association())


def officer() -> Person:
    """Somebody of the Region."""
    return make_person(roles=(Role.OFFICER,))


def report(text: Comment, ground: Ground = Ground.INSULT, moment: datetime | None = None, **different: str) -> Notice:
    """Report a comment, in one transaction."""
    typed = actions.Typed(
        form_key=different.pop("form_key", secrets.token_hex(16)),
        ground=ground,
        explanation="Ce passage vise une personne.",
        contact=different.pop("contact", ""),
        locale="fr",
        network=different.pop("network", secrets.token_hex(8)),
    )
    with transaction():
        return actions.receive(("comment", text.public_id), typed, LETTERS, "https://b.example/c", moment or now())


def decide(text: Comment, person: Person, outcome: Outcome = Outcome.HIDDEN, seen: int = 1, facts: str = FACTS,
           moment: datetime | None = None) -> NoticeDecision:  # fmt: skip
    """Decide about a comment, in one transaction."""
    ruling = deciding.Ruling(outcome, Ground.PERSONAL_DATA, facts, seen)
    with transaction():
        by = db.session.get(Person, person.id)
        return deciding.decide(("comment", text.public_id), ruling, by, LETTERS, moment or now())


def judge(decision: NoticeDecision, person: Person, outcome: Outcome) -> NoticeDecision:
    """Decide again of a contested decision."""
    ruling = deciding.Ruling(outcome, Ground.OTHER, "À la relecture, ce numéro est celui d’un accueil public.")
    with transaction():
        return deciding.judge(decision.public_id, ruling, db.session.get(Person, person.id), LETTERS, now())

"""The deed of deciding: who, when, what is kept, who is told."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.moderation.actions import decide
from participatory.moderation.models import Decision
from participatory.moderation.policy import can_decide
from participatory.moderation.rules import Judgement, Outcome, Reason
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_association, make_person, make_proposal, make_round, move_round
from tests.moderation.making import ADMIT, ASK, FACTS, REFUSE, SENTENCE, judge, moderator, submitted


def _deeds() -> list[tuple[str, dict]]:
    rows = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position))
    return [(row.verb, json.loads(row.payload)) for row in rows]


def _letter() -> Letter:
    return db.session.scalars(sa.select(Letter)).one()


@pytest.mark.parametrize(
    ("judgement", "state"),
    [(ADMIT, State.ADMITTED), (ASK, State.CHANGES_REQUESTED), (REFUSE, State.REFUSED)],
)
def test_a_decision_moves_the_proposal_and_is_kept(app, judgement, state):
    proposal, person = submitted(), moderator()
    decision = judge(proposal, person, judgement)
    assert proposal.state is state
    assert (decision.version, decision.moderator_id, decision.association_id) == (1, person.id, person.association_id)
    assert (decision.outcome, decision.reason) == (judgement.outcome, judgement.reason)
    assert [(each.source, each.target, each.actor) for each in proposal.moves] == [
        ("submitted", state.value, person.public_id)
    ]


def test_an_admission_keeps_no_reason_even_when_one_was_chosen(app):
    decision = judge(submitted(), moderator(), Judgement(Outcome.ADMIT, Reason.DUPLICATE, "", 1))
    assert decision.reason_code is None


@pytest.mark.parametrize(
    ("judgement", "verb"),
    [(ADMIT, "moderation.admitted"), (ASK, "moderation.changes_requested"), (REFUSE, "moderation.refused")],
)
def test_a_decision_is_journalled_with_its_fields(app, judgement, verb):
    proposal, person = submitted(), moderator()
    judge(proposal, person, judgement)
    expected = {
        "round": proposal.round.public_id,
        "proposal": proposal.public_id,
        "association": person.association.slug,
    }
    if judgement.reason:
        expected["reason"] = judgement.reason.value
    # A refusal was proposed first.
    assert _deeds()[-1] == (verb, expected)
    assert list(faults()) == []


@pytest.mark.parametrize("phase", [Phase.SUBMISSION, Phase.REVIEW])
def test_moderation_lasts_from_submission_to_the_end_of_review(app, phase):
    assert can_decide(moderator(), submitted(phase), now()) is None


@pytest.mark.parametrize("phase", [Phase.ANNOUNCEMENT, Phase.VOTING, Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY])
def test_nobody_decides_in_another_phase(app, phase):
    proposal, person = submitted(), moderator()
    move_round(proposal.round, phase)
    with pytest.raises(Refusal):
        judge(proposal, person)
    assert proposal.state is State.SUBMITTED


@pytest.mark.parametrize("roles", [(), (Role.APPRAISER,), (Role.OFFICER, Role.ADMINISTRATOR)])
def test_no_other_role_decides(app, roles):
    person = make_person(roles=roles, association=make_association())
    with pytest.raises(Refusal) as refused:
        judge(submitted(), person)
    assert refused.value.kind is Kind.FORBIDDEN


def test_a_moderator_without_an_association_decides_nothing(app):
    person = moderator()
    with transaction():
        person.association_id = None
    with pytest.raises(Refusal, match="aucune association"):
        judge(submitted(), person)


def test_nobody_decides_on_their_own_proposal(app):
    person = moderator()
    with pytest.raises(Refusal, match="Vous avez déposé"):
        judge(submitted(author=person), person)


def test_nobody_decides_on_a_proposal_that_their_association_carries(app):
    person = moderator()
    with pytest.raises(Refusal, match="Votre association porte"):
        judge(submitted(association=person.association), person)


def test_nobody_decides_on_a_proposal_by_a_member_of_their_association(app):
    person = moderator()
    colleague = make_person(association=person.association)
    with pytest.raises(Refusal, match="membre de votre association"):
        judge(submitted(author=colleague), person)


def test_a_proposal_that_names_neither_author_nor_association_can_be_judged(app):
    assert can_decide(moderator(), submitted(author=None), now()) is None


@pytest.mark.parametrize("state", [state for state in State if state is not State.SUBMITTED])
def test_only_what_is_submitted_is_judged(app, state):
    proposal = make_proposal(make_round(Phase.REVIEW), state=state, author=make_person())
    with pytest.raises(Refusal) as refused:
        judge(proposal, moderator())
    assert refused.value.kind is Kind.CONFLICT


def test_a_decision_on_a_text_that_has_changed_since_is_refused(app):
    proposal = submitted()
    with transaction():
        proposal.version = 2
    with pytest.raises(Refusal, match="nouvelle version"):
        judge(proposal, moderator())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0


def test_each_version_gets_its_own_decision(app):
    proposal = submitted()
    judge(proposal, moderator(), ASK)
    with transaction():
        proposal.version, proposal.state_code = 2, State.SUBMITTED.value
    judge(proposal, moderator(), Judgement(Outcome.ADMIT, None, "", 2))
    assert proposal.state is State.ADMITTED
    assert db.session.scalars(sa.select(Decision.version).order_by(Decision.version)).all() == [1, 2]


def test_the_database_holds_one_decision_a_version_and_the_refusal_says_so(app):
    proposal = submitted()
    judge(proposal, moderator(), ASK)
    with transaction():
        # A fault elsewhere that would put the same version back must not let it be judged twice.
        proposal.state_code = State.SUBMITTED.value
    with pytest.raises(Refusal, match="vient d’être rendue"):
        judge(proposal, moderator())
    assert proposal.state is State.SUBMITTED


def test_of_two_moderators_who_decide_at_once_one_wins_and_the_other_is_told(app_on_each_database):
    app = app_on_each_database
    identifier = submitted().public_id
    people = [moderator().public_id for _ in range(4)]
    db.session.remove()

    def attempt(turn: int) -> str:
        with app.app_context():
            person = db.session.scalars(sa.select(Person).where(Person.public_id == people[turn])).one()
            try:
                with transaction():
                    decide(identifier, ASK if turn % 2 else ADMIT, person, FACTS, now())
            except Refusal as refused:
                return str(refused)
            finally:
                db.session.remove()
            return "decided"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4)))
    assert answers.count("decided") == 1
    assert all("déjà" in answer for answer in answers if answer != "decided")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 1
    assert db.session.scalars(sa.select(Proposal)).one().state is not State.SUBMITTED


def test_an_unknown_proposal_is_not_found(app):
    person = moderator()
    with pytest.raises(Refusal) as refused, transaction():
        decide("inconnu", ADMIT, person, FACTS, now())
    assert refused.value.kind is Kind.NOT_FOUND


def test_nothing_is_kept_when_a_reason_or_a_sentence_is_missing(app):
    proposal = submitted()
    with pytest.raises(Refusal, match="motif"):
        judge(proposal, moderator(), Judgement(Outcome.REFUSE, None, SENTENCE, 1))
    assert proposal.state is State.SUBMITTED
    assert _deeds() == []
    assert db.session.scalars(sa.select(Letter)).all() == []


def test_the_author_is_told_of_an_admission_and_of_what_comes_next(app):
    proposal, person = submitted(title="Un potager"), moderator()
    judge(proposal, person, Judgement(Outcome.ADMIT, None, "Beau projet, pensez à l’arrosage.", 1))
    message = compose(_letter())
    assert message.to == [proposal.author.email]
    assert "Un potager" in message.subject
    assert "recevable" in message.subject
    for piece in (person.association.name, "Beau projet", FACTS.link, "vendredi", FACTS.contact):
        assert piece in message.body


def test_the_author_is_told_what_to_change_why_and_by_when(app):
    proposal, person = submitted(), moderator()
    judge(proposal, person, ASK)
    body = compose(_letter()).body
    for piece in (SENTENCE, "Dossier incomplet", "Examen des projets", FACTS.link, "avant l’échéance, "):
        assert piece in body


def test_the_author_is_told_why_a_proposal_is_refused_and_whom_to_write_to(app):
    proposal, person = submitted(), moderator()
    judge(proposal, person, REFUSE)
    body = compose(_letter()).body
    for piece in (SENTENCE, "Hors d’Occitanie", person.association.name, f"Écrivez à {FACTS.contact}", FACTS.link):
        assert piece in body


def test_hostile_texts_stay_plain_words_in_the_letter(app):
    evil = "{{ config }} <script>alert(1)</script> %(title)s\nSubject: gagné"
    proposal = submitted(title="Titre\r\nBcc: tous@exemple.example {% raw %}")
    judge(proposal, moderator(), Judgement(Outcome.REFUSE, Reason.DUPLICATE, evil, 1))
    message = compose(_letter())
    assert "\n" not in message.subject
    assert "Titre Bcc:" in message.subject
    assert "<script>alert(1)</script> %(title)s" in message.body
    assert "{{ config }}" in message.body


def test_a_proposal_without_an_author_gets_a_decision_and_no_letter(app):
    judge(submitted(author=None), moderator())
    assert db.session.scalars(sa.select(Letter)).all() == []


def test_the_letter_leaves_in_the_language_of_its_reader(app):
    author = make_person()
    with transaction():
        author.locale = "en"
    judge(submitted(author=author), moderator())
    assert _letter().locale == "en"

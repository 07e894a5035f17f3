"""The deed of appraising: who, when, what is kept, who is told."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from participatory.appraisal.actions import Incomplete, appraise
from participatory.appraisal.models import Appraisal
from participatory.appraisal.policy import can_appraise
from participatory.appraisal.rules import Finding
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.appraisal.making import FACTS, NO, SENTENCE, YES, admitted, appraiser, find, graded
from tests.factories import make_person, move_round


def _deeds():
    rows = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position))
    return [(row.verb, json.loads(row.payload)) for row in rows]


def _last_letter():
    return compose(db.session.scalars(sa.select(Letter).order_by(Letter.id.desc())).first())


def test_a_feasible_project_goes_to_the_ballot_with_its_final_cost(app):
    proposal, person = admitted(), appraiser()
    found = find(proposal, person)
    assert (proposal.state, proposal.final_cents, proposal.cost_cents) == (State.FEASIBLE, 9_500_00, 9_500_00)
    assert (found.feasible, found.final_cents, found.reason, found.appraiser_id) == (
        True,
        9_500_00,
        SENTENCE,
        person.id,
    )


def test_an_unfeasible_project_keeps_no_final_cost_even_when_one_was_typed(app):
    proposal = admitted()
    found = find(proposal, appraiser(), Finding(False, 5_00, SENTENCE, 0))
    assert (proposal.state, proposal.final_cents, found.final_cents) == (State.UNFEASIBLE, None, None)


def test_a_finding_is_journalled_with_its_fields(app):
    proposal, person = admitted(), appraiser()
    find(proposal, person)
    find(proposal, person, Finding(False, None, SENTENCE, 1))
    both = {"round": proposal.round.public_id, "proposal": proposal.public_id}
    assert _deeds() == [
        ("appraisal.feasible", both | {"final_cost_cents": 9_500_00}),
        ("appraisal.unfeasible", both),
    ]


def test_a_finding_may_be_revised_while_review_lasts_and_each_is_kept(app):
    proposal, person = admitted(), appraiser()
    find(proposal, person)
    find(proposal, person, Finding(True, 8_000_00, SENTENCE, 1))
    assert proposal.final_cents == 8_000_00
    find(proposal, person, Finding(False, None, SENTENCE, 2))
    assert (proposal.state, proposal.final_cents) == (State.UNFEASIBLE, None)
    find(proposal, person, Finding(True, 7_000_00, SENTENCE, 3))
    assert (proposal.state, proposal.final_cents) == (State.FEASIBLE, 7_000_00)
    costs = db.session.scalars(sa.select(Appraisal.final_cents).order_by(Appraisal.id)).all()
    assert costs == [9_500_00, 8_000_00, None, 7_000_00]


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.REVIEW])
def test_nobody_appraises_in_another_phase(app, phase):
    proposal, person = admitted(), appraiser()
    move_round(proposal.round, phase)
    with pytest.raises(Refusal):
        find(proposal, person)
    assert proposal.state is State.ADMITTED


def test_once_voting_is_open_the_list_is_frozen_and_the_refusal_says_so(app):
    proposal, person = admitted(), appraiser()
    find(proposal, person)
    move_round(proposal.round, Phase.VOTING)
    with pytest.raises(Refusal, match="figée"):
        find(proposal, person, Finding(False, None, SENTENCE, 1))
    assert proposal.state is State.FEASIBLE


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.OFFICER, Role.ADMINISTRATOR)])
def test_no_other_role_appraises(app, roles):
    with pytest.raises(Refusal) as refused:
        find(admitted(), make_person(roles=roles))
    assert refused.value.kind is Kind.FORBIDDEN


def test_nobody_appraises_their_own_proposal(app):
    person = appraiser()
    with pytest.raises(Refusal, match="Vous avez déposé"):
        find(admitted(author=person), person)


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED, State.REFUSED, State.WITHDRAWN]
)
def test_only_admitted_proposals_are_appraised(app, state):
    refused = can_appraise(appraiser(), admitted(state=state), now())
    assert refused is not None
    assert refused.kind is Kind.CONFLICT


def test_nothing_is_kept_when_the_cost_or_the_reason_is_missing(app):
    proposal = admitted()
    with pytest.raises(Incomplete) as incomplete:
        find(proposal, appraiser(), Finding(True, None, "", 0))
    assert [fault.field for fault in incomplete.value.faults] == ["final_cost", "reason"]
    assert proposal.state is State.ADMITTED
    assert _deeds() == []
    assert db.session.scalars(sa.select(Letter)).all() == []


def test_of_two_appraisers_at_once_one_wins_and_the_other_must_read_first(app_on_each_database):
    app = app_on_each_database
    identifier = graded(admitted(), appraiser()).public_id
    people = [appraiser().public_id for _ in range(4)]
    db.session.remove()

    def attempt(turn):
        with app.app_context():
            person = db.session.scalars(sa.select(Person).where(Person.public_id == people[turn])).one()
            try:
                with transaction():
                    appraise(identifier, NO if turn % 2 else YES, person, FACTS, now())
            except Refusal as refused:
                return str(refused)
            finally:
                db.session.remove()
            return "found"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4)))
    assert answers.count("found") == 1
    assert all("Un autre avis" in answer for answer in answers if answer != "found")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Appraisal)) == 1
    proposal = db.session.scalars(sa.select(Proposal)).one()
    assert (proposal.state is State.FEASIBLE) == (proposal.final_cents is not None)


def test_the_author_is_told_the_final_cost_beside_the_amount_asked(app):
    proposal = admitted(title="Un potager")
    find(proposal, appraiser())
    message = _last_letter()
    assert message.to == [proposal.author.email]
    assert "Un potager" in message.subject
    plain = message.body.replace("\u202f", " ").replace("\xa0", " ")
    for piece in ("demandé : 10 000 €", "retenu : 9 500 €", SENTENCE, FACTS.link, "qui ouvre vendredi", FACTS.contact):
        assert piece in plain


def test_the_author_is_told_why_a_project_is_unfeasible_and_whom_to_write_to(app):
    find(admitted(), appraiser(), NO)
    body = _last_letter().body
    for piece in (SENTENCE, "pas réalisable", FACTS.link, f"Écrivez à {FACTS.contact}"):
        assert piece in body


def test_a_revision_says_that_it_is_one(app):
    proposal, person = admitted(), appraiser()
    find(proposal, person)
    assert "a revu son avis" not in _last_letter().body
    find(proposal, person, Finding(True, 9_000_00, SENTENCE, 1))
    assert "a revu son avis" in _last_letter().body


def test_hostile_texts_stay_plain_words_in_the_letter(app):
    proposal = admitted(title="Titre\r\nBcc: tous@exemple.example")
    find(proposal, appraiser(), Finding(True, 1_00, "{{ config }} <b>%(title)s</b> et la suite", 0))
    message = _last_letter()
    assert "\n" not in message.subject
    assert "{{ config }} <b>%(title)s</b>" in message.body


def test_a_proposal_without_an_author_gets_a_finding_and_no_letter(app):
    find(admitted(author=None), appraiser())
    assert db.session.scalars(sa.select(Letter)).all() == []

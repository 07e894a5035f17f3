"""A ballot of a case that officers question elsewhere, and officers who leave their own ballot to others."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.ballots.models import Envelope, SettingAside
from participatory.control.actions import decide_case, open_case
from participatory.control.casework import case_digest
from participatory.control.rules import Outcome, answer_until
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import RoleGrant
from participatory.integrity_desk import actions
from participatory.integrity_desk.queries import figures_of, notes_of
from participatory.integrity_desk.rules import CaseState, Deed, Proof
from participatory.rounds.rulebook import SetAsideMotive
from tests.integrity_desk.conftest import CASE_LINK, EVIDENCE, WHY, Desk

LATER = timedelta(days=10)


def question(desk: Desk, number: int) -> SettingAside:
    """Open a case about this voter's ballot on the page of the control, as an officer who names the person does."""
    envelope = db.session.scalars(sa.select(Envelope).where(Envelope.slot == desk.place(number))).one()
    moment, round_ = now(), desk.round
    with transaction():
        return open_case(
            round_,
            envelope.id,
            SetAsideMotive.PROOF_WITHDRAWN,
            evidence=EVIDENCE,
            author=desk.officer(),
            until=answer_until(moment, round_.rulebook.reconfirm_days),
            now=moment,
            store=desk.store,
            link=CASE_LINK,
        )


def settle(desk: Desk, case: SettingAside, outcome: Outcome) -> None:
    """Have the second officer decide it there, once the delay is over."""
    with transaction():
        decide_case(
            desk.round,
            case.public_id,
            outcome,
            by=desk.officer("second"),
            now=now() + LATER,
            store=desk.store,
            seen=case_digest(case),
        )


@pytest.mark.parametrize(("outcome", "state"), [(Outcome.SET_ASIDE, "set_aside"), (Outcome.KEPT, "restored")])
def test_a_ballot_questioned_on_the_page_of_the_control_is_followed_by_its_case(controlled: Desk, outcome, state):
    case = question(controlled, 0)
    assert controlled.states() == ["proposed", "flagged", "flagged", "flagged"]
    assert controlled.case().state == CaseState.PROPOSED
    assert [note.numbers for note in notes_of(controlled.case()) if note.deed == Deed.PROPOSED] == [[1]]
    settle(controlled, case, outcome)
    assert controlled.states()[0] == state
    assert getattr(figures_of(controlled.round), state) == 1


def test_a_batch_names_the_ballot_that_is_already_questioned(controlled: Desk):
    controlled.quarantine(1, 2)
    question(controlled, 0)
    with pytest.raises(Refusal) as caught:
        controlled.propose(1, 2)
    assert caught.value.values["numbers"] == "1"
    assert len(controlled.propose(2)) == 1


def test_what_was_decided_before_detection_saw_a_ballot_is_repeated_in_its_case(controlled: Desk):
    settle(controlled, question(controlled, 4), Outcome.SET_ASIDE)
    controlled.assess((0, 1, 2, 3, 4))
    assert controlled.states() == ["flagged"] * 4 + ["set_aside"]
    assert figures_of(controlled.round).set_aside == 1


def test_a_confirmation_answers_what_came_before_it_only(controlled: Desk):
    controlled.quarantine(1)
    ballot = controlled.ballots()[0]
    with transaction():
        ballot = controlled.ballots()[0]
        ballot.state, ballot.proof, ballot.confirmed_at = "confirmed", Proof.DOOR.value, now() - timedelta(hours=1)
    settle(controlled, question(controlled, 0), Outcome.SET_ASIDE)
    assert controlled.states()[0] == "set_aside"


def test_an_officer_neither_clears_nor_dismisses_a_case_that_holds_their_own_ballot(desk: Desk):
    voter = desk.person(0)
    with transaction():
        db.session.add(RoleGrant(person_id=voter.id, role="officer", granted_by="system", granted_at=now()))
    voter = desk.person(0)
    for deed in (
        lambda: actions.dismiss(desk.case(), voter, WHY, now=now(), store=desk.store),
        lambda: actions.lift(desk.case(), voter, WHY, [1, 2], now=now(), store=desk.store),
    ):
        with pytest.raises(Refusal) as caught, transaction():
            deed()
        assert caught.value.kind is Kind.FORBIDDEN
    assert desk.states() == ["flagged"] * 4
    with transaction():
        actions.lift(desk.case(), voter, WHY, [2], now=now(), store=desk.store)
    assert desk.states()[1] == "cleared"

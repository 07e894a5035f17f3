"""Ballots on paper: the counter, the two entries, the reconciliation, and what reaches the urn."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from participatory.ballots.choosing import VOTER_WORDS, Fault
from participatory.ballots.models import SealedBallot, Signature, UrnState, VoteStep
from participatory.ballots.opening import opening_of
from participatory.ballots.queries import steps_of
from participatory.ballots.steps import Officers
from participatory.control.actions import seal_urn, take_control
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.deeds.actions import confirm
from participatory.identity.models import Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.printed_codes.secret import peppers
from participatory.privacy import retention
from participatory.results.unsealing import open_sealed
from participatory.rounds.rulebook import BallotKind
from participatory.rounds.rules import Phase
from participatory.stands.closing import CLOSE
from participatory.stands.counter import cancel_signature, sign_on_paper
from participatory.stands.entering import PAPER_WORDS, Entered
from participatory.stands.models import PaperBallot
from participatory.stands.printing import ballots_of, keep_numbers, plan_batch
from participatory.stands.queries import BatchLine, batches_of, progress_of, signatures_of
from participatory.stands.rules import CancelReason, Mark, Standing, new_numbers
from participatory.territories.models import Establishment
from tests.factories import KEY, add_voter, deposit_ballot, limit_role, make_person, make_round, move_round, site
from tests.stands.making import Bureau, set_up

OFFICERS = Officers("officer-one", "officer-two")


@pytest.fixture
def bureau(app) -> Bureau:
    assert app
    return set_up()


@pytest.fixture
def each_bureau(app_on_each_database) -> Bureau:
    assert app_on_each_database
    return set_up()


def _rows(verb: str) -> list[dict]:
    wanted = sa.select(JournalEntry.payload).where(JournalEntry.verb == verb).order_by(JournalEntry.position)
    return [json.loads(payload) for payload in db.session.scalars(wanted)]


def _elsewhere(place: Establishment) -> Establishment:
    wanted = sa.select(Establishment).where(Establishment.id != place.id, Establishment.uai != "")
    return db.session.scalars(wanted.order_by(Establishment.id).limit(1)).one()


# Printing


def test_a_batch_is_printed_once_and_its_numbers_are_kept_as_macs_alone(bureau):
    stored = db.session.scalars(sa.select(PaperBallot.number_mac)).all()
    assert len(stored) == 5
    assert not set(stored) & set(bureau.numbers)
    with pytest.raises(Refusal, match="déjà été imprimés"), transaction():
        keep_numbers(bureau.batch, new_numbers(5), bureau.key, bureau.officer, now())
    assert _rows("paper.printed") == [
        {"batch": bureau.batch.label, "issued": 5, "round": bureau.round.public_id, "stand": "Hall B"}
    ]


def test_the_ballots_of_a_batch_share_one_drawn_order_and_hold_the_contests_of_its_site(app):
    here, there = set_up(), set_up(site_slug="albi")
    order = app.extensions["secrets"].get("order", here.round.public_id)
    ballots = ballots_of(here.batch, opening_of(here.round), order)
    assert [ballot.contest for ballot in ballots] == ["main"]
    assert {each.title for each in ballots[0].projects} == {"Épicerie", "Vélos"}
    assert ballots_of(here.batch, opening_of(here.round), order) == ballots
    albi = ballots_of(there.batch, opening_of(there.round), order)
    assert [ballot.contest for ballot in albi] == ["main", "albi"]


@pytest.mark.parametrize("issued", [0, -1, 101, 10**9])
def test_a_batch_has_a_number_of_ballots_that_makes_sense(bureau, issued):
    with pytest.raises(Refusal, match="de 1 à 100"), transaction():
        plan_batch(bureau.round, site(), None, bureau.officer, now(), stand="Hall", issued=issued)


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.CONTROL])
def test_no_batch_is_planned_out_of_time(bureau, phase):
    early_or_late = make_round(phase)
    with pytest.raises(Refusal), transaction():
        plan_batch(early_or_late, site(), None, bureau.officer, now(), stand="Hall", issued=3)


def test_a_referent_prints_nothing(bureau):
    with pytest.raises(Refusal, match="font imprimer"), transaction():
        plan_batch(bureau.round, site(), None, bureau.referent, now(), stand="Hall", issued=3)


# The counter


def test_the_counter_learns_whether_somebody_may_be_given_a_ballot_and_signs(each_bureau):
    bureau = each_bureau
    bureau.student("12345")
    assert bureau.look("12345")[0] is Standing.MAY_VOTE
    bureau.hand("12345")
    [signature] = bureau.signatures()
    assert signature.batch == bureau.batch.public_id
    assert bureau.look("12345") == (Standing.HAS_VOTED, "")
    assert bureau.look("99999") == (Standing.NOT_ON_ROLL, "")


def test_the_journal_tells_that_the_roll_was_looked_at_and_not_for_whom(bureau):
    voter = bureau.student("12345")
    bureau.hand("12345")
    rows = _rows("roll.looked_up")
    assert rows == [{"batch": bureau.batch.label, "round": bureau.round.public_id}]
    everything = " ".join(db.session.scalars(sa.select(JournalEntry.payload)))
    assert voter.pseudonym not in everything
    assert "12345" not in everything


def test_who_voted_online_is_given_no_ballot(bureau):
    person = make_person()
    add_voter(bureau.round, person)
    deposit_ballot(bureau.round, person, [bureau.projects[0].public_id])
    assert bureau.look(person.email)[0] is Standing.HAS_VOTED


def test_who_voted_on_paper_is_refused_online(bureau):
    person = make_person()
    add_voter(bureau.round, person)
    bureau.hand(person.email)
    with pytest.raises(Refusal, match="sur papier"):
        deposit_ballot(bureau.round, person, [bureau.projects[0].public_id])


def test_who_votes_for_another_site_is_given_another_ballot(bureau):
    bureau.student("777", site_slug="albi")
    assert bureau.look("777") == (Standing.OTHER_BALLOT, "")
    bureau.student("778", site_slug="rodez")
    assert bureau.look("778")[0] is Standing.MAY_VOTE


def test_a_referent_sees_only_the_students_of_their_establishment(bureau):
    other = _elsewhere(bureau.place)
    person = make_person()
    voter = add_voter(bureau.round, person)
    with transaction():
        voter.establishment_id = other.id
    assert bureau.look(person.email)[0] is Standing.NOT_ON_ROLL
    stranger = make_person(roles=(Role.REFERENT,))
    limit_role(stranger, Role.REFERENT, Scope(ScopeKind.ESTABLISHMENT, other.key))
    with pytest.raises(Refusal, match="n’existe pas"):
        bureau.look("12345", by=stranger)


def test_a_batch_for_a_whole_site_reads_no_student_number(app):
    assert app
    bureau = set_up(whole_site=True)
    with pytest.raises(Refusal):
        bureau.look("1", by=bureau.referent)
    with pytest.raises(Refusal, match="INE"):
        bureau.look("12345", by=bureau.officer)


def test_nobody_signs_twice_even_at_two_counters_at_once(app_on_each_database):
    bureau = set_up()
    bureau.student("12345")
    _standing, who = bureau.look("12345")
    outcomes: list[str] = []

    def sign(by_id: int) -> None:
        with app_on_each_database.app_context():
            try:
                with transaction():
                    sign_on_paper(bureau.batch, db.session.get(Person, by_id), who, now())
                outcomes.append("signed")
            except Refusal:
                outcomes.append("refused")
            finally:
                db.session.remove()

    workers = [threading.Thread(target=sign, args=(each.id,)) for each in (bureau.referent, bureau.officer)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == ["refused", "signed"]
    assert len(bureau.signatures()) == 1


def test_no_more_people_sign_than_there_are_ballots(app):
    assert app
    bureau = set_up(issued=1)
    bureau.student("1")
    bureau.student("2")
    bureau.hand("1")
    with pytest.raises(Refusal, match="autre lot"):
        bureau.hand("2")


def test_the_counter_closes_with_the_vote(bureau):
    bureau.student("12345")
    bureau.end_vote()
    with pytest.raises(Refusal):
        bureau.look("12345")


def _cancel(bureau: Bureau, identifier: str, number: str, by: Person | None = None) -> None:
    with transaction():
        cancel_signature(
            bureau.batch,
            by or bureau.officer,
            now(),
            identifier=identifier,
            number=number,
            reason=CancelReason.MIND_CHANGED,
            peppers=peppers(bureau.round),
            key=bureau.key,
        )


def test_an_officer_takes_a_signature_back_and_the_journal_says_why_and_not_whose(each_bureau):
    bureau = each_bureau
    voter = bureau.student("12345")
    bureau.hand("12345")
    _cancel(bureau, "12345", bureau.numbers[0].lower())
    assert not bureau.signatures()
    [row] = _rows("paper.signature_cancelled")
    assert row == {"batch": bureau.batch.label, "reason": "mind_changed", "round": bureau.round.public_id}
    assert voter.pseudonym not in json.dumps(row)
    assert bureau.look("12345")[0] is Standing.MAY_VOTE


def test_a_referent_takes_no_signature_back_and_nobody_one_that_is_not_there(bureau):
    bureau.student("12345")
    for by, number, said in ((bureau.referent, "12345", "annulent"), (bureau.officer, "12345", "n’a pas signé")):
        with pytest.raises(Refusal, match=said):
            _cancel(bureau, number, bureau.numbers[0], by)
    assert progress_of(bureau.batch).handed_back == 0


def test_an_online_signature_is_not_taken_back_at_the_counter(bureau):
    person = make_person()
    add_voter(bureau.round, person)
    deposit_ballot(bureau.round, person, [bureau.projects[0].public_id])
    with pytest.raises(Refusal, match="n’a pas signé"):
        _cancel(bureau, person.email, bureau.numbers[0])


def test_a_ballot_given_up_for_a_signature_is_never_entered_nor_given_up_again(each_bureau):
    bureau = each_bureau
    for number in ("1", "2"):
        bureau.student(number)
        bureau.hand(number)
    _cancel(bureau, "1", bureau.numbers[0])
    with pytest.raises(Refusal, match="déjà été rendu"):
        _cancel(bureau, "2", bureau.numbers[0])
    assert len(bureau.signatures()) == 1
    bureau.end_vote()
    with pytest.raises(Refusal, match="ne se saisit pas"):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))
    assert (progress_of(bureau.batch).pending, progress_of(bureau.batch).handed_back) == (0, 1)


@pytest.mark.parametrize("typed", ["", "ABC", "0" * 8, "é" * 8, "1" * 4000])
def test_no_signature_is_taken_back_without_a_ballot_of_the_batch(bureau, typed):
    bureau.student("1")
    bureau.hand("1")
    with pytest.raises(Refusal):
        _cancel(bureau, "1", typed)
    assert len(bureau.signatures()) == 1


def test_a_ballot_of_another_batch_or_that_was_entered_is_not_given_up(bureau):
    bureau.student("1")
    bureau.hand("1")
    [number] = new_numbers(1)
    with transaction():
        other = plan_batch(bureau.round, site(), None, bureau.officer, now(), stand="Hall C", issued=1)
        keep_numbers(other, [number], bureau.key, bureau.officer, now())
    with pytest.raises(Refusal, match="de ce lot"):
        _cancel(bureau, "1", number)
    for entered in ({"agreed": True}, {"choices_mac": "ab"}, {"disputed": "ABCD"}):
        with transaction():
            db.session.execute(sa.update(PaperBallot).values(agreed=False, choices_mac="", disputed=""))
            db.session.execute(sa.update(PaperBallot).values(**entered))
        with pytest.raises(Refusal, match="déjà saisi"):
            _cancel(bureau, "1", bureau.numbers[0])
    assert len(bureau.signatures()) == 1


@pytest.mark.parametrize("closed", [False, True])
def test_no_signature_is_taken_back_once_the_vote_is_over_and_the_refusal_says_what_to_do(bureau, closed):
    bureau.student("1")
    bureau.hand("1")
    bureau.end_vote(closed=closed)
    with pytest.raises(Refusal, match="clôture du lot, que deux personnes"):
        _cancel(bureau, "1", bureau.numbers[0])
    assert len(bureau.signatures()) == 1


def test_a_ballot_given_up_serves_nobody_else(app):
    assert app
    bureau = set_up(issued=1)
    bureau.student("1")
    bureau.student("2")
    bureau.hand("1")
    _cancel(bureau, "1", bureau.numbers[0])
    with pytest.raises(Refusal, match="autre lot"):
        bureau.hand("2")


def test_who_gives_a_ballot_up_and_votes_online_is_counted_once(bureau):
    bureau.student("1")
    bureau.hand("1")
    person = make_person()
    add_voter(bureau.round, person)
    bureau.hand(person.email)
    _cancel(bureau, person.email, bureau.numbers[1])
    deposit_ballot(bureau.round, person, [bureau.projects[1].public_id])
    bureau.end_vote()
    bureau.enter_twice(bureau.numbers[0], _project(bureau))
    with pytest.raises(Refusal, match="parmi ceux qui sont abîmés"):
        bureau.ask(returned=4)
    bureau.close(exchanged=1, returned=3)
    assert batches_of(bureau.round) == [BatchLine(bureau.batch.label, "Hall B", 5, 1, 1, 3)]
    _seal(bureau)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SealedBallot)) == 2


def test_a_closing_shows_side_by_side_what_is_drawn_by_lot_and_what_was_cancelled(bureau):
    for number in ("1", "2"):
        bureau.student(number)
        bureau.hand(number)
    _cancel(bureau, "1", bureau.numbers[4])
    bureau.end_vote()
    for number in bureau.numbers[:2]:
        bureau.enter_twice(number, _project(bureau))
    shown = CLOSE.describe(bureau.ask(exchanged=1, returned=2, note="Un bulletin de trop.").payload)
    facts = dict(shown.facts)
    assert facts["Bulletins de trop, tirés au sort et non comptés"] == 1
    assert facts["Dont rendus, signature annulée"] == 1
    assert any("puis voté en ligne" in warning.message for warning in shown.warnings)
    assert not any(warning.values for warning in shown.warnings)


@pytest.mark.parametrize(("voters", "warned"), [(0, False), (1, True), (9, True), (10, False)])
def test_a_closing_warns_when_few_ballots_enter_the_urn(app, voters, warned):
    assert app
    bureau = set_up(issued=10)
    for place in range(voters):
        bureau.student(str(place + 1))
        bureau.hand(str(place + 1))
    bureau.end_vote()
    for number in bureau.numbers[:voters]:
        bureau.enter_twice(number, _project(bureau))
    shown = CLOSE.describe(bureau.ask(returned=10 - voters).payload)
    assert any("Moins de dix" in warning.message for warning in shown.warnings) is warned


def test_once_sealed_a_signature_says_paper_and_not_for_which_batch(each_bureau):
    bureau = each_bureau
    online = make_person()
    add_voter(bureau.round, online)
    deposit_ballot(bureau.round, online, [bureau.projects[1].public_id])
    bureau.student("1")
    bureau.hand("1")
    bureau.end_vote()
    bureau.enter_twice(bureau.numbers[0], _project(bureau))
    bureau.close(returned=4)
    _seal(bureau)
    db.session.rollback()
    assert sorted(db.session.scalars(sa.select(Signature.batch))) == ["", "paper"]
    batch = db.session.merge(bureau.batch)
    assert signatures_of([batch]) == {batch.public_id: 1}


# Entering


def _project(bureau: Bureau, place: int = 0) -> tuple[str, int]:
    return bureau.projects[place].public_id, 1


def test_ballots_are_entered_after_the_vote_alone(bureau):
    with pytest.raises(Refusal, match="attendent la clôture"):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))


def test_two_people_who_say_the_same_agree_and_nothing_plain_is_kept(each_bureau):
    bureau = each_bureau
    bureau.end_vote()
    assert bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau)) is Entered.FIRST
    db.session.expire_all()
    kept = db.session.scalars(sa.select(PaperBallot).where(PaperBallot.choices_mac != "")).one()
    text = str([kept.choices_mac, kept.ciphertext, kept.number_mac, kept.disputed])
    assert bureau.projects[0].public_id not in text
    assert bureau.numbers[0] not in text
    assert bureau.enter(bureau.second, bureau.numbers[0], _project(bureau)) is Entered.AGREED
    db.session.expire_all()
    kept = db.session.scalars(sa.select(PaperBallot).where(PaperBallot.agreed)).one()
    assert (kept.choices_mac, kept.entered_by) == ("", "")
    with pytest.raises(Refusal, match="déjà saisi deux fois"):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))


def test_one_person_does_not_make_both_entries(bureau):
    bureau.end_vote()
    bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))
    with pytest.raises(Refusal, match="une autre personne"):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))


def test_an_account_that_became_part_of_another_is_the_same_person(bureau):
    bureau.end_vote()
    former = make_person(roles=(Role.OFFICER,))
    bureau.enter(former, bureau.numbers[0], _project(bureau))
    with transaction():
        db.session.execute(sa.update(Person).where(Person.id == former.id).values(merged_into_id=bureau.officer.id))
    with pytest.raises(Refusal, match="une autre personne"):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))


def test_entries_that_differ_are_both_forgotten_and_the_number_is_entered_twice_again(bureau):
    bureau.end_vote()
    number = bureau.numbers[0]
    bureau.enter(bureau.officer, number, _project(bureau, 0))
    assert bureau.enter(bureau.second, number, _project(bureau, 1)) is Entered.DIFFERENT
    assert progress_of(bureau.batch).disputed == (number,)
    assert db.session.scalars(sa.select(PaperBallot.ciphertext)).all() == [None] * 5
    assert bureau.enter(bureau.second, number, _project(bureau, 0)) is Entered.FIRST
    assert bureau.enter(bureau.officer, number, _project(bureau, 0)) is Entered.AGREED
    assert progress_of(bureau.batch).disputed == ()


def test_the_order_of_what_was_ticked_makes_no_difference(bureau):
    bureau.end_vote()
    bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau, 0), _project(bureau, 1))
    assert bureau.enter(bureau.second, bureau.numbers[0], _project(bureau, 1), _project(bureau, 0)) is Entered.AGREED


def test_two_entries_at_once_make_one_first_and_one_second(app_on_each_database):
    bureau = set_up()
    bureau.end_vote()
    outcomes: list[Entered] = []

    def enter(by_id: int) -> None:
        with app_on_each_database.app_context():
            try:
                by = db.session.get(Person, by_id)
                outcomes.append(bureau.enter(by, bureau.numbers[0], _project(bureau)))
            finally:
                db.session.remove()

    key, project = bureau.key, _project(bureau)
    assert key
    assert project
    workers = [threading.Thread(target=enter, args=(each.id,)) for each in (bureau.officer, bureau.second)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(each.value for each in outcomes) == ["agreed", "first"]


@pytest.mark.parametrize("typed", ["", "ABC", "0" * 8, "é" * 8, "1" * 4000, "'; --    ", "12345678\0"])
def test_hostile_numbers_are_none_of_the_batch(bureau, typed):
    bureau.end_vote()
    with pytest.raises(Refusal):
        bureau.enter(bureau.officer, typed, _project(bureau))


def test_the_number_of_another_batch_is_refused(bureau):
    with transaction():
        other = plan_batch(bureau.round, site(), None, bureau.officer, now(), stand="Hall C", issued=1)
    [number] = new_numbers(1)
    with transaction():
        keep_numbers(other, [number], bureau.key, bureau.officer, now())
    bureau.end_vote()
    with pytest.raises(Refusal, match="de ce lot"):
        bureau.enter(bureau.officer, number, _project(bureau))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (BallotKind.APPROVAL, [2]),
        (BallotKind.KNAPSACK, [7]),
        (BallotKind.POINTS, [11]),
        (BallotKind.POINTS, [6, 5]),
        (BallotKind.RANKING, [2]),
        (BallotKind.RANKING, [1, 1]),
        (BallotKind.RANKING, [1, 3]),
    ],
)
def test_choices_against_the_rules_are_no_ballot_and_are_entered_as_void(app, kind, values):
    assert app
    bureau = set_up(ballot_kind=kind)
    bureau.end_vote()
    choices = [(project.public_id, value) for project, value in zip(bureau.projects, values, strict=False)]
    with pytest.raises(Refusal) as refused:
        bureau.enter(bureau.officer, bureau.numbers[0], *choices)
    assert "Relisez le papier" in str(refused.value)
    assert bureau.enter_twice(bureau.numbers[0], mark=Mark.VOID) is Entered.AGREED


def test_no_word_to_an_officer_who_enters_is_one_to_a_voter():
    assert set(PAPER_WORDS) == set(VOTER_WORDS) == set(Fault)
    assert not [
        words for words in PAPER_WORDS.values() if re.search("panier|vos |vous avez|votre", words, re.IGNORECASE)
    ]


def test_a_project_of_another_contest_is_no_choice_of_this_ballot(bureau):
    bureau.end_vote()
    with pytest.raises(Refusal):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau, 2))
    with pytest.raises(Refusal, match="pas sur les bulletins de ce lot"):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau, 2), contest="albi")


def test_a_ballot_is_filled_or_blank_and_not_both(bureau):
    bureau.end_vote()
    with pytest.raises(Refusal, match="blanc"):
        bureau.enter(bureau.officer, bureau.numbers[0])
    with pytest.raises(Refusal, match="sans aucun choix"):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau), mark=Mark.BLANK)


# Closing


def test_a_batch_goes_into_the_urn_and_reconciles_through_the_sealing_to_the_count(each_bureau, tmp_path):
    bureau = each_bureau
    assert tmp_path
    online = make_person()
    add_voter(bureau.round, online)
    deposit_ballot(bureau.round, online, [bureau.projects[1].public_id])
    for number in ("1", "2", "3"):
        bureau.student(number)
        bureau.hand(number)
    bureau.end_vote()
    bureau.enter_twice(bureau.numbers[0], _project(bureau, 0))
    bureau.enter_twice(bureau.numbers[1], _project(bureau, 0), _project(bureau, 1))
    bureau.enter_twice(bureau.numbers[2], mark=Mark.BLANK)
    bureau.close(returned=2)
    envelopes = bureau.envelopes()
    assert len(envelopes) == 3
    assert {each.batch for each in envelopes} == {bureau.batch.public_id}
    assert batches_of(bureau.round) == [BatchLine(bureau.batch.label, "Hall B", 5, 3, 0, 2)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PaperBallot)) == 0
    _seal(bureau)
    [sealed], [closed] = _rows("vote.sealed"), _rows("vote.closed")
    assert (sealed["signatures"], sealed["paper"], sealed["set_aside"], sealed["ballots"]) == (1, 3, 0, 4)
    assert (closed["signatures"], closed["ballots"]) == (1, 1)
    opened = open_sealed(bureau.round, opening_of(bureau.round), KEY.private)
    assert opened.void == 1
    first, second = (project.public_id for project in bureau.projects[:2])
    both = " ".join(f"{project}:1" for project in sorted((first, second)))
    assert sorted(text for text, _tracker in opened.ballots["main"]) == sorted([f"{first}:1", f"{second}:1", both])


def _seal(bureau: Bureau) -> None:
    with transaction():
        if UrnState.CONTROL not in steps_of(bureau.round):
            take_control(bureau.round, OFFICERS, now())
    with transaction():
        seal_urn(bureau.round, OFFICERS, current_app.extensions["secrets"], now())


def test_the_journal_tells_the_receipts_right_after_the_closing_in_their_order(bureau):
    for number in ("1", "2", "3"):
        bureau.student(number)
        bureau.hand(number)
    bureau.end_vote()
    for number in bureau.numbers[:3]:
        bureau.enter_twice(number, _project(bureau))
    bureau.close(returned=2)
    rows = db.session.execute(sa.select(JournalEntry.verb, JournalEntry.payload).order_by(JournalEntry.position)).all()
    verbs = [verb for verb, _payload in rows]
    start = verbs.index("paper.closed")
    assert verbs[start : start + 5] == ["paper.closed", *["ballot.cast"] * 3, "deed.confirmed"]
    receipts = [json.loads(payload)["receipt"] for _verb, payload in rows[start + 1 : start + 4]]
    assert receipts == sorted(each.receipt for each in bureau.envelopes())
    assert json.loads(rows[start].payload) == {
        "batch": bureau.batch.label,
        "issued": 5,
        "note": "",
        "returned": 2,
        "round": bureau.round.public_id,
        "spoiled": 0,
        "used": 3,
    }


def test_an_area_batch_counts_in_both_contests(app):
    assert app
    bureau = set_up(site_slug="albi")
    bureau.student("1", site_slug="albi")
    bureau.hand("1")
    bureau.end_vote()
    for by in (bureau.officer, bureau.second):
        bureau.enter(by, bureau.numbers[0], _project(bureau, 2), contest="albi")
    bureau.close(returned=4)
    [envelope] = bureau.envelopes()
    assert envelope.area == "albi"
    _seal(bureau)
    opened = open_sealed(bureau.round, opening_of(bureau.round), KEY.private)
    assert [text for text, _tracker in opened.ballots["albi"]] == [f"{bureau.projects[2].public_id}:1"]


def test_a_batch_closes_after_the_vote_is_closed_and_its_entries_are_done(bureau):
    with pytest.raises(Refusal):
        bureau.ask(returned=5)
    bureau.end_vote(closed=False)
    with pytest.raises(Refusal, match="d’abord clore le vote"):
        bureau.ask(returned=5)


def test_a_ballot_entered_once_holds_the_closing_back(bureau):
    bureau.end_vote()
    bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))
    with pytest.raises(Refusal, match="attendent encore une saisie"):
        bureau.ask(returned=5)


@pytest.mark.parametrize(("exchanged", "missing", "returned"), [(0, 0, 3), (0, 0, 5), (1, 1, 3), (100, 100, 100)])
def test_every_sheet_is_somewhere(bureau, exchanged, missing, returned):
    bureau.student("1")
    bureau.hand("1")
    bureau.end_vote()
    bureau.enter_twice(bureau.numbers[0], _project(bureau))
    with pytest.raises(Refusal, match="Ces nombres font"):
        bureau.ask(exchanged, missing, returned)


def test_a_signature_without_ballot_is_declared_with_a_note_and_the_urn_still_reconciles(bureau):
    for number in ("1", "2"):
        bureau.student(number)
        bureau.hand(number)
    bureau.end_vote()
    bureau.enter_twice(bureau.numbers[0], _project(bureau))
    with pytest.raises(Refusal, match="personnes ont signé"):
        bureau.ask(returned=4)
    with pytest.raises(Refusal, match="ce qui explique"):
        bureau.ask(missing=1, returned=3)
    bureau.close(missing=1, returned=3, note="Une personne est partie avec son bulletin.")
    assert batches_of(bureau.round) == [BatchLine(bureau.batch.label, "Hall B", 5, 1, 1, 3)]
    _seal(bureau)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SealedBallot)) == 1


def test_more_ballots_than_signatures_are_drawn_by_lot_and_left_out(bureau):
    bureau.student("1")
    bureau.hand("1")
    bureau.end_vote()
    for number in bureau.numbers[:3]:
        bureau.enter_twice(number, _project(bureau))
    bureau.close(returned=2, note="Deux bulletins sans signature.")
    assert len(bureau.envelopes()) == 1
    assert batches_of(bureau.round) == [BatchLine(bureau.batch.label, "Hall B", 5, 1, 2, 2)]
    _seal(bureau)


def test_nobody_closes_a_batch_alone_nor_on_other_figures_than_those_proposed(bureau):
    bureau.student("1")
    bureau.hand("1")
    bureau.end_vote()
    bureau.enter_twice(bureau.numbers[0], _project(bureau))
    deed = bureau.ask(returned=4)
    seen = CLOSE.describe(deed.payload).digest()
    with pytest.raises(Refusal, match="une autre personne"), transaction():
        confirm(deed.public_id, CLOSE, bureau.officer, now(), seen=seen)
    with transaction():
        db.session.execute(sa.delete(Signature))
    with pytest.raises(Refusal, match="a changé"), transaction():
        confirm(deed.public_id, CLOSE, bureau.second, now(), seen=seen)
    assert not bureau.envelopes()


def test_an_urn_is_not_sealed_before_every_printed_batch_is_closed(bureau):
    bureau.end_vote()
    with pytest.raises(Refusal, match="papier à clôturer"):
        _seal(bureau)
    bureau.close(returned=5)
    _seal(bureau)


def test_nothing_enters_a_batch_once_it_is_closed(bureau):
    bureau.end_vote()
    bureau.close(returned=5)
    with pytest.raises(Refusal, match="clôturé"):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))
    with pytest.raises(Refusal, match="clôturé"):
        bureau.ask(returned=5)


def test_the_secret_of_numbers_goes_with_the_last_batch(app, bureau):
    with transaction():
        other = plan_batch(bureau.round, site(), None, bureau.officer, now(), stand="Hall C", issued=1)
    with transaction():
        keep_numbers(other, new_numbers(1), bureau.key, bureau.officer, now())
    bureau.end_vote()
    bureau.close(returned=5)
    store = app.extensions["secrets"]
    assert store.find("paper", bureau.round.public_id) is not None
    bureau.batch = other
    bureau.close(returned=1)
    assert store.find("paper", bureau.round.public_id) is None


def test_paper_of_an_annulled_vote_goes_with_the_roll(bureau):
    bureau.end_vote()
    bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))
    with transaction():
        db.session.add(
            VoteStep(round_id=bureau.round.id, state="annulled", at=now(), first_by="a", second_by="b", figures={})
        )
    kept = timedelta(days=bureau.round.rulebook.roll_kept_days)
    retention.run(now() + kept - timedelta(minutes=1))
    assert _held() == 5
    retention.run(now() + kept + timedelta(minutes=1), batch=2)
    assert _held() == 0


def _held() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(PaperBallot))


def test_a_vote_that_was_annulled_takes_no_paper(bureau):
    move_round(bureau.round, Phase.CONTROL)
    with transaction():
        db.session.add(
            VoteStep(round_id=bureau.round.id, state="annulled", at=now(), first_by="a", second_by="b", figures={})
        )
    with pytest.raises(Refusal, match="annulé"):
        bureau.enter(bureau.officer, bureau.numbers[0], _project(bureau))

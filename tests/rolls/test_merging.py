"""Two lines of the roll that turn out to be one person: one voter, unless both have signed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.ballots.models import Envelope, Signature
from participatory.core.clock import now
from participatory.core.database import Base, db, transaction
from participatory.identity.models import Person
from participatory.journal.actions import faults
from participatory.proposals.queries import on_ballot
from participatory.rolls.enrolling import enrol
from participatory.rolls.models import TwoSignatures, Voter, VoterKey
from participatory.rolls.signing import signed_among
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from tests.factories import deposit_ballot, make_proposal, make_round, move_round, sign_in
from tests.rolls.worlds import INE, MAIL, also_at, journalled, on_list, pepper, stands, student, voters


@pytest.fixture
def round_(app) -> Round:
    return make_round()


def settled(round_, person):
    with transaction():
        return enrol(round_, db.session.get(Person, person.id), pepper(round_), now())


def vote(round_, person, key="key-of-this-ballot-1"):
    # The opening froze the projects: a later one could not be voted for.
    project = next(iter(on_ballot(round_)), None) or make_proposal(round_)
    deposit_ballot(round_, db.session.get(Person, person.id), [project.public_id], key)


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_two_unsigned_voters_become_one_with_the_keys_and_places_of_both(round_):
    by_number, by_mail = on_list(round_, INE, site_slug="toulouse"), on_list(round_, MAIL, site_slug="albi")
    also_at(by_mail, "montpellier")
    person = student(INE, email=MAIL)
    assert settled(round_, person).id == by_number.id
    assert [voter.id for voter in voters(round_)] == [by_number.id]
    assert {key.voter_id for key in db.session.scalars(sa.select(VoterKey))} == {by_number.id}
    assert {site.slug for site in stands(round_, person).sites} == {"toulouse", "albi", "montpellier"}
    assert [entry.verb for entry in journalled()] == ["roll.joined"]
    assert by_mail.id not in {voter.id for voter in voters(round_)}


@pytest.mark.parametrize("signs_by", [INE, MAIL])
def test_the_voter_who_has_signed_is_kept_with_their_ballot(round_, signs_by):
    lines = {INE: on_list(round_, INE), MAIL: on_list(round_, MAIL, site_slug="albi")}
    vote(round_, student(INE) if signs_by == INE else student("num:" + "f" * 64, email=MAIL))
    with transaction():
        # The account of the address turns out to be the one of the number.
        for person in db.session.scalars(sa.select(Person)):
            person.email = None
    person = student(INE)
    with transaction():
        db.session.get(Person, person.id).email = MAIL
    kept = settled(round_, person)
    assert kept.id == lines[signs_by].id
    assert len(voters(round_)) == count(Signature) == count(Envelope) == 1
    assert signed_among([kept.id]) == {kept.id}
    vote(round_, person, "key-of-this-ballot-2")
    assert (count(Signature), count(Envelope)) == (1, 1)


def test_before_they_are_joined_the_one_who_has_signed_votes(round_):
    on_list(round_, INE)
    by_mail = on_list(round_, MAIL)
    person = student(INE, email=MAIL)
    with transaction():
        db.session.add(Signature(round_id=round_.id, voter_id=by_mail.id, day=now().date()))
    assert stands(round_, person).voter.id == by_mail.id
    vote(round_, person)
    assert count(Signature) == 1


def both_signed(round_):
    pair = on_list(round_, INE), on_list(round_, MAIL, site_slug="albi")
    with transaction():
        db.session.add_all(Signature(round_id=round_.id, voter_id=each.id, day=now().date()) for each in pair)
    return student(INE, email=MAIL)


def test_when_both_have_signed_nothing_is_removed_and_it_is_noted_once(round_):
    person = both_signed(round_)
    for _ in range(3):
        settled(round_, person)
    assert len(voters(round_)) == count(Signature) == 2
    assert count(TwoSignatures) == 1
    (entry,) = journalled()
    assert (entry.verb, entry.actor, set(json.loads(entry.payload))) == ("roll.two_signatures", "system", {"round"})
    assert stands(round_, person).twice
    assert not stands(round_, person).due


def test_who_has_signed_twice_reads_what_happened(client, round_):
    person = both_signed(round_)
    sign_in(client, person)
    for address in ("vote", "mon-inscription", "vote"):
        text = client.get(f"/budgets/{round_.slug}/{address}").text
        assert "Deux bulletins à votre nom" in text
    assert len(journalled()) == 1


def test_after_the_vote_nothing_is_joined(client, round_):
    on_list(round_, INE)
    on_list(round_, MAIL)
    person = student(INE, email=MAIL)
    move_round(round_, Phase.CONTROL)
    sign_in(client, person)
    assert client.get(f"/budgets/{round_.slug}/mon-inscription").status_code == 200
    assert len(voters(round_)) == 2


def test_a_choice_of_site_made_by_the_line_that_goes_is_kept(round_):
    on_list(round_, INE)
    chosen = on_list(round_, MAIL, site_slug="albi")
    with transaction():
        db.session.get(Voter, chosen.id).site_chosen_on = now().date()
    kept = settled(round_, student(INE, email=MAIL))
    assert (kept.site.slug, kept.site_chosen_on) == ("albi", now().date())


def test_nothing_in_any_table_points_to_the_line_that_went(round_):
    on_list(round_, INE)
    gone = on_list(round_, MAIL)
    also_at(gone, "albi")
    settled(round_, student(INE, email=MAIL))
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is Voter.__table__.c.id for key in column.foreign_keys):
                rows = db.session.scalar(sa.select(sa.func.count()).select_from(table).where(column == gone.id))
                assert rows == 0, f"{table.name}.{column.name}"


def test_the_roll_of_another_round_is_left_alone(round_):
    other = make_round()
    for each in (round_, other):
        on_list(each, INE)
        on_list(each, MAIL)
    settled(round_, student(INE, email=MAIL))
    assert (len(voters(round_)), len(voters(other))) == (1, 2)


def test_joining_and_voting_at_once_leave_one_ballot(app_on_each_database):
    round_ = make_round()
    project = make_proposal(round_)
    on_list(round_, INE)
    on_list(round_, MAIL)
    person = student(INE, email=MAIL)
    secret = pepper(round_)
    round_id, person_id, project_id = round_.id, person.id, project.public_id
    barrier = Barrier(6)

    def go(number):
        with app_on_each_database.app_context():
            barrier.wait()
            held, who = db.session.get(Round, round_id), db.session.get(Person, person_id)
            if number % 2:
                with transaction():
                    enrol(held, who, secret, now())
            else:
                deposit_ballot(held, who, [project_id], f"key-of-the-ballot-{number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(go, range(6)))
    assert len(voters(round_)) == count(Signature) == count(Envelope) == 1
    assert list(faults()) == []


def test_a_joining_that_is_interrupted_leaves_both_lines(app_on_each_database, monkeypatch):
    round_ = make_round()
    on_list(round_, INE)
    on_list(round_, MAIL)
    person = student(INE, email=MAIL)

    def fail(*_arguments, **_values):
        raise RuntimeError("the machine stops")

    monkeypatch.setattr("participatory.rolls.enrolling.record", fail)
    with pytest.raises(RuntimeError):
        settled(round_, person)
    assert len(voters(round_)) == 2
    assert len({key.voter_id for key in db.session.scalars(sa.select(VoterKey))}) == 2

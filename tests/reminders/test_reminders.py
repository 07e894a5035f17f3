"""Reminders: who is written to, once, without a word of what they choose; who wants none is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.ballots.begun import note_begun
from participatory.ballots.models import BasketBegun
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.outbox.models import Letter
from participatory.privacy.holdings import erase_all, holdings_of, retention_rules
from participatory.privacy.retention import carry_out
from participatory.reminders.jobs import send_due
from participatory.reminders.models import ReminderRefusal, ReminderSent
from participatory.reminders.refusing import token_of
from participatory.reminders.rules import Reminder, due
from participatory.rounds.rules import Phase
from tests.factories import add_voter, deposit_ballot, make_person, make_proposal, make_round, move_round, sign_in

DAY = timedelta(days=1)


@pytest.fixture
def world(app):
    round_ = make_round()
    project = make_proposal(round_, title="Le verger partagé")
    people = {name: make_person(name=name) for name in ("voted", "begun", "idle", "stranger")}
    for name in ("voted", "begun", "idle"):
        add_voter(round_, people[name])
    deposit_ballot(round_, people["voted"], [project.public_id])
    with transaction():
        db.session.execute(sa.delete(Letter))
    return round_, people


def letters(kind: str) -> set[str]:
    wanted = sa.select(Letter.recipient).where(Letter.template == f"reminder_{kind}")
    return set(db.session.scalars(wanted))


def begin(round_, person, days_ago=2):
    with transaction():
        note_begun(round_, person, now() - days_ago * DAY)


def test_a_night_passes_before_the_first_letter_and_none_leaves_in_the_last_hours():
    opens = now()
    closes = opens + 10 * DAY
    assert due(opens + timedelta(hours=23), opens, closes) is None
    assert due(opens + DAY, opens, closes) is Reminder.BASKET
    assert due(closes - timedelta(hours=49), opens, closes) is Reminder.BASKET
    assert due(closes - timedelta(hours=48), opens, closes) is Reminder.LAST_CHANCE
    assert due(closes - timedelta(hours=2), opens, closes) is None
    assert due(closes + DAY, opens, closes) is None


def test_who_began_a_basket_and_did_not_vote_is_written_to_once(world):
    round_, people = world
    begin(round_, people["begun"])
    begin(round_, people["voted"])
    begin(round_, people["stranger"])
    assert send_due() == 1
    assert letters("basket") == {people["begun"].email}
    assert send_due() == 0


def test_a_basket_of_today_is_left_in_peace(world):
    round_, people = world
    begin(round_, people["begun"], days_ago=0)
    assert send_due() == 0


def test_before_the_end_everybody_of_the_roll_who_has_not_voted_is_written_to_once(world, time_machine):
    round_, people = world
    time_machine.move_to(round_.control_at - timedelta(hours=40))
    assert send_due() == 2
    assert letters("last_chance") == {people["begun"].email, people["idle"].email}
    assert send_due() == 0


def test_nobody_is_written_to_before_the_vote_has_opened_nor_after_it(world, time_machine):
    round_, people = world
    other = make_round(Phase.REVIEW)
    add_voter(other, people["idle"])
    time_machine.move_to(round_.control_at + DAY)
    assert send_due() == 0
    move_round(other, Phase.VOTING)
    assert send_due() == 0


def test_no_letter_holds_a_choice(world):
    round_, people = world
    begin(round_, people["begun"])
    send_due()
    (letter,) = db.session.scalars(sa.select(Letter))
    assert set(letter.values) == {"round", "closes", "link", "stop"}
    assert "verger" not in str(letter.values)


def test_whoever_refuses_reminders_gets_none_and_may_change_their_mind(client, world):
    round_, people = world
    begin(round_, people["begun"])
    address = f"/rappels/{token_of(people['begun'])}"
    assert "Vous recevez les rappels" in client.get(address).text
    assert client.post(address, data={"wanted": "0"}).status_code == 303
    assert send_due() == 0
    assert "Vous ne recevez pas de rappel" in client.get(address).text
    client.post(address, data={"wanted": "0"})
    client.post(address, data={"wanted": "1"})
    assert send_due() == 1


@pytest.mark.parametrize("token", ["x", "abc.def", "'; --"])
def test_an_address_that_we_did_not_make_changes_nothing(client, world, token):
    assert client.get(f"/rappels/{token}").status_code == 404
    assert client.post(f"/rappels/{token}", data={"wanted": "0"}).status_code == 404
    assert db.session.scalars(sa.select(ReminderRefusal)).all() == []


def test_the_page_in_the_letter_names_nobody(client, world):
    _round, people = world
    page = client.get(f"/rappels/{token_of(people['idle'])}").text
    assert people["idle"].email not in page
    assert people["idle"].display_name not in page


def test_the_account_leads_to_ones_own_page(client, world):
    _round, people = world
    sign_in(client, people["idle"])
    assert token_of(people["idle"]) in client.get("/mon-compte/rappels").location


def test_what_is_held_is_shown_goes_with_the_account_and_goes_after_the_vote(world):
    round_, people = world
    begin(round_, people["begun"])
    send_due()
    held = {processing.key: holding for processing, holding in holdings_of(people["begun"], now())}
    assert held["reminders"].data["reminders"] == [round_.title]
    begin(round_, people["idle"])
    with transaction():
        erase_all(people["idle"], now())
    assert db.session.scalars(sa.select(BasketBegun.person_id)).all() == [people["begun"].id]
    rule = next(each for each in retention_rules() if each.key == "reminders")
    assert carry_out(rule, now()) == 0
    assert carry_out(rule, round_.control_at + DAY) == 2
    assert db.session.scalars(sa.select(ReminderSent)).all() == []


def test_a_thousand_accounts_take_few_queries(world, count_queries):
    round_, _people = world
    for _ in range(30):
        add_voter(round_, make_person())
    with count_queries() as few:
        send_due()
    assert len(few.statements) < 25

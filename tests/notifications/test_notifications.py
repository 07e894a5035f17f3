"""Notices and letters: each person is told once, at the pace that they chose, and may stop what is not obligatory."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.notifications.actions import choose, forget_old, take_digest, tell
from participatory.notifications.jobs import send_digests
from participatory.notifications.models import LetterChoice, Notification
from participatory.notifications.queries import pace_of, unread
from participatory.notifications.refusing import token_of
from participatory.notifications.rules import KEPT, OBLIGATORY, Pace, Topic, period_start
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.privacy.holdings import erase_all, holdings_of, retention_rules
from participatory.privacy.retention import carry_out
from tests.factories import make_person, sign_in

PARIS = ZoneInfo("Europe/Paris")
MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=PARIS)
LINK = "http://localhost/projets/le-verger"
WORDS = {"title": "Le verger", "round": "Budget d’essai"}


@pytest.fixture
def person(app):
    return make_person(name="Nour")


def told(person, topic=Topic.COMMENTS, moment=None, **words):
    with transaction():
        tell(person, topic, "proposal_submitted", moment or now(), link=LINK, **(WORDS | words))


def letters():
    return list(db.session.scalars(sa.select(Letter).order_by(Letter.id)))


def notices():
    return list(db.session.scalars(sa.select(Notification).order_by(Notification.id)))


@pytest.mark.parametrize(
    ("pace", "moment", "start"),
    [
        (Pace.DAILY, (2026, 11, 23, 8, 0), (2026, 11, 23)),
        (Pace.DAILY, (2026, 11, 23, 7, 59), (2026, 11, 22)),
        (Pace.WEEKLY, (2026, 11, 23, 8, 0), (2026, 11, 23)),
        (Pace.WEEKLY, (2026, 11, 23, 7, 59), (2026, 11, 16)),
        (Pace.WEEKLY, (2026, 11, 29, 23, 59), (2026, 11, 23)),
        (Pace.DAILY, (2026, 3, 29, 8, 30), (2026, 3, 29)),
        (Pace.DAILY, (2026, 10, 25, 2, 30), (2026, 10, 24)),
    ],
)
def test_a_digest_is_due_at_eight_in_the_morning_of_paris_the_weekly_one_on_monday(pace, moment, start):
    found = period_start(pace, datetime(*moment, tzinfo=PARIS))
    assert (found.year, found.month, found.day) == start
    assert (found.hour, found.minute, found.tzinfo) == (8, 0, PARIS)


def test_a_decision_on_ones_own_project_is_a_notice_and_a_letter_that_nobody_can_stop(person):
    told(person, Topic.OWN_PROJECT)
    assert [each.topic for each in notices()] == ["own_project"]
    (letter,) = letters()
    assert letter.recipient == person.email
    message = compose(letter).message()
    assert "List-Unsubscribe" not in message
    with pytest.raises(ValueError, match="own_project"):
        choose(person, Topic.OWN_PROJECT, Pace.SITE)


def test_a_letter_that_is_not_obligatory_says_how_to_stop_it_in_its_text_and_in_its_headers(person, client):
    with transaction():
        choose(person, Topic.COMMENTS, Pace.NOW)
    told(person)
    message = compose(letters()[0])
    address = message.message()["List-Unsubscribe"].strip("<>")
    assert message.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in message.body
    path = urlsplit(address).path
    assert "Ne plus recevoir ces lettres" in client.get(path).text
    assert pace_of(person, Topic.COMMENTS) is Pace.NOW, "opening the page changes nothing"
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert pace_of(person, Topic.COMMENTS) is Pace.SITE


def test_the_button_stops_letters_without_signing_in_and_puts_them_back(person, client):
    path = f"/lettres/{token_of(person, Topic.FOLLOWED)}"
    assert client.post(f"{path}/choix", data={"wanted": "0"}).status_code == 303
    assert "ne partent plus" in client.get(path).text
    told(person, Topic.FOLLOWED)
    assert not letters()
    assert unread(person) == 1
    client.post(f"{path}/choix", data={"wanted": "1"})
    assert pace_of(person, Topic.FOLLOWED) is Pace.WEEKLY


@pytest.mark.parametrize("token", ["inconnu", "WyJ4Iiwi", "é", "[].x"])
def test_an_address_that_we_did_not_make_stops_nothing(app, client, token):
    for answer in (client.get(f"/lettres/{token}"), client.post(f"/lettres/{token}")):
        assert answer.status_code == 404


def test_an_address_cannot_be_made_for_decisions_on_ones_own_project(person, client):
    assert client.post(f"/lettres/{token_of(person, Topic.OWN_PROJECT)}").status_code == 404


def test_a_digest_tells_once_what_came_before_eight_and_leaves_the_rest_for_the_next(person, time_machine):
    time_machine.move_to(MONDAY_NOON, tick=False)
    told(person, title="Le matin")
    assert send_digests() == 0, "the morning's digest has passed"
    time_machine.move_to(MONDAY_NOON + timedelta(hours=20), tick=False)
    told(person, title="Trop tard", moment=now() + timedelta(minutes=1))
    assert send_digests() == 1
    assert send_digests() == 0, "a job that runs twice sends one digest"
    (letter,) = letters()
    assert letter.template == "digest_daily"
    text = compose(letter).body
    assert "Le matin" in text
    assert LINK in text
    assert "Trop tard" not in text
    time_machine.move_to(MONDAY_NOON + timedelta(hours=44), tick=False)
    assert send_digests() == 1


def test_one_digest_leaves_in_a_period_even_after_a_change_of_pace(person, time_machine):
    time_machine.move_to(MONDAY_NOON, tick=False)
    told(person)
    told(person, Topic.FOLLOWED)
    time_machine.move_to(MONDAY_NOON + timedelta(hours=21), tick=False)
    assert send_digests() == 1
    with transaction():
        choose(person, Topic.FOLLOWED, Pace.DAILY)
    assert send_digests() == 0
    time_machine.move_to(MONDAY_NOON + timedelta(hours=45), tick=False)
    assert send_digests() == 1
    assert [each.waits for each in notices()] == ["", ""]


def test_what_waits_for_a_digest_is_not_sent_to_who_wants_the_site_alone(person, time_machine):
    time_machine.move_to(MONDAY_NOON, tick=False)
    told(person)
    with transaction():
        choose(person, Topic.COMMENTS, Pace.SITE)
    time_machine.move_to(MONDAY_NOON + timedelta(days=8), tick=False)
    assert send_digests() == 0
    assert not letters()


def test_a_digest_is_taken_once_on_each_database(app_on_each_database):
    person = make_person()
    past = now() - timedelta(days=10)
    told(person, moment=past)
    with transaction():
        assert take_digest(person.id, Pace.DAILY, now()) is not None
    told(person, moment=past)
    with transaction():
        assert take_digest(person.id, Pace.DAILY, now()) is None
        assert take_digest(person.id, Pace.DAILY, now() + timedelta(days=1)) is not None


def test_the_page_shows_ones_own_notices_and_reading_one_leads_to_its_thing(person, client):
    told(person, title="<b>Le verger</b>")
    other = make_person(name="Sacha")
    told(other, title="Le four à pain")
    sign_in(client, person)
    text = client.get("/mon-compte/avis").text
    assert "&lt;b&gt;Le verger&lt;/b&gt;" in text
    assert "Le four à pain" not in text
    assert "avis-lien__nombre" in text
    mine, theirs = notices()
    answer = client.post(f"/mon-compte/avis/{mine.public_id}", data={"go": "1"})
    assert (answer.status_code, answer.location) == (303, LINK)
    assert unread(person) == 0
    assert client.post(f"/mon-compte/avis/{theirs.public_id}").status_code == 404
    assert unread(other) == 1
    assert "avis-lien__nombre" not in client.get("/mon-compte/avis").text


def test_choices_are_kept_and_a_pace_that_does_not_exist_comes_back(person, client):
    sign_in(client, person)
    tuned = {topic.value: "weekly" for topic in Topic if topic not in OBLIGATORY}
    assert client.post("/mon-compte/lettres", data=tuned | {"round": "hourly"}).status_code == 422
    assert not list(db.session.scalars(sa.select(LetterChoice)))
    assert client.post("/mon-compte/lettres", data=tuned).status_code == 303
    assert pace_of(person, Topic.ROUND) is Pace.WEEKLY
    assert pace_of(person, Topic.OWN_PROJECT) is Pace.NOW


def test_who_has_no_address_reads_on_the_site(person):
    with transaction():
        person.email = None
    told(person, Topic.OWN_PROJECT)
    told(person)
    assert not letters()
    assert [each.waits for each in notices()] == ["", ""]


def test_notices_go_after_a_year_and_with_the_account(person):
    told(person, moment=now() - KEPT - timedelta(days=1))
    told(person)
    rule = next(rule for rule in retention_rules() if rule.key == "notifications")
    assert carry_out(rule, now()) == 1
    assert any(
        held and held.data.get("notices") for line, held in holdings_of(person, now()) if line.key == "notifications"
    )
    with transaction():
        erase_all(person, now())
    assert not notices()
    assert forget_old(now(), 10) == 0

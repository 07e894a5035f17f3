"""Where one votes: read by anybody for themselves, chosen once by who has several sites."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from participatory.ballots.models import Signature
from participatory.ballots.queries import turnout
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.models import Person
from participatory.rolls.models import Voter
from participatory.rolls.siting import choose_site
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_round, move_round, sign_in
from tests.rolls.worlds import INE, also_at, journalled, on_list, pepper, prove, school, stands, student


@pytest.fixture
def two_sites(app):
    """A voter of Toulouse and Albi, whose voice counts for Toulouse."""
    round_ = make_round()
    voter = on_list(round_, INE, site_slug="toulouse")
    also_at(voter, "albi")
    return round_, voter, student(INE)


def page(client, round_, **query):
    return client.get(f"/budgets/{round_.slug}/mon-inscription", query_string=query)


def choose(client, round_, site):
    return client.post(f"/budgets/{round_.slug}/mon-inscription/site", data={"site": site})


def test_one_place_is_said_plainly_and_there_is_nothing_to_choose(client):
    round_, person = make_round(), student(INE)
    prove(person, "albi")
    sign_in(client, person)
    text = page(client, round_).text
    assert school("albi").name in text
    assert "Vous avez une voix, et elle compte pour Albi" in text
    assert 'name="site"' not in text


def test_two_places_are_said_on_the_page_and_in_the_booth(client, two_sites):
    round_, _voter, person = two_sites
    sign_in(client, person)
    for address in ("mon-inscription", "vote"):
        text = client.get(f"/budgets/{round_.slug}/{address}").text
        assert school("albi").name in text
        assert "Votre voix compte une fois, pour Toulouse" in text


def test_the_site_is_chosen_once_after_a_confirmation(client, two_sites):
    round_, voter, person = two_sites
    sign_in(client, person)
    asked = client.get(f"/budgets/{round_.slug}/mon-inscription/site", query_string={"site": "albi"})
    assert "Votre voix pour Albi" in asked.text
    assert stands(round_, person).voter.site_chosen_on is None
    answer = choose(client, round_, "albi")
    assert (answer.status_code, answer.location) == (303, f"/budgets/{round_.slug}/mon-inscription")
    voter = stands(round_, person).voter
    assert (voter.site.slug, voter.establishment_id) == ("albi", school("albi").id)
    assert "Vous avez choisi Albi" in page(client, round_).text
    assert choose(client, round_, "albi").status_code == 303, "asking again for the same is choosing it once"
    assert choose(client, round_, "toulouse").status_code == 409
    assert stands(round_, person).voter.site.slug == "albi"
    assert [site.slug for site in stands(round_, person).sites] == ["albi", "toulouse"]
    (entry,) = journalled()
    assert (entry.verb, entry.actor, set(json.loads(entry.payload))) == ("roll.site_chosen", "system", {"round"})


def test_confirming_the_present_site_fixes_it_too(client, two_sites):
    round_, _voter, person = two_sites
    sign_in(client, person)
    assert choose(client, round_, "toulouse").status_code == 303
    assert choose(client, round_, "albi").status_code == 409


def test_who_has_voted_chooses_no_more(client, two_sites):
    round_, voter, person = two_sites
    with transaction():
        db.session.add(Signature(round_id=round_.id, voter_id=voter.id, day=now().date()))
    sign_in(client, person)
    assert "Vous avez voté" in page(client, round_).text
    refused = choose(client, round_, "albi")
    assert refused.status_code == 409
    assert "Vous avez voté" in refused.text
    assert stands(round_, person).voter.site.slug == "toulouse"


@pytest.mark.parametrize("phase", [Phase.ANNOUNCEMENT, Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY])
def test_outside_the_open_phases_the_site_does_not_change(client, two_sites, phase):
    round_, _voter, person = two_sites
    move_round(round_, phase)
    sign_in(client, person)
    assert page(client, round_).status_code == 200
    assert choose(client, round_, "albi").status_code == 409
    assert stands(round_, person).voter.site.slug == "toulouse"


@pytest.mark.parametrize("site", ["", "auch", "' OR 1=1", "albi\x00", "<script>", "é" * 500])
def test_a_site_that_is_not_theirs_is_refused(client, two_sites, site):
    round_, _voter, person = two_sites
    sign_in(client, person)
    assert choose(client, round_, site).status_code == 422
    asked = client.get(f"/budgets/{round_.slug}/mon-inscription/site", query_string={"site": site})
    assert asked.status_code == 422
    assert "<script>" not in asked.text.replace("<script src", "").replace("<script defer", "")
    assert stands(round_, person).voter.site_chosen_on is None


def test_somebody_else_reads_and_changes_nothing_of_a_voter(client, two_sites):
    round_, voter, _person = two_sites
    sign_in(client, make_person())
    assert "pas encore sur la liste" in page(client, round_).text
    assert choose(client, round_, "albi").status_code in {403, 409}
    with transaction():
        assert db.session.get(Voter, voter.id).site_chosen_on is None


@pytest.mark.parametrize(("phase", "words"), [(Phase.CONTROL, "Le vote est clos"), (Phase.ANNOUNCEMENT, "commence le")])
def test_who_is_off_the_roll_reads_when_it_is_too_late_or_too_early(client, phase, words):
    round_ = make_round(phase)
    sign_in(client, make_person())
    text = page(client, round_).text
    assert words in text
    assert "Que faire" not in text


def test_a_round_of_another_platform_has_no_roll(client):
    round_ = make_round()
    with transaction():
        round_.origin = "Ailleurs."
    sign_in(client, make_person())
    assert page(client, round_).status_code == 409


def test_the_page_asks_to_sign_in_and_hides_a_draft(client, two_sites):
    round_, _voter, person = two_sites
    assert page(client, round_).location.startswith("/connexion")
    sign_in(client, person)
    move_round(round_, Phase.DRAFT)
    assert page(client, round_).status_code == 404
    assert client.get("/budgets/inconnu/mon-inscription").status_code == 404


def test_without_a_token_nothing_is_chosen(app, two_sites):
    round_, _voter, person = two_sites
    client = app.test_client()
    sign_in(client, person)
    assert choose(client, round_, "albi").status_code == 400


def test_turnout_counts_the_voter_at_the_site_chosen(client, two_sites):
    round_, voter, person = two_sites
    sign_in(client, person)
    choose(client, round_, "albi")
    with transaction():
        db.session.add(Signature(round_id=round_.id, voter_id=voter.id, day=now().date()))
    assert [cell.name for cell in turnout(round_).by_site] == ["Albi"]


def test_two_choices_at_once_are_one(app_on_each_database):
    round_ = make_round()
    voter = on_list(round_, INE)
    also_at(voter, "albi")
    person = student(INE)
    secret, round_id, person_id = pepper(round_), round_.id, person.id
    barrier = Barrier(8)

    def go(number):
        with app_on_each_database.app_context():
            barrier.wait()
            try:
                with transaction():
                    held, who = db.session.get(Round, round_id), db.session.get(Person, person_id)
                    return choose_site(held, who, ("albi", "toulouse")[number % 2], secret, now()).site.slug
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(go, range(8)))
    assert len({answer for answer in answers if isinstance(answer, str)}) == 1
    assert len(journalled()) == 1
    assert stands(round_, person).voter.site.slug in answers

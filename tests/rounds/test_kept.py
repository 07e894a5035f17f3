"""How long the roll and unsent drafts are kept: in the rulebook, within bounds, said to everybody."""

import json

import pytest

from participatory.identity.rules import Role
from participatory.rounds.queries import all_rounds
from participatory.rounds.rulebook import Rulebook
from tests.factories import RULEBOOK, make_person, make_round, sign_in
from tests.rounds.forms import new_round


@pytest.fixture
def officer(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person)
    return person


def test_defaults_are_left_out_so_that_earlier_digests_stand():
    assert "kept_days" not in RULEBOOK.to_json()
    other = RULEBOOK.changed(roll_kept_days=120, drafts_kept_days=60)
    assert json.loads(other.to_json())["roll_kept_days"] == 120
    assert Rulebook.from_json(other.to_json()) == other
    assert other.digest() != RULEBOOK.digest()


def test_what_is_typed_is_kept_and_read_by_everybody(client, officer):
    form = new_round(roll_kept_days="120", drafts_kept_days="45")
    assert client.post("/gestion/budgets/nouveau", data=form).status_code == 303
    (made,) = all_rounds()
    assert (made.rulebook.roll_kept_days, made.rulebook.drafts_kept_days) == (120, 45)


def test_the_rulebook_says_it_in_words(client):
    round_ = make_round(roll_kept_days=120)
    text = client.get(f"/budgets/{round_.slug}/reglement").text.replace("\u00a0", " ")
    assert "détruites 120 jours après la publication des résultats" in text
    assert "effacés 180 jours après la fin du dépôt" in text


@pytest.mark.parametrize("name", ["roll_kept_days", "drafts_kept_days"])
@pytest.mark.parametrize("typed", ["", "0", "-1", "29", "1826", "abc", "1e3", "99999999999999999999"])
def test_a_delay_out_of_bounds_is_refused_and_given_back(client, officer, name, typed):
    answer = client.post("/gestion/budgets/nouveau", data=new_round(**{name: typed}))
    assert answer.status_code == 422
    assert all_rounds() == []


def test_the_roll_outlives_the_delay_of_appeals(client, officer):
    assert client.post("/gestion/budgets/nouveau", data=new_round(roll_kept_days="61")).status_code == 422
    assert client.post("/gestion/budgets/nouveau", data=new_round(roll_kept_days="62")).status_code == 303

"""How many supports a project should gather: in the rulebook, within bounds, said to everybody, enforced nowhere."""

import json

import pytest

from participatory.identity.rules import Role
from participatory.rounds.faults import rulebook_fault
from participatory.rounds.queries import all_rounds
from participatory.rounds.rulebook import Rulebook
from participatory.verification.rulebook import SHAPE
from participatory.verification.shape import misfits
from tests.factories import RULEBOOK, make_person, make_round, sign_in
from tests.rounds.forms import new_round


@pytest.fixture
def officer(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person)
    return person


def test_none_is_left_out_so_that_earlier_digests_stand():
    assert "supports_needed" not in RULEBOOK.to_json()
    other = RULEBOOK.changed(supports_needed=20)
    assert json.loads(other.to_json())["supports_needed"] == 20
    assert Rulebook.from_json(other.to_json()) == other
    assert other.digest() != RULEBOOK.digest()


def test_the_verifier_takes_a_rulebook_that_asks_for_supports():
    book = json.loads(RULEBOOK.changed(supports_needed=20).to_json())
    assert list(misfits(book, SHAPE, "rulebook")) == []


def test_what_is_typed_is_kept(client, officer):
    assert client.post("/gestion/budgets/nouveau", data=new_round(supports_needed="20")).status_code == 303
    (made,) = all_rounds()
    assert made.rulebook.supports_needed == 20


@pytest.mark.parametrize("typed", ["", "-1", "100001", "vingt", "1e3", "9" * 40])
def test_a_number_out_of_bounds_is_refused_and_given_back(client, officer, typed):
    answer = client.post("/gestion/budgets/nouveau", data=new_round(supports_needed=typed))
    assert answer.status_code == 422
    assert all_rounds() == []


@pytest.mark.parametrize("number", [-1, 100_001])
def test_a_rulebook_that_asks_for_too_many_or_fewer_than_none_is_faulty(number):
    assert rulebook_fault(RULEBOOK.changed(supports_needed=number)).field == "supports_needed"


def test_the_rulebook_says_it_in_words(client):
    for needed, said in ((0, "Aucun nombre de soutiens n’est demandé"), (20, "devrait recueillir 20 soutiens")):
        round_ = make_round(supports_needed=needed)
        assert said in client.get(f"/budgets/{round_.slug}/reglement").text.replace("\u00a0", " ")

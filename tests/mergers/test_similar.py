"""Projects that look alike are shown while one writes: candidates by their stems, the closest first, nothing barred."""

from __future__ import annotations

import pytest

from participatory.mergers.likeness import Text, alike
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_proposal, make_round, sign_in

GARDEN = Text(1, "Un verger partagé à Albi", "Planter des pommiers avec les étudiants")


def test_the_closest_comes_first_and_one_shared_word_is_not_enough():
    same = Text(2, "Vergers partagés d’Albi", "Des pommiers pour tout le monde")
    near = Text(3, "Un verger à Albi pour les abeilles", "Des ruches au verger")
    far = Text(4, "Un piano à Albi", "De la musique le soir")
    assert alike(GARDEN, [far, near, same]) == [2, 3]


def test_words_that_every_project_holds_make_nothing_alike():
    assert alike(Text(1, "Un projet pour les étudiants", ""), [Text(2, "Projet des étudiants du campus", "")]) == []


def test_nothing_written_is_like_nothing():
    assert alike(Text(1, "", ""), [GARDEN]) == []


@pytest.fixture
def world(client):
    round_, author = make_round(Phase.SUBMISSION), make_person()
    draft = make_proposal(round_, State.DRAFT, author=author, title="Un verger partagé à Albi")
    for state in State:
        make_proposal(round_, state, title=f"Le verger partagé ({state.value})")
    sign_in(client, author)
    return draft


def test_the_form_shows_those_that_may_be_joined_and_no_other(client, world):
    html = client.get(f"/projets/{world.slug}/modifier").text
    assert "Le verger partagé (admitted)" in html
    assert "(submitted)" not in html
    assert "(refused)" not in html
    assert "Rejoindre ce projet" in html


def test_what_is_being_typed_is_compared_without_being_saved(client, world, count_queries):
    address = f"/projets/{world.slug}/semblables"
    assert "admitted" not in client.get(address, query_string={"title": "Un piano", "summary": "Le soir"}).text
    with count_queries() as counted:
        html = client.get(address, query_string={"title": "Des vergers partagés", "summary": "%_\0'\"<b>"}).text
    assert "Le verger partagé (admitted)" in html
    assert "<html" not in html
    assert len(counted.statements) <= 12


def test_only_who_writes_the_draft_compares_with_it(client, world):
    sign_in(client, make_person())
    assert client.get(f"/projets/{world.slug}/semblables").status_code in {403, 404}

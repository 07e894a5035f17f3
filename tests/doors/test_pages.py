"""The page "Je suis étudiant·e à…" and the ways in of one establishment."""

import re

import pytest

from participatory.doors.rules import SourceKind
from participatory.doors.ways import WayIn, offer_way
from tests.doors.conftest import UT3, last_page, make_source

LIST = "/connexion/etablissement"


def found(client, wanted):
    return re.findall(r"/connexion/etablissement/([a-z0-9-]+)", client.get(LIST, query_string={"q": wanted}).text)


def test_the_whole_list_is_there_without_a_search(client):
    text = client.get(LIST).text
    assert "29 établissements" in text
    assert text.index("Albi") < text.index("Toulouse")


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ("jean jaurès", "universite-toulouse-jean-jaures"),
        ("JAURES", "universite-toulouse-jean-jaures"),
        ("ut3", UT3),
        ("  Albi ", "inu-champollion"),
        ("perpignan", "universite-perpignan"),
        ("insa toulouse", "insa-toulouse"),
        ("univ-tlse2", "universite-toulouse-jean-jaures"),
    ],
)
def test_an_establishment_is_found_by_name_initials_town_or_address(client, wanted, key):
    assert key in found(client, wanted)


@pytest.mark.parametrize("wanted", ["zzz", "<script>alert(1)</script>", "%", "'; --", "x" * 500, "\x00"])
def test_a_search_that_finds_nothing_says_what_to_do(client, wanted):
    answer = client.get(LIST, query_string={"q": wanted})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "code par courriel" in answer.text


def test_the_list_asks_few_questions_to_the_database(client, count_queries):
    client.get(LIST)
    with count_queries() as counted:
        client.get(LIST)
    assert len(counted.statements) <= 4


def test_an_establishment_without_a_door_offers_the_mailed_code_with_its_domains(client):
    text = client.get(f"{LIST}/{UT3}").text
    assert "@univ-tlse3.fr ou @utoulouse.fr" in text
    assert "Avec votre compte" not in text
    assert client.get(f"{LIST}/nulle-part").status_code == 404


def test_a_domain_that_was_only_deduced_is_not_promised(client):
    assert "@sciencespo-toulouse.fr" not in client.get(f"{LIST}/sciences-po-toulouse").text


def test_only_open_doors_are_offered_and_each_by_its_name(client):
    make_source(SourceKind.CAS, server="https://cas.example.fr", enabled=False)
    first = make_source(SourceKind.CAS, server="https://cas.example.fr")
    second = make_source(SourceKind.OIDC, issuer="https://idp.example.fr")
    text = client.get(f"{LIST}/{UT3}?next=/mes-projets").text
    assert re.findall(r"/connexion/porte/(\w+)\?next=/mes-projets", text) == [first.public_id, second.public_id]
    assert "Me connecter avec mon compte UT3" in text


def test_other_packages_add_their_way_in(client, app):
    def way(establishment, next_path):
        return WayIn("Code imprimé", "Un code", f"/codes?next={next_path}") if establishment.key == UT3 else None

    offer_way(app, way)
    assert "/codes?next=/budgets" in client.get(f"{LIST}/{UT3}?next=/budgets").text
    assert "/codes" not in client.get(f"{LIST}/insa-toulouse").text


def test_the_way_back_is_kept_from_page_to_page_and_never_leads_elsewhere(client):
    assert "next=/budgets" in client.get("/connexion?next=/budgets").text
    assert "next=/budgets" in client.get(f"{LIST}?next=/budgets").text
    assert "malin" not in client.get(f"{LIST}?next=//malin.exemple").text.replace("lang=", "").split("<main")[1]


def test_a_page_of_refusal_without_a_cookie_speaks_of_cookies(client):
    source = make_source(SourceKind.CAS, server="https://cas.example.fr")
    answer = client.get(f"/connexion/porte/{source.public_id}/refus")
    assert answer.status_code == 409
    assert "cookies" in answer.text


def test_a_door_of_a_kind_that_is_no_longer_installed_is_closed(client):
    source = make_source(SourceKind.MAIL)
    answer = last_page(client, client.get(f"/connexion/porte/{source.public_id}"))
    assert answer.status_code == 404
    assert "Cette porte est fermée" in answer.text

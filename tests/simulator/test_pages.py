"""The pages of the simulator: a published result alone, any address answered in words, the same in a file."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participatory.archives.actions import import_election
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.rounds.rules import Phase
from tests.archives.making import pabulib
from tests.factories import make_round

SHOWN = "/simulateur/val-clair-2021"
# A fifth project makes two of the category, so that a part of the money can be kept for it.
TEXT = pabulib(num_projects="4").replace("c;50;Le quai;;1\n", "c;50;=1+1;Nature;1\nd;20;Le pré;Nature;0\n")


@pytest.fixture
def past(app: Flask) -> None:
    with transaction():
        import_election(TEXT.encode(), now(), origin="Ville de Val-Clair, domaine public.")


def test_the_list_leads_to_each_published_result(client: FlaskClient, past: None) -> None:
    current = make_round(Phase.VOTING).slug
    page = client.get("/simulateur").text
    assert f'href="{SHOWN}"' in page
    assert f"/simulateur/{current}" not in page
    assert client.get(f"/simulateur/{current}").status_code == 404
    assert client.get(f"/simulateur/{current}.csv").status_code == 404
    assert client.get("/simulateur/inconnu").status_code == 404


def test_without_any_result_the_list_says_what_to_do(client: FlaskClient) -> None:
    assert "Aucun vote à rejouer" in client.get("/simulateur").text


def test_a_part_kept_for_a_category_changes_who_wins(client: FlaskClient, past: None) -> None:
    # a (60) and b (40) win; with half kept for nature c (50) comes first, and b fits in the rest.
    page = client.get(SHOWN, query_string={"reserved": "50", "reserved_for": "Nature"}).text
    assert "1 projet entrerait" in page
    assert "1 projet sortirait" in page
    assert "Avant et après" in page
    assert 'name="robots" content="noindex"' in page
    assert "Ce qui change" not in client.get(SHOWN).text


def test_the_same_is_a_file_without_formulas(client: FlaskClient, past: None) -> None:
    answer = client.get(f"{SHOWN}.csv", query_string={"reserved": "50", "reserved_for": "Nature"})
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}
    assert {id_: (row["funded"], row["funded_if_tried"]) for id_, row in rows.items()} == {
        "a": ("1", "0"),
        "b": ("1", "1"),
        "c": ("0", "1"),
        "d": ("0", "0"),
    }
    assert rows["c"]["title"] == "'=1+1"
    assert rows["b"]["cost"] == "40.00"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"budget": "beaucoup"}, "Écrivez un nombre entier."),
        ({"budget": "5"}, "entre 10 et 300"),
        ({"budget": ""}, "Ce champ est nécessaire"),
        ({"reserved": "101", "reserved_for": "Nature"}, "entre 0 et 100"),
        ({"reserved": "40"}, "auxquels cette part est réservée"),
        ({"ceiling": "-1"}, "entre 1 et"),
        ({"threshold": "9" * 400}, "entre 0 et"),
        ({"reserved_for": "<script>"}, None),
        ({"rule": "99"}, None),
        ({"rule": "x"}, None),
    ],
)
def test_what_cannot_be_tried_is_said_beside_its_field(
    client: FlaskClient, past: None, asked: dict[str, str], words: str | None
) -> None:
    answer = client.get(SHOWN, query_string=asked)
    assert answer.status_code == 422
    assert 'class="resume-erreur"' in answer.text
    if words:
        assert words in answer.text
    assert "<script>" not in answer.text
    assert client.get(f"{SHOWN}.csv", query_string=asked).status_code == 409

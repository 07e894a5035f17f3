"""The catalogue: read by everybody, kept by staff, imported after a preview."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from participatory.catalogue import files, keeping
from participatory.catalogue.models import UnitCost
from participatory.catalogue.queries import unit_costs
from participatory.catalogue.rules import Cost, LineKind, cost_faults
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.rounds.rulebook import Theme
from tests.catalogue.making import OVEN, ROOM, keeper, kept
from tests.factories import limit_role, make_person, make_round, sign_in

HEADER = "libellé;unité;prix;nature;source;date;thèmes\n"
TODAY = date(2026, 6, 1)
GOOD = "Buffet;personne;12,50;fonctionnement;Marché 2026;31/01/2026;alimentation, accueil\n"


def read(text):
    return files.read(files.rows_of(text.encode()), TODAY)


@pytest.fixture
def staff(client):
    sign_in(client, keeper())
    return client


def send(client, text):
    return client.post("/gestion/couts/import", data={"file": (io.BytesIO(text.encode()), "prix.csv")})


def carried(html):
    """What a preview hands to its confirmation."""
    found = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1] for name in ("rows", "seen")}
    return {name: value.replace("&#34;", '"').replace("&#39;", "'") for name, value in found.items()}


def test_a_row_of_a_file_is_read_whole():
    found = read(HEADER + GOOD)
    themes = (Theme.WELCOME, Theme.FOOD)
    wanted = Cost("Buffet", "personne", 12_50, LineKind.OPERATING, "Marché 2026", date(2026, 1, 31), themes)
    assert found == ([(2, wanted)], [])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Buffet;personne;=12+3;fonctionnement;Marché;31/01/2026;", "formule"),
        ("@SUM(A1);personne;12;fonctionnement;Marché;31/01/2026;", "formule"),
        ("Buffet;personne;douze;fonctionnement;Marché;31/01/2026;", "« douze » n’est pas un montant"),
        ("Buffet;personne;0;fonctionnement;Marché;31/01/2026;", "plus grand que zéro"),
        ("Buffet;personne;999999999;fonctionnement;Marché;31/01/2026;", "million"),
        ("Buffet;personne;12;autre;Marché;31/01/2026;", "n’est pas une nature"),
        ("Buffet;personne;12;fonctionnement;;31/01/2026;", "d’où vient ce prix"),
        ("Buffet;personne;12;fonctionnement;Marché;hier;", "n’est pas une date"),
        ("Buffet;personne;12;fonctionnement;Marché;31/12/2026;", "à venir"),
        ("Buffet;personne;12;fonctionnement;Marché;31/01/2026;jardinage", "n’est pas un thème"),
        (";personne;12;fonctionnement;Marché;31/01/2026;", "Dites ce que cela coûte"),
    ],
)
def test_a_bad_row_is_named_by_its_line(row, words):
    found = read(HEADER + GOOD + row + "\n")
    assert [line for line, _cost in found.costs] == [2]
    assert {line for line, _fault in found.faults} == {3}
    assert any(words in str(fault) for _line, fault in found.faults)


def test_the_same_cost_twice_in_a_file_is_refused_where_it_comes_again():
    found = read(HEADER + GOOD + GOOD.replace("Buffet", "BUFFETS"))
    assert [(line, str(fault)) for line, fault in found.faults] == [(3, "Ce prix est déjà à la ligne 2.")]


@pytest.mark.parametrize("text", ["", "nom;prix\nA;1\n", HEADER, HEADER + GOOD * 501])
def test_a_file_that_is_no_catalogue_is_refused_whole(text):
    with pytest.raises(Refusal):
        files.rows_of(text.encode())


def test_what_is_exported_may_be_sent_back(app):
    kept(OVEN)
    found = files.read(files.rows_of(files.as_csv(unit_costs()).encode()), now().date())
    assert [cost for _line, cost in found.costs] == [OVEN]
    assert keeping.changes(found.costs)[0].same


def test_a_price_to_come_is_refused():
    assert [fault.field for fault in cost_faults(replace(ROOM, priced_on=TODAY + timedelta(days=1)), TODAY)] == [
        "priced_on"
    ]


def test_everybody_reads_and_searches_the_catalogue(client):
    kept(), kept(OVEN)
    page = client.get("/grille-des-couts?q=salles").text
    assert "Location d’une salle" in page
    assert "Four de collectivité" not in page
    assert "Four" not in client.get("/grille-des-couts?theme=sport").text
    answer = client.get("/grille-des-couts.csv")
    assert answer.mimetype == "text/csv"
    assert "1250,50" in answer.text


def test_a_newer_price_replaces_another_which_stays_archived(staff):
    old = kept()
    form = {
        "label": "Location d’une salle", "unit": "jour", "cost": "195", "kind": "operating",
        "source": "Marché régional 2026, avenant", "priced_on": "2026-02-01",
    }  # fmt: skip
    assert staff.post(f"/gestion/couts/{old.public_id}", data=form).status_code == 303
    assert [each.cents for each in unit_costs()] == [195_00]
    assert db.session.get_one(UnitCost, old.id).archived_at is not None
    again = staff.post(f"/gestion/couts/{old.public_id}", data=form | {"cost": "200"})
    assert again.status_code == 422
    assert "remplacé ou retiré entre-temps" in again.text


def test_a_cost_is_added_once(staff):
    form = {
        "label": "Four", "unit": "pièce", "cost": "900", "kind": "investment", "source": "Devis",
        "priced_on": "2026-02-01", "themes": ["food"],
    }  # fmt: skip
    assert staff.post("/gestion/couts", data=form).status_code == 303
    again = staff.post("/gestion/couts", data=form | {"label": "Fours"})
    assert again.status_code == 422
    assert 'value="Fours"' in again.text
    assert unit_costs()[0].themes == [Theme.FOOD]


def test_two_who_add_the_same_cost_at_once_make_one(app_on_each_database):
    kept()
    by = keeper()
    with pytest.raises(Refusal), transaction():
        keeping.add(ROOM, by, now())
    row = UnitCost(
        key=unit_costs()[0].key, label="x", unit="x", cents=1, kind_code="operating", source="x",
        priced_on=TODAY, added_by="x", added_at=now(),
    )  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.add(row)


def test_an_archived_cost_is_offered_no_more(staff):
    row = kept()
    assert staff.post(f"/gestion/couts/{row.public_id}/archiver").status_code == 303
    assert unit_costs() == []
    assert staff.post(f"/gestion/couts/{row.public_id}/archiver").status_code == 409


def test_nothing_is_imported_before_the_preview_is_confirmed(staff):
    kept()
    text = HEADER + GOOD + "Location d'une salle;jour;200;fonctionnement;Marché 2026;01/02/2026;\n"
    preview = send(staff, text)
    assert "1 prix à ajouter, 1 à remplacer" in preview.text
    assert [each.cents for each in unit_costs()] == [180_00]
    assert staff.post("/gestion/couts/import/confirmer", data=carried(preview.text)).status_code == 303
    assert sorted(each.cents for each in unit_costs()) == [12_50, 200_00]
    last = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert last.verb == "catalogue.imported"


def test_a_catalogue_that_changed_since_the_preview_is_previewed_again(staff):
    preview = send(staff, HEADER + GOOD)
    kept(Cost("Buffet", "personne", 10_00, LineKind.OPERATING, "Devis", date(2026, 1, 1)))
    answer = staff.post("/gestion/couts/import/confirmer", data=carried(preview.text))
    assert answer.status_code == 409
    assert "Remplace" in answer.text
    assert [each.cents for each in unit_costs()] == [10_00]


def test_bad_rows_are_listed_and_nothing_is_imported(staff):
    answer = send(staff, HEADER + GOOD + "Buffet froid;personne;=1+1;fonctionnement;Marché;31/01/2026;\n")
    assert answer.status_code == 422
    assert '<td class="nombre">3</td>' in answer.text
    assert unit_costs() == []


def test_a_forged_preview_imports_nothing(staff):
    for rows in ("{", "[[1]]", '[[2, {"cost": "=1"}]]'):
        answer = staff.post("/gestion/couts/import/confirmer", data={"rows": rows, "seen": "x"})
        assert answer.status_code == 422
    assert unit_costs() == []


def test_whose_role_is_limited_reads_and_changes_nothing(client):
    person = make_person(roles=(Role.APPRAISER,))
    limit_role(person, Role.APPRAISER, make_round().scope)
    sign_in(client, person)
    row = kept()
    assert "toute la région" in client.get("/gestion/couts").text
    assert client.post(f"/gestion/couts/{row.public_id}/archiver").status_code == 403
    assert send(client, HEADER + GOOD).status_code == 403

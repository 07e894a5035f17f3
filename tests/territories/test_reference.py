"""The tables of reference: complete, loaded as often as one likes, given as csv."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa

from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.territories import queries
from participatory.territories.actions import load_reference
from participatory.territories.exports import TABLES
from participatory.territories.models import Department, Establishment, Site
from participatory.territories.rules import SiteKind


def sizes() -> list[int]:
    return [
        db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Department, Site, Establishment)
    ]


def test_thirteen_departments_and_twenty_sites(app):
    assert sizes()[:2] == [13, 20]


def test_two_metropolises_come_first_then_the_others_by_name(app):
    found = queries.sites()
    assert [site.slug for site in found[:2]] == ["montpellier", "toulouse"]
    assert {site.site_kind for site in found[2:]} == {SiteKind.BALANCE}
    names = [site.name for site in found[2:]]
    assert names == sorted(names)
    assert len(names) == 18


def test_every_site_stands_in_a_department_of_the_region(app):
    codes = {department.code for department in queries.departments()}
    assert {site.department_code for site in queries.sites()} <= codes


def test_every_establishment_stands_at_a_site(app):
    assert all(establishment.site.slug for establishment in queries.establishments())


def test_loading_again_changes_nothing(app_on_each_database):
    before = sizes()
    load_reference()
    load_reference()
    assert sizes() == before


def test_loading_again_repairs_what_was_altered(app):
    with transaction():
        queries.site_by_slug("albi").name = "Albie"
    load_reference()
    assert queries.site_by_slug("albi").name == "Albi"


def test_a_place_that_is_not_a_site_is_refused(app):
    with pytest.raises(Refusal) as found:
        queries.site_by_slug("paris'; DROP TABLE site")
    assert found.value.kind is Kind.NOT_FOUND


@pytest.mark.parametrize("table", TABLES)
def test_each_table_is_open_data(client, table):
    answer = client.get(f"/donnees/territoires/{table}.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) >= 13
    if table == "departements":
        assert rows[0]["code"] == "09"


def test_another_table_does_not_exist(client):
    assert client.get("/donnees/territoires/person.csv").status_code == 404


def test_the_tables_have_a_constant_number_of_queries(client, count_queries):
    with count_queries() as found:
        client.get("/donnees/territoires/etablissements.csv")
    assert len(found.statements) <= 3

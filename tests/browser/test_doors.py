"""Students sign in at their establishment, in a real browser, from the page "Je suis étudiant·e à…"."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from participatory.core.database import db
from participatory.demo.loader import find_student_round
from participatory.demo.stories import stories
from participatory.doors.models import IdentitySource
from participatory.doors.oidc import SHELF
from participatory.identity.models import PersonIdentifier
from participatory.rolls.models import Voter
from participatory.rounds.rules import Phase
from tests.browser.conftest import serve
from tests.conftest import make_app
from tests.doors.conftest import cas_source, oidc_source
from tests.doors.peers import STAFF, STUDENT, CasServer
from tests.doors.processes import mock_provider
from tests.factories import move_round

USERS = {"camille": STUDENT, "martin": STAFF}
CAS, OIDC = "Mon compte UT3", "Mon identité UT3"


@dataclass
class World:
    """A demonstration whose vote is open, with two doors at one university."""

    url: str
    app: Flask
    vote: str


@pytest.fixture
def world(tmp_path: Path, loaded_demo: Path) -> Iterator[World]:
    SHELF.clear()
    folder = tmp_path / "instance"
    shutil.copytree(loaded_demo, folder)
    app = make_app(folder, demo=True, local_providers=True)
    with CasServer(USERS).running() as cas, mock_provider(USERS) as issuer:
        for site in serve(app):
            app.extensions["config"] = replace(app.extensions["config"], public_url=site.url)
            with app.app_context():
                cas_source(cas, name=CAS)
                oidc_source(issuer, scopes="openid email", name=OIDC)
                round_ = find_student_round()
                assert round_ is not None
                move_round(round_, Phase.VOTING)
                vote = f"/budgets/{round_.slug}/vote"
            yield World(site.url, app, vote)


def at_cas(page: Page, user: str) -> None:
    page.get_by_label("Identifiant").fill(user)
    page.get_by_role("button", name="Se connecter").click()


def at_the_provider(page: Page, user: str) -> None:
    page.locator(f"button[value='{user}']").first.click()


def go(page: Page, world: World, door: str, at_the_service: Callable[[Page, str], None], user: str = "camille") -> None:
    """From the booth to the establishment and back, by the links that a student sees."""
    page.goto(f"{world.url}/connexion?next={world.vote}")
    page.get_by_role("link", name="Choisir mon établissement").click()
    page.get_by_label("Nom de l’établissement").fill("sabatier")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Université Toulouse III").click()
    page.get_by_role("link", name=door).click()
    at_the_service(page, user)


@pytest.mark.parametrize(("door", "at_the_service"), [(CAS, at_cas), (OIDC, at_the_provider)])
def test_a_student_signs_in_from_the_page_of_establishments(page: Page, world: World, door, at_the_service):
    go(page, world, door, at_the_service)
    expect(page).to_have_url(world.url + world.vote)
    expect(page.get_by_text("a confirmé que vous y étudiez")).to_be_visible()
    expect(page.locator("li.projet button").first).to_be_enabled()


def test_it_works_without_javascript(browser: Browser, world: World):
    context = browser.new_context(java_script_enabled=False, locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    go(page, world, CAS, at_cas)
    expect(page).to_have_url(world.url + world.vote)
    context.close()


def test_a_member_of_staff_is_told_what_to_do(page: Page, world: World, axe_script):
    go(page, world, OIDC, at_the_provider, "martin")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette porte est celle des étudiants")
    expect(page.get_by_role("heading", name="Que faire")).to_be_visible()
    assert axe_script(page) == []
    assert "code=" not in page.url


def test_the_same_student_by_two_doors_is_one_person_and_one_voter(browser: Browser, world: World):
    with world.app.app_context():
        before = _count(Voter)
    for door, at_the_service in ((CAS, at_cas), (OIDC, at_the_provider)):
        context = browser.new_context(locale="fr-FR")
        page = context.new_page()
        go(page, world, door, at_the_service)
        expect(page).to_have_url(world.url + world.vote)
        context.close()
    with world.app.app_context():
        assert _count(PersonIdentifier) == 1
        assert _count(Voter) == before + 1


def _count(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 900)])
def test_the_pages_of_doors_are_accessible_and_fit(browser: Browser, world: World, axe_script, width, height):
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR", reduced_motion="reduce")
    page = context.new_page()
    for path in ("", "?q=toulouse", "?q=zzz", "/universite-toulouse-3", "/universite-montpellier"):
        page.goto(f"{world.url}/connexion/etablissement{path}")
        assert axe_script(page) == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), path
    context.close()


def step_into(page, world: World, key: str) -> None:
    page.goto(f"{world.url}/demo")
    name = next(story["name"] for story in stories("people") if story["key"] == key)
    page.get_by_role("button", name=name).click()


def test_staff_try_a_door_and_open_it(browser: Browser, world: World, axe_script):
    with world.app.app_context():
        source = db.session.scalars(sa.select(IdentitySource).where(IdentitySource.name == CAS)).one()
        address = f"{world.url}/gestion/sources/{source.public_id}"
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR", reduced_motion="reduce")
    page = context.new_page()
    step_into(page, world, "administrator")
    page.goto(f"{address}/reglages")
    problems = {"edit": axe_script(page)}
    page.get_by_label("Autres domaines").fill("etu.exemple.fr")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("jusqu’à un nouvel essai réussi")).to_be_visible()
    page.get_by_role("link", name="Essayer cette porte").click()
    at_cas(page, "camille")
    expect(page.get_by_text("L’essai a réussi")).to_be_visible()
    problems["tested"] = axe_script(page)
    page.get_by_role("link", name="Revenir à la porte").click()
    problems["source"] = axe_script(page)
    page.get_by_role("button", name="Proposer d’ouvrir cette porte").click()
    expect(page.get_by_text("L’ouverture est proposée")).to_be_visible()
    step_into(page, world, "officer-1")
    page.goto(f"{world.url}/gestion/actes")
    page.get_by_role("link", name="Ouvrir la porte de").click()
    problems["deed"] = axe_script(page)
    page.get_by_role("button", name="J’ai lu : confirmer").click()
    expect(page.get_by_text("L’acte est confirmé, et fait.")).to_be_visible()
    step_into(page, world, "administrator")
    for path in ("/gestion/sources", "/gestion/sources/nouvelle", "/gestion/sources/nouvelle/universite-nimes/oidc"):
        page.goto(world.url + path)
        problems[path] = axe_script(page)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), path
    context.close()
    assert {path: found for path, found in problems.items() if found} == {}

"""A referent sends a list, the Region approves it, and its people are on the roll: in a browser, as people do."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.demo.stories import stories
from participatory.identity.models import RoleGrant
from participatory.identity.permissions import ScopeKind
from participatory.identity.queries import person_by_email
from participatory.identity.rules import Role
from participatory.rolls import queries
from participatory.rounds.queries import round_by_slug
from tests.browser.conftest import LiveSite
from tests.factories import establishment
from tests.rolls.making import bea, xlsx_of

REFERENT, OFFICER = "appraiser-1", "officer-1"
HEAD = ("Nom", "N° INE", "Courriel", "Campus")


def story(key: str) -> dict[str, str]:
    return next(each for each in stories("people") if each["key"] == key)


@pytest.fixture
def referent(live_site: LiveSite) -> LiveSite:
    """The demonstration, one of whose people is also the referent of an establishment."""
    with live_site.app.app_context(), transaction():
        person = person_by_email(story(REFERENT)["email"])
        kind, key = ScopeKind.ESTABLISHMENT.value, establishment().key
        grant = RoleGrant(role=Role.REFERENT.value, scope_kind=kind, scope_key=key, granted_by="x", granted_at=now())
        person.grants.append(grant)
    return live_site


def step_in(browser: Browser, site: LiveSite, key: str, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 844}, locale="fr-FR").new_page()
    page.goto(f"{site.url}/demo")
    page.get_by_role("button", name=story(key)["name"]).click()
    page.wait_for_load_state()
    return page


def fits(page: Page, axe_script) -> None:
    assert axe_script(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def roll(site: LiveSite, slug: str) -> int:
    with site.app.app_context():
        size = queries.roll_size(round_by_slug(slug))
        db.session.remove()
        return size


@pytest.mark.parametrize("width", [390, 1280])
def test_a_list_from_the_file_to_the_roll(browser, referent, axe_script, tmp_path, width):
    people = [(f"Nom{n}", bea(n), f"prenom{n}@etu.exemple.example", "Toulouse") for n in range(60)]
    people[7] = ("Nom7", "1234567890", "prenom7@etu.exemple.example", "Toulouse")
    path = tmp_path / "liste.xlsx"
    path.write_bytes(xlsx_of(*people, head=HEAD, sheets=("Accueil", "Étudiants"), before=2))

    page = step_in(browser, referent, REFERENT, width)
    page.goto(f"{referent.url}/etablissement/listes")
    page.locator(".file a").first.click()
    page.wait_for_url(re.compile("/etablissement/.+/listes/.+"))
    slug = page.url.rsplit("/", 1)[1]
    before = roll(referent, slug)
    fits(page, axe_script)
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Continuer").click()
    assert "Nom0" not in page.content()
    page.locator("#c-1").select_option("unused")
    page.locator("#c-2").select_option("unused")
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.locator("#resume-erreur")).to_be_focused()
    fits(page, axe_script)
    page.locator("#c-1").select_option("ine")
    page.locator("#c-2").select_option("email")
    page.get_by_role("button", name="Voir l’aperçu").click()
    fits(page, axe_script)
    page.get_by_role("button", name="Envoyer 59 personnes").click()
    expect(page.locator("#resume-erreur")).to_be_focused()
    page.get_by_label("Laisser de côté la ligne fautive").check()
    page.get_by_role("button", name="Envoyer 59 personnes").click()
    fits(page, axe_script)
    assert "Attend l’accord de la Région" in page.content()
    assert roll(referent, slug) == before

    other = step_in(browser, referent, OFFICER, width)
    other.goto(f"{referent.url}/etablissement/listes")
    other.locator(".file__urgent a").first.click()
    fits(other, axe_script)
    other.locator(".file__urgent a").first.click()
    fits(other, axe_script)
    other.get_by_role("button", name=re.compile("confirmer")).click()
    other.wait_for_load_state()
    assert roll(referent, slug) == before + 59
    page.reload()
    assert "Importée" in page.content()

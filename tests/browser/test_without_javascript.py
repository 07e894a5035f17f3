"""The main jobs on a phone whose browser runs no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from participatory.demo.loader import NEXT_ROUND, STUDENT_ROUND
from tests.browser.conftest import LiveSite


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """A phone without JavaScript."""
    return {
        **browser_context_args,
        "viewport": {"width": 390, "height": 844},
        "locale": "fr-FR",
        "java_script_enabled": False,
    }


@pytest.fixture
def phone(page: Page) -> Page:
    return page


def step_in(page: Page, site: LiveSite, name: str) -> None:
    page.goto(f"{site.url}/demo")
    page.get_by_role("button", name=name).first.click()


def test_filter_choose_vote_and_verify(phone: Page, live_site: LiveSite):
    step_in(phone, live_site, "Camille")
    phone.goto(f"{live_site.url}/budgets")
    phone.get_by_role("link", name=STUDENT_ROUND).first.click()
    phone.locator("main").get_by_role("link", name="Voter").first.click()
    phone.locator("#q").fill("velos")
    phone.get_by_role("button", name="Chercher").click()
    phone.locator("li.projet button").first.click()
    expect(phone.locator("li.projet--pris")).to_have_count(1)
    phone.get_by_role("link", name="Vérifier mon vote").click()
    phone.get_by_role("button", name="Mettre sous enveloppe").click()
    phone.get_by_role("button", name="Déposer mon bulletin").click()
    receipt = phone.locator("#recu").inner_text()
    phone.goto(f"{live_site.url}/verifier")
    phone.locator("main input[type=text]").first.fill(receipt)
    phone.locator("main form").get_by_role("button").first.click()
    expect(phone.locator("main")).to_contain_text("dans l’urne")


def test_write_a_project_with_two_expenses_and_submit_it(phone: Page, live_site: LiveSite):
    step_in(phone, live_site, "Camille")
    phone.goto(f"{live_site.url}/budgets")
    phone.get_by_role("link", name=NEXT_ROUND).first.click()
    phone.locator("main").get_by_role("link", name="Proposer un projet").first.click()
    phone.get_by_role("button", name="Commencer mon projet").click()
    for field, value in {
        "title": "Une bibliothèque d’outils",
        "summary": "Emprunter une perceuse plutôt que l’acheter.",
        "need": "Personne n’a de perceuse.",
        "solution": "Un local ouvert le samedi.",
        "lines-0-label": "Outils",
        "lines-0-quantity": "10",
        "lines-0-unit": "150",
    }.items():
        phone.locator(f"#{field}").fill(value)
    phone.locator("#site").select_option(label="Sète")
    phone.locator("#theme").select_option(label="Services mutualisés")
    phone.get_by_role("button", name="Ajouter une ligne").click()
    expect(phone.locator("#lines-0-label")).to_have_value("Outils")
    phone.locator("#lines-1-label").fill("Étagères")
    phone.locator("#lines-1-quantity").fill("2")
    phone.locator("#lines-1-unit").fill("400,25")
    phone.get_by_role("button", name="Déposer mon projet").click()
    expect(phone.locator("main")).to_contain_text("2\u202f300,50\u00a0€")
    expect(phone.locator("main")).to_contain_text("En modération")


def test_sign_in_with_the_code_of_the_letter(phone: Page, live_site: LiveSite):
    phone.goto(f"{live_site.url}/connexion")
    phone.locator("#email").fill("quelquun.de.nouveau@etu.exemple.example")
    phone.locator("main form").get_by_role("button").first.click()
    with live_site.app.app_context():
        from participatory.outbox.sender import deliver_waiting

        assert deliver_waiting() == 1
        body = live_site.app.extensions["mailman"].outbox[-1].body
    code = next(line.strip() for line in body.splitlines() if line.startswith("    "))
    phone.locator("#code").fill(code.lower())
    phone.locator("main form").get_by_role("button").first.click()
    expect(phone.locator("body")).to_contain_text("Vous êtes connecté")

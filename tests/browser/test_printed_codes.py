"""A student comes in with a sheet of the counter, on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from participatory.printed_codes.rules import shown_code
from tests.browser.conftest import LiveSite
from tests.factories import make_proposal, sign_in
from tests.printed_codes.making import CAMILLE, MAIL, Counter, set_up


@pytest.fixture
def counter(live_site: LiveSite) -> Iterator[Counter]:
    with live_site.app.app_context():
        made = set_up()
        make_proposal(made.round, title="Des arbres dans la cour")
        made.hand(1, CAMILLE)
        made.hand(2, MAIL)
        yield made


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    page = context.new_page()
    yield page
    context.close()


def test_a_student_signs_in_with_a_sheet_and_votes(phone: Page, live_site: LiveSite, counter: Counter, axe_script):
    phone.goto(f"{live_site.url}/connexion/etablissement/{counter.place.key}")
    phone.get_by_role("link", name="Avec un code imprimé").click()
    assert axe_script(phone) == []
    phone.locator("#code").fill(shown_code(counter.code(1)).lower())
    phone.get_by_role("button", name="Se connecter").click()
    expect(phone.locator("body")).to_contain_text("a vérifié votre carte d’étudiant")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.goto(f"{live_site.url}/budgets/{counter.round.slug}/vote")
    phone.locator("li.projet button").first.click()
    phone.get_by_role("link", name="Vérifier mon vote").click()
    phone.get_by_role("button", name="Mettre sous enveloppe").click()
    phone.get_by_role("button", name="Déposer mon bulletin").click()
    expect(phone.locator("#recu")).to_be_visible()


def test_the_qr_code_of_a_sheet_writes_its_code_and_leaves_no_trace(phone: Page, live_site: LiveSite, counter: Counter):
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    code = shown_code(counter.code(2))
    phone.goto(f"{live_site.url}/connexion/code-imprime#{code}")
    expect(phone.locator("#code")).to_have_value(code)
    assert phone.evaluate("location.hash") == ""
    phone.get_by_role("button", name="Se connecter").click()
    expect(phone.get_by_role("alert").or_(phone.locator("#resume-erreur"))).to_contain_text("adresse d’étudiant")
    expect(phone.locator("#code")).to_have_value(code)
    phone.locator("#address").fill(MAIL)
    phone.get_by_role("button", name="Se connecter").click()
    expect(phone.locator("body")).to_contain_text("a vérifié votre carte d’étudiant")
    assert not any(code in url.partition("#")[0] for url in asked)


def test_a_clerk_hands_a_sheet_over_on_a_phone(phone: Page, live_site: LiveSite, counter: Counter, axe_script):
    client = live_site.app.test_client()
    sign_in(client, counter.clerk)
    cookie = client.get_cookie("session")
    assert cookie is not None
    phone.context.add_cookies([{"name": "session", "value": cookie.value, "url": live_site.url}])
    phone.goto(f"{live_site.url}/gestion/codes-imprimes")
    phone.get_by_role("link", name=counter.package.label).click()
    assert axe_script(phone) == []
    phone.locator("#serial").fill("3")
    phone.locator("#identifier").fill("0987654321")
    phone.get_by_role("button", name="Lier la feuille").click()
    expect(phone.locator("#resume-erreur")).to_be_visible()
    expect(phone.locator("#identifier")).to_have_value("0987654321")
    assert axe_script(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

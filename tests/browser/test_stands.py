"""A stand on a phone-sized screen: two people vote one after the other, and whoever walks away is signed out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.printed_codes.rules import shown_code
from participatory.stands.actions import give_code
from participatory.stands.models import Stand
from participatory.stands.rules import shown
from participatory.stands.staff import enrol_key
from tests.browser.conftest import LiveSite
from tests.factories import make_proposal
from tests.printed_codes.making import CAMILLE, SACHA, Counter, set_up
from tests.stands.making import declared_stand

_IN_BASKET = 'li.projet form [name="act"][value="remove"]'


@pytest.fixture
def counter(live_site: LiveSite) -> Iterator[Counter]:
    with live_site.app.app_context():
        made = set_up()
        make_proposal(made.round, title="Des arbres dans la cour")
        made.hand(1, CAMILLE)
        made.hand(2, SACHA)
        yield made


@pytest.fixture
def stand(counter: Counter) -> Stand:
    return declared_stand(counter.round, counter.officer)


@pytest.fixture
def device(browser: Browser, live_site: LiveSite, counter: Counter, stand: Stand) -> Iterator[Page]:
    """The screen of the stand, enrolled by its QR code."""
    with transaction():
        code = give_code(stand, counter.officer, now(), enrol_key())
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{live_site.url}/stand#{shown(code)}")
    expect(page.locator("#code")).to_have_value(shown(code))
    assert page.evaluate("location.hash") == ""
    page.get_by_role("button", name="C’est l’appareil du stand").click()
    expect(page.locator("[data-stand]")).to_contain_text("Stand Arsenal, midi")
    yield page
    context.close()


def _come_in(page: Page, live_site: LiveSite, counter: Counter, sheet: int) -> None:
    booth = f"/budgets/{counter.round.slug}/vote"
    page.goto(f"{live_site.url}/connexion/code-imprime?next={booth}")
    page.locator("#code").fill(shown_code(counter.code(sheet)))
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("button", name="Terminer et laisser la place")).to_be_visible()


def _choose(page: Page) -> None:
    page.locator("li.projet button[id^=btn-]").first.click()
    # The page answers at once: the link to the next one must not be taken before the basket is written.
    expect(page.locator(_IN_BASKET).first).to_be_attached()


def _vote(page: Page) -> str:
    """Choose, check, seal, cast; gives the receipt."""
    _choose(page)
    page.get_by_role("link", name=re.compile("Vérifier")).first.click()
    page.get_by_role("button", name="Mettre sous enveloppe").click()
    page.get_by_role("button", name="Déposer mon bulletin").click()
    expect(page.locator("#recu")).to_be_visible()
    return page.locator("#recu").inner_text()


def test_two_people_vote_one_after_the_other_and_nothing_of_the_first_is_left(
    device: Page, live_site: LiveSite, counter: Counter, axe_script
):
    _come_in(device, live_site, counter, 1)
    assert axe_script(device) == []
    first = _vote(device)
    assert axe_script(device) == []
    assert device.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    leaving = device.get_by_role("button", name="J’ai fini : me déconnecter")
    expect(leaving).to_be_visible()
    leaving.click()
    expect(device.get_by_role("button", name="Terminer et laisser la place")).to_have_count(0)
    expect(device).to_have_url(re.compile(rf"/budgets/{counter.round.slug}/vote"))
    device.go_back()
    device.wait_for_load_state()
    expect(device.locator("#recu")).to_have_count(0)
    _come_in(device, live_site, counter, 2)
    assert device.locator(_IN_BASKET).count() == 0
    assert _vote(device) != first


def test_whoever_walks_away_is_asked_then_signed_out(device: Page, live_site: LiveSite, counter: Counter, axe_script):
    device.clock.install()
    _come_in(device, live_site, counter, 1)
    _choose(device)
    device.clock.fast_forward(95_000)
    question = device.get_by_role("dialog", name="Êtes-vous toujours là ?")
    expect(question).to_be_visible()
    assert axe_script(device) == []
    device.get_by_role("button", name="Je suis là, je continue").click()
    expect(question).to_be_hidden()
    device.clock.fast_forward(125_000)
    expect(device.get_by_role("button", name="Terminer et laisser la place")).to_have_count(0)
    assert not [cookie for cookie in device.context.cookies() if cookie["name"] == "panier"]


def test_a_receipt_leaves_the_screen_by_itself(device: Page, live_site: LiveSite, counter: Counter):
    device.clock.install()
    _come_in(device, live_site, counter, 1)
    _vote(device)
    device.clock.fast_forward(30_000)
    expect(device.locator("#recu")).to_be_visible()
    device.get_by_role("button", name="Il me faut plus de temps").click()
    device.clock.fast_forward(60_000)
    expect(device.locator("#recu")).to_be_visible()
    device.clock.fast_forward(70_000)
    expect(device.locator("#recu")).to_have_count(0)


def test_a_stand_works_without_javascript(browser: Browser, live_site: LiveSite, counter: Counter, stand: Stand):
    with transaction():
        code = give_code(stand, counter.officer, now(), enrol_key())
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_site.url}/stand")
    page.locator("#code").fill(code.lower())
    page.get_by_role("button", name="C’est l’appareil du stand").click()
    _come_in(page, live_site, counter, 1)
    _vote(page)
    page.get_by_role("button", name="J’ai fini : me déconnecter").click()
    expect(page.locator("#recu")).to_have_count(0)
    expect(page.locator("[data-stand]")).to_contain_text("Stand Arsenal, midi")
    context.close()

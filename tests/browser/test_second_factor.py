"""The second factor in a real browser: a key of the device, from its enrolment to a staff door and a sensitive deed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.factors import RECENT
from participatory.identity.granting import grant
from participatory.identity.models import RoleGrant, SignInSession
from participatory.identity.rules import Role
from participatory.outbox.sender import deliver_waiting
from tests.browser.conftest import LiveSite, serve
from tests.conftest import make_app
from tests.identity.letters import SignInLetter

EMAIL = "admin@region.example"


@pytest.fixture
def site(tmp_path, prepared_sqlite) -> Iterator[LiveSite]:
    """An empty site under a name (localhost), as keys need, with one administrator."""
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "participatory.sqlite").write_bytes(prepared_sqlite.read_bytes())
    app = make_app(tmp_path / "instance", public_url="http://localhost")
    with app.app_context(), transaction():
        grant(EMAIL, Role.ADMINISTRATOR, None, None, now())
    for running in serve(app):
        port = running.url.rpartition(":")[2]
        # The port is only known now; the settings are frozen for everybody else.
        object.__setattr__(app.extensions["config"], "public_url", f"http://localhost:{port}")
        yield LiveSite(f"http://localhost:{port}", app)


def add_authenticator(page: Page) -> None:
    """Give the browser a device that recognises its owner at once."""
    developer = page.context.new_cdp_session(page)
    developer.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    developer.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})


def sign_in(page: Page, site: LiveSite) -> None:
    """Come in by letter."""
    page.get_by_label("Votre adresse électronique").fill(EMAIL)
    page.get_by_role("button", name="Recevoir un code").click()
    # The proof of work comes first: it takes longer on a busy machine than what `expect` waits.
    page.wait_for_url("**/connexion/code/*")
    with site.app.app_context():
        deliver_waiting()
        mail = next(each for each in reversed(site.app.extensions["mailman"].outbox) if "code" in each.subject)
    page.get_by_label("Code reçu").fill(SignInLetter(mail.to[0], mail.subject, mail.body).code)
    page.get_by_role("button", name="Se connecter").click()


def grow_old(site: LiveSite) -> None:
    """Let the second factor of every session be from a while ago."""
    with site.app.app_context(), transaction():
        db.session.execute(sa.update(SignInSession).values(second_factor_at=now() - RECENT))


def officers(site: LiveSite) -> int:
    with site.app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).where(RoleGrant.role == Role.OFFICER.value))


def test_a_key_from_its_enrolment_to_a_sensitive_deed(page: Page, site: LiveSite, axe_script):
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    add_authenticator(page)
    found = {}

    def look(name: str) -> None:
        found[name] = axe_script(page)

    page.goto(f"{site.url}/gestion/roles")
    sign_in(page, site)
    expect(page.get_by_role("heading", name="Double vérification")).to_be_visible()
    look("choice")
    page.get_by_role("link", name="Ajouter une clé ou cet appareil").click()
    look("key")
    page.get_by_label("Nom de ce moyen").fill("Mon ordinateur")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Vos codes de secours")).to_be_visible()
    look("recovery codes")
    page.get_by_role("link", name="C’est gardé, continuer").click()
    expect(page).to_have_url(f"{site.url}/gestion/roles")

    page.goto(f"{site.url}/mon-compte")
    look("account")
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{site.url}/gestion/roles")
    sign_in(page, site)
    expect(page.get_by_role("heading", name="Prouvez que c’est bien vous")).to_be_visible()
    look("question")
    page.get_by_role("button", name="Utiliser ma clé").click()
    expect(page).to_have_url(f"{site.url}/gestion/roles")

    page.goto(f"{site.url}/gestion/roles?email=nouvelle@region.example")
    page.get_by_label("Conduite du budget").check()
    grow_old(site)
    page.get_by_role("button", name="Donner ce rôle").click()
    expect(page.get_by_role("heading", name="Confirmez que c’est bien vous")).to_be_visible()
    look("question in a deed")
    assert officers(site) == 0
    page.get_by_role("button", name="Utiliser ma clé").click()
    expect(page.locator("#messages")).to_contain_text("a maintenant le rôle")
    assert officers(site) == 1

    page.goto(f"{site.url}/mon-compte/double-verification/application")
    look("application")
    assert {name: problems for name, problems in found.items() if problems} == {}
    assert complaints == []


def test_a_browser_without_a_key_says_so_and_leads_on(page: Page, site: LiveSite):
    page.goto(f"{site.url}/gestion/roles")
    sign_in(page, site)
    page.goto(f"{site.url}/mon-compte/double-verification/cle")
    page.evaluate(
        "() => { navigator.credentials.create = async () => { throw new DOMException('', 'NotAllowedError') } }"
    )
    page.get_by_label("Nom de ce moyen").fill("Mon ordinateur")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Rien n’a été enregistré")).to_be_visible()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Rien n’a été enregistré")).to_be_visible()


def test_without_javascript_the_page_leads_to_an_application(browser, site: LiveSite):
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{site.url}/gestion/roles")
    sign_in(page, site)
    page.get_by_role("link", name="Ajouter une clé ou cet appareil").click()
    page.locator("main").get_by_role("link", name="Ajouter une application de codes").click()
    expect(page.get_by_role("img", name="Code QR à lire avec votre application")).to_be_visible()
    context.close()

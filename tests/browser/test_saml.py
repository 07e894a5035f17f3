"""A student signs in through SAML, from one site to another and back, with the browser's own rules about cookies."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from markupsafe import escape
from playwright.sync_api import Browser, Page, expect

from participatory.identity.rules import Role
from tests.browser.conftest import serve
from tests.conftest import make_app
from tests.doors.saml_provider import INE, TestProvider, needs_xmlsec1, new_source, posted
from tests.factories import establishment, make_person, sign_in

pytestmark = needs_xmlsec1

PAGE = """<!doctype html><html lang="fr"><head><title>Université d’essai</title></head><body><main>
<h1>Université d’essai</h1>
<form method="post" action="{action}"><input type="hidden" name="SAMLResponse" value="{answer}">
<input type="hidden" name="RelayState" value="{state}"><button>Continuer</button></form></main>
<script>document.forms[0].submit()</script></body></html>"""


@dataclass
class World:
    """Our site at `localhost`, the establishment's at 127.0.0.1: for a browser, two sites."""

    url: str
    app: Flask
    idp: TestProvider


@pytest.fixture
def world(tmp_path: Path, loaded_demo: Path) -> Iterator[World]:
    folder = tmp_path / "instance"
    shutil.copytree(loaded_demo, folder)
    app = make_app(folder, demo=True, local_providers=True)
    for site in serve(app):
        url = site.url.replace("127.0.0.1", "localhost")
        app.extensions["config"] = replace(app.extensions["config"], public_url=url)
        server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        idp = TestProvider(
            tmp_path / "idp", "https://idp.univ-test.example/idp", f"http://127.0.0.1:{server.server_port}/sso"
        )
        server.RequestHandlerClass = _pages_of(idp)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            idp.know(app.test_client().get("/connexion/saml/metadonnees").text)
            yield World(url, app, idp)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _pages_of(idp: TestProvider) -> type[BaseHTTPRequestHandler]:
    """The establishment's page: it knows the student already, and sends the browser on by itself."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith("/sso?"):
                self.send_error(404)
                return
            asked = idp.read(self.path)
            xml = idp.encrypted_answer(asked)
            html = PAGE.format(
                action=escape(asked.consumer_url), answer=posted(xml), state=escape(asked.relay_state)
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    return Pages


def _door(world: World) -> str:
    with world.app.app_context():
        source = new_source(world.idp, establishment())
        return f"{world.url}/connexion/etablissement/{source.establishment.key}"


def _is_signed_in(page: Page, world: World) -> None:
    expect(page).to_have_url(f"{world.url}/mon-compte")
    expect(page.get_by_text("a confirmé que vous y étudiez")).to_be_visible()


def test_a_student_goes_through_their_university_and_comes_back_signed_in(page: Page, world: World):
    page.goto(_door(world))
    page.locator("a[href*='/connexion/porte/']").first.click()
    _is_signed_in(page, world)


def test_it_works_without_javascript(browser: Browser, world: World):
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(_door(world))
    page.locator("a[href*='/connexion/porte/']").first.click()
    page.get_by_role("button", name="Continuer").click()
    _is_signed_in(page, world)
    context.close()


def test_staff_connect_a_university_and_try_its_door(page: Page, world: World, tmp_path: Path, axe_script):
    path = tmp_path / "idp.xml"
    path.write_text(world.idp.metadata, "utf-8")
    client = world.app.test_client()
    with world.app.app_context():
        sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
        key = establishment().key
    cookie = client.get_cookie("session")
    assert cookie is not None
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": world.url}])
    page.goto(f"{world.url}/gestion/sources/nouvelle/{key}/saml")
    assert axe_script(page) == []
    page.get_by_label("Ou le fichier de ces métadonnées").set_input_files(path)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La porte est enregistrée")).to_be_visible()
    expect(page.get_by_text(f"{world.url}/connexion/saml/metadonnees").first).to_be_visible()
    assert axe_script(page) == []
    page.get_by_role("link", name="Essayer cette porte").click()
    expect(page).to_have_url(re.compile("/connexion/saml/suite/"))
    expect(page.get_by_text("supannCodeINE").first).to_be_visible()
    expect(page.get_by_text(INE)).to_have_count(0)
    assert axe_script(page) == []

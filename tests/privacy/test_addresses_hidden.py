"""Staff pages show nobody's address but one's own, except where a reason was given: every page, opened by each role."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import Config
from participatory.core.database import db
from participatory.identity.models import Person
from participatory.web.access import Door, mark_of
from tests.conftest import close, make_app
from tests.house.matrix import TABLE
from tests.house.small_world import ACTORS, Actor, build, keep
from tests.house.test_rights_matrix import path_of

ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\.\w+")
# The one page with a reason; the other tests say when it opens.
WITH_A_REASON = {"privacy.reading"}
STAFF = [actor for actor in ACTORS if actor.role is not None]


@pytest.fixture(scope="module")
def world(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory):
    """The small world of the matrix of rights."""
    folder = tmp_path_factory.mktemp("addresses")
    shutil.copy(prepared_sqlite, folder / "participatory.sqlite")
    app = make_app(folder)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        made = build(app)
    close(app)
    keep(made, folder / "participatory.sqlite")
    yield made
    close(app)


def pages(world):
    """Every page that somebody may open by its address, staff's and public ones alike."""
    for rule in world.app.url_map.iter_rules():
        mark = mark_of(world.app, rule.endpoint)
        if "GET" not in rule.methods or rule.endpoint in WITH_A_REASON or rule.endpoint == "static":
            continue
        if mark.door is not Door.DEMO:
            yield from {path_of(world, line, rule.rule) for line in TABLE[rule.endpoint]}


def addresses_on(browser, path, **query) -> set[str]:
    """The addresses that a page shows; files are no pages."""
    with browser.get(path, query_string=query) as answer:
        return set(ADDRESS.findall(answer.text)) if answer.mimetype.startswith("text/html") else set()


def everybody(world) -> set[str]:
    with world.app.app_context():
        return {address for address in db.session.scalars(sa.select(Person.email)) if address}


@pytest.mark.parametrize("actor", STAFF, ids=lambda actor: actor.name)
def test_no_page_shows_staff_the_address_of_somebody_else(world, actor: Actor):
    addresses, browser = everybody(world), world.browser(actor)
    own = addresses_on(browser, "/mon-compte/mes-donnees.html") & addresses
    contact = Config().contact_email
    found = {}
    for path in sorted(set(pages(world))):
        shown = addresses_on(browser, path) & addresses
        if shown - own - {contact}:
            found[path] = shown - own
    assert len(own) == 1
    assert found == {}


def test_the_search_of_roles_does_not_give_addresses_away(world):
    administrator = next(actor for actor in STAFF if actor.name == "administrator")
    browser, addresses = world.browser(administrator), everybody(world)
    for wanted in ("", "@", "example", "p", "etu"):
        own = addresses_on(browser, "/mon-compte/mes-donnees.html")
        assert addresses_on(browser, "/gestion/roles", email=wanted) & addresses - own == set()

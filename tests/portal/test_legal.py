"""The legal pages say what the configuration, the register and the cookies in code say, no more and no less."""

import re

import pytest
import sqlalchemy as sa
from flask import url_for

from config import LEGAL
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.typography import french
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.privacy.holdings import processings, retention_rules
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from participatory.stands.actions import give_code
from participatory.stands.staff import enrol_key
from participatory.web.cookies import cookies
from tests.factories import add_voter, make_person, make_proposal, make_round
from tests.house.source import MODULES, ROOT
from tests.identity.letters import ask, post
from tests.stands.making import declared_stand

PAGES = ("/mentions-legales", "/confidentialite", "/accessibilite", "/cookies")
SAID = {
    "publisher": "Région d’essai",
    "publisher_address": "1 place de l’Essai, Toulouse",
    "publication_director": "Une personne d’essai",
    "hosted_by": "Hébergeur d’essai, 2 rue du Serveur",
    "dpo_email": "dpo@region.example",
}


@pytest.mark.parametrize("path", PAGES)
def test_the_foot_of_every_page_leads_to_each_legal_page(client, path):
    assert f'href="{path}"' in client.get("/").text
    assert client.get(path).status_code == 200


def test_the_notice_says_what_the_configuration_says(make_test_app):
    app = make_test_app(**SAID)
    text = app.test_client().get("/mentions-legales").text
    for name in LEGAL[:4]:
        assert SAID[name] in text
    assert "dpo@region.example" in app.test_client().get("/confidentialite").text


def test_hostile_settings_stay_text(make_test_app):
    app = make_test_app(publisher="<b>%(x)s</b>", dpo_email='"><script>@x')
    for path in PAGES:
        text = app.test_client().get(path).text
        assert "<b>%" not in text
        assert "<script>@" not in text


def test_the_notice_credits_each_program_that_browsers_are_given(client):
    vendored = [path.name for path in (ROOT / "static" / "vendor").iterdir() if re.search(r"-\d", path.name)]
    text = client.get("/mentions-legales").text
    assert [name for name in vendored if f"<li>{name.partition('-')[0]} (" not in text] == []


def test_the_demonstration_names_nobody(make_test_app):
    text = make_test_app(demo=True).test_client().get("/mentions-legales").text
    assert text.count("cette installation est une démonstration") >= 4


def test_an_installation_that_says_nothing_shows_that_it_must(client):
    assert "à renseigner" in client.get("/mentions-legales").text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_line_of_the_register_is_on_the_page(client, language):
    text = client.get("/confidentialite", query_string={"lang": language}).text
    for each in processings():
        assert f'<tr id="{each.key}">' in text
    if language == "fr":
        for each in (*processings(), *retention_rules()):
            assert french(each.title) in text


def test_each_line_of_the_register_has_a_key_of_its_own(app):
    keys = [each.key for each in processings()]
    assert len(keys) == len(set(keys))
    rules = [each.key for each in retention_rules()]
    assert len(rules) == len(set(rules))


def set_by(answer) -> set[str]:
    return {header.partition("=")[0] for header in answer.headers.getlist("Set-Cookie")}


def test_the_cookies_of_a_whole_visit_are_those_of_the_page(app, client):
    round_ = make_round(Phase.VOTING)
    project = make_proposal(round_, State.FEASIBLE)
    add_voter(round_, make_person(email="camille@etu.example"))
    seen = set()
    for path in ("/", "/?lang=en", "/?lang=fr", "/budgets", f"/budgets/{round_.slug}/projets", "/connexion"):
        seen |= set_by(client.get(path))
    page = ask(client, "camille@etu.example")
    seen |= set_by(client.get(page)) | set_by(client.post(page, data={"code": post()[-1].code}))
    assert db.session.scalars(sa.select(Person)).first() is not None
    with app.test_request_context():
        booth = url_for("ballots.booth", slug=round_.slug)
    seen |= set_by(client.get(booth))
    seen |= set_by(client.post(f"{booth}/panier/{project.public_id}", data={"act": "add"}))
    for path in ("/mon-compte", "/mon-compte/mes-donnees", "/mes-projets"):
        seen |= set_by(client.get(path))
    seen |= set_by(client.post(f"/projets/{project.slug}/favori"))
    seen |= set_by(client.post("/deconnexion"))
    officer = make_person(roles=(Role.OFFICER,))
    stand = declared_stand(round_, officer)
    with transaction():
        code = give_code(stand, officer, now(), enrol_key())
    seen |= set_by(client.post("/stand", data={"code": code}))
    assert seen == {each.name for each in cookies()}


def test_each_cookie_is_ours_closed_to_scripts_and_ends_with_the_browser(client):
    answer = client.get("/?lang=en")
    for header in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in header
        assert "SameSite=Lax" in header
        assert "Expires" not in header
        assert "Domain" not in header


def test_only_declared_cookies_are_set_anywhere_in_the_code():
    setting = [path.stem for path in MODULES if re.search(r"\.set_cookie\(", path.read_text("utf-8"))]
    assert sorted(setting) == ["basket", "collecting", "favourites", "reading"], (
        "declare the new cookie with offer_cookie, then name its module here"
    )


@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline_and_one_heading(client, path):
    text = client.get(path, query_string={"lang": "en"}).text
    assert text.count("<h1") == 1
    assert " style=" not in text

"""The screens of the counter, and the page where a student types a code."""

import importlib
import re
import zlib

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.printed_codes import sheets as printing
from participatory.printed_codes.models import CodePackage, PrintedCode
from participatory.printed_codes.queries import figures_of
from participatory.web.limits import limiter
from tests.factories import establishment, limit_role, make_person, make_round, sign_in
from tests.printed_codes.making import CAMILLE, MAIL, SACHA, other_establishment, plan, set_up
from tests.web.proofs import solved

BASE = "/gestion/codes-imprimes"


def at_counter(client, counter, who=None) -> str:
    sign_in(client, who or counter.clerk)
    return f"{BASE}/{counter.package.public_id}"


def hand(client, counter, **changed):
    sent = {"serial": counter.codes[0][0], "identifier": CAMILLE, "card": "y", **changed}
    return client.post(f"{BASE}/{counter.package.public_id}/remettre", data=sent)


def test_an_officer_makes_a_package_prints_it_and_a_clerk_hands_a_sheet_over(app, client, monkeypatch):
    monkeypatch.setattr(printing, "pdf_of", lambda _html: None)
    counter = set_up()
    sign_in(client, counter.officer)
    page = client.get(f"{BASE}/nouveau").text
    ends = re.search(r'name="expires_at"[^>]*value="([^"]+)"', page) or re.search(r'value="(\d{4}-[^"]+)"', page)
    sent = {"round": counter.round.public_id, "establishment": establishment().key, "size": "3"}
    answer = client.post(f"{BASE}/nouveau", data={**sent, "expires_at": ends.group(1)})
    assert answer.status_code == 303
    package = db.session.scalars(sa.select(CodePackage).order_by(CodePackage.id.desc())).first()
    sheets = client.post(f"{answer.location}/feuilles")
    assert sheets.status_code == 200
    assert sheets.headers["Cache-Control"] == "no-store"
    code = re.search(r'<p class="code">([0-9A-Z-]{14})</p>', sheets.text).group(1)
    assert f"{package.label}-003" in sheets.text
    assert code not in client.get(answer.location).text
    again = client.post(f"{answer.location}/feuilles")
    assert again.status_code == 409
    sign_in(client, counter.clerk)
    given = client.post(f"{answer.location}/remettre", data={"serial": "1", "identifier": CAMILLE, "card": "y"})
    assert given.status_code == 303
    student = app.test_client()
    entered = student.post("/connexion/code-imprime", data={"code": code})
    assert (entered.status_code, entered.location) == (303, "/mon-compte")
    assert establishment().name in student.get("/mon-compte").text


def inflated(pdf: bytes) -> bytes:
    """The streams of a PDF, readable. What is compressed says itself where it ends: its last byte may be a return."""
    found = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(each) if each[:1] == b"\x78" else each for each in found)


@pytest.fixture
def pango():
    """WeasyPrint and the library that it needs, both optional."""
    try:
        importlib.import_module("weasyprint")
    except (ImportError, OSError):
        pytest.skip("WeasyPrint or pango is not installed: the sheets are a page, tested below")


def test_the_sheets_are_a_pdf_that_screen_readers_can_follow(app, client, pango):
    counter = set_up()
    package = plan(counter.round, counter.officer, 2)
    sign_in(client, counter.officer)
    answer = client.post(f"{BASE}/{package.public_id}/feuilles")
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-1.7")
    assert b"pdfuaid" in inflated(answer.data)
    assert f"codes-{package.label}.pdf" in answer.headers["Content-Disposition"]


def test_without_the_library_of_pdf_the_same_sheets_are_a_page(app, client, monkeypatch):
    def missing(_name):
        raise OSError("cannot load library 'pango-1.0-0'")

    monkeypatch.setattr(printing.importlib, "import_module", missing)
    counter = set_up()
    package = plan(counter.round, counter.officer, 2)
    sign_in(client, counter.officer)
    answer = client.post(f"{BASE}/{package.public_id}/feuilles")
    assert answer.status_code == 200
    assert answer.text.count('class="feuille"') == 2
    assert "feuilles.css" in answer.text


def test_a_qr_code_leads_to_the_page_of_sign_in_with_the_code_where_no_server_sees_it(app):
    sheet = printing.sheets_of([("K7M2-001", "7K2M9QRTXW4C")])[0]
    assert sheet.code == "7K2M-9QRT-XW4C"
    assert sheet.qr.startswith("data:image/svg+xml")


def test_opening_the_page_of_codes_uses_nothing(app, client):
    counter = set_up()
    sign_in(client, counter.clerk)
    hand(client, counter)
    visitor = app.test_client()
    for _visit in range(3):
        answer = visitor.get(f"/connexion/code-imprime?code={counter.code()}")
        assert answer.status_code == 200
        assert f'value="{counter.code()}"' not in answer.text
    assert visitor.post("/connexion/code-imprime", data={"code": counter.code()}).status_code == 303


def test_a_student_is_led_back_where_they_were_going_on_this_site_only(app, client):
    counter = set_up()
    sign_in(client, counter.clerk)
    hand(client, counter)
    visitor = app.test_client()
    sent = {"code": counter.code(), "next": "//evil.example"}
    assert visitor.post("/connexion/code-imprime", data=sent).location == "/mon-compte"


@pytest.mark.parametrize("typed", ["", "ABC", "AAAA-AAAA-AAAA", "<script>", "x" * 41, "\x00" * 12, "é" * 12])
def test_a_wrong_code_is_shown_again_with_a_sentence(app, client, typed):
    set_up()
    answer = client.post("/connexion/code-imprime", data={"code": typed})
    assert answer.status_code == 422
    assert "champ__erreur" in answer.text
    assert "<script>" not in answer.text.split("<main")[1].split("</main>")[0].replace('<script type="module"', "")


def test_the_address_is_asked_where_it_was_shown_and_what_was_typed_stays(app, client):
    counter = set_up()
    sign_in(client, counter.clerk)
    hand(client, counter, identifier=MAIL)
    visitor = app.test_client()
    answer = visitor.post("/connexion/code-imprime", data={"code": counter.code()})
    assert answer.status_code == 422
    assert counter.code() in answer.text.replace("-", "")
    assert visitor.post("/connexion/code-imprime", data={"code": counter.code(), "address": MAIL}).status_code == 303


def test_guesses_are_few_by_code_and_by_network_without_proof(make_test_app, monkeypatch):
    app = make_test_app()
    app.config.update(WTF_CSRF_ENABLED=False, PROOF_COST=1)
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    with app.app_context():
        browser = app.test_client()
        tried = [browser.post("/connexion/code-imprime", data={"code": "AAAA-AAAA-AAAA"}) for _turn in range(11)]
        assert [each.status_code for each in tried] == [422] * 10 + [429]
        # The same code written otherwise is the same code.
        assert browser.post("/connexion/code-imprime", data={"code": "aaaaaaaaaaaa"}).status_code == 429
        others = [
            browser.post("/connexion/code-imprime", data={"code": f"BBBB-BBBB-{turn:04d}"}).status_code
            for turn in range(30)
        ]
        assert others[-1] == 429
        sent = {"code": "CCCC-CCCC-CCCC", "altcha": solved(browser)}
        assert browser.post("/connexion/code-imprime", data=sent).status_code == 422


def test_a_clerk_sees_their_establishment_only(app, client):
    counter = set_up()
    elsewhere = make_person(roles=(Role.REFERENT,))
    limit_role(elsewhere, Role.REFERENT, Scope(ScopeKind.ESTABLISHMENT, other_establishment().key))
    path = at_counter(client, counter, elsewhere)
    assert counter.package.label not in client.get(BASE).text
    assert client.get(path).status_code == 404
    for deed in ("remettre", "reprendre", "cloturer"):
        assert client.post(f"{path}/{deed}").status_code == 404
    sign_in(client, counter.clerk)
    assert counter.package.label in client.get(BASE).text
    assert client.get(path).status_code == 200
    # Making and printing belong to the Region.
    assert client.get(f"{BASE}/nouveau").status_code == 403
    assert client.post(f"{path}/feuilles").status_code == 403


def test_an_officer_of_another_round_sees_nothing_of_this_one(app, client):
    counter = set_up()
    officer = make_person(roles=(Role.OFFICER,))
    limit_role(officer, Role.OFFICER, make_round().scope)
    path = at_counter(client, counter, officer)
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/feuilles").status_code == 404


def test_the_card_must_be_looked_at(app, client):
    counter = set_up()
    at_counter(client, counter)
    answer = hand(client, counter, card="")
    assert answer.status_code == 422
    assert "Vérifiez la carte" in answer.text
    assert CAMILLE in answer.text


@pytest.mark.parametrize(
    "changed",
    [{"serial": "999"}, {"serial": "'; --"}, {"identifier": "\x00"}, {"identifier": "<b>x"}, {"identifier": "9" * 300}],
)
def test_hostile_values_at_the_counter_are_refused_and_shown_as_text(app, client, changed):
    counter = set_up()
    at_counter(client, counter)
    answer = hand(client, counter, **changed)
    assert answer.status_code == 422
    assert "<b>" not in answer.text.split("<main")[1]
    assert not any(each.handed_on for each in db.session.scalars(sa.select(PrintedCode)))


def test_a_lost_sheet_is_void_and_another_is_handed_over(app, client):
    counter = set_up()
    path = at_counter(client, counter)
    assert hand(client, counter).status_code == 303
    refused = hand(client, counter, serial="2")
    assert refused.status_code == 422
    assert counter.codes[0][0] in refused.text
    assert client.post(f"{path}/reprendre", data={"sheet": "1", "outcome": "void"}).status_code == 303
    assert hand(client, counter, serial="2").status_code == 303
    again = client.post(f"{path}/reprendre", data={"sheet": "1", "outcome": "void"})
    assert again.status_code == 409
    assert "hors d’usage" in again.text


def test_a_count_that_differs_is_said_then_explained(app, client):
    counter = set_up()
    path = at_counter(client, counter)
    counted = {"stock": "3", "returned": "0", "void": "0"}
    answer = client.post(f"{path}/cloturer", data=counted)
    assert answer.status_code == 422
    assert "4 au registre, 3 sur la table" in answer.text
    answer = client.post(f"{path}/cloturer", data={**counted, "note": "Une feuille <b>mouillée</b>."})
    assert answer.status_code == 303
    page = client.get(path).text
    assert "Clôturé" in page
    assert "&lt;b&gt;" in page
    assert hand(client, counter, identifier=SACHA).status_code == 409


def test_the_page_of_the_establishment_names_this_way_only_while_there_are_sheets(app, client):
    path = f"/connexion/etablissement/{establishment().key}"
    assert "code-imprime" not in client.get(path).text
    counter = set_up()
    assert "/connexion/code-imprime" in client.get(path).text
    with transaction():
        db.session.get_one(CodePackage, counter.package.id).closed_at = now()
    assert "code-imprime" not in client.get(path).text


def test_the_list_of_packages_costs_the_same_for_one_and_for_many(app, client, count_queries):
    counter = set_up()
    sign_in(client, counter.officer)
    client.get(BASE)
    with count_queries() as one:
        client.get(BASE)
    for _turn in range(4):
        plan(counter.round, counter.officer)
    with count_queries() as many:
        client.get(BASE)
    assert len(many.statements) <= len(one.statements) + 1


def test_a_student_reads_in_their_data_that_a_sheet_waits_for_them(app, client):
    counter = set_up()
    sign_in(client, counter.clerk)
    hand(client, counter, identifier=MAIL)
    student = app.test_client()
    sign_in(student, make_person(email=MAIL))
    page = student.get("/mon-compte/mes-donnees")
    assert page.status_code == 200
    assert counter.codes[0][0] in page.text
    assert figures_of([counter.package], now())[counter.package.id].out == 1


def test_sheets_are_in_french_whatever_the_language_of_whoever_prints(app, client, monkeypatch):
    monkeypatch.setattr(printing, "pdf_of", lambda _html: None)
    counter = set_up()
    package = plan(counter.round, counter.officer, 1)
    sign_in(client, counter.officer)
    client.get("/?lang=en")
    text = client.post(f"{BASE}/{package.public_id}/feuilles").text
    assert '<html lang="fr">' in text
    assert "Votre code pour voter" in text

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db
from participatory.identity.models import Person, SignInCode
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from tests.factories import make_person, sign_in
from tests.identity.letters import ask, post

CAMILLE = "camille.durand@etu.exemple.example"


def people():
    return db.session.scalars(sa.select(Person)).all()


def verbs():
    return list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)))


def signed_in(browser) -> bool:
    return browser.get("/mon-compte").status_code == 200


def wrong(code: str) -> str:
    return ("1" if code[0] != "1" else "2") + code[1:]


def test_a_first_sign_in_by_code_creates_the_person(client):
    page = ask(client, " Camille.DURAND@etu.exemple.example ")
    assert "Regardez votre messagerie" in client.get(page).text
    assert people() == []
    answer = client.post(page, data={"code": post()[-1].code})
    assert (answer.status_code, answer.location) == (303, "/mon-compte")
    assert signed_in(client)
    assert [(each.email, each.display_name) for each in people()] == [(CAMILLE, "Camille")]
    assert verbs() == ["person.created"]


def test_signing_in_again_finds_the_same_person(client):
    person = make_person(email=CAMILLE)
    client.post(ask(client, CAMILLE), data={"code": post()[-1].code})
    assert [each.public_id for each in people()] == [person.public_id]
    assert verbs() == []


def test_a_code_may_be_typed_as_it_comes(client):
    page = ask(client, CAMILLE)
    code = post()[-1].code
    assert client.post(page, data={"code": f" {code.lower().replace('-', ' ')} "}).status_code == 303


def test_opening_the_link_uses_nothing(client):
    page = ask(client, CAMILLE)
    letter = post()[-1]
    for _visit in range(3):
        answer = client.get(letter.path)
        assert answer.status_code == 200
        assert CAMILLE in answer.text
    client.head(letter.path)
    assert not signed_in(client)
    assert people() == []
    assert client.post(page, data={"code": letter.code}).status_code == 303


def test_the_link_works_in_another_browser_and_leads_where_one_was_going(app, client):
    ask(client, CAMILLE, next_path="/budgets?page=2")
    phone = app.test_client()
    answer = phone.post(post()[-1].path)
    assert (answer.status_code, answer.location) == (303, "/budgets?page=2")
    assert signed_in(phone)
    assert not signed_in(client)


@pytest.mark.parametrize("way", ["code", "link"])
def test_a_letter_expires_after_a_quarter_of_an_hour(client, way):
    page = ask(client, CAMILLE)
    letter = post()[-1]
    with time_machine.travel(now() + timedelta(minutes=15, seconds=1)):
        answer = client.post(page, data={"code": letter.code}) if way == "code" else client.post(letter.path)
        assert answer.status_code == 409
        assert "quinze minutes" in answer.text
        assert "Demander une nouvelle lettre" in answer.text
        assert not signed_in(client)


@pytest.mark.parametrize("first", ["code", "link"])
@pytest.mark.parametrize("second", ["code", "link"])
def test_a_letter_serves_once(app, client, first, second):
    page = ask(client, CAMILLE)
    letter = post()[-1]

    def use(browser, way):
        return browser.post(page, data={"code": letter.code}) if way == "code" else browser.post(letter.path)

    assert use(client, first).status_code == 303
    thief = app.test_client()
    answer = use(thief, second)
    assert answer.status_code == 409
    assert "a déjà servi" in answer.text
    assert not signed_in(thief)


def test_five_wrong_codes_spend_the_letter(client):
    page = ask(client, CAMILLE)
    letter = post()[-1]
    for left in ("4 essais", "3 essais", "2 essais", "un essai"):
        answer = client.post(page, data={"code": wrong(letter.code)})
        assert answer.status_code == 422
        assert left in answer.text
        assert wrong(letter.code) in answer.text
    assert "Cinq codes faux" in client.post(page, data={"code": wrong(letter.code)}).text
    assert client.post(page, data={"code": letter.code}).status_code == 409
    assert client.post(letter.path).status_code == 409
    assert not signed_in(client)


def test_a_slip_of_the_finger_costs_no_attempt(client):
    page = ask(client, CAMILLE)
    for _slip in range(8):
        assert client.post(page, data={"code": "ABC"}).status_code == 422
    assert client.post(page, data={"code": post()[-1].code}).status_code == 303


def test_the_code_of_another_person_opens_nothing(app, client):
    mine = ask(client, CAMILLE)
    ask(app.test_client(), "sacha@etu.exemple.example")
    code_of_sacha = post()[-1].code
    assert client.post(mine, data={"code": code_of_sacha}).status_code == 422
    assert not signed_in(client)


def test_a_later_letter_takes_the_place_of_the_earlier(client):
    earlier = ask(client, CAMILLE)
    later = ask(client, CAMILLE)
    first, second = post()
    answer = client.post(earlier, data={"code": first.code})
    assert answer.status_code == 409
    assert "plus récente" in answer.text
    assert client.post(first.path).status_code == 409
    assert client.post(later, data={"code": second.code}).status_code == 303


def test_known_and_unknown_addresses_get_the_same_answer(client):
    make_person(email=CAMILLE)
    pages = []
    for email in (CAMILLE, "inconnue@etu.exemple.example"):
        answer = client.post("/connexion", data={"email": email})
        assert answer.status_code == 303
        text = client.get(answer.location).text
        pages.append(re.sub(r"\w{12}\b(?=[?\"])|<time.*?</time>|csrf_token.*", "", text.replace(email, "")))
    assert pages[0] == pages[1]
    assert len(post()) == 2


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"])
def test_nobody_is_led_to_another_site(app, client, path):
    page = client.get("/connexion", query_string={"next": path}).text
    assert re.search(r'name="next"[^>]* value=""', page)
    answer = client.post(ask(client, CAMILLE, next_path=path), data={"code": post()[-1].code})
    assert answer.location == "/mon-compte"
    again = client.get("/connexion", query_string={"next": path})
    assert (again.status_code, again.location) == (303, "/mon-compte")


def test_a_closed_page_is_found_again_after_signing_in(client):
    answer = client.get("/mon-compte?lang=en")
    assert answer.location == "/connexion?next=/mon-compte?lang%3Den"
    assert 'value="/mon-compte?lang=en"' in client.get(answer.location).text


def test_signing_in_starts_a_session_of_its_own(client):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["language"] = "en"
    page = ask(client, CAMILLE)
    before = client.get_cookie("session").value
    client.post(page, data={"code": post()[-1].code})
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["language"] == "en"
    assert client.get_cookie("session").value != before


def test_signing_in_takes_the_place_of_whoever_was_signed_in(client):
    sign_in(client, make_person(email="sacha@etu.exemple.example"))
    ask(client, CAMILLE)
    client.post(post()[-1].path)
    assert CAMILLE in client.get("/mon-compte").text


def test_signing_out_takes_a_post(client):
    sign_in(client, make_person())
    assert client.get("/deconnexion").status_code == 405
    assert signed_in(client)
    assert client.post("/deconnexion").status_code == 303
    assert not signed_in(client)
    assert client.post("/deconnexion").status_code == 303


@pytest.mark.parametrize(
    "typed", ["", "camille", "a@b", "<script>alert(1)</script>@x.fr", "a@x.fr\r\nBcc: b@x.fr", "\x00@x.fr", "a" * 5000]
)
def test_what_is_not_an_address_is_shown_again_with_a_sentence(client, typed):
    answer = client.post("/connexion", data={"email": typed})
    assert answer.status_code == 422
    assert "resume-erreur" in answer.text
    assert "<script>alert" not in answer.text
    assert db.session.scalars(sa.select(Letter)).all() == []


@pytest.mark.parametrize("path", ["/connexion/code/inconnu", "/connexion/lien/inconnu", "/connexion/lien/" + "é" * 900])
def test_an_unknown_letter_is_said_to_be_unknown(client, path):
    for answer in (client.get(path), client.post(path, data={"code": "ABCDEFGHJK"})):
        assert answer.status_code == 404
        assert "n’existe" in answer.text


def test_neither_code_nor_link_nor_token_is_kept_in_clear(client):
    ask(client, CAMILLE)
    letter = post()[-1]
    kept = db.session.scalars(sa.select(SignInCode)).one()
    secrets = {letter.code, letter.code.replace("-", ""), letter.path.rsplit("/", 1)[1]}
    assert secrets.isdisjoint({kept.code_mac, kept.link_mac, kept.public_id})
    assert db.session.scalars(sa.select(Letter)).all() == []


def test_letters_that_nobody_used_are_forgotten_after_a_day(client):
    ask(client, CAMILLE)
    with time_machine.travel(now() + timedelta(days=1, hours=1)):
        ask(client, "sacha@etu.exemple.example")
    assert [each.email for each in db.session.scalars(sa.select(SignInCode))] == ["sacha@etu.exemple.example"]


def test_the_letter_speaks_the_language_of_the_page(client):
    client.get("/connexion?lang=en")
    ask(client, CAMILLE)
    assert db.session.scalars(sa.select(Letter.locale)).one() == "en"

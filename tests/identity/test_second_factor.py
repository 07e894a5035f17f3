"""The second factor of staff: enrolling an application, answering the question, recovery codes, limits."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.factor_cli import factor
from participatory.identity.factors import RECENT, STANDS, new_seed, seal
from participatory.identity.models import RecoveryCode, SecondFactor, SignInSession
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.web.limits import limiter
from tests.factories import make_person, sign_in
from tests.identity.enrolment import (
    APPLICATION,
    CODES,
    FACTORS,
    QUESTION,
    add_application,
    answer,
    code,
    hidden,
    recovery_codes,
    seed_shown,
)
from tests.identity.letters import post

NEXT_STEP = timedelta(seconds=30)


@pytest.fixture
def moderator(client):
    person = make_person(email="mod@asso.example", roles=(Role.MODERATOR,))
    sign_in(client, person, second_factor=False)
    return person


def verbs():
    return db.session.scalars(sa.select(JournalEntry.verb)).all()


def sign_in_again(client, person):
    sign_in(client, person, second_factor=False)


def test_staff_without_a_factor_enrol_one_then_reach_the_page_they_asked_for(client, moderator):
    led = client.get("/moderation?q=velo")
    assert led.status_code == 303
    assert unquote(led.location) == f"{FACTORS}?next=/moderation?q=velo"
    choice = client.get(led.location)
    assert "attend un second moyen" in choice.text
    page = client.get(APPLICATION, query_string={"next": "/moderation?q=velo"}).text
    sent = {"seed": hidden(page, "seed"), "code": code(seed_shown(page)), "name": "Mon téléphone"}
    done = client.post(APPLICATION, data={**sent, "next": hidden(page, "next")})
    assert done.status_code == 303
    assert done.location.startswith(CODES)
    codes = client.get(done.location).text
    assert 'href="/moderation?q=velo"' in codes
    assert client.get("/moderation?q=velo").status_code == 200


def test_a_new_session_answers_the_question_and_goes_on(client, moderator):
    seed = add_application(client)
    sign_in_again(client, moderator)
    led = client.get("/moderation")
    assert led.location == f"{QUESTION}?next=/moderation"
    page = client.get(led.location)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    done = answer(client, code(seed, now() + NEXT_STEP), then=hidden(page.text, "next"))
    assert (done.status_code, done.location) == (303, "/moderation")
    assert client.get("/moderation").status_code == 200


@pytest.mark.parametrize("path", ["//ailleurs.example", "https://ailleurs.example/", "/\\ailleurs.example", "\t/a"])
def test_the_question_leads_nowhere_else(client, moderator, path):
    seed = add_application(client)
    sign_in_again(client, moderator)
    assert hidden(client.get(QUESTION, query_string={"next": path}).text, "next") == ""
    assert answer(client, code(seed, now() + NEXT_STEP), then=path).location == FACTORS


def test_no_code_serves_twice_not_even_the_one_of_the_enrolment(client, moderator):
    with time_machine.travel(now(), tick=False):
        seed = add_application(client)
        sign_in_again(client, moderator)
        assert answer(client, code(seed)).status_code == 422
        following = code(seed, now() + NEXT_STEP)
        assert answer(client, following).status_code == 303
        assert answer(client, following).status_code == 422
        # A code older than one that has served is spent too.
        assert answer(client, code(seed)).status_code == 422
    assert client.get("/moderation").status_code == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_off_by_half_a_minute(client, moderator, steps, status):
    seed = add_application(client)
    sign_in_again(client, moderator)
    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        assert answer(client, code(seed, now() + steps * NEXT_STEP)).status_code == status


@pytest.mark.parametrize(
    "typed",
    ["000000", "12345", "٠٠٠٠٠٠", "00000-00000", "x" * 5000, "\x00\x00", "'; DROP TABLE person", "-1", "1e5", "🔑" * 6],
)
def test_whatever_is_wrong_is_answered_with_one_sentence(client, moderator, typed):
    add_application(client)
    sign_in_again(client, moderator)
    refused = answer(client, typed)
    assert refused.status_code == 422
    assert "Cela ne convient pas." in refused.text
    assert client.get("/moderation").status_code == 303


def test_an_empty_answer_is_asked_again(client, moderator):
    add_application(client)
    sign_in_again(client, moderator)
    refused = answer(client, "  ")
    assert refused.status_code == 422
    assert "Écrivez un code." in refused.text


def test_spaces_and_dashes_are_forgiven(client, moderator):
    seed = add_application(client)
    sign_in_again(client, moderator)
    typed = code(seed, now() + NEXT_STEP)
    assert answer(client, f" {typed[:3]} {typed[3:]} ").status_code == 303


def test_five_wrong_tries_close_the_door_for_a_while_even_to_the_right_code(make_test_app, monkeypatch):
    app = make_test_app(rate_limit_storage="database://")
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(limiter, "enabled", True)
    with app.app_context():
        client, other = app.test_client(), app.test_client()
        people = [make_person(roles=(Role.MODERATOR,)) for _each in range(2)]
        seeds = []
        for browser, person in zip((client, other), people, strict=True):
            sign_in(browser, person, second_factor=False)
            seeds.append(add_application(browser))
            sign_in(browser, person, second_factor=False)
        assert [answer(client, "000000").status_code for _try in range(5)] == [422] * 5
        locked = answer(client, code(seeds[0], now() + NEXT_STEP))
        assert locked.status_code == 429
        assert "Trop d’essais" in locked.text
        assert answer(other, code(seeds[1], now() + NEXT_STEP)).status_code == 303
        # A new session of the same person is as closed as the other.
        sign_in(client, people[0], second_factor=False)
        assert answer(client, "000000").status_code == 429
        with time_machine.travel(now() + timedelta(minutes=16)):
            assert answer(client, code(seeds[0])).status_code == 303


def test_the_right_code_forgives_the_wrong_ones(make_test_app, monkeypatch):
    app = make_test_app(rate_limit_storage="database://")
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(limiter, "enabled", True)
    with app.app_context():
        client, person = app.test_client(), make_person(roles=(Role.MODERATOR,))
        sign_in(client, person, second_factor=False)
        seed = add_application(client)
        for _try in range(4):
            answer(client, "000000")
        assert answer(client, code(seed, now() + NEXT_STEP)).status_code == 303
        assert [answer(client, "000000").status_code for _try in range(4)] == [422] * 4


def test_a_recovery_code_opens_once_and_is_told_by_letter(client, moderator):
    add_application(client)
    codes = recovery_codes(client)
    assert len(set(codes)) == 10
    sign_in_again(client, moderator)
    assert answer(client, codes[3].lower()).status_code == 303
    assert client.get("/moderation").status_code == 200
    assert answer(client, codes[3]).status_code == 422
    assert answer(client, codes[4].replace("-", " ")).status_code == 303
    assert verbs()[-2:] == ["factor.recovery_code_used"] * 2
    letter = post()[-1]
    assert letter.subject == "Un de vos codes de secours vient de servir"
    assert "Codes qui restent\u00a0: 8" in letter.body
    assert not any(each in letter.body for each in codes)
    assert "Écrivez tout de suite à contact@" in letter.body
    assert "Il vous reste 8 codes" in client.get(FACTORS).text


def test_recovery_codes_are_shown_once_and_kept_as_digests(client, moderator):
    add_application(client)
    page = client.get(CODES)
    assert page.headers["Cache-Control"] == "no-store"
    codes = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", page.text)
    assert unquote(re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', page.text).group(1)).count("\n") == 12
    assert client.get(CODES).status_code == 303
    kept = db.session.scalars(sa.select(RecoveryCode.code_mac)).all()
    assert not {each.replace("-", "") for each in codes} & set(kept)
    assert all(len(each) == 64 for each in kept)


def test_the_codes_of_one_person_are_not_shown_to_the_next(client, moderator):
    add_application(client)
    other = make_person(roles=(Role.OFFICER,))
    sign_in(client, other)
    shown = client.get(CODES)
    assert shown.status_code == 303


def test_new_recovery_codes_replace_the_old(client, moderator):
    add_application(client)
    old = recovery_codes(client)
    assert client.post(CODES).location == CODES
    new = recovery_codes(client)
    assert not set(old) & set(new)
    sign_in_again(client, moderator)
    assert answer(client, old[0]).status_code == 422
    assert answer(client, new[0]).status_code == 303
    assert "factor.recovery_codes_made" in verbs()


def test_somebody_without_a_factor_makes_no_recovery_codes(client, moderator):
    assert client.post(CODES).status_code == 409
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []


def test_a_seed_is_encrypted_and_leaves_no_trace_in_the_journal_or_the_letters(client, moderator):
    seed = add_application(client)
    kept = db.session.scalars(sa.select(SecondFactor.secret)).one()
    assert seed not in kept
    assert all(seed not in entry.payload for entry in db.session.scalars(sa.select(JournalEntry)))
    letter = post()[-1]
    assert letter.subject == "Un moyen de double vérification vient d’être ajouté à votre compte"
    assert "«\u00a0Mon téléphone\u00a0»" in letter.body
    assert seed not in letter.body
    assert verbs() == ["factor.added"]


def test_after_a_change_of_the_secret_key_the_codes_open_nothing(app, client, moderator):
    seed = add_application(client)
    with transaction():
        db.session.scalars(sa.select(SecondFactor)).one().secret = seal("another secret", seed, now())
    sign_in_again(client, moderator)
    assert answer(client, code(seed, now() + NEXT_STEP)).status_code == 422


@pytest.mark.parametrize("sealed", ["", "abc", "gAAAA", "x" * 390])
def test_a_seed_that_this_site_did_not_give_starts_the_page_again(client, moderator, sealed):
    refused = client.post(APPLICATION, data={"seed": sealed, "code": "123456", "name": "Mon téléphone"})
    assert refused.status_code == 422
    assert "ajoutez ce nouveau code QR" in refused.text
    assert db.session.scalars(sa.select(SecondFactor)).all() == []


def test_the_seed_of_another_person_is_not_taken(app, client, moderator):
    theirs = seal(app.config["SECRET_KEY"], f"autre {new_seed()}", now())
    assert client.post(APPLICATION, data={"seed": theirs, "code": "1", "name": "x"}).status_code == 422


def test_a_page_left_open_for_hours_starts_again(client, moderator):
    page = client.get(APPLICATION).text
    with time_machine.travel(now() + timedelta(hours=2)):
        sent = {"seed": hidden(page, "seed"), "code": code(seed_shown(page)), "name": "Mon téléphone"}
        assert client.post(APPLICATION, data=sent).status_code == 422


def test_a_wrong_first_code_keeps_the_same_seed_on_the_page(client, moderator):
    page = client.get(APPLICATION).text
    refused = client.post(APPLICATION, data={"seed": hidden(page, "seed"), "code": "000000", "name": "Le mien"})
    assert refused.status_code == 422
    assert seed_shown(refused.text) == seed_shown(page)
    assert "Le mien" in refused.text
    nameless = client.post(APPLICATION, data={"seed": hidden(page, "seed"), "code": code(seed_shown(page)), "name": ""})
    assert nameless.status_code == 422
    assert "Donnez un nom" in nameless.text


def test_one_application_is_enrolled_once(client, moderator):
    page = client.get(APPLICATION).text
    sent = {"seed": hidden(page, "seed"), "name": "Mon téléphone"}
    for moment, status in ((now(), 303), (now() + NEXT_STEP, 422)):
        assert client.post(APPLICATION, data={**sent, "code": code(seed_shown(page), moment)}).status_code == status
    assert len(db.session.scalars(sa.select(SecondFactor)).all()) == 1


def test_a_name_cannot_carry_markup_or_invisible_letters(client, moderator):
    add_application(client, name="<b>\u202eclé</b>")
    assert "&lt;b&gt;clé&lt;/b&gt;" in client.get(FACTORS).text


def test_ten_means_are_enough(client, moderator):
    for _each in range(10):
        add_application(client)
    refused = client.get(APPLICATION)
    assert refused.status_code == 409
    assert "dix moyens" in refused.text


def test_somebody_without_a_role_has_nothing_to_enrol(client):
    sign_in(client, make_person())
    page = client.get(FACTORS)
    assert page.status_code == 200
    assert "Vous n’avez rien à faire ici" in page.text
    assert client.get(APPLICATION).status_code == 403
    assert client.post(APPLICATION, data={}).status_code == 403


def factor_ids():
    db.session.expire_all()
    return db.session.scalars(sa.select(SecondFactor.public_id).order_by(SecondFactor.id)).all()


def test_the_last_factor_of_somebody_who_holds_a_role_stays(client, moderator):
    add_application(client)
    assert client.post(f"{FACTORS}/retirer/{factor_ids()[0]}").status_code == 409
    assert "ajoutez d’abord un autre moyen" in client.get(FACTORS).text
    add_application(client, "Tablette")
    assert client.post(f"{FACTORS}/retirer/{factor_ids()[0]}").status_code == 303
    assert len(factor_ids()) == 1
    assert verbs()[-1] == "factor.removed"
    assert post()[-1].subject == "Un moyen de double vérification vient d’être retiré de votre compte"
    assert client.post(f"{FACTORS}/retirer/{factor_ids()[0]}").status_code == 409


def test_without_a_role_the_last_factor_goes_with_the_recovery_codes(client, moderator):
    add_application(client)
    with transaction():
        moderator_now = db.session.merge(moderator)
        moderator_now.grants[0].revoked_at = now()
    assert client.post(f"{FACTORS}/retirer/{factor_ids()[0]}").status_code == 303
    assert factor_ids() == []
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []


def test_nobody_removes_the_factor_of_another(app, client, moderator):
    add_application(client)
    browser = app.test_client()
    sign_in(browser, make_person(roles=(Role.ADMINISTRATOR,)))
    assert browser.post(f"{FACTORS}/retirer/{factor_ids()[0]}").status_code == 404
    assert len(factor_ids()) == 1


def test_a_factor_given_twelve_hours_ago_is_asked_again(client, moderator):
    seed = add_application(client)
    session = db.session.scalars(sa.select(SignInSession)).all()[-1]
    with transaction():
        db.session.merge(session).expires_at = now() + timedelta(days=14)
    with time_machine.travel(now() + STANDS - timedelta(minutes=1)):
        assert client.get("/moderation").status_code == 200
    with time_machine.travel(now() + STANDS + timedelta(minutes=1)):
        assert client.get("/moderation").location == f"{QUESTION}?next=/moderation"
        answer(client, code(seed))
        assert client.get("/moderation").status_code == 200


@pytest.mark.parametrize("path", [APPLICATION, f"{FACTORS}/cle"])
def test_adding_a_second_factor_asks_for_the_first(client, moderator, path):
    add_application(client)
    with time_machine.travel(now() + RECENT + timedelta(minutes=1)):
        assert client.get(path).location == f"{QUESTION}?next={path}"
    sign_in_again(client, moderator)
    assert client.get(path).status_code == 303
    assert client.post(f"{FACTORS}/retirer/{factor_ids()[0]}").status_code == 403
    assert client.post(CODES).status_code == 403
    assert len(factor_ids()) == 1


def test_a_fragment_says_so_beside_what_is_on_the_page(client, moderator):
    add_application(client)
    sign_in_again(client, moderator)
    part = client.get("/moderation", headers={"HX-Request": "true"})
    assert part.status_code == 403
    assert part.headers["HX-Retarget"] == "#messages"
    assert "Rien n’est perdu" in part.text
    assert QUESTION in part.text
    assert "<html" not in part.text


def test_the_token_of_the_session_changes_when_the_second_factor_is_given(app, client, moderator):
    seed = add_application(client)
    sign_in_again(client, moderator)
    copy = client.get_cookie("session").value
    assert answer(client, code(seed, now() + NEXT_STEP)).status_code == 303
    thief = app.test_client()
    thief.set_cookie("session", copy)
    assert thief.get("/mon-compte").location == "/connexion?next=/mon-compte"
    assert client.get("/mon-compte").status_code == 200


def test_a_role_taken_back_closes_the_door_and_ends_no_session(client, moderator):
    add_application(client)
    assert client.get("/moderation").status_code == 200
    with transaction():
        db.session.merge(moderator).grants[0].revoked_at = now()
    assert client.get("/moderation").status_code == 403
    assert client.get("/mon-compte").status_code == 200


@pytest.mark.parametrize(("demo", "status"), [(True, 200), (False, 303)])
def test_stepping_into_a_role_is_enough_in_the_demonstration_alone(client, app, moderator, demo, status):
    add_application(client)
    sign_in_again(client, moderator)
    with transaction():
        db.session.scalars(sa.select(SignInSession).order_by(SignInSession.id.desc())).first().door = "demo"
    app.extensions["config"] = replace(app.extensions["config"], demo=demo)
    assert client.get("/moderation").status_code == status


def test_the_operator_rescues_somebody_who_lost_everything(app, client, moderator):
    add_application(client)
    runner = app.test_cli_runner()
    done = runner.invoke(factor, ["reset", "Mod@asso.example"])
    assert "1 second factors of Mod@asso.example are gone" in done.output
    assert factor_ids() == []
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []
    assert verbs()[-1] == "factor.reset"
    assert db.session.scalars(sa.select(JournalEntry.actor).order_by(JournalEntry.position.desc())).first() == "system"
    assert post()[-1].subject == "La double vérification de votre compte a été remise à zéro"
    assert client.get("/mon-compte").status_code == 303
    sign_in_again(client, moderator)
    assert client.get("/moderation").location.startswith(FACTORS)
    assert runner.invoke(factor, ["reset", "Mod@asso.example"]).exit_code == 1
    assert runner.invoke(factor, ["reset", "inconnue@asso.example"]).exit_code == 1
    assert runner.invoke(factor, ["reset", "rien"]).exit_code == 1

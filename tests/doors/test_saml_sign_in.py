"""Signing in through SAML, from the establishment's page to the account, in the browser that began it alone."""

import json
import sqlite3
from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.doors.models import EnrolmentProof, IdentitySource, SignInAttempt
from participatory.identity.models import Person
from tests.doors.saml_provider import INE, STUDENT, TestProvider, needs_xmlsec1, new_source, posted
from tests.factories import establishment

pytestmark = needs_xmlsec1

METADATA = "/connexion/saml/metadonnees"
CONSUMER = "/connexion/saml/retour"


@pytest.fixture
def idp(app, saml_keys, shared_idp) -> TestProvider:
    saml_keys(app)
    answer = app.test_client().get(METADATA)
    assert answer.status_code == 200
    shared_idp.know(answer.text)
    return shared_idp


@pytest.fixture
def source(idp) -> IdentitySource:
    return new_source(idp, establishment())


def leave(browser, source, idp, next_path=""):
    """Go from our page to the establishment's: the request that its service reads."""
    answer = browser.get(f"/connexion/porte/{source.public_id}", query_string={"next": next_path})
    assert answer.status_code == 303
    assert answer.location.startswith(idp.sign_in_url)
    return idp.read(answer.location)


def visit(browser, path, **query):
    """Open a page of ours; a refusal has a page of its own, to which the browser is led."""
    answer = browser.get(path, query_string=query or None)
    shut = answer.status_code == 303 and "/refus" in answer.location
    return browser.get(answer.location) if shut else answer


def post_answer(app, xml, state):
    """What the establishment's page makes the browser post: from another site, so without any cookie."""
    return app.test_client().post(CONSUMER, data={"SAMLResponse": posted(xml), "RelayState": state})


def sign_in(app, browser, source, idp, attributes=None, next_path=""):
    asked = leave(browser, source, idp, next_path)
    answer = post_answer(app, idp.answer(asked, attributes), asked.relay_state)
    assert answer.status_code == 303
    return visit(browser, answer.location)


def test_a_student_signs_in_and_their_enrolment_is_proven(app, source, idp):
    browser = app.test_client()
    answer = sign_in(app, browser, source, idp, next_path="/projets")
    assert (answer.status_code, answer.location) == (303, "/projets")
    assert browser.get("/mon-compte").status_code == 200
    proof = db.session.scalars(sa.select(EnrolmentProof)).one()
    assert proof.establishment_id == source.establishment_id
    assert proof.source == "saml"
    person = db.session.get(Person, proof.person_id)
    assert any(each.startswith("ine:") for each in person.identifiers)


def test_the_post_of_another_site_needs_no_token_of_ours(app, source, idp):
    assert app.config.get("WTF_CSRF_ENABLED", True)
    asked = leave(app.test_client(), source, idp)
    assert post_answer(app, idp.answer(asked), asked.relay_state).status_code == 303


def test_the_same_student_comes_back_to_the_same_account(app, source, idp):
    sign_in(app, app.test_client(), source, idp)
    sign_in(app, app.test_client(), source, idp)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EnrolmentProof)) == 1


def test_nothing_that_names_the_student_is_kept(app, source, idp):
    browser = app.test_client()
    asked = leave(browser, source, idp)
    answer = post_answer(app, idp.answer(asked), asked.relay_state)
    # While the answer waits, and once it was used.
    assert INE not in _everything(app)
    browser.get(answer.location)
    text = _everything(app)
    assert INE not in text
    assert "Lou Martin" not in text
    assert db.session.scalars(sa.select(SignInAttempt).execution_options(populate_existing=True)).one().details == {}


def _everything(app) -> str:
    db.session.remove()
    with sqlite3.connect(app.extensions["config"].instance / "participatory.sqlite") as connection:
        text = "\n".join(connection.iterdump())
    connection.close()
    return text


def test_an_answer_slipped_into_another_browser_signs_nobody_in(app, source, idp):
    attacker, victim = app.test_client(), app.test_client()
    victim.get("/connexion/etablissement")
    asked = leave(attacker, source, idp)
    answer = post_answer(app, idp.answer(asked), asked.relay_state)
    refused = visit(victim, answer.location)
    assert refused.status_code == 409
    assert victim.get("/mon-compte").status_code == 303
    # The browser that asked for it still can.
    assert attacker.get(answer.location).status_code == 303


def test_an_answer_slipped_into_another_sign_in_is_refused(app, source, idp):
    attacker, victim = app.test_client(), app.test_client()
    theirs, hers = leave(attacker, source, idp), leave(victim, source, idp)
    answer = post_answer(app, idp.answer(theirs), hers.relay_state)
    assert visit(victim, answer.location).status_code == 403
    assert victim.get("/mon-compte").status_code == 303


def test_an_answer_is_taken_once(app, source, idp):
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    asked = leave(browser, source, idp)
    xml = idp.answer(asked)
    first = post_answer(app, xml, asked.relay_state)
    assert post_answer(app, xml, asked.relay_state).status_code == 409
    assert visit(browser, first.location).status_code == 303
    browser.post("/deconnexion")
    assert post_answer(app, xml, asked.relay_state).status_code == 409
    assert visit(browser, first.location).status_code == 409
    assert browser.get("/mon-compte").status_code == 303


def test_an_answer_that_nobody_asked_for_is_refused(app, source, idp):
    asked = leave(app.test_client(), source, idp)
    xml = idp.answer(asked)
    for state in ("", "unknown", asked.relay_state + "x"):
        assert post_answer(app, xml, state).status_code == 409
    assert app.test_client().post(CONSUMER, data={}).status_code == 403
    assert app.test_client().get(CONSUMER).status_code == 405


def test_an_answer_that_comes_too_late_is_refused(app, source, idp, time_machine):
    asked = leave(app.test_client(), source, idp)
    xml = idp.answer(asked)
    time_machine.move_to(now() + timedelta(minutes=11))
    assert post_answer(app, xml, asked.relay_state).status_code == 409


def test_an_answer_for_a_door_of_another_kind_is_refused(app, source, idp):
    asked = leave(app.test_client(), source, idp)
    with transaction():
        db.session.get(IdentitySource, source.id).kind = "cas"
    assert post_answer(app, idp.answer(asked), asked.relay_state).status_code == 409


def test_an_endless_answer_is_not_kept(app, source, idp):
    asked = leave(app.test_client(), source, idp)
    answer = app.test_client().post(CONSUMER, data={"SAMLResponse": "A" * 400_000, "RelayState": asked.relay_state})
    assert answer.status_code == 403
    kept = db.session.scalars(sa.select(SignInAttempt)).one()
    assert len(json.dumps(kept.details)) < 200


def test_the_visit_without_an_answer_is_refused(app, source, idp):
    browser = app.test_client()
    asked = leave(browser, source, idp)
    answer = visit(browser, f"/connexion/saml/suite/{source.public_id}", RelayState=asked.relay_state)
    assert answer.status_code == 403


def test_the_common_address_of_doors_opens_no_saml_answer_of_its_own(app, source, idp):
    browser = app.test_client()
    asked = leave(browser, source, idp)
    query = {"RelayState": asked.relay_state, "SAMLResponse": posted(idp.answer(asked))}
    assert visit(browser, f"/connexion/retour/{source.public_id}", **query).status_code == 403
    assert browser.get("/mon-compte").status_code == 303


def test_a_member_of_staff_is_told_what_to_do(app, source, idp):
    browser = app.test_client()
    answer = sign_in(app, browser, source, idp, {**STUDENT, "eduPersonAffiliation": ["member", "staff", "employee"]})
    assert answer.status_code == 403
    assert "personnel" in answer.text
    assert browser.get("/mon-compte").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EnrolmentProof)) == 0


def test_a_passing_name_is_no_identifier(app, source, idp):
    browser = app.test_client()
    attributes = {name: STUDENT[name] for name in ("eduPersonAffiliation", "supannEtablissement", "mail")}
    answer = sign_in(app, browser, source, idp, attributes)
    assert answer.status_code == 403
    assert "numéro stable" in answer.text
    assert browser.get("/mon-compte").status_code == 303


def test_the_european_identifier_is_the_ine(app, source, idp):
    sign_in(app, app.test_client(), source, idp)
    esi = {name: values for name, values in STUDENT.items() if name not in {"supannCodeINE", "supannEtuId"}}
    esi["schacPersonalUniqueCode"] = [f"urn:schac:personalUniqueCode:int:esi:fr:{INE}"]
    sign_in(app, app.test_client(), source, idp, esi)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EnrolmentProof)) == 1


def test_a_service_that_says_no_leads_back(app, source, idp):
    browser = app.test_client()
    asked = leave(browser, source, idp)
    answer = visit(browser, post_answer(app, idp.refusal(asked), asked.relay_state).location)
    assert answer.status_code == 409
    assert "interrompue" in answer.text


def test_a_closed_door_lets_nobody_out_nor_in(app, source, idp):
    browser = app.test_client()
    asked = leave(browser, source, idp)
    with transaction():
        db.session.get(IdentitySource, source.id).enabled_at = None
    assert visit(browser, f"/connexion/porte/{source.public_id}").status_code == 409
    answer = visit(browser, post_answer(app, idp.answer(asked), asked.relay_state).location)
    assert answer.status_code == 409
    assert browser.get("/mon-compte").status_code == 303


def test_without_xmlsec1_the_page_says_that_the_door_is_out_of_order(app, source, idp, monkeypatch):
    monkeypatch.setattr("participatory.doors.saml_library.shutil.which", lambda _name: None)
    answer = visit(app.test_client(), f"/connexion/porte/{source.public_id}")
    assert answer.status_code == 409
    assert "ne répond pas" in answer.text

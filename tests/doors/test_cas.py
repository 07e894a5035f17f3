"""The door of a CAS server, against a small honest one and against forged documents."""

import pytest
import sqlalchemy as sa

from participatory.core.database import db, transaction
from participatory.doors.fetching import LARGEST_ANSWER
from participatory.doors.models import EnrolmentProof, SignInAttempt
from participatory.identity.models import Person, PersonIdentifier
from tests.doors.conftest import UT3, cas_source, establishment, follow, go_through, last_page, set_out
from tests.doors.peers import STUDENT, cas_document, query_of

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess><cas:user>&b;</cas:user>'
    "</cas:authenticationSuccess></cas:serviceResponse>"
)
FILE = BOMB.replace('<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/hostname">')
TWO_USERS = cas_document(
    "<cas:authenticationSuccess><cas:user>camille</cas:user><cas:user>martin</cas:user></cas:authenticationSuccess>"
)
HIDDEN_USER = cas_document(
    "<cas:authenticationSuccess><cas:attributes><cas:user>camille</cas:user></cas:attributes></cas:authenticationSuccess>"
)
FAILURE_AND_SUCCESS = cas_document(
    '<cas:authenticationFailure code="INVALID_TICKET"/>'
    "<cas:authenticationSuccess><cas:user>camille</cas:user></cas:authenticationSuccess>"
)


def people() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def test_a_student_signs_in_and_has_proven_to_study_there(client, cas):
    answer = go_through(client, cas_source(cas), cas, "camille", next="/mes-projets")
    assert answer.status_code == 303
    assert answer.location == "/mes-projets"
    assert "Camille" in client.get("/mon-compte").text
    person = db.session.scalars(sa.select(Person)).one()
    assert person.email == "camille.durand@univ-tlse3.fr"
    assert [each.value[:4] for each in person.known_as] == ["ine:"]
    proof = db.session.scalars(sa.select(EnrolmentProof)).one()
    assert (proof.establishment_id, proof.source) == (establishment().id, "cas")
    assert (proof.expires_at.month, proof.expires_at.day) == (10, 31)


def test_nothing_that_can_be_read_back_is_kept_of_the_numbers(client, cas):
    go_through(client, cas_source(cas), cas, "camille")
    kept = db.session.scalars(sa.select(PersonIdentifier)).one()
    assert STUDENT["supannCodeINE"] not in kept.value
    attempt = db.session.scalars(sa.select(SignInAttempt)).one()
    assert "ST-" not in str(attempt.details) + attempt.state


def test_the_same_student_twice_is_one_account_and_one_proof(client, app, cas):
    source = cas_source(cas)
    go_through(client, source, cas, "camille")
    go_through(app.test_client(), source, cas, "camille")
    assert people() == 1
    assert len(db.session.scalars(sa.select(EnrolmentProof)).all()) == 1


def test_a_member_of_staff_reads_what_to_do_and_leaves_nothing(client, cas):
    answer = go_through(client, cas_source(cas), cas, "martin")
    assert answer.status_code == 403
    assert "membre du personnel" in answer.text
    assert "code reçu par courriel" in answer.text
    assert "doctorat, reprise d’études" in answer.text
    assert people() == 0
    assert client.get("/mon-compte").status_code == 303


def test_a_ticket_that_served_opens_nothing(client, app, cas):
    source = cas_source(cas)
    back = cas.signed_in(set_out(client, source), "camille")
    assert follow(client, back).status_code == 303
    other = app.test_client()
    again = query_of(set_out(other, source))["service"]
    answer = follow(other, f"{again}&ticket={query_of(back)['ticket']}")
    assert answer.status_code == 403
    assert "n’a pas pu être vérifiée" in answer.text


def test_a_ticket_taken_from_somebody_else_is_good_for_their_sign_in_only(client, app, cas):
    source = cas_source(cas)
    stolen = query_of(cas.signed_in(set_out(client, source), "camille"))["ticket"]
    thief = app.test_client()
    service = query_of(set_out(thief, source))["service"]
    assert follow(thief, f"{service}&ticket={stolen}").status_code == 403
    assert people() == 0


@pytest.mark.parametrize("ticket", ["ST-inconnu", "ST-<x>", "PT-1-abc", "ST-" + "a" * 300, "ST-1\u202e"])
def test_a_forged_ticket_opens_nothing(client, cas, ticket):
    service = query_of(set_out(client, cas_source(cas)))["service"]
    assert follow(client, f"{service}&ticket={ticket}").status_code == 403
    assert people() == 0


def test_a_return_without_a_ticket_says_that_the_sign_in_was_interrupted(client, cas):
    service = query_of(set_out(client, cas_source(cas)))["service"]
    answer = follow(client, service)
    assert answer.status_code == 409
    assert "a été interrompue" in answer.text


@pytest.mark.parametrize("document", [BOMB, FILE, TWO_USERS, HIDDEN_USER, FAILURE_AND_SUCCESS])
def test_a_forged_document_opens_nothing(client, cas, document):
    cas.forged = document
    assert go_through(client, cas_source(cas), cas, "camille").status_code in {403, 409}
    assert people() == 0


@pytest.mark.parametrize("document", ["", "pas du XML", "<html/>", b"\xff\xfe\x00", b"<a>" + b"a" * LARGEST_ANSWER])
def test_a_service_out_of_order_is_said_to_be(client, cas, document):
    cas.forged = document
    answer = go_through(client, cas_source(cas), cas, "camille")
    assert answer.status_code in {403, 409}
    assert "Que faire" in answer.text


def test_the_address_of_the_service_is_always_the_public_one(client, cas):
    source = cas_source(cas)
    answer = client.get(f"/connexion/porte/{source.public_id}", headers={"Host": "malin.exemple"})
    assert query_of(answer.location)["service"].startswith(
        f"http://localhost/connexion/retour/{source.public_id}?state="
    )


@pytest.mark.parametrize(
    "value", ["x" * 5000, "\x00".join("ab"), "<b>gras</b>", "'; DROP TABLE person; --", "123456789AB" * 30]
)
def test_hostile_values_of_attributes_are_left_out(client, cas, value):
    cas.users["camille"] = {
        **STUDENT,
        "supannCodeINE": value.replace("\x00", "\ufffe"),
        "mail": value.replace("\x00", ""),
    }
    answer = go_through(client, cas_source(cas), cas, "camille")
    assert answer.status_code in {403, 409}
    assert value not in answer.text
    assert people() == 0


def test_a_student_without_stable_number_reads_what_the_establishment_must_release(client, cas):
    cas.users["camille"] = {"eduPersonAffiliation": "student", "mail": "camille@univ-tlse3.fr"}
    answer = go_through(client, cas_source(cas), cas, "camille")
    assert answer.status_code == 403
    for name in ("supannCodeINE", "schacPersonalUniqueCode", "supannEtuId"):
        assert name in answer.text
    assert people() == 0


def test_the_student_of_another_establishment_is_led_to_their_own(client, cas):
    cas.users["camille"] = {**STUDENT, "supannEtablissement": "{UAI}0342490X"}
    answer = go_through(client, cas_source(cas), cas, "camille")
    assert answer.status_code == 403
    assert "autre établissement" in answer.text


def test_the_student_of_an_establishment_that_shares_the_service_counts_there(client, cas):
    cas.users["camille"] = {**STUDENT, "supannEtablissement": ["{SIRET}123", "{UAI}0311383K"]}
    go_through(client, cas_source(cas, uais=["0311383K"]), cas, "camille")
    proof = db.session.scalars(sa.select(EnrolmentProof)).one()
    assert proof.establishment.key == "universite-toulouse-jean-jaures"


def test_an_address_on_a_foreign_domain_is_not_kept(client, cas):
    cas.users["camille"] = {**STUDENT, "mail": "camille@courriel.exemple"}
    assert go_through(client, cas_source(cas), cas, "camille").status_code == 303
    assert db.session.scalars(sa.select(Person)).one().email is None


def test_a_door_closed_meanwhile_lets_nobody_in(client, cas):
    source = cas_source(cas)
    back = cas.signed_in(set_out(client, source), "camille")
    with transaction():
        db.session.get_one(type(source), source.id).enabled_at = None
    answer = follow(client, back)
    assert answer.status_code == 409
    assert "fermée" in answer.text
    assert people() == 0
    assert last_page(client, client.get(f"/connexion/porte/{source.public_id}")).status_code == 409


def test_two_establishments_make_one_person_who_reads_it(client, cas):
    go_through(client, cas_source(cas), cas, "camille")
    cas.users["camille"] = {**STUDENT, "supannEtablissement": "{UAI}0311383K"}
    go_through(client, cas_source(cas, key="universite-toulouse-jean-jaures"), cas, "camille")
    text = client.get("/mon-compte").text
    assert "vous ne votez qu’une fois" in text
    assert people() == 1
    keys = {each.establishment.key for each in db.session.scalars(sa.select(EnrolmentProof))}
    assert keys == {UT3, "universite-toulouse-jean-jaures"}

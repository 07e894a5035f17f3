"""Connecting an establishment in SAML from the administration: its metadata, the test sign-in, the renewal."""

import io
import re

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.doors.cli import doors
from participatory.doors.models import EnrolmentProof, IdentitySource
from participatory.doors.saml_providers import Provider
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from tests.doors.confirming import confirm_opening
from tests.doors.saml_provider import (
    ENTITY_ID,
    INE,
    SIGN_IN_URL,
    STUDENT,
    TestProvider,
    keys,
    needs_xmlsec1,
    new_source,
    posted,
    signed_metadata,
)
from tests.factories import establishment, make_person, sign_in

pytestmark = needs_xmlsec1

COMMON = {
    "name": "",
    "email_domains": "univ-test.example",
    "uais": "0311384L",
    "student_values": "student",
    "signed": "assertion",
}


@pytest.fixture
def administrator(app, client):
    person = make_person(roles=(Role.ADMINISTRATOR,))
    sign_in(client, person)
    return client


@pytest.fixture
def idp(app, saml_keys, shared_idp) -> TestProvider:
    saml_keys(app)
    shared_idp.know(app.test_client().get("/connexion/saml/metadonnees").text)
    return shared_idp


def create(client, **fields):
    return client.post(
        f"/gestion/sources/nouvelle/{establishment().key}/saml",
        data={**COMMON, **fields},
        content_type="multipart/form-data",
    )


def only_source() -> IdentitySource:
    return db.session.scalars(sa.select(IdentitySource).execution_options(populate_existing=True)).one()


def test_saml_is_among_the_kinds_of_door(administrator):
    assert "SAML (RENATER)" in administrator.get("/gestion/sources/nouvelle").text


def test_pasted_metadata_make_a_door_that_is_still_closed(administrator, idp):
    answer = create(administrator, metadata=idp.metadata)
    assert answer.status_code == 303
    source = only_source()
    assert source.settings["provider"]["entity_id"] == ENTITY_ID
    assert source.settings["provider"]["sign_in_url"] == SIGN_IN_URL
    assert source.tested_at is None
    assert source.enabled_at is None
    shown = administrator.get(answer.location).text
    assert ENTITY_ID in shown
    assert "http://localhost/connexion/saml/metadonnees" in shown
    assert "BEGIN" not in shown


def test_metadata_may_come_as_a_file(administrator, idp):
    file = (io.BytesIO(idp.metadata.encode()), "idp.xml")
    assert create(administrator, metadata_file=file).status_code == 303
    assert only_source().settings["provider"]["entity_id"] == ENTITY_ID


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Collez les métadonnées"),
        ({"metadata": "<html></html>"}, "pas un fichier de métadonnées"),
        ({"metadata": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}, "pas un fichier de métadonnées"),
        ({"metadata": "here"}, "pas un fichier de métadonnées"),
    ],
)
def test_bad_metadata_are_refused_in_words_with_what_was_typed(administrator, fields, words):
    answer = create(administrator, **{**fields, "name": "Ma porte"})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Ma porte" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(IdentitySource)) == 0


def test_a_federation_s_file_needs_its_certificate_and_the_name_of_the_establishment(administrator, idp, tmp_path):
    key, certificate = keys(tmp_path, "federation")
    other = idp.metadata.replace(ENTITY_ID, "https://other.example/idp")
    document = signed_metadata([idp.metadata, other], key)
    assert "certificat" in create(administrator, metadata=document).text
    assert "plusieurs" in create(administrator, metadata=document, certificate=certificate.read_text()).text
    answer = create(administrator, metadata=document, certificate=certificate.read_text(), entity_id=ENTITY_ID)
    assert answer.status_code == 303
    assert only_source().settings["federation"].startswith("-----BEGIN CERTIFICATE-----")


def test_without_the_program_the_administration_says_so_and_nothing_breaks(administrator, idp, monkeypatch):
    source = new_source(idp, establishment())
    monkeypatch.setattr("participatory.doors.saml_library.shutil.which", lambda _name: None)
    for path in ("", "/reglages"):
        assert administrator.get(f"/gestion/sources/{source.public_id}{path}").status_code == 200
    assert "xmlsec1" in administrator.get(f"/gestion/sources/{source.public_id}").text
    refused = create(administrator, metadata=idp.metadata)
    assert refused.status_code == 422
    assert "xmlsec1" in refused.text
    assert administrator.get(f"/gestion/sources/{source.public_id}/essai").status_code == 409


def test_without_the_library_the_administration_says_so(administrator, idp, monkeypatch):
    source = new_source(idp, establishment())
    monkeypatch.setattr("participatory.doors.saml_library.find_spec", lambda _name: None)
    assert "pysaml2" in administrator.get(f"/gestion/sources/{source.public_id}").text


def test_new_settings_without_metadata_keep_the_provider(administrator, idp):
    source = new_source(idp, establishment())
    answer = administrator.post(
        f"/gestion/sources/{source.public_id}/reglages",
        data={**COMMON, "signed": "both"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    source = only_source()
    assert source.settings["provider"]["entity_id"] == ENTITY_ID
    assert source.settings["signed"] == "both"
    # What decides whom the door believes has changed: it is closed until a new test.
    assert source.enabled_at is None
    assert source.tested_at is None


def _tried(app, client, idp, source, attributes=None):
    answer = client.get(f"/gestion/sources/{source.public_id}/essai")
    assert answer.status_code == 303
    asked = idp.read(answer.location)
    data = {"SAMLResponse": posted(idp.answer(asked, attributes)), "RelayState": asked.relay_state}
    return client.get(app.test_client().post("/connexion/saml/retour", data=data).location)


def test_a_test_sign_in_shows_masked_attributes_and_lets_nobody_in(app, administrator, idp):
    create(administrator, metadata=idp.metadata)
    source = only_source()
    answer = _tried(app, administrator, idp, source)
    assert answer.status_code == 200
    assert "supannCodeINE" in answer.text
    assert INE not in answer.text
    assert "lou.martin" not in answer.text
    assert "21904417" not in answer.text
    assert "{UAI}0311384L" in answer.text
    assert only_source().tested_at is not None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EnrolmentProof)) == 0
    assert administrator.post(f"/gestion/sources/{source.public_id}/ouvrir").status_code == 303
    confirm_opening(source)
    assert only_source().enabled_at is not None


def test_a_test_sign_in_that_fails_says_why_and_does_not_count(app, administrator, idp):
    create(administrator, metadata=idp.metadata)
    source = only_source()
    answer = _tried(app, administrator, idp, source, {**STUDENT, "eduPersonAffiliation": ["staff"]})
    assert answer.status_code == 403
    assert only_source().tested_at is None
    assert administrator.post(f"/gestion/sources/{source.public_id}/ouvrir").status_code == 409


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OFFICER, Role.REFERENT])
def test_others_cannot_connect_an_establishment(app, client, role):
    sign_in(client, make_person(roles=(role,)))
    assert create(client, metadata="x").status_code == 403


# Renewal from the federation's file.


@pytest.fixture
def federated(idp, tmp_path):
    """A door vouched for by a federation, and a function that signs its file anew."""
    key, certificate = keys(tmp_path, "federation")
    source = new_source(idp, establishment())
    with transaction():
        kept = db.session.get(IdentitySource, source.id)
        kept.settings = {**kept.settings, "federation": certificate.read_text()}

    def publish(metadata, by=key):
        path = tmp_path / "federation.xml"
        path.write_text(signed_metadata([metadata], by), "utf-8")
        return str(path)

    return publish


def _renew(app, *paths):
    return app.test_cli_runner().invoke(doors, ["saml-renew", *paths])


def test_new_keys_of_an_establishment_come_with_its_federation_s_file(app, idp, federated, tmp_path):
    assert _renew(app, federated(idp.metadata)).output.endswith("  same\n")
    _key, other = keys(tmp_path, "other")
    fresh = "".join(other.read_text().splitlines()[1:-1])
    metadata = re.sub(r"X509Certificate>[^<]+<", f"X509Certificate>{fresh}<", idp.metadata)
    result = _renew(app, federated(metadata))
    assert result.exit_code == 0, result.output
    assert result.output.endswith("  changed\n")
    source = only_source()
    assert Provider.from_settings(source.settings["provider"]).certificates == (fresh,)
    assert source.enabled_at is not None
    assert db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "source.changed")).one()


def test_each_establishment_may_have_a_file_of_its_own(app, idp, federated, tmp_path):
    other = tmp_path / "other.xml"
    other.write_text(idp.metadata.replace(ENTITY_ID, "https://other.example/idp"), "utf-8")
    result = _renew(app, str(other), federated(idp.metadata))
    assert result.exit_code == 0, result.output


def test_a_file_that_the_federation_did_not_sign_changes_nothing(app, idp, federated, tmp_path):
    stranger, _certificate = keys(tmp_path, "stranger")
    evil = idp.metadata.replace(SIGN_IN_URL, "https://evil.example/sso")
    result = _renew(app, federated(evil, by=stranger))
    assert result.exit_code == 1
    assert only_source().settings["provider"]["sign_in_url"] == SIGN_IN_URL


def test_an_establishment_that_left_the_federation_is_told(app, idp, federated):
    result = _renew(app, federated(idp.metadata.replace(ENTITY_ID, "https://other.example/idp")))
    assert result.exit_code == 1
    assert "1 of 1" in result.output


def test_a_door_that_no_federation_vouches_for_is_not_touched(app, idp, tmp_path):
    new_source(idp, establishment())
    path = tmp_path / "any.xml"
    path.write_text(idp.metadata.replace(SIGN_IN_URL, "https://evil.example/sso"), "utf-8")
    assert _renew(app, str(path)).output == ""
    assert only_source().settings["provider"]["sign_in_url"] == SIGN_IN_URL
    assert now() >= only_source().changed_at

"""What this site publishes of itself in SAML, its keys, and what it reads of others."""

import stat
import subprocess
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from cryptography import x509

from participatory.core.errors import Refusal
from participatory.doors.saml_attributes import WANTED
from participatory.doors.saml_keys import KeyRing, Place, new_pair
from participatory.doors.saml_library import missing
from participatory.doors.saml_providers import Provider, read_provider
from tests.doors.saml_provider import (
    ENTITY_ID,
    OIDS,
    SIGN_IN_URL,
    XMLSEC1,
    TestProvider,
    keys,
    needs_xmlsec1,
    signed_metadata,
    without_declaration,
)

MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
PAGE = "/connexion/saml/metadonnees"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COMMENTED = "<!-- published by hand -->"


def _tree(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 — what this very site has just made.


# Our own metadata.


@needs_xmlsec1
def test_our_metadata_follow_the_schema_of_saml(app, saml_keys):
    from importlib.resources import files

    import saml2.data.schemas
    from saml2.xml import schema

    saml_keys(app)
    source = str(files(saml2.data.schemas).joinpath("saml-schema-metadata-2.0.xsd"))
    validator = schema._create_xml_schema_validator(source=source)
    schema.validate(app.test_client().get(PAGE).text, validator)


def test_our_metadata_ask_for_little_and_promise_signatures(app, saml_keys):
    saml_keys(app)
    answer = app.test_client().get(PAGE)
    assert answer.status_code == 200
    assert answer.mimetype == "application/samlmetadata+xml"
    assert "PRIVATE" not in answer.text
    root = _tree(answer.text)
    assert root.get("entityID") == f"http://localhost{PAGE}"
    role = root.find(f"{MD}SPSSODescriptor")
    assert role.get("AuthnRequestsSigned") == role.get("WantAssertionsSigned") == "true"
    asked = {each.get("FriendlyName"): each.get("Name") for each in role.iter(f"{MD}RequestedAttribute")}
    assert asked == {name: OIDS[name] for name in asked}
    assert "displayName" not in asked
    consumer = role.find(f"{MD}AssertionConsumerService")
    assert consumer.get("Location") == "http://localhost/connexion/saml/retour"
    assert consumer.get("Binding").endswith(":HTTP-POST")


def test_the_oids_are_those_of_the_schemas():
    assert {each.name: each.urn for each in WANTED}.items() <= OIDS.items()


def test_the_entity_id_may_be_chosen(make_test_app, saml_keys):
    app = make_test_app(saml_entity_id="https://budget.example/saml")
    saml_keys(app)
    assert _tree(app.test_client().get(PAGE).text).get("entityID") == "https://budget.example/saml"


def test_our_metadata_need_neither_library_nor_program(app, saml_keys, monkeypatch):
    saml_keys(app)
    monkeypatch.setattr("participatory.doors.saml_library.shutil.which", lambda _name: None)
    assert app.test_client().get(PAGE).status_code == 200


def test_a_hostile_host_never_enters_our_metadata(app, saml_keys):
    saml_keys(app)
    assert "evil.example" not in app.test_client().get(PAGE, headers={"Host": "evil.example"}).text


# Our keys.


def test_keys_are_made_at_first_need_for_the_service_s_user_alone(tmp_path):
    ring = KeyRing(tmp_path / "secrets")
    [pair] = ring.pairs("budget.example", NOW)
    assert stat.S_IMODE(pair.path.stat().st_mode) == 0o600
    assert pair.place is Place.CURRENT
    assert pair.not_after > NOW + timedelta(days=3600)
    assert ring.pairs("budget.example", NOW)[0].fingerprint == pair.fingerprint


def _ring_of(folder, monkeypatch) -> KeyRing:
    """A ring that draws small keys from a pool: making real ones takes seconds."""
    pool = [(folder / name) for name in ("a", "b", "c")]
    made = []
    for path in pool:
        path.mkdir()
        key, certificate = keys(path, "site")
        made.append(key.read_bytes() + certificate.read_bytes())
    drawn = iter(made)
    monkeypatch.setattr("participatory.doors.saml_keys.new_pair", lambda _host, _now: next(drawn))
    return KeyRing(folder / "secrets")


def test_a_key_is_announced_then_used_then_forgotten(tmp_path, monkeypatch):
    ring = _ring_of(tmp_path, monkeypatch)
    first = ring.pairs("x", NOW)[0].fingerprint
    with pytest.raises(Refusal):
        ring.switch()
    ring.prepare("x", NOW)
    with pytest.raises(Refusal):
        ring.prepare("x", NOW)
    assert [pair.place for pair in ring.pairs("x", NOW)] == [Place.CURRENT, Place.NEXT]
    second = ring.pairs("x", NOW)[1].fingerprint
    ring.switch()
    assert [(pair.place, pair.fingerprint) for pair in ring.pairs("x", NOW)] == [
        (Place.CURRENT, second),
        (Place.FORMER, first),
    ]
    ring.forget()
    assert [pair.fingerprint for pair in ring.pairs("x", NOW)] == [second]
    with pytest.raises(Refusal):
        ring.forget()


def test_two_processes_that_make_the_first_key_use_the_same(tmp_path, monkeypatch):
    ring = _ring_of(tmp_path, monkeypatch)
    monkeypatch.setattr(type(ring.path(Place.CURRENT)), "exists", lambda _self: False)
    ring._make(Place.CURRENT, "x", NOW)
    before = ring.path(Place.CURRENT).read_bytes()
    ring._make(Place.CURRENT, "x", NOW)
    assert ring.path(Place.CURRENT).read_bytes() == before


def test_the_key_that_waits_is_published_and_the_former_is_not(app, tmp_path, monkeypatch):
    ring = _ring_of(tmp_path, monkeypatch)
    monkeypatch.setattr("participatory.doors.saml_service.key_ring", lambda: ring)

    def published(use):
        root = _tree(app.test_client().get(PAGE).text)
        held = [each for each in root.iter(f"{MD}KeyDescriptor") if each.get("use") == use]
        return [next(each.iter(f"{DS}X509Certificate")).text for each in held]

    first = ring.pairs("x", NOW)[0].certificate
    ring.prepare("x", NOW)
    second = ring.pairs("x", NOW)[1].certificate
    assert published("signing") == [first, second]
    assert published("encryption") == [second]
    ring.switch()
    assert published("signing") == published("encryption") == [second]


def test_the_command_shows_keys_and_changes_them_in_steps(app, tmp_path, monkeypatch):
    from participatory.doors.cli import doors

    ring = _ring_of(tmp_path, monkeypatch)
    monkeypatch.setattr("participatory.doors.saml_service.key_ring", lambda: ring)
    monkeypatch.setattr("participatory.doors.cli.key_ring", lambda: ring)
    run = app.test_cli_runner().invoke
    assert run(doors, ["saml-keys"]).output.startswith("current  until 20")
    assert run(doors, ["saml-keys", "--switch"]).exit_code == 1
    assert "next " in run(doors, ["saml-keys", "--prepare"]).output
    assert "former " in run(doors, ["saml-keys", "--switch"]).output
    assert "former " not in run(doors, ["saml-keys", "--forget"]).output


def test_a_new_pair_is_of_a_size_that_lasts():
    certificate = x509.load_pem_x509_certificate(new_pair("h" * 200, NOW))
    assert certificate.public_key().key_size >= 3072


# The metadata of others.


@pytest.fixture
def idp(shared_idp) -> TestProvider:
    return shared_idp


def _refused(document, entity_id="", certificate="", **options) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_provider(
            document if isinstance(document, bytes) else document.encode(), entity_id, certificate, NOW, **options
        )
    return caught.value


@needs_xmlsec1
def test_a_provider_is_read_from_its_metadata(idp):
    provider = read_provider(idp.metadata.encode(), "", "", NOW)
    assert (provider.entity_id, provider.sign_in_url) == (ENTITY_ID, SIGN_IN_URL)
    assert provider.scopes == ("univ-test.example",)
    assert provider.name == "Université d’essai"
    assert len(provider.certificates) == 1
    assert Provider.from_settings(provider.to_settings()) == provider


@needs_xmlsec1
def test_comments_in_metadata_do_no_harm(idp):
    text = without_declaration(idp.metadata)
    assert read_provider((COMMENTED + text).encode(), "", "", NOW).entity_id == ENTITY_ID


@needs_xmlsec1
@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"nothing",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>',
    ],
)
def test_what_is_no_metadata_is_refused_in_words(document):
    refusal = _refused(document)
    assert refusal.field == "metadata"
    assert str(refusal).endswith((".", " ")) or "XML" in str(refusal)


@needs_xmlsec1
def test_metadata_that_have_ended_are_refused(idp):
    old = idp.metadata.replace("entityID=", 'validUntil="2026-11-23T11:59:59Z" entityID=', 1)
    assert "plus valable" in str(_refused(old))
    fresh = idp.metadata.replace("entityID=", 'validUntil="2026-12-01T00:00:00Z" entityID=', 1)
    assert read_provider(fresh.encode(), "", "", NOW)
    assert _refused(idp.metadata.replace("entityID=", 'validUntil="soon" entityID=', 1)).field == "metadata"


@needs_xmlsec1
def test_an_address_in_clear_is_refused_except_on_this_machine_in_trials(idp):
    clear = idp.metadata.replace(SIGN_IN_URL, "http://idp.univ-test.example/sso")
    assert "https" in str(_refused(clear))
    assert "https" in str(_refused(clear, local=True))
    local = idp.metadata.replace(SIGN_IN_URL, "http://127.0.0.1:8080/sso")
    assert "https" in str(_refused(local))
    assert read_provider(local.encode(), "", "", NOW, local=True).sign_in_url == "http://127.0.0.1:8080/sso"
    assert "https" in str(_refused(idp.metadata.replace(SIGN_IN_URL, "javascript:alert(1)")))


@needs_xmlsec1
def test_a_weak_or_unreadable_certificate_does_not_count(idp):
    start = idp.metadata.index("X509Certificate>") + len("X509Certificate>")
    end = idp.metadata.index("<", start)
    assert "certificat" in str(_refused(idp.metadata[:start] + "AAAA" + idp.metadata[end:]))


# Federations.


@pytest.fixture(scope="module")
def federation(tmp_path_factory, shared_idp):
    """A signed file of two establishments, and the certificate of who signs it."""
    folder = tmp_path_factory.mktemp("federation")
    key, certificate = keys(folder, "federation")
    other = shared_idp.metadata.replace(ENTITY_ID, "https://other.example/idp").replace(
        SIGN_IN_URL, "https://other.example/sso"
    )
    document = signed_metadata([shared_idp.metadata, other], key)
    return document, certificate.read_text()


@needs_xmlsec1
def test_a_federation_is_believed_only_with_its_certificate(federation, tmp_path):
    document, certificate = federation
    assert read_provider(document.encode(), ENTITY_ID, certificate, NOW).sign_in_url == SIGN_IN_URL
    assert read_provider(document.encode(), "https://other.example/idp", certificate, NOW).entity_id.startswith(
        "https://other"
    )
    assert _refused(document, ENTITY_ID).field == "certificate"
    _key, stranger = keys(tmp_path, "stranger")
    assert _refused(document, ENTITY_ID, stranger.read_text()).field == "certificate"
    assert _refused(document, ENTITY_ID, "nothing").field == "certificate"


@needs_xmlsec1
def test_a_federation_s_file_changed_after_its_signature_is_refused(federation):
    document, certificate = federation
    assert (
        _refused(document.replace(SIGN_IN_URL, "https://evil.example/sso"), ENTITY_ID, certificate).field
        == "certificate"
    )


@needs_xmlsec1
def test_a_provider_must_be_chosen_among_several_and_be_there(federation):
    document, certificate = federation
    assert _refused(document, "", certificate).field == "entity_id"
    assert _refused(document, "https://absent.example", certificate).field == "entity_id"


@needs_xmlsec1
def test_a_signed_file_inside_another_is_refused(federation, idp):
    document, certificate = federation
    evil = without_declaration(idp.metadata).replace(SIGN_IN_URL, "https://evil.example/sso")
    inner = without_declaration(document)
    wrapped = (
        '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_evil">'
        f"{evil}{inner}</md:EntitiesDescriptor>"
    )
    assert _refused(wrapped, "", certificate).field == "metadata"
    twin = wrapped.replace('ID="_evil"', 'ID="_federation"')
    assert _refused(twin, "", certificate)


@needs_xmlsec1
def test_metadata_of_one_establishment_with_a_certificate_must_carry_its_signature(idp, federation):
    _document, certificate = federation
    assert "signé" in str(_refused(idp.metadata, "", certificate))


def test_what_is_missing_is_said_in_plain_words(monkeypatch):
    monkeypatch.setattr("participatory.doors.saml_library.shutil.which", lambda _name: None)
    assert "xmlsec1" in str(missing())
    monkeypatch.setattr("participatory.doors.saml_library.find_spec", lambda _name: None)
    assert "pysaml2" in str(missing())


def test_the_program_is_there_or_the_tests_say_so():
    assert XMLSEC1 is None or subprocess.run([XMLSEC1, "--version"], capture_output=True, check=True).stdout

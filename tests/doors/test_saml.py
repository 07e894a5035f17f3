"""The SAML door and pysaml2's own identity provider: what is let in, and every answer that must not be."""

import re
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from jinja2 import Environment, FileSystemLoader

from participatory.doors.actions import new_state
from participatory.doors.rules import Attempt, DoorRefusal, Trouble
from participatory.doors.saml import SamlDoor, Signed
from participatory.doors.saml_answers import ANSWER, seal
from participatory.doors.saml_attributes import URI_FORMAT, WANTED
from participatory.doors.saml_keys import KeyRing
from participatory.doors.saml_profile import Service
from participatory.doors.saml_providers import Provider, read_provider
from tests.doors.saml_provider import (
    INE,
    STUDENT,
    TestProvider,
    needs_xmlsec1,
    posted,
    without_declaration,
)

pytestmark = needs_xmlsec1

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
SITE = "https://budget.example"
CONSUMER = f"{SITE}/connexion/saml/retour"
ENTITY = f"{SITE}/connexion/saml/metadonnees"


class World:
    """The provider and our service, which know each other."""

    def __init__(self, folder: Path):
        ring = KeyRing(folder / "secrets")
        pairs = ring.pairs("budget.example", datetime.now(UTC))
        self.service = Service(ENTITY, CONSUMER, [pair.path for pair in pairs])
        templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
        self.metadata = templates.get_template("doors/saml_metadata.xml").render(
            entity_id=ENTITY,
            consumer_url=CONSUMER,
            signing=[pairs[0].certificate],
            encryption=[pairs[0].certificate],
            wanted=WANTED,
            name_format=URI_FORMAT,
            name="Budget",
            home=SITE,
            contact="contact@budget.example",
        )
        self.idp = TestProvider(folder / "idp")
        self.idp.know(self.metadata)
        self.provider = read_provider(self.idp.metadata.encode(), "", "", datetime.now(UTC))

    def door(self, signed=Signed.ASSERTION, provider: Provider | None = None) -> SamlDoor:
        return SamlDoor(provider or self.provider, self.service, signed)


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> World:
    return World(tmp_path_factory.mktemp("saml"))


class Visit:
    """A student who leaves for the establishment and comes back."""

    def __init__(self, world: World, door: SamlDoor | None = None):
        self.door = door or world.door()
        self.state = new_state()
        self.departure = self.door.depart(self.state, "ignored")
        self.asked = world.idp.read(self.departure.url)

    def back(self, xml, now: datetime | None = None):
        details = {**self.departure.details, ANSWER: seal(self.state, xml if isinstance(xml, str) else posted(xml))}
        return self.door.arrive(Attempt(self.state, CONSUMER, details), {}, now or datetime.now(UTC))

    def comes_back(self, xml: str | bytes, now: datetime | None = None):
        return self.back(posted(xml), now)

    def refused(self, xml: str | bytes, now: datetime | None = None) -> DoorRefusal:
        with pytest.raises(DoorRefusal) as caught:
            self.comes_back(xml, now)
        return caught.value


@pytest.fixture
def visit(world) -> Visit:
    return Visit(world)


def test_the_request_is_signed_and_names_only_this_site(world, visit):
    # The provider has checked the signature against the certificate of our metadata.
    assert visit.departure.url.startswith(world.idp.sign_in_url + "?SAMLRequest=")
    assert visit.asked.issuer == ENTITY
    assert visit.asked.consumer_url == CONSUMER
    assert visit.asked.relay_state == visit.state
    assert "Signature=" in visit.departure.url


def test_a_signed_assertion_gives_the_attributes_under_their_names(world, visit):
    asserted = visit.comes_back(world.idp.answer(visit.asked))
    assert asserted.attributes["supannCodeINE"] == (INE,)
    assert asserted.attributes["eduPersonAffiliation"] == ("member", "student")
    assert asserted.attributes["supannEtuId"] == ("21904417",)
    assert asserted.attributes["supannEtablissement"] == ("{UAI}0311384L",)
    assert asserted.attributes["mail"] == ("lou.martin@univ-test.example",)


def test_a_name_that_nobody_asked_for_is_not_even_read(world, visit):
    assert "displayName" in STUDENT
    asserted = visit.comes_back(world.idp.answer(visit.asked))
    assert "Martin" not in str({name: value for name, value in asserted.attributes.items() if name != "mail"})


def test_a_passing_name_identifies_nobody(world, visit):
    assert visit.comes_back(world.idp.answer(visit.asked)).subject == ""


def test_an_encrypted_assertion_is_opened(world, visit):
    xml = world.idp.encrypted_answer(visit.asked)
    assert INE not in xml
    assert visit.comes_back(xml).attributes["supannCodeINE"] == (INE,)


@pytest.mark.parametrize(
    ("data", "session_key"),
    [
        ("http://www.w3.org/2009/xmlenc11#aes128-gcm", "aes-128"),
        ("http://www.w3.org/2009/xmlenc11#aes256-gcm", "aes-256"),
        ("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "aes-256"),
    ],
)
def test_an_assertion_encrypted_as_newer_providers_do_is_opened(world, visit, tmp_path, data, session_key):
    certificate = tmp_path / "ours.pem"
    ours = x509.load_pem_x509_certificate(world.service.keys[0].read_bytes())
    certificate.write_bytes(ours.public_bytes(Encoding.PEM))
    xml = world.idp.encrypted_in_another_way(visit.asked, certificate, data, session_key)
    assert INE not in xml
    assert visit.comes_back(xml).attributes["supannCodeINE"] == (INE,)


@pytest.mark.parametrize("name_format", ["urn:oasis:names:tc:SAML:2.0:attrname-format:basic", None, "urn:unknown"])
def test_attributes_under_plain_names_are_read_when_their_format_is_known(world, visit, name_format):
    def change(response):
        for each in response.assertion[0].attribute_statement[0].attribute:
            each.name, each.name_format = each.friendly_name, name_format

    asserted = visit.comes_back(world.idp.answer(visit.asked, change=change))
    expected = () if name_format == "urn:unknown" else (INE,)
    assert asserted.attributes.get("supannCodeINE", ()) == expected


def test_an_encrypted_assertion_that_is_not_signed_is_refused(world, visit):
    assert visit.refused(world.idp.encrypted_answer(visit.asked, sign_assertion=False)).trouble is Trouble.NOT_TRUSTED


def test_an_assertion_encrypted_for_somebody_else_is_refused(world, visit, tmp_path):
    other = KeyRing(tmp_path / "other").pairs("other.example", datetime.now(UTC))[0]
    service = Service(ENTITY, CONSUMER, [other.path])
    visit.door = SamlDoor(world.provider, service)
    assert visit.refused(world.idp.encrypted_answer(visit.asked)).trouble is Trouble.NOT_TRUSTED


def test_a_former_key_still_opens_what_was_encrypted_for_it(world, visit, tmp_path):
    other = KeyRing(tmp_path / "other").pairs("other.example", datetime.now(UTC))[0]
    visit.door = SamlDoor(world.provider, Service(ENTITY, CONSUMER, [other.path, *world.service.keys]))
    assert visit.comes_back(world.idp.encrypted_answer(visit.asked)).attributes["supannCodeINE"] == (INE,)


@pytest.mark.parametrize(
    ("signed", "wanted", "works"),
    [
        (("assertion",), Signed.ASSERTION, True),
        (("assertion",), Signed.RESPONSE, False),
        (("assertion",), Signed.BOTH, False),
        (("response",), Signed.ASSERTION, False),
        (("response",), Signed.RESPONSE, True),
        (("response",), Signed.BOTH, False),
        (("assertion", "response"), Signed.ASSERTION, True),
        (("assertion", "response"), Signed.RESPONSE, True),
        (("assertion", "response"), Signed.BOTH, True),
        ((), Signed.ASSERTION, False),
        ((), Signed.RESPONSE, False),
    ],
)
def test_what_must_be_signed_is(world, signed, wanted, works):
    visit = Visit(world, world.door(wanted))
    xml = world.idp.answer(visit.asked, sign=signed)
    if works:
        assert visit.comes_back(xml).attributes["supannCodeINE"] == (INE,)
    else:
        assert visit.refused(xml).trouble is Trouble.NOT_TRUSTED


def test_an_answer_changed_after_its_signature_is_refused(world, visit):
    xml = world.idp.answer(visit.asked)
    assert visit.refused(xml.replace(INE, "123456789AC")).trouble is Trouble.NOT_TRUSTED


def test_an_answer_signed_by_another_key_is_refused(world, visit, tmp_path):
    # A stranger who knows everything of the provider but its key; the certificate travels with the answer.
    stranger = TestProvider(tmp_path / "stranger")
    stranger.know(world.metadata)
    assert visit.refused(stranger.answer(visit.asked)).trouble is Trouble.NOT_TRUSTED


def test_an_answer_of_another_provider_of_the_federation_is_refused(world, visit, tmp_path):
    other = TestProvider(tmp_path / "other", "https://other.example/idp", "https://other.example/sso")
    other.know(world.metadata)
    assert visit.refused(other.answer(visit.asked)).trouble is Trouble.NOT_TRUSTED


def test_an_issuer_that_is_not_the_source_s_is_refused_even_well_signed(world, visit):
    def change(response):
        response.issuer.text = "https://other.example/idp"

    assert visit.refused(world.idp.answer(visit.asked, change=change)).detail.startswith("the issuer")


@pytest.mark.parametrize(
    ("method", "digest"),
    [
        ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2001/04/xmlenc#sha256"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
    ],
)
def test_a_signature_with_sha_1_is_refused(world, visit, method, digest):
    xml = world.idp.answer(visit.asked, signing=(method, digest))
    assert "too old" in visit.refused(xml).detail


def test_an_answer_for_another_service_is_refused(world, visit):
    def change(response):
        response.assertion[0].conditions.audience_restriction[0].audience[0].text = "https://shop.example"

    assert visit.refused(world.idp.answer(visit.asked, change=change)).trouble is Trouble.NOT_TRUSTED


def test_an_answer_for_nobody_in_particular_is_refused(world, visit):
    def change(response):
        response.assertion[0].conditions.audience_restriction = []

    assert "audience" in visit.refused(world.idp.answer(visit.asked, change=change)).detail


def test_an_assertion_without_conditions_is_refused(world, visit):
    def change(response):
        response.assertion[0].conditions = None

    assert "audience" in visit.refused(world.idp.answer(visit.asked, change=change)).detail


@pytest.mark.parametrize("recipient", ["https://shop.example/acs", ENTITY, None])
def test_an_answer_made_for_another_recipient_is_refused(world, visit, recipient):
    def change(response):
        response.assertion[0].subject.subject_confirmation[0].subject_confirmation_data.recipient = recipient

    assert visit.refused(world.idp.answer(visit.asked, change=change)).trouble is Trouble.NOT_TRUSTED


@pytest.mark.parametrize("destination", ["https://shop.example/acs", None])
def test_an_answer_sent_to_another_address_is_refused(world, visit, destination):
    def change(response):
        response.destination = destination

    assert visit.refused(world.idp.answer(visit.asked, change=change)).trouble is Trouble.NOT_TRUSTED


def test_clocks_may_be_a_minute_apart_and_not_more(world, visit, time_machine):
    start = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    time_machine.move_to(start, tick=False)

    def change(response):
        data = response.assertion[0].subject.subject_confirmation[0].subject_confirmation_data
        data.not_on_or_after = "2026-11-23T09:05:00Z"
        response.assertion[0].conditions.not_on_or_after = "2026-11-23T09:05:00Z"

    visit = Visit(world)
    xml = world.idp.answer(visit.asked, change=change)
    late = start + timedelta(minutes=5, seconds=59)
    time_machine.move_to(late, tick=False)
    assert visit.comes_back(xml, late)
    too_late = start + timedelta(minutes=6)
    time_machine.move_to(too_late, tick=False)
    assert visit.refused(xml, too_late).trouble is Trouble.NOT_TRUSTED


def test_an_assertion_not_yet_valid_is_refused(world, visit):
    def change(response):
        response.assertion[0].conditions.not_before = "2099-01-01T00:00:00Z"
        response.assertion[0].conditions.not_on_or_after = "2099-01-02T00:00:00Z"

    assert visit.refused(world.idp.answer(visit.asked, change=change)).trouble is Trouble.NOT_TRUSTED


def test_an_assertion_without_an_end_is_refused(world, visit):
    def change(response):
        response.assertion[0].subject.subject_confirmation[0].subject_confirmation_data.not_on_or_after = None

    assert visit.refused(world.idp.answer(visit.asked, change=change)).trouble is Trouble.NOT_TRUSTED


def test_an_answer_to_no_request_is_refused(world, visit):
    # A sign-in that the provider starts by itself: anybody could slip it into somebody else's browser.
    def change(response):
        response.in_response_to = None
        response.assertion[0].subject.subject_confirmation[0].subject_confirmation_data.in_response_to = None

    assert visit.refused(world.idp.answer(visit.asked, change=change)).trouble is Trouble.NOT_TRUSTED


def test_an_answer_to_the_request_of_somebody_else_is_refused(world, visit):
    other = Visit(world)
    assert visit.refused(world.idp.answer(other.asked)).trouble is Trouble.NOT_TRUSTED


def test_an_assertion_of_somebody_else_in_an_answer_to_this_request_is_refused(world, visit):
    other = Visit(world)

    def change(response):
        response.in_response_to = visit.asked.id

    assert visit.refused(world.idp.answer(other.asked, change=change)).trouble is Trouble.NOT_TRUSTED


def test_an_encrypted_assertion_of_somebody_else_is_refused(world, visit):
    other = Visit(world)
    xml = world.idp.encrypted_answer(other.asked)
    moved = xml.replace(other.asked.id, visit.asked.id)
    assert moved != xml
    assert "another request" in visit.refused(moved).detail


def test_a_service_that_says_no_is_told_as_such(world, visit):
    assert visit.refused(world.idp.refusal(visit.asked)).trouble is Trouble.CANCELLED


def test_an_answer_that_says_yes_and_no_is_refused(world, visit):
    xml = world.idp.answer(visit.asked, sign=())
    status = re.search(r"<(\w+):Status>.*</\1:Status>", xml, re.DOTALL)
    assert status
    no = status.group().replace(":Success", ":Responder")
    for both in (no + status.group(), status.group() + no):
        assert visit.refused(xml.replace(status.group(), both)).trouble in {Trouble.NOT_TRUSTED, Trouble.CANCELLED}


def test_holder_of_key_is_not_a_browser(world, visit):
    def change(response):
        response.assertion[0].subject.subject_confirmation[0].method = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"

    assert visit.refused(world.idp.answer(visit.asked, change=change)).trouble is Trouble.NOT_TRUSTED


def test_affiliations_of_other_domains_do_not_count(world, visit):
    attributes = {**STUDENT, "eduPersonScopedAffiliation": ["student@elsewhere.example", "member@univ-test.example"]}
    asserted = visit.comes_back(world.idp.answer(visit.asked, attributes))
    assert asserted.attributes["eduPersonScopedAffiliation"] == ("member@univ-test.example",)


# Documents that no service sends.


def _signed_part(xml: str) -> tuple[int, int, str]:
    """Where the assertion starts and ends, and its text."""
    found = re.search(r"<(\w+):Assertion\b.*</\1:Assertion>", xml, re.DOTALL)
    assert found
    return found.start(), found.end(), found.group()


def _evil(assertion: str) -> str:
    """The same assertion with another student, another identifier and no signature."""
    without = re.sub(r"<(\w+):Signature\b.*?</\1:Signature>", "", assertion, flags=re.DOTALL)
    return re.sub(r'ID="[^"]+"', 'ID="id-evil"', without, count=1).replace(INE, "999999999ZZ")


def test_signature_wrapping_is_refused_wherever_the_signed_assertion_is_moved(world, visit):
    xml = world.idp.answer(visit.asked)
    start, end, good = _signed_part(xml)
    prefix = good[1 : good.index(":")]
    evil = _evil(good)
    # Xmlsec1 would verify the good one, wherever it stands; what is read must not be the evil one.
    for forged in (
        xml[:start] + evil + good + xml[end:],
        xml[:start] + good + evil + xml[end:],
        xml[:start] + evil.replace(f"</{prefix}:Assertion>", good + f"</{prefix}:Assertion>") + xml[end:],
        xml[:start] + f"<{prefix}:Advice>{good}</{prefix}:Advice>" + evil + xml[end:],
        xml[:start] + f'<samlp:Extensions xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">{good}'
        f"</samlp:Extensions>{evil}" + xml[end:],
        xml[:start]
        + evil.replace('ID="id-evil"', good[good.index("ID=") : good.index('"', good.index('ID="') + 4) + 1])
        + good
        + xml[end:],
    ):
        refusal = visit.refused(forged)
        assert refusal.trouble is Trouble.NOT_TRUSTED
        assert not refusal.detail.startswith("pysaml2")


def test_a_signature_moved_with_its_assertion_inside_it_is_refused(world, visit):
    xml = world.idp.answer(visit.asked)
    start, end, good = _signed_part(xml)
    signature = re.search(r"<(\w+):Signature\b.*?</\1:Signature>", good, re.DOTALL)
    assert signature
    prefix, bare = signature[1], good.replace(signature.group(), "")
    held = f"<{prefix}:Object>{bare}</{prefix}:Object></{prefix}:Signature>"
    holder = signature.group().replace(f"</{prefix}:Signature>", held)
    evil = _evil(good)
    forged = evil[: evil.index(">") + 1] + holder + evil[evil.index(">") + 1 :]
    assert visit.refused(xml[:start] + forged + xml[end:]).trouble is Trouble.NOT_TRUSTED


def test_a_comment_inside_a_name_is_refused(world, visit):
    # A reader that stops at the comment would take `victim` for the whole name.
    def change(response):
        response.assertion[0].subject.name_id.text = "victim@univ-test.example.attacker.example"
        response.assertion[0].subject.name_id.format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

    xml = world.idp.answer(visit.asked, change=change)
    commented = xml.replace("victim@univ-test.example.att", "victim@univ-test.example<!---->.att")
    assert commented != xml
    assert "comment" in visit.refused(commented).detail


def test_a_comment_inside_an_attribute_is_refused(world, visit):
    xml = world.idp.answer(visit.asked).replace(INE, f"{INE[:6]}<!-- -->{INE[6:]}")
    assert "comment" in visit.refused(xml).detail


BOMB = (
    '<!DOCTYPE a [<!ENTITY x "'
    + "ha" * 500
    + '">'
    + "".join(f'<!ENTITY x{n} "{("&x" + (str(n - 1) if n > 1 else "") + ";") * 20}">' for n in range(1, 8))
    + "]>"
)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd">',
        "<!DOCTYPE a [<!ATTLIST Assertion ID ID #IMPLIED>]>",
        BOMB,
    ],
)
def test_a_document_that_declares_entities_is_refused_before_anything_reads_it(world, visit, declaration):
    xml = without_declaration(world.idp.answer(visit.asked))
    assert "unreadable XML" in visit.refused(declaration + xml).detail


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"not xml",
        b"<a/>",
        b"\xff\xfe<\x00a\x00/\x00>\x00",
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        b"<a>" * 20_000,
        b"<a>" + b"x" * 300_000 + b"</a>",
    ],
)
def test_what_is_no_answer_is_refused(visit, document):
    assert visit.refused(document).trouble is Trouble.NOT_TRUSTED


def test_what_is_no_base64_is_refused(visit):
    with pytest.raises(DoorRefusal):
        visit.back("%%%")


def test_a_compressed_bomb_is_not_inflated(visit):
    squeezer = zlib.compressobj(9, wbits=-15)
    bomb = squeezer.compress(b"<a>" + b" " * 30_000_000) + squeezer.flush()
    assert len(bomb) < 100_000
    assert visit.refused(bomb).trouble is Trouble.NOT_TRUSTED


def test_an_answer_in_the_address_of_the_visit_is_not_looked_at(world, visit):
    xml = world.idp.answer(visit.asked)
    with pytest.raises(DoorRefusal):
        visit.door.arrive(
            Attempt(visit.state, CONSUMER, visit.departure.details), {"SAMLResponse": posted(xml)}, datetime.now(UTC)
        )


def test_nothing_of_a_person_reaches_the_log(world, visit, caplog, capfd):
    caplog.set_level(0)
    visit.comes_back(world.idp.answer(visit.asked))
    visit.refused(world.idp.answer(visit.asked).replace("21904417", "21904418"))
    out, err = capfd.readouterr()
    for text in (caplog.text, out, err):
        assert INE not in text
        assert "2190441" not in text

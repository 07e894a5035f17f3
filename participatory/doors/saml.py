"""The SAML 2 door: a signed request out by redirection, an answer in by POST, checked by pysaml2 and xmlsec1.

pysaml2 checks signatures, dates and statuses; what it lets pass is checked beside it, before (saml_shape)
and after (saml_profile). Source: SAML 2.0, profiles §4.1 (web browser SSO).
"""

import secrets
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from enum import StrEnum
from tempfile import NamedTemporaryFile
from traceback import clear_frames
from typing import Any, ClassVar

from participatory.core.errors import Refusal
from participatory.core.labels import N_, register
from participatory.doors.attributes import tidied
from participatory.doors.rules import (
    Asserted,
    Attempt,
    Departure,
    DoorRefusal,
    SourceDoor,
    SourceKind,
    cancelled,
    not_trusted,
    unreachable,
)
from participatory.doors.saml_answers import taken_back
from participatory.doors.saml_attributes import attribute_maps
from participatory.doors.saml_library import library, program
from participatory.doors.saml_profile import SKEW, Expected, Service
from participatory.doors.saml_providers import Provider, pem
from participatory.doors.saml_shape import LONGEST_RESPONSE, opened_shape, received_shape

_REQUEST_ID = "saml_request"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_ASSERTION_NODE = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"
# Names that are new at every visit: they say nothing of who came.
_PASSING = frozenset({"urn:oasis:names:tc:SAML:2.0:nameid-format:transient"})


class Signed(StrEnum):
    """Which part of an answer must carry a signature."""

    ASSERTION = "assertion"
    RESPONSE = "response"
    BOTH = "both"


register(
    {
        Signed.ASSERTION: N_("L’assertion (le réglage de RENATER)"),
        Signed.RESPONSE: N_("La réponse entière"),
        Signed.BOTH: N_("Les deux"),
    }
)


class _Trusted:
    """Stands for pysaml2's store of metadata: only the certificates of this provider verify anything."""

    def __init__(self, provider: Provider, stack: ExitStack):
        self._provider = provider
        # Files of ours: the library would leave its own to the garbage collector.
        self._files = [stack.enter_context(_file_of(pem(each))) for each in provider.certificates]

    def certs(self, entity_id: str, _descriptor: str, _use: str) -> list[tuple[str, Any]]:
        """The files of the certificates of an entity; raises KeyError, as the library expects, for another."""
        if entity_id != self._provider.entity_id:
            raise KeyError(entity_id)
        return [("", file) for file in self._files]


@contextmanager
def _file_of(content: bytes) -> Iterator[Any]:
    with NamedTemporaryFile(suffix=".pem") as file:
        file.write(content)
        file.flush()
        yield file


class SamlDoor(SourceDoor):
    """Signs students in through the identity provider of their establishment."""

    kind: ClassVar[SourceKind] = SourceKind.SAML
    state_parameter: ClassVar[str] = "RelayState"

    def __init__(self, provider: Provider, service: Service, signed: Signed = Signed.ASSERTION):
        self._provider = provider
        self._service = service
        self._signed = signed

    def depart(self, state: str, callback: str, *, afresh: bool = False) -> Departure:
        """The address of the provider with our signed request; answers are awaited at the service's own address."""
        try:
            request_id = f"id-{secrets.token_hex(20)}"
            return Departure(self._redirection(request_id, state, afresh), {_REQUEST_ID: request_id})
        except DoorRefusal:
            raise
        except Refusal as refusal:
            # The library or the program has gone since the door was opened.
            raise unreachable(str(refusal)) from refusal

    def _redirection(self, request_id: str, state: str, afresh: bool) -> str:
        samlp, saml = library("samlp"), library("saml")
        request = samlp.AuthnRequest(
            id=request_id,
            version="2.0",
            issue_instant=library("time_util").instant(),
            destination=self._provider.sign_in_url,
            protocol_binding=_POST,
            assertion_consumer_service_url=self._service.consumer_url,
            issuer=saml.Issuer(text=self._service.entity_id),
            force_authn="true" if afresh else None,
        )
        sent = library("pack").http_redirect_message(
            str(request),
            self._provider.sign_in_url,
            state,
            sigalg=_SHA256,
            sign=True,
            backend=self._signer(),
        )
        return str(dict(sent["headers"])["Location"])

    def _signer(self) -> Any:
        sigver = library("sigver")
        return sigver.RSACrypto(sigver.import_rsa_key_from_file(str(self._service.keys[0])))

    def arrive(self, attempt: Attempt, answer: Mapping[str, str], now: datetime) -> Asserted:
        """What the provider says of the person, once its answer is checked; raises DoorRefusal.

        The answer is the one that waited (see saml_answers), never a parameter of the visit.
        It must reply to the very request of this attempt: one that no request asked for is refused.
        """
        document = _decoded(taken_back(attempt.state, attempt.details))
        shape = received_shape(document)
        request_id = attempt.details.get(_REQUEST_ID, "")
        if not shape.refused:
            # Whether an encrypted assertion is signed is only seen once it is open.
            self._check_signed(shape.response_signed, assertion_signed=shape.assertion_signed or shape.encrypted)
        with ExitStack() as stack:
            reader = self._checked(document, request_id, self._security(stack))
            if shape.refused:
                raise not_trusted("the answer says both yes and no")
            if shape.encrypted:
                self._check_signed(shape.response_signed, assertion_signed=_check_opened(reader))
        Expected(self._provider.entity_id, self._service, request_id).check(reader.response, reader.assertions[0], now)
        return self._asserted(reader)

    def _checked(self, document: bytes, request_id: str, security: Any) -> Any:
        """The answer as pysaml2 reads it, once it has found nothing wrong."""
        if not request_id:
            raise not_trusted("no request was sent")
        module = library("response")
        reader = module.AuthnResponse(
            security,
            _converters(),
            self._service.entity_id,
            return_addrs=[self._service.consumer_url],
            outstanding_queries={request_id: "/"},
            timeslack=int(SKEW.total_seconds()),
            want_assertions_signed=self._signed is not Signed.RESPONSE,
            want_response_signed=self._signed is not Signed.ASSERTION,
            conv_info={"entity_id": self._service.entity_id},
        )
        try:
            reader.loads(document.decode(), False, origxml=document.decode())
            verified = reader.verify()
        except module.StatusError as status:
            _forget(status)
            raise cancelled(type(status).__name__) from None
        except Refusal:
            raise
        except Exception as fault:  # noqa: BLE001 — the library raises bare ones, for an audience that is not ours.
            _forget(fault)
            raise not_trusted(self._words(str(fault), type(fault).__name__)) from None
        if reader.response.destination != self._service.consumer_url:
            raise not_trusted("the destination is not this site")
        if reader.response.encrypted_assertion and not reader.assertions:
            raise not_trusted("none of our keys opens the assertion")
        # The library also says no by None: for an old answer, for a condition that does not hold.
        if verified is None or len(reader.assertions) != 1 or reader.ava is None:
            raise not_trusted("pysaml2 found the answer wrong: date or conditions")
        return reader

    @staticmethod
    def _words(message: str, name: str) -> str:
        """A fault of the library as the log names it, without what it holds of the answer."""
        return "the audience is not this site" if "AudienceRestriction" in message else f"pysaml2: {name}"

    def _security(self, stack: ExitStack) -> Any:
        sigver = library("sigver")
        return sigver.SecurityContext(
            sigver.CryptoBackendXmlSec1(program()),
            key_file=str(self._service.keys[0]),
            cert_file=str(self._service.keys[0]),
            metadata=_Trusted(self._provider, stack),
            only_use_keys_in_metadata=True,
            enc_key_files=[str(path) for path in self._service.keys],
        )

    def _check_signed(self, response_signed: bool, *, assertion_signed: bool) -> None:
        if self._signed is not Signed.RESPONSE and not assertion_signed:
            raise not_trusted("the assertion is not signed")
        if self._signed is not Signed.ASSERTION and not response_signed:
            raise not_trusted("the response is not signed")

    def _asserted(self, reader: Any) -> Asserted:
        attributes = tidied(reader.ava)
        scoped = attributes.get("eduPersonScopedAffiliation", ())
        if scoped and self._provider.scopes:
            # A provider speaks for the domains that its federation has registered for it, and for no other.
            kept = tuple(each for each in scoped if each.rpartition("@")[2].lower() in self._provider.scopes)
            attributes = {**attributes, "eduPersonScopedAffiliation": kept}
        name = reader.name_id
        passing = name is None or name.format in _PASSING
        return Asserted("" if passing else str(name.text or "").strip(), attributes)


def _forget(fault: BaseException | None) -> None:
    """Drop what a fault of the library holds: the answer, in clear, in its variables and temporary files."""
    while fault is not None:
        clear_frames(fault.__traceback__)
        fault = fault.__cause__ or fault.__context__


def _check_opened(reader: Any) -> bool:
    """Check an assertion that came encrypted once more, opened; whether it is signed."""
    document = reader.xmlstr if isinstance(reader.xmlstr, str) else reader.xmlstr.decode()
    shape = opened_shape(document.encode())
    if shape.assertion_signed:
        # The library takes for verified what it only finds at a second round of decryption.
        try:
            reader.sec.check_signature(reader.assertions[0], _ASSERTION_NODE, document)
        except Exception as fault:  # noqa: BLE001 — of whatever kind, the signature is not good.
            _forget(fault)
            raise not_trusted(f"pysaml2: {type(fault).__name__}") from None
    return shape.assertion_signed


def _decoded(text: str) -> bytes:
    """The XML of an answer; raises DoorRefusal."""
    if len(text) > LONGEST_RESPONSE * 4 // 3:
        raise not_trusted("the answer is too long")
    try:
        document = b64decode("".join(text.split()), validate=True)
    except (ValueError, BadBase64) as fault:
        raise not_trusted("the answer is not in base64") from fault
    if not document:
        raise not_trusted("there is no answer")
    return document


def _converters() -> list[Any]:
    module = library("attribute_converter")
    made = []
    for each in attribute_maps():
        converter = module.AttributeConverter()
        converter.from_dict(each)
        made.append(converter)
    return made

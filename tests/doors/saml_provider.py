"""The identity provider of the tests: pysaml2's own server, which reads our requests and metadata as others do."""

from __future__ import annotations

import re
import shutil
import warnings
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

XMLSEC1 = shutil.which("xmlsec1")
needs_xmlsec1 = pytest.mark.skipif(
    XMLSEC1 is None or find_spec("saml2") is None,
    reason="Debian's xmlsec1 or pysaml2 is not installed: SAML tests left out",
)

ENTITY_ID = "https://idp.univ-test.example/idp/shibboleth"
SIGN_IN_URL = "https://idp.univ-test.example/idp/profile/SAML2/Redirect/SSO"
URI = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

# Written here again from the SupAnn, eduPerson and SCHAC schemas: a slip in ours must not hide behind itself.
OIDS = {
    "eduPersonAffiliation": "urn:oid:1.3.6.1.4.1.5923.1.1.1.1",
    "eduPersonScopedAffiliation": "urn:oid:1.3.6.1.4.1.5923.1.1.1.9",
    "supannCodeINE": "urn:oid:1.3.6.1.4.1.7135.1.2.1.9",
    "supannEtuId": "urn:oid:1.3.6.1.4.1.7135.1.2.1.10",
    "supannEtablissement": "urn:oid:1.3.6.1.4.1.7135.1.2.1.14",
    "schacPersonalUniqueCode": "urn:oid:1.3.6.1.4.1.25178.1.2.14",
    "mail": "urn:oid:0.9.2342.19200300.100.1.3",
    "displayName": "urn:oid:2.16.840.1.113730.3.1.241",
}
INE = "123456789AB"
STUDENT = {
    "eduPersonAffiliation": ["member", "student"],
    "supannCodeINE": [INE],
    "supannEtuId": ["21904417"],
    "supannEtablissement": ["{UAI}0311384L"],
    "mail": ["lou.martin@univ-test.example"],
    "displayName": ["Lou Martin"],
}


def keys(folder: Path, name: str) -> tuple[Path, Path]:
    """A private key and a self-signed certificate, on disk."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    title = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(title)
        .issuer_name(title)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    key_path, certificate_path = folder / f"{name}.key", folder / f"{name}.crt"
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return key_path, certificate_path


@cache
def _library() -> Any:
    """pysaml2's server; importing it warns of a cipher that it does not use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import saml2.config
        import saml2.metadata
        import saml2.server
        import saml2.sigver
    return saml2


@dataclass
class Asked:
    """A request as the provider reads it."""

    id: str
    consumer_url: str
    issuer: str
    relay_state: str


class TestProvider:
    """An identity provider: `read` a request that a browser brings, then `answer` it, rightly or in a wrong way."""

    __test__ = False

    def __init__(self, folder: Path, entity_id: str = ENTITY_ID, sign_in_url: str = SIGN_IN_URL):
        saml2 = _library()
        folder.mkdir(parents=True, exist_ok=True)
        self.key_path, self.certificate_path = keys(folder, "idp")
        self.folder, self.entity_id, self.sign_in_url = folder, entity_id, sign_in_url
        self.config: dict[str, Any] = {
            "entityid": entity_id,
            "key_file": str(self.key_path),
            "cert_file": str(self.certificate_path),
            "xmlsec_binary": XMLSEC1,
            "service": {
                "idp": {
                    "name": "Université d’essai",
                    "endpoints": {
                        "single_sign_on_service": [(sign_in_url, "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")]
                    },
                    "want_authn_requests_signed": True,
                    "want_authn_requests_only_with_valid_cert": False,
                    "policy": {"default": {"name_form": URI, "attribute_restrictions": None}},
                    "scope": ["univ-test.example"],
                    "ui_info": {
                        "display_name": [{"lang": "fr", "text": "Université d’essai"}],
                    },
                }
            },
        }
        self.metadata = str(saml2.metadata.entity_descriptor(self._configured(self.config)))
        self.server: Any = None

    def _configured(self, config: dict[str, Any]) -> Any:
        saml2 = _library()
        made = saml2.config.IdPConfig().load(config)
        converter = saml2.attribute_converter.AttributeConverter()
        converter.from_dict({"identifier": URI, "to": OIDS})
        made.attribute_converters = [converter]
        return made

    def know(self, service_metadata: str) -> None:
        """Read the metadata of a service, as an operator of the federation would load them."""
        path = self.folder / "service.xml"
        path.write_text(service_metadata, "utf-8")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            config = self._configured({**self.config, "metadata": {"local": [str(path)]}})
            self.server = _library().server.Server(config=config)

    def read(self, url: str) -> Asked:
        """The request that a browser brings, its signature checked with the service's metadata."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}
        read = self.server.parse_authn_request(
            asked["SAMLRequest"],
            "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
            relay_state=asked.get("RelayState"),
            sigalg=asked.get("SigAlg"),
            signature=asked.get("Signature"),
        )
        message = read.message
        return Asked(
            message.id, message.assertion_consumer_service_url, message.issuer.text, asked.get("RelayState", "")
        )

    def answer(
        self,
        asked: Asked,
        attributes: dict[str, list[str]] | None = None,
        *,
        change: Callable[[Any], None] | None = None,
        sign: tuple[str, ...] = ("assertion",),
        signing: tuple[str, str] = (RSA_SHA256, SHA256),
    ) -> str:
        """The XML of an answer; `change` alters it before it is signed."""
        saml2 = _library()
        made = str(self._response(asked, attributes, sign_assertion=False, sign_response=False))
        response = saml2.samlp.response_from_string(made)
        if change:
            change(response)
        assertion = response.assertion[0]
        to_sign = []
        if "assertion" in sign:
            assertion.signature = self._unsigned_signature(assertion.id, 1, signing)
            to_sign.append((saml2.class_name(assertion), assertion.id))
        if "response" in sign:
            response.signature = self._unsigned_signature(response.id, 2, signing)
            to_sign.append((saml2.class_name(response), response.id))
        return str(saml2.sigver.signed_instance_factory(response, self.server.sec, to_sign) if to_sign else response)

    def encrypted_answer(self, asked: Asked, attributes: dict[str, list[str]] | None = None, **options: Any) -> str:
        """The XML of an answer whose assertion only the service can read."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            made = self._response(
                asked,
                attributes,
                **{"sign_assertion": True, "sign_response": False, "encrypt_assertion": True, **options},
            )
        return str(made)

    def encrypted_in_another_way(self, asked: Asked, certificate: Path, data: str, session_key: str) -> str:
        """The same, with an algorithm that this library does not choose by itself, and newer providers do."""
        sigver = _library().sigver
        # What is signed stays as it is: only its place changes.
        signed = without_declaration(self.answer(asked))
        found = re.search(r"<(\w+):Assertion\b.*</\1:Assertion>", signed, re.DOTALL)
        assert found
        # What is encrypted must stand by itself, with the names that it uses.
        names = " ".join(re.findall(r'xmlns:\w+="[^"]+"', signed[: signed.index(">")]))
        alone = found.group().replace(":Assertion ", f":Assertion {names} ", 1)
        holder = f"{found[1]}:EncryptedAssertion"
        wrapped = signed.replace(found.group(), f"<{holder}>{alone}</{holder}>")
        template = sigver.pre_encryption_part(msg_enc=data)
        path = "".join(f'/*[local-name()="{name}"]' for name in ("Response", "EncryptedAssertion", "Assertion"))
        return str(self.server.sec.crypto.encrypt_assertion(wrapped, str(certificate), template, session_key, path))

    def _response(self, asked: Asked, attributes: dict[str, list[str]] | None, **options: Any) -> Any:
        saml2 = _library()
        return self.server.create_authn_response(
            dict(STUDENT if attributes is None else attributes),
            asked.id,
            asked.consumer_url,
            asked.issuer,
            name_id=saml2.saml.NameID(format=TRANSIENT, text="_passing"),
            authn={"class_ref": PASSWORD, "authn_auth": self.entity_id},
            sign_alg=RSA_SHA256,
            digest_alg=SHA256,
            **options,
        )

    def _unsigned_signature(self, identifier: str, number: int, signing: tuple[str, str]) -> Any:
        sigver = _library().sigver
        return sigver.pre_signature_part(
            identifier, self.server.sec.my_cert, number, sign_alg=signing[0], digest_alg=signing[1]
        )

    def refusal(self, asked: Asked) -> str:
        """The XML of an answer that says no."""
        saml2 = _library()
        return str(
            self.server.create_error_response(
                asked.id,
                asked.consumer_url,
                (saml2.samlp.STATUS_AUTHN_FAILED, "No"),
                sign=False,
            )
        )


def posted(xml: str | bytes) -> str:
    """An answer as a browser posts it."""
    return b64encode(xml.encode() if isinstance(xml, str) else xml).decode()


def without_declaration(xml: str) -> str:
    """An XML text ready to stand inside another."""
    return re.sub(r"^<\?xml[^>]*\?>\s*", "", xml)


def new_source(idp: TestProvider, establishment: Any, *, signed: str = "assertion") -> Any:
    """An open SAML door of an establishment, as the administration leaves it."""
    from participatory.core.clock import now
    from participatory.core.database import db, transaction
    from participatory.doors.models import IdentitySource
    from participatory.doors.saml_providers import read_provider

    moment = now()
    provider = read_provider(idp.metadata.encode(), "", "", moment, local=True)
    with transaction():
        source = IdentitySource(
            establishment_id=establishment.id,
            kind="saml",
            settings={"provider": provider.to_settings(), "federation": "", "signed": signed},
            created_by="system",
            created_at=moment,
            changed_at=moment,
            tested_at=moment,
            enabled_at=moment,
        )
        db.session.add(source)
    return source


def signed_metadata(entities: list[str], key: Path, ends: str = "2036-01-01T00:00:00Z") -> str:
    """The file of a federation: the metadata of several entities, signed as a whole."""
    assert XMLSEC1
    xmlsec1 = _library().sigver.CryptoBackendXmlSec1(XMLSEC1)
    inside = "".join(map(without_declaration, entities))
    signature = _library().sigver.pre_signature_part("_federation", None, 1, sign_alg=RSA_SHA256, digest_alg=SHA256)
    document = (
        f'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_federation" validUntil="{ends}">'
        f"{without_declaration(str(signature))}{inside}</md:EntitiesDescriptor>"
    )
    name = "urn:oasis:names:tc:SAML:2.0:metadata:EntitiesDescriptor"
    return str(xmlsec1.sign_statement(document, name, str(key), "_federation"))

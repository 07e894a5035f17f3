"""What we keep of an establishment's identity provider, from the metadata that it or its federation publishes."""

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.doors.origins import origin_of
from participatory.doors.saml_library import library, program, safe_parser
from participatory.doors.saml_shape import SIGNATURE

METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_SCOPE = "{urn:mace:shibboleth:metadata:1.0}Scope"
_DISPLAY_NAME = "{urn:oasis:names:tc:SAML:metadata:ui}DisplayName"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_SAML2 = "urn:oasis:names:tc:SAML:2.0:protocol"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_STRONG = frozenset(f"http://www.w3.org/2001/04/xmldsig-more#rsa-sha{bits}" for bits in (256, 384, 512))
_SMALLEST_KEY = 2048
_LONGEST_NAME = 80
_MOST = 20


@dataclass(frozen=True)
class Provider:
    """An identity provider: who it says it is, where it receives requests, the certificates that it signs with.

    `certificates` are in base64 without the PEM lines; `scopes` are the domains that it may speak for.
    """

    entity_id: str
    sign_in_url: str
    certificates: tuple[str, ...]
    scopes: tuple[str, ...] = ()
    name: str = ""

    def to_settings(self) -> dict[str, Any]:
        """As the settings of a source keep it."""
        return {**asdict(self), "certificates": list(self.certificates), "scopes": list(self.scopes)}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "Provider":
        """As it was kept; raises KeyError when the settings hold no provider."""
        return cls(
            settings["entity_id"],
            settings["sign_in_url"],
            tuple(settings["certificates"]),
            tuple(settings.get("scopes", ())),
            settings.get("name", ""),
        )


def read_provider(
    document: bytes, entity_id: str, federation_certificate: str, now: datetime, *, local: bool = False
) -> Provider:
    """The identity provider that some metadata describe.

    `entity_id` chooses one among several; empty, it takes the only one. `federation_certificate` is the PEM of who
    signed the document: it may be empty for the metadata of one establishment that were received from it;
    the file of a federation is believed only with it. `local` also allows plain http on this machine (trials).
    Raises Refusal (INVALID) with the field to correct (`metadata`, `entity_id` or `certificate`).
    """
    root = _parsed(document)
    if federation_certificate.strip():
        _check_signed(document, root, federation_certificate)
    elif root.tag == f"{METADATA}EntitiesDescriptor":
        raise _refused(
            N_("Ce fichier est celui d’une fédération : donnez aussi le certificat qui le signe."), "certificate"
        )
    entity = _chosen(root, entity_id.strip())
    for element in (root, entity):
        _check_still_valid(element, now)
    return _provider(entity, local=local)


def _refused(message: str, field: str = "metadata", **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, field, **values)


def _parsed(document: bytes) -> Element:
    try:
        root: Element = safe_parser().fromstring(document, forbid_dtd=True)
    except (ValueError, SyntaxError) as fault:
        raise _refused(N_("Ce n’est pas un fichier de métadonnées SAML : il ne se lit pas comme du XML.")) from fault
    if root.tag not in {f"{METADATA}EntityDescriptor", f"{METADATA}EntitiesDescriptor"}:
        raise _refused(N_("Ce n’est pas un fichier de métadonnées SAML."))
    return root


def _check_signed(document: bytes, root: Element, certificate: str) -> None:
    """Refuse a document that this certificate has not signed whole."""
    refusal = _refused(N_("La signature de ce fichier ne correspond pas au certificat."), "certificate")
    first = next(root.iter(f"{SIGNATURE}Signature"), None)
    # The root's own signature, on the root itself: xmlsec1 would as well verify one that stands deeper.
    if first is None or first not in list(root) or not root.get("ID"):
        raise _refused(N_("Ce fichier n’est pas signé, ou sa signature n’est pas à sa place."))
    references = list(first.iter(f"{SIGNATURE}Reference"))
    method = next(first.iter(f"{SIGNATURE}SignatureMethod"), None)
    if [each.get("URI") for each in references] != [f"#{root.get('ID')}"] or method is None:
        raise refusal
    if method.get("Algorithm") not in _STRONG:
        raise _refused(N_("Ce fichier est signé d’une façon trop ancienne pour être sûre."))
    if sum(1 for each in root.iter() if each.get("ID") == root.get("ID")) != 1:
        raise refusal
    if not _verified(document, root, _read_pem(certificate)):
        raise refusal


def _read_pem(certificate: str) -> bytes:
    try:
        read = x509.load_pem_x509_certificate(certificate.strip().encode())
    except ValueError as fault:
        raise _refused(
            N_("Ce certificat ne se lit pas : il commence par « -----BEGIN CERTIFICATE----- »."), "certificate"
        ) from fault
    return read.public_bytes(serialization.Encoding.PEM)


def _verified(document: bytes, root: Element, certificate: bytes) -> bool:
    sigver = library("sigver")
    name = root.tag.replace("{", "").replace("}", ":")
    with NamedTemporaryFile(suffix=".pem") as file:
        file.write(certificate)
        file.flush()
        try:
            crypto = sigver.CryptoBackendXmlSec1(program())
            return bool(crypto.validate_signature(document, file.name, "pem", name, root.get("ID")))
        except sigver.SigverError:
            return False


def _chosen(root: Element, entity_id: str) -> Element:
    """The identity provider asked for, or the only one."""
    found = [
        each
        for each in root.iter(f"{METADATA}EntityDescriptor")
        if each.find(f"{METADATA}IDPSSODescriptor") is not None and entity_id in {"", each.get("entityID")}
    ]
    if len(found) == 1:
        return found[0]
    if not found and entity_id:
        raise _refused(N_("Ce fichier ne décrit pas ce fournisseur d’identité."), "entity_id")
    if not found:
        raise _refused(N_("Ce fichier ne décrit aucun fournisseur d’identité."))
    raise _refused(
        N_("Ce fichier décrit plusieurs fournisseurs d’identité : écrivez l’entityID du vôtre."), "entity_id"
    )


def _check_still_valid(element: Element, now: datetime) -> None:
    text = element.get("validUntil", "")
    if not text:
        return
    try:
        ends = datetime.fromisoformat(text)
    except ValueError as fault:
        raise _refused(N_("La date de fin de ce fichier ne se lit pas.")) from fault
    if (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) <= now:
        raise _refused(N_("Ce fichier n’est plus valable : téléchargez-le de nouveau."))


def _provider(entity: Element, *, local: bool) -> Provider:
    role = next(
        (
            each
            for each in entity.findall(f"{METADATA}IDPSSODescriptor")
            if _SAML2 in each.get("protocolSupportEnumeration", "").split()
        ),
        None,
    )
    if role is None:
        raise _refused(N_("Ce fournisseur d’identité ne parle pas SAML 2."))
    urls = [
        each.get("Location", "")
        for each in role.findall(f"{METADATA}SingleSignOnService")
        if each.get("Binding") == _REDIRECT
    ]
    if not urls or not _is_safe(urls[0], local=local):
        raise _refused(N_("Ce fournisseur d’identité n’a pas d’adresse de connexion en https (HTTP-Redirect)."))
    return Provider(
        entity.get("entityID", ""), urls[0], _certificates(role), _scopes(entity), _display_name(role)[:_LONGEST_NAME]
    )


def _is_safe(url: str, *, local: bool) -> bool:
    """Whether a browser may be sent there: https, or plain http on this very machine where that is allowed."""
    try:
        origin = origin_of(url)
    except ValueError:
        return False
    return origin.startswith("https://") or (local and urlsplit(url).hostname in {"127.0.0.1", "localhost"})


def _certificates(role: Element) -> tuple[str, ...]:
    texts = [
        "".join((certificate.text or "").split())
        for key in role.findall(f"{METADATA}KeyDescriptor")
        if key.get("use", "signing") == "signing"
        for certificate in key.iter(f"{SIGNATURE}X509Certificate")
    ]
    kept = tuple(dict.fromkeys(text for text in texts[:_MOST] if _is_strong(text)))
    if not kept:
        raise _refused(
            N_("Ce fournisseur d’identité ne donne aucun certificat de signature assez sûr (RSA, 2048 bits).")
        )
    return kept


def _is_strong(text: str) -> bool:
    try:
        key = x509.load_der_x509_certificate(b64decode(text, validate=True)).public_key()
    except (ValueError, BadBase64):
        return False
    return isinstance(key, ec.EllipticCurvePublicKey) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_KEY
    )


def pem(certificate: str) -> bytes:
    """A certificate of a provider in PEM, as xmlsec1 reads it."""
    return x509.load_der_x509_certificate(b64decode(certificate)).public_bytes(serialization.Encoding.PEM)


def described(certificate: str) -> str:
    """A certificate in words that can be compared: its fingerprint, and its last day."""
    read = x509.load_der_x509_certificate(b64decode(certificate))
    return f"SHA-256 {read.fingerprint(hashes.SHA256()).hex(':')[:23]}… → {read.not_valid_after_utc:%Y-%m-%d}"


def _scopes(entity: Element) -> tuple[str, ...]:
    # A scope that is a pattern is left out: none in France is, and a pattern is easily too broad.
    plain = [each for each in entity.iter(_SCOPE) if each.get("regexp", "false") in {"false", "0"}]
    return tuple(
        dict.fromkeys((each.text or "").strip().lower() for each in plain[:_MOST] if (each.text or "").strip())
    )


def _display_name(role: Element) -> str:
    names = {each.get(_LANGUAGE, ""): (each.text or "").strip() for each in role.iter(_DISPLAY_NAME)}
    return names.get("fr") or next(iter(names.values()), "")

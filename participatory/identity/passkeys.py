"""Keys and devices that sign (WebAuthn): what a browser is asked, and whether its answer holds. Pure.

The key is bound to the host of PUBLIC_URL and answers pages of that origin only: a copy of the
site under another name gets nothing from it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST_ANSWER = 16_000
LONGEST_CREDENTIAL = 1400
LONGEST_PUBLIC_KEY = 800


class BadAnswer(Exception):  # noqa: N818 — it names what the browser sent.
    """The answer of a key does not hold; the message is for logs, not for people."""


@dataclass(frozen=True)
class Site:
    """What keys are bound to: a host name, and the origin of its pages."""

    host: str
    origin: str
    name: str

    @property
    def takes_keys(self) -> bool:
        """Whether browsers offer keys here: a host with a name, over https or on the visitor's own machine."""
        try:
            ip_address(self.host.strip("[]"))
        except ValueError:
            return bool(self.host) and (self.origin.startswith("https://") or self.host == "localhost")
        return False


def site_of(public_url: str, name: str) -> Site:
    """The site of a public address."""
    parts = urlsplit(public_url.lower())
    usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    # Browsers leave the usual port out of the origin that they sign.
    return Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc.removesuffix(usual)}", name)


@dataclass(frozen=True)
class NewKey:
    """What is kept of a key: its identifier and public key in base64url, and how often it has signed."""

    credential: str
    public_key: str
    sign_count: int


def creation(site: Site, person: str, account: str, known: Iterable[str]) -> tuple[str, str]:
    """What to ask a browser for a new key, as JSON, and the challenge; `known` keys are not offered again."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=person.encode(),
        user_name=account,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def signing(site: Site, known: Iterable[str]) -> tuple[str, str]:
    """What to ask a browser so that one of these keys signs, as JSON, and the challenge."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def _descriptors(known: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known]


def new_key(site: Site, challenge: str, answer: str) -> NewKey:
    """The key that a browser made; raises BadAnswer."""
    try:
        made = webauthn.verify_registration_response(
            credential=_bounded(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except Exception as error:  # the library parses what anybody may send, and fails in many ways
        raise BadAnswer(str(error)) from error
    key = NewKey(
        bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count
    )
    if len(key.credential) > LONGEST_CREDENTIAL or len(key.public_key) > LONGEST_PUBLIC_KEY:
        raise BadAnswer("a key too long to be kept")
    return key


def credential_of(answer: str) -> str:
    """The identifier of the key that answers, in base64url; raises BadAnswer."""
    try:
        found = json.loads(_bounded(answer))["id"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadAnswer("not the answer of a key") from error
    if not isinstance(found, str) or "\x00" in found:
        raise BadAnswer("not the answer of a key")
    return found


def signed(site: Site, challenge: str, answer: str, public_key: str) -> int:
    """How often the key says that it has signed, once its signature holds; raises BadAnswer.

    Whether that number grew is for the caller to judge: a number that did not is the sign of a copy.
    """
    try:
        done = webauthn.verify_authentication_response(
            credential=_bounded(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=0,
        )
    except Exception as error:  # the library parses what anybody may send, and fails in many ways
        raise BadAnswer(str(error)) from error
    return done.new_sign_count


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise BadAnswer("too long")
    return answer

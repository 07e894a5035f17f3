"""The door of an OpenID Connect provider: authorization code with PKCE, then the identity token and userinfo.

Sources: OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636 (PKCE, S256), RFC 9207 (issuer in the answer).
The provider is the one whose issuer staff typed, and no other: its discovery document must name the same issuer,
and every address in it must be on the issuer's own host or on one of those that staff added.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.discovery import get_well_known_url
from joserfc.jwk import KeySet

from participatory.doors.attributes import tidied
from participatory.doors.fetching import NotAllowed, Shelf, guarded
from participatory.doors.origins import origin_of
from participatory.doors.rules import (
    Asserted,
    Attempt,
    Departure,
    SourceDoor,
    SourceKind,
    cancelled,
    not_trusted,
    unreachable,
)
from participatory.doors.tokens import public_keys, verified

_VERIFIER_LENGTH = 64
_NONCE_LENGTH = 32
_LONGEST_CODE = 2048
# What a provider may answer instead of a code (Core, 3.1.2.6): anything else is not repeated in the log.
_GAVE_UP = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})
_FAULTS = frozenset(
    {
        "invalid_request",
        "unauthorized_client",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "invalid_client",
        "invalid_grant",
        "unsupported_grant_type",
        "invalid_token",
    }
)
# Claims of the protocol itself, which say nothing of the person.
_PROTOCOL = frozenset({"iss", "aud", "exp", "iat", "nbf", "nonce", "auth_time", "acr", "amr", "azp", "at_hash", "jti"})
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

SHELF = Shelf()


@dataclass(frozen=True)
class OidcSettings:
    """What staff typed; `secret` is empty for a public client, `hosts` are other hosts that the provider uses.

    `auth_method` is `client_secret_basic`, `client_secret_post` or `none`.
    """

    issuer: str
    client_id: str
    secret: str = ""
    auth_method: str = "client_secret_basic"
    scopes: str = "openid"
    hosts: tuple[str, ...] = ()


class OidcDoor(SourceDoor):
    """The door of one provider."""

    kind: ClassVar[SourceKind] = SourceKind.OIDC

    def __init__(self, settings: OidcSettings, shelf: Shelf = SHELF):
        self.settings = settings
        self._shelf = shelf
        own = origin_of(settings.issuer)
        self._origins = frozenset({own, *(origin_of(f"https://{host}") for host in settings.hosts)})

    def depart(self, state: str, callback: str, *, afresh: bool = False) -> Departure:
        """The provider's page of sign-in (Core, 3.1.2.1: `prompt`); kept: the nonce and the verifier."""
        asked = {"prompt": "login"} if afresh else {}
        document = self.discovered()
        verifier, nonce = generate_token(_VERIFIER_LENGTH), generate_token(_NONCE_LENGTH)
        url, _state = self._client(callback).create_authorization_url(
            document["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier, **asked
        )
        return Departure(url, {"nonce": nonce, "verifier": verifier})

    def arrive(self, attempt: Attempt, answer: Mapping[str, str], now: datetime) -> Asserted:
        """Exchange the code, check the identity token, read userinfo."""
        document = self.discovered()
        self._refuse_unless_ours(document, answer)
        if "error" in answer:
            raise _refused(answer["error"])
        code = answer.get("code", "")
        if not code or len(code) > _LONGEST_CODE:
            raise cancelled("no code in the answer")
        client = self._client(attempt.callback)
        with _talking("token endpoint"):
            token = client.fetch_token(
                document["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                redirect_uri=attempt.callback,
                code_verifier=attempt.details["verifier"],
            )
        claims = self._claims(document, token, attempt.details["nonce"], now)
        said = self._userinfo(client, document, claims["sub"])
        merged = {name: value for name, value in {**claims, **said}.items() if name not in _PROTOCOL}
        return Asserted(claims["sub"], tidied(merged), email_verified=_is_true(merged.get("email_verified", True)))

    def discovered(self) -> dict[str, Any]:
        """The provider's own description of itself; raises DoorRefusal unless it can be relied on."""
        document: dict[str, Any] = self._shelf.get(f"discovery {self.settings.issuer}", self._discover)
        return document

    def _discover(self) -> dict[str, Any]:
        document = self._document(get_well_known_url(self.settings.issuer, external=True))
        if document.get("issuer") != self.settings.issuer:
            raise not_trusted("the discovery document names another issuer")
        endpoints = [document.get(name) for name in _ENDPOINTS]
        if document.get("userinfo_endpoint") is not None:
            endpoints.append(document["userinfo_endpoint"])
        for address in endpoints:
            if not isinstance(address, str) or not self._is_allowed(address):
                raise not_trusted(f"an address of the discovery document is on a host not allowed: {_host(address)}")
        return document

    def _is_allowed(self, address: str) -> bool:
        try:
            return origin_of(address) in self._origins
        except ValueError:
            return False

    def _refuse_unless_ours(self, document: Mapping[str, Any], answer: Mapping[str, str]) -> None:
        named = answer.get("iss")
        required = document.get("authorization_response_iss_parameter_supported") is True
        if named != self.settings.issuer and (named is not None or required):
            raise not_trusted("the answer names another issuer")

    def _client(self, callback: str) -> OAuth2Session:
        settings = self.settings
        client = OAuth2Session(
            settings.client_id,
            settings.secret or None,
            token_endpoint_auth_method=settings.auth_method if settings.secret else "none",
            scope=settings.scopes,
            redirect_uri=callback,
            code_challenge_method="S256",
            # The access token is used at once and then forgotten: that it ends within a minute is no fault.
            leeway=0,
        )
        guarded(client, self._origins)
        return client

    def _claims(
        self, document: Mapping[str, Any], token: Mapping[str, Any], nonce: str, now: datetime
    ) -> dict[str, Any]:
        written, access = token.get("id_token"), token.get("access_token")
        if not isinstance(written, str) or not isinstance(access, str):
            raise not_trusted("no identity token in the answer of the token endpoint")
        address = document["jwks_uri"]
        keys = self._shelf.get(f"keys {address}", lambda: public_keys(self._document(address)))
        expected = {
            "issuer": self.settings.issuer,
            "client_id": self.settings.client_id,
            "nonce": nonce,
            "access_token": access,
        }
        return verified(written, expected, keys, lambda: self._renewed(address), now)

    def _renewed(self, address: str) -> KeySet | None:
        keys: KeySet | None = self._shelf.renew(f"keys {address}", lambda: public_keys(self._document(address)))
        return keys

    def _userinfo(self, client: OAuth2Session, document: Mapping[str, Any], subject: str) -> dict[str, Any]:
        address = document.get("userinfo_endpoint")
        if address is None:
            return {}
        with _talking("userinfo"):
            said = _json(client.get(address, headers={"Accept": "application/json"}))
        if said.get("sub") != subject:
            # Core, 5.3.2: otherwise a token of somebody else could have been slipped in.
            raise not_trusted("userinfo speaks of another subject")
        return said

    def _document(self, address: str) -> dict[str, Any]:
        with _talking("a public document"), requests.Session() as session:
            return _json(guarded(session, self._origins).get(address, headers={"Accept": "application/json"}))


def _is_true(said: object) -> bool:
    # The standard asks for a truth value; some providers write it as a text.
    return said is True or str(said).strip().lower() == "true"


def _json(response: requests.Response) -> dict[str, Any]:
    response.raise_for_status()
    document = response.json()
    if not isinstance(document, dict):
        raise requests.exceptions.InvalidJSONError("not an object")
    return document


@contextmanager
def _talking(what: str) -> Iterator[None]:
    """Whatever goes wrong on the way becomes a refusal that says where, never with data."""
    try:
        yield
    except NotAllowed as error:
        raise not_trusted(f"{what}: {error}") from error
    except requests.RequestException as error:
        status = error.response.status_code if error.response is not None else ""
        raise unreachable(f"{what}: {type(error).__name__} {status}".strip()) from error
    except AuthlibBaseError as error:
        raise _refused(str(error.error), at=what) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise unreachable(f"{what}: unreadable answer") from error


def _refused(code: str, at: str = "answer") -> Exception:
    if code in _GAVE_UP:
        return cancelled(code)
    known = code if code in _FAULTS else "unknown error"
    return not_trusted(f"{at}: {known}") if code == "invalid_grant" else unreachable(f"{at}: {known}")


def _host(address: object) -> str:
    try:
        return origin_of(str(address)[:200])
    except ValueError:
        return "unreadable"

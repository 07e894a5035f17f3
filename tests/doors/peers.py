"""Services of sign-in that the tests talk to: an honest CAS server, and an OpenID provider that can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

STUDENT = {
    "eduPersonAffiliation": ["member", "student"],
    "supannCodeINE": "123456789AB",
    "supannEtablissement": "{UAI}0311384L",
    "mail": "camille.durand@univ-tlse3.fr",
    "displayName": "Camille Durand",
}
STAFF = {**STUDENT, "eduPersonAffiliation": ["member", "employee", "faculty"], "supannCodeINE": ""}


@dataclass
class Answer:
    """What a service sends back."""

    body: str | bytes = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    location: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def as_json(document: object, status: int = 200) -> Answer:
    """A document of an OpenID provider."""
    return Answer(json.dumps(document), status, "application/json")


class Service:
    """A small HTTP server on a free port; `pages` gives the function of each path."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pages: dict[str, Callable[[dict[str, str], dict[str, str]], Answer]] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(dict(parse_qsl(urlsplit(self.path).query)))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                self._answer({**dict(parse_qsl(urlsplit(self.path).query)), **dict(parse_qsl(body))})

            def _answer(self, given: dict[str, str]) -> None:
                path = urlsplit(self.path).path
                service.asked.append(path)
                page = service.pages.get(path)
                answer = page(given, {k.lower(): v for k, v in self.headers.items()}) if page else Answer("", 404)
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                self.send_response(302 if answer.location else answer.status)
                self.send_header("Content-Type", answer.kind)
                self.send_header("Content-Length", str(len(body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.location:
                    self.send_header("Location", answer.location)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator[Any]:
        """The service, until the end of the block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


def _xml(name: str, value: str) -> str:
    return f"<cas:{name}>{html.escape(value)}</cas:{name}>"


class CasServer(Service):
    """A CAS 3 server: a ticket serves once, for the service that it was given for."""

    def __init__(self, users: dict[str, dict[str, Any]]):
        super().__init__()
        self.users = users
        self.tickets: dict[str, tuple[str, str]] = {}
        # A whole document to send instead of the honest one.
        self.forged: str | bytes | None = None
        self.pages = {"/cas/login": self._login, "/cas/p3/serviceValidate": self._validate}

    @property
    def address(self) -> str:
        return f"{self.url}/cas"

    def ticket(self, service: str, user: str) -> str:
        """A ticket for a user who has just signed in, good for one service."""
        ticket = f"ST-{secrets.token_hex(12)}-cas.exemple"
        self.tickets[ticket] = (service, user)
        return ticket

    def signed_in(self, login_url: str, user: str) -> str:
        """Where the server leads the browser of a user who has signed in at its page."""
        service = dict(parse_qsl(urlsplit(login_url).query))["service"]
        return f"{service}{'&' if '?' in service else '?'}ticket={self.ticket(service, user)}"

    def _login(self, given: dict[str, str], _headers: dict[str, str]) -> Answer:
        service = given.get("service", "")
        if given.get("username") in self.users:
            asked = f"{self.address}/login?{urlencode({'service': service})}"
            return Answer(location=self.signed_in(asked, given["username"]))
        return Answer(
            '<!doctype html><html lang="fr"><title>CAS</title><h1>Université d’essai</h1><form method="post">'
            f'<input type="hidden" name="service" value="{html.escape(service)}">'
            '<label>Identifiant <input name="username"></label><button>Se connecter</button></form></html>'
        )

    def _validate(self, given: dict[str, str], _headers: dict[str, str]) -> Answer:
        if self.forged is not None:
            return Answer(self.forged, kind="application/xml")
        service, user = self.tickets.pop(given.get("ticket", ""), ("", ""))
        if not user or service != given.get("service"):
            inner = '<cas:authenticationFailure code="INVALID_TICKET">no</cas:authenticationFailure>'
        else:
            inner = (
                f"<cas:authenticationSuccess>{_xml('user', user)}{self._attributes(user)}</cas:authenticationSuccess>"
            )
        return Answer(cas_document(inner), kind="application/xml")

    def _attributes(self, user: str) -> str:
        pairs = []
        for name, value in self.users[user].items():
            pairs += [(name, each) for each in (value if isinstance(value, list) else [value])]
        return f"<cas:attributes>{''.join(_xml(name, value) for name, value in pairs)}</cas:attributes>"


def cas_document(inner: str) -> str:
    """An answer of a CAS server."""
    return f'<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">{inner}</cas:serviceResponse>'


# Made once: the generation of a key takes longer than the tests that use it.
KEYS = [RSAKey.generate_key(2048, {"kid": f"key-{number}", "use": "sig"}, private=True) for number in range(2)]
SECRET = "un-secret-de-client-pour-les-tests"


class Provider(Service):
    """An OpenID provider, honest unless told otherwise.

    `claims` replaces claims of the identity token (a value of None removes one); `header` parts of its header;
    `says` parts of userinfo; `metadata` parts of the discovery document; `token` makes the whole identity token
    from its claims; `extra` is added to what the browser brings back.
    """

    def __init__(self, users: dict[str, dict[str, Any]]):
        super().__init__()
        self.users, self.key, self.published = users, KEYS[0], [KEYS[0]]
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.says: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.extra: dict[str, str] = {}
        self.token: Callable[[dict[str, Any]], str] | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.pages = {
            "/.well-known/openid-configuration": lambda *_: as_json(self.document()),
            "/jwks": lambda *_: as_json({"keys": [key.as_dict(private=False) for key in self.published]}),
            "/token": self._token,
            "/userinfo": self._userinfo,
        }

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.metadata,
        }

    def signed_in(self, authorization_url: str, user: str) -> str:
        """Where the provider leads the browser of a user who has signed in at its page."""
        asked = dict(parse_qsl(urlsplit(authorization_url).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "user": user}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], **self.extra})}"

    def _token(self, given: dict[str, str], headers: dict[str, str]) -> Answer:
        asked = self.codes.pop(given.get("code", ""), None)
        expected = base64.b64encode(f"{given.get('client_id', 'participatory')}:{SECRET}".encode()).decode()
        known = headers.get("authorization") == f"Basic {expected}" or given.get("client_secret") == SECRET
        if not known:
            return as_json({"error": "invalid_client"}, 401)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).rstrip(b"=")
        if (
            asked is None
            or asked["code_challenge"] != challenge.decode()
            or asked["redirect_uri"] != given["redirect_uri"]
        ):
            return as_json({"error": "invalid_grant"}, 400)
        access = f"{asked['user']}.{secrets.token_hex(8)}"
        return as_json(
            {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": self._written(asked)}
        )

    def _written(self, asked: dict[str, str]) -> str:
        moment = int(time.time())
        claims = {"iss": self.url, "sub": asked["user"], "aud": asked["client_id"], "iat": moment, "exp": moment + 60}
        claims |= {"nonce": asked["nonce"], **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.token:
            return self.token(claims)
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        return jwt.encode({name: value for name, value in header.items() if value}, claims, self.key)

    def _userinfo(self, _given: dict[str, str], headers: dict[str, str]) -> Answer:
        user = headers.get("authorization", "").removeprefix("Bearer ").rpartition(".")[0]
        return as_json({"sub": user, **self.users[user], **self.says})


def _part(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    """An identity token with `alg` none."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def signed_with_public_key(claims: dict[str, Any]) -> str:
    """An identity token signed by HS256, with the public key, which everybody has, as the secret."""
    head = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': KEYS[0].kid})}.{_part(claims)}"
    public = KEYS[0].as_pem(private=False)
    return f"{head}.{_part(hmac.new(public, head.encode(), hashlib.sha256).digest())}"


def query_of(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

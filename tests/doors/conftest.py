"""Doors whose services run on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from flask.testing import FlaskClient

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.doors.kinds import CLIENT_SECRET
from participatory.doors.models import IdentitySource
from participatory.doors.oidc import SHELF
from participatory.doors.rules import SourceKind
from participatory.territories.models import Establishment
from tests.doors.peers import SECRET, STAFF, STUDENT, CasServer, Provider
from tests.doors.saml_fixtures import saml_keys, shared_idp  # noqa: F401 — fixtures are found by their names here.

UT3 = "universite-toulouse-3"


@pytest.fixture
def app(make_test_app) -> Iterator[Flask]:
    """An application that believes services of this machine, and remembers none of an earlier test."""
    SHELF.clear()
    application = make_test_app(local_providers=True, public_url="http://localhost")
    with application.app_context():
        yield application


@pytest.fixture
def cas() -> Iterator[CasServer]:
    with CasServer({"camille": STUDENT, "martin": STAFF}).running() as server:
        yield server


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider({"camille": STUDENT, "martin": STAFF}).running() as server:
        yield server


def establishment(key: str = UT3) -> Establishment:
    return db.session.scalars(sa.select(Establishment).where(Establishment.key == key)).one()


def common(**settings: Any) -> dict[str, Any]:
    """The settings that every door has."""
    return {
        "email_domains": [],
        "uais": [],
        "student_values": ["student"],
        "scopes_allowed": [],
        "attributes": {},
        **settings,
    }


def make_source(
    kind: SourceKind, *, key: str = UT3, enabled: bool = True, name: str = "", **settings: Any
) -> IdentitySource:
    """A door, tested and open unless told otherwise."""
    with transaction():
        source = IdentitySource(
            establishment_id=establishment(key).id,
            kind=kind.value,
            name=name,
            settings=common(**settings),
            created_by="system",
            created_at=now(),
            changed_at=now(),
            tested_at=now() if enabled else None,
            enabled_at=now() if enabled else None,
        )
        db.session.add(source)
    return source


def cas_source(server: CasServer, **options: Any) -> IdentitySource:
    return make_source(SourceKind.CAS, server=server.address, **options)


def oidc_source(issuer: str, **options: Any) -> IdentitySource:
    settings = {
        "issuer": issuer,
        "client_id": "participatory",
        "auth_method": "client_secret_basic",
        "scopes": "openid profile email",
        "hosts": [],
        **options,
    }
    source = make_source(SourceKind.OIDC, **settings)
    current_app.extensions["secrets"].keep(CLIENT_SECRET, source.public_id, SECRET.encode())
    return source


def set_out(client: FlaskClient, source: IdentitySource, **parameters: str) -> str:
    """Take a door; the address at the service that the browser is led to."""
    answer = client.get(f"/connexion/porte/{source.public_id}", query_string=parameters)
    assert answer.status_code == 303, answer.text
    return answer.location


def follow(client: FlaskClient, url: str):
    """Open an address of our site that a service leads to."""
    parts = urlsplit(url)
    assert parts.netloc == "localhost"
    return last_page(client, client.get(f"{parts.path}?{parts.query}"))


def last_page(client: FlaskClient, answer):
    """The page that says why a door stayed shut, when the answer leads there; else the answer."""
    shut = answer.status_code == 303 and "/refus" in answer.location
    return client.get(answer.location) if shut else answer


def go_through(
    client: FlaskClient, source: IdentitySource, service: CasServer | Provider, user: str, **parameters: str
):
    """Take a door, sign in at its service, come back."""
    return follow(client, service.signed_in(set_out(client, source, **parameters), user))

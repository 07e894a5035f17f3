"""OpenID providers written by others: oidc-provider-mock, and oidc-provider, which is certified and runs on node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
import requests
import sqlalchemy as sa
from flask import current_app

from participatory.core.database import db, transaction
from participatory.doors.kinds import CLIENT_SECRET
from participatory.doors.models import EnrolmentProof, IdentitySource
from tests.doors.conftest import follow, oidc_source, set_out
from tests.doors.peers import SECRET, STAFF, STUDENT
from tests.doors.processes import certified_provider, mock_provider, needs_node

OURS = "http://localhost/"


def pressed(answer: requests.Response, visitor: requests.Session, **typed: str) -> requests.Response:
    """Send the form of a page with its hidden fields and what was typed."""
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    action = re.search(r'<form[^>]* action="([^"]+)"', answer.text)
    address = urljoin(answer.url, action[1]) if action else answer.url
    return walk(visitor.post(address, data={**hidden, **typed}, allow_redirects=False, timeout=20), visitor)


def walk(answer: requests.Response, visitor: requests.Session) -> requests.Response:
    """Follow redirections as a browser does, but not to our site."""
    while answer.is_redirect and not answer.headers["Location"].startswith(OURS):
        address = urljoin(answer.url, answer.headers["Location"])
        answer = visitor.get(address, allow_redirects=False, timeout=20)
    return answer


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with mock_provider({"camille": STUDENT, "martin": STAFF}) as issuer:
        yield issuer


def at_the_mock(departure: str, **typed: str) -> str:
    with requests.Session() as visitor:
        visitor.trust_env = False
        return visitor.post(departure, data=typed, allow_redirects=False, timeout=20).headers["Location"]


def test_a_student_signs_in_with_the_mock_provider(client, mock):
    source = oidc_source(mock, scopes="openid email")
    answer = follow(client, at_the_mock(set_out(client, source, next="/budgets"), sub="camille"))
    assert answer.location == "/budgets"
    assert db.session.scalars(sa.select(EnrolmentProof)).one().source == "oidc"


def test_a_member_of_staff_and_somebody_who_gives_up_are_told_so(client, mock):
    source = oidc_source(mock, scopes="openid email")
    answer = follow(client, at_the_mock(set_out(client, source), sub="martin"))
    assert "membre du personnel" in answer.text
    answer = follow(client, at_the_mock(set_out(client, source), action="deny"))
    assert "a été interrompue" in answer.text


@pytest.fixture(scope="module")
def certified() -> Iterator[str]:
    with certified_provider({"camille": STUDENT, "martin": STAFF}, f"{OURS}connexion/retour/camille") as issuer:
        yield issuer


def known(client_id: str, **options: str):
    """A door whose address of return is the one that the provider was told."""
    source = oidc_source(**options, client_id=client_id, scopes="openid supann")
    secrets = current_app.extensions["secrets"]
    secrets.destroy(CLIENT_SECRET, source.public_id)
    with transaction():
        db.session.get_one(IdentitySource, source.id).public_id = "camille"
    if client_id != "public":
        secrets.keep(CLIENT_SECRET, "camille", SECRET.encode())
    return source


def at_the_certified_provider(departure: str, user: str) -> str:
    """Sign in and consent, page after page; the address of ours that the provider leads to."""
    with requests.Session() as visitor:
        visitor.trust_env = False
        page = walk(visitor.get(departure, allow_redirects=False, timeout=20), visitor)
        page = pressed(page, visitor, login=user, password="quelconque")
        return pressed(page, visitor).headers["Location"]


@needs_node
@pytest.mark.parametrize(
    ("name", "method"), [("basic", "client_secret_basic"), ("post", "client_secret_post"), ("public", "none")]
)
def test_a_student_signs_in_with_the_certified_provider(client, certified, name, method):
    source = known(name, issuer=certified, auth_method=method)
    back = at_the_certified_provider(set_out(client, source), "camille")
    assert "iss=" in back
    assert follow(client, back).location == "/mon-compte"
    assert db.session.scalars(sa.select(EnrolmentProof)).one().source == "oidc"


@needs_node
def test_a_member_of_staff_is_refused_at_the_certified_provider(client, certified):
    source = known("basic", issuer=certified)
    answer = follow(client, at_the_certified_provider(set_out(client, source), "martin"))
    assert answer.status_code == 403
    assert "membre du personnel" in answer.text

"""What the tests of SAML share: an identity provider, made once, and our keys; conftest.py offers them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from participatory.doors.saml_keys import new_pair
from tests.doors.saml_provider import TestProvider


@pytest.fixture(scope="session")
def shared_idp(tmp_path_factory: pytest.TempPathFactory) -> TestProvider:
    """pysaml2's own provider; each test has it read the metadata of its application."""
    return TestProvider(tmp_path_factory.mktemp("idp"))


@pytest.fixture(scope="session")
def saml_keys() -> Callable[[Flask], None]:
    """Give an application its SAML keys: making new ones for each test takes long."""
    pair = new_pair("127.0.0.1", datetime.now(UTC))

    def give(app: Flask) -> None:
        folder = app.extensions["config"].secrets_folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "saml.current.pem").write_bytes(pair)

    return give

"""OpenID providers written by others, each in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.doors.peers import SECRET

HERE = Path(__file__).parent
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(
    NODE is None or not (HERE / "node" / "node_modules").is_dir(),
    reason="node is not installed: the tests with the certified OpenID provider are left out",
)


@contextmanager
def _running(*command: str) -> Iterator[str]:
    """The address of a provider that prints `READY address` once it listens."""
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as process:
        assert process.stdout is not None
        address = next((line.split()[1] for line in process.stdout if line.startswith("READY ")), None)
        assert address, f"{command[0]} did not start"
        try:
            yield address
        finally:
            process.terminate()


@contextmanager
def mock_provider(users: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The issuer of a running oidc-provider-mock."""
    with _running(sys.executable, "-W", "ignore", str(HERE / "mock_provider.py"), json.dumps(users)) as issuer:
        yield issuer


@contextmanager
def certified_provider(users: dict[str, dict[str, Any]], callback: str) -> Iterator[str]:
    """The issuer of a running oidc-provider; its clients are named for how they present themselves."""
    methods = {"basic": "client_secret_basic", "post": "client_secret_post", "public": "none"}
    clients = [
        {
            "client_id": name,
            "redirect_uris": [callback],
            "token_endpoint_auth_method": method,
            **({"client_secret": SECRET} if method != "none" else {}),
        }
        for name, method in methods.items()
    ]
    asked = json.dumps({"clients": clients, "accounts": users})
    with _running(str(NODE), str(HERE / "node" / "provider.mjs"), asked) as issuer:
        yield issuer

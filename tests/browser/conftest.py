"""A real server on a fresh demonstration, and Debian's Chromium in front of it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.conftest import close, make_app

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTLED = """() => new Promise((done) => {
    const moving = () => document.querySelector(".htmx-request")
        || document.getAnimations().some((animation) => animation.playState === "running");
    const look = () => (moving() ? requestAnimationFrame(look) : done());
    look();
})"""
# A machine that does many things at once may take long to show a page; waiting costs nothing where a test succeeds.
PATIENCE = 30_000
AXE = Path(__file__).parent / "vendor" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser tests out, in one line, where there is no Chromium."""
    if CHROMIUM is None:
        reason = pytest.mark.skipif(True, reason="Debian's chromium is not installed: browser tests left out")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(reason)


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """Wait for what a page is to show as long as for the page, and not five seconds."""
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Start the system's Chromium, silent on the network."""
    return {"executable_path": CHROMIUM, "args": QUIET, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """People of the Region, whose browsers ask for French."""
    return {**browser_context_args, "locale": "fr-FR"}


@dataclass(frozen=True)
class LiveSite:
    """A running demonstration: its address and the application behind it."""

    url: str
    app: Flask


@pytest.fixture(scope="session")
def loaded_demo(tmp_path_factory: pytest.TempPathFactory, prepared_sqlite: Path) -> Path:
    """An instance folder in which `participatory demo load` has run."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(prepared_sqlite, folder / "participatory.sqlite")
    app = make_app(folder, demo=True)
    result = app.test_cli_runner().invoke(_demo_command(), ["load"])
    assert result.exit_code == 0, result.output
    close(app)
    return folder


def _demo_command():
    from participatory.demo.cli import demo

    return demo


@pytest.fixture
def live_site(tmp_path: Path, loaded_demo: Path) -> Iterator[LiveSite]:
    """A server of this test's own, on a copy of the demonstration."""
    folder = tmp_path / "instance"
    shutil.copytree(loaded_demo, folder)
    yield from serve(make_app(folder, demo=True, public_url="http://127.0.0.1"))


def serve(app: Flask) -> Iterator[LiveSite]:
    """Serve an application on a free port until the test ends."""
    try:
        yield from listen(app)
    finally:
        close(app)


def listen(app: Flask) -> Iterator[LiveSite]:
    """Serve anything of Flask's on a free port until the test ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield LiveSite(f"http://127.0.0.1:{server.server_port}", app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def module_site(tmp_path_factory: pytest.TempPathFactory, loaded_demo: Path) -> Iterator[LiveSite]:
    """A server shared by the tests of a module that change nothing."""
    folder = tmp_path_factory.mktemp("shared") / "instance"
    shutil.copytree(loaded_demo, folder)
    yield from serve(make_app(folder, demo=True, public_url="http://127.0.0.1"))


@pytest.fixture(scope="session")
def axe_script() -> Callable[..., list[str]]:
    """A function that checks the open page and returns what axe finds against WCAG 2.2 AA, or against some rules."""
    script = AXE.read_text("utf-8")

    everything = {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }

    def check(page: Page, *rules: str) -> list[str]:
        # A button that waits for its answer, or whose colour is on its way, is paler for a moment.
        page.evaluate(SETTLED)
        page.evaluate(script)
        found = page.evaluate(
            "asked => axe.run(document, {runOnly: asked, resultTypes: ['violations']})",
            {"type": "rule", "values": list(rules)} if rules else everything,
        )
        return [
            f"{violation['id']} at {[node['target'][0] for node in violation['nodes']][:3]}"
            for violation in found["violations"]
        ]

    return check

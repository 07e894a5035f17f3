"""An installed wheel runs too: templates, static files, migrations and reference tables travel inside."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.source import ROOT

USE = """
from config import Config
from participatory.app import create_app
app = create_app(Config.from_env())
print(app.root_path)
for path in ("/", "/aide", "/sante"):
    answer = app.test_client().get(path)
    assert answer.status_code == 200, (path, answer.status_code)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the wheel, as an installer would lay it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_wheel_holds_what_the_application_reads(unpacked):
    for name in (
        "config.py",
        "wsgi.py",
        "participatory/_assets/templates/layouts/base.html",
        "participatory/_assets/static/css/site.css",
        "participatory/_assets/migrations/env.py",
        "participatory/territories/reference/sites.csv",
        "participatory/translations/en/LC_MESSAGES/messages.mo",
    ):
        assert (unpacked / name).is_file(), name
    assert not (unpacked / "tests").exists()


def test_wheel_sets_up_and_serves_pages_without_the_checkout(unpacked, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "INSTANCE": str(tmp_path / "instance")}
    command = [sys.executable, "-P", "-c", "from participatory.cli import main; main()", "setup"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    used = subprocess.run(
        [sys.executable, "-P", "-c", USE], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert used.stdout.strip().startswith(str(unpacked))

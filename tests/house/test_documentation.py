"""README names every command and every setting, and the English catalogue is complete."""

from dataclasses import fields
from io import BytesIO

import click
import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config import Config
from participatory.cli import COMMANDS, main
from tests.house.source import PACKAGE, ROOT

CATALOGUE = PACKAGE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
FOLDERS = [str(PACKAGE), str(ROOT / "templates")]
README = (ROOT / "README.md").read_text("utf-8")


def _commands():
    context = click.Context(main)
    for name in sorted(COMMANDS):
        command = main.get_command(context, name)
        # `db` is Flask-Migrate's own group: its documentation is there.
        if isinstance(command, click.Group) and name != "db":
            yield from (f"{name} {inner}" for inner in command.commands)
        else:
            yield name


@pytest.mark.parametrize("command", list(_commands()))
def test_readme_names_every_command(command):
    assert f"participatory {command}" in README


@pytest.mark.parametrize("setting", [field.name.upper() for field in fields(Config)])
def test_readme_names_every_setting(setting):
    assert f"`{setting}`" in README


def _catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def test_every_french_sentence_has_its_english(tmp_path):
    gathered = tmp_path / "messages.pot"
    CommandLineInterface().run(
        [
            "pybabel",
            "-q",
            "extract",
            "-F",
            str(ROOT / "babel.cfg"),
            "-k",
            "N_",
            "-k",
            "_l",
            "-k",
            "lazy_gettext",
            "-o",
            str(gathered),
            *FOLDERS,
        ]
    )
    with gathered.open("rb") as file:
        wanted = {message.id for message in read_po(file) if message.id}
    spoken = {message.id for message in _catalogue() if message.id and all(_texts(message)) and not message.fuzzy}
    assert sorted(wanted - spoken, key=str) == []
    assert sorted(spoken - wanted, key=str) == []


def _texts(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_english_keeps_the_placeholders():
    for message in _catalogue():
        if message.id and message.python_format:
            assert message.check() is not None
            assert list(message.check()) == [], message.id


def test_compiled_catalogue_is_that_of_the_source():
    fresh = BytesIO()
    write_mo(fresh, _catalogue())
    assert CATALOGUE.with_suffix(".mo").read_bytes() == fresh.getvalue()

"""The settings: read once, refused when they would be unsafe."""

import pytest

from config import LEGAL, BadConfiguration, Config

NAMED = {name.upper(): "Nom" for name in LEGAL}
SAFE = {"PRODUCTION": "1", "SECRET_KEY": "s" * 40, "PUBLIC_URL": "https://budget.example", **NAMED}


def test_nothing_is_needed_for_a_demonstration():
    assert Config.from_env({"DEMO": "1"}).demo


def test_production_with_a_secret_and_https_starts():
    assert Config.from_env(SAFE).production


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"PUBLIC_URL": "http://budget.example"}, "PUBLIC_URL"),
        ({"DEMO": "1"}, "DEMO"),
        ({"PUBLISHER": ""}, "PUBLISHER"),
        ({"DPO_EMAIL": ""}, "DPO_EMAIL"),
        ({"SMTP_PORT": "many"}, "SMTP_PORT"),
        ({"PRODUCTION": "maybe"}, "PRODUCTION"),
    ],
)
def test_an_unsafe_or_unreadable_setting_is_named(change, named):
    with pytest.raises(BadConfiguration, match=named):
        Config.from_env({**SAFE, **change})

"""How dates and shares are worded, in both languages."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from participatory.web.filters import deadline_words, paris_date, percent

FIRST = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def request_context(app: Flask):
    with app.test_request_context():
        yield


def test_the_first_of_a_month_is_an_ordinal_in_french_and_no_other_day_is():
    with force_locale("fr"):
        assert deadline_words(FIRST) == "mardi 1er décembre 2026 à 10 h (heure de Paris)"
        assert ">1er décembre 2026<" in paris_date(FIRST)
        assert ">11 décembre 2026<" in paris_date(FIRST.replace(day=11))


def test_english_writes_the_day_before_the_month_everywhere():
    with force_locale("en"):
        assert deadline_words(FIRST) == "Tuesday 1 December 2026 at 10:00 (Paris time)"
        assert ">1 December 2026<" in paris_date(FIRST)


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (478, 480, "99\u00a0%"),
        (480, 480, "100\u00a0%"),
        (1, 4000, "1\u00a0%"),
        (0, 5, "0\u00a0%"),
        (6, 5, "120\u00a0%"),
        (0, 0, "0\u00a0%"),
    ],
)
def test_a_share_is_whole_only_when_nothing_is_missing(part, whole, words):
    with force_locale("fr"):
        assert percent(part, whole) == words

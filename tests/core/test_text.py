"""Money, typography, search, Markdown and identifiers: what people type and what they see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.core.identifiers import CROCKFORD, crockford, grouped, public_id, slugify, ungrouped
from participatory.core.markdown import render
from participatory.core.money import format_euros, parse_euros
from participatory.core.search import stems
from participatory.core.typography import french


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1250", 125_000),
        ("1 250,50 €", 125_050),
        ("1\u202f250,5", 125_050),
        ("€48,000", 4_800_000),
        ("48,000.25", 4_800_025),
        ("0,05", 5),
    ],
)
def test_amounts_are_read_as_people_type_them(typed, cents):
    assert parse_euros(typed) == cents


@pytest.mark.parametrize("typed", ["", "-5", "1,2,3", "12.345", "abc", "1e5", "٣", "9" * 20, "NaN"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValueError, match="not an amount"):
        parse_euros(typed)


@given(st.integers(0, 10**12 - 1), st.sampled_from(["fr", "en"]))
def test_an_amount_that_was_shown_is_read_back(cents, locale):
    assert parse_euros(format_euros(cents, locale)) == cents


def test_french_spaces_are_added_for_the_eye_only():
    assert french("Prêts ? « Oui » : 12 000 € à 18 h !") == (
        "Prêts\u202f? «\u00a0Oui\u00a0»\u00a0: 12\u202f000\u00a0€ à 18\u00a0h\u202f!"
    )


def test_search_forgives_accents_plurals_and_ligatures():
    text = stems("Des vélos et des œuvres d’étudiantes")
    for query in ("velo", "VÉLOS", "oeuvre", "étudiante"):
        assert stems(query).strip() in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        '<a hx-get="/x" hx-trigger="load">x</a>',
        "![x](http://elsewhere.example/pixel.gif)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_markdown_cannot_do_harm(hostile):
    html = str(render(hostile)).lower()
    for danger in ("<script", "<img", 'javascript:alert(1)"', 'href="data', "<a hx", 'onerror=alert(1)>"'):
        assert danger not in html


def test_markdown_headings_never_outrank_those_of_the_page():
    assert "<h3>" in render("# Titre")
    assert "<h1>" not in render("# Titre")


@given(st.binary(min_size=1, max_size=40))
def test_a_grouped_code_is_found_again_whatever_the_dashes(data):
    code = crockford(data)
    assert set(code) <= set(CROCKFORD)
    assert ungrouped(grouped(code).lower().replace("0", "o")) == code


def test_slugs_are_plain_and_never_empty():
    assert slugify("L’été à Sète : œuvre n°1 !", "x") == "l-ete-a-sete-oeuvre-n-1"
    assert slugify("🌳🌳", "abc") == "abc"
    assert len({public_id() for _ in range(1000)}) == 1000

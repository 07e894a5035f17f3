"""Texts that people write: shown, never obeyed."""

from __future__ import annotations

import pytest

from participatory.core.markdown import render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("## A\n\n### B", "<h3>A</h3>\n<h4>B</h4>"),
        ("# A\n\n### B", "<h3>A</h3>\n<h4>B</h4>"),
        ("##### A", "<h3>A</h3>"),
        ("# A\n\n## B\n\n### C\n\n#### D\n\n##### E", "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>\n<h6>D</h6>\n<h6>E</h6>"),
    ],
)
def test_headings_stand_under_those_of_the_page_without_a_gap(text, html):
    assert render(text).strip() == html


@pytest.mark.parametrize("text", ["<h1>x</h1>", "<script>x</script>", "`<h2>`", "<img src=x onerror=y>"])
def test_html_is_shown_as_text(text):
    assert "&lt;" in render(text)


@pytest.mark.parametrize(
    "text", ["[x](javascript:alert(1))", "[x](data:text/html,y)", "![x](https://elsewhere.example/i)"]
)
def test_no_address_that_acts_and_no_picture_from_elsewhere(text):
    html = render(text)
    assert 'href="javascript' not in html
    assert 'data:text/html,y"' not in html
    assert "<img" not in html

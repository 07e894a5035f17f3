"""Templates: each one used, none with an inline script or style, each form protected."""

import re

import pytest

from tests.house.source import MODULES, TEMPLATES, template_references, templates

INLINE = re.compile(r"""\s(?:style|on[a-z]+)\s*=\s*["']|<style|<script(?![^>]*\ssrc=)|javascript:""", re.IGNORECASE)


def _id(path):
    return path.relative_to(TEMPLATES).as_posix()


def test_every_template_is_used():
    texts = [path.read_text("utf-8") for path in [*MODULES, *templates()]]
    named = set().union(*(template_references(text) for text in texts))
    letters = {f"mail/{word}.txt" for text in texts for word in re.findall(r'"(\w+)"', text)}
    unused = [_id(path) for path in templates() if _id(path) not in named | letters]
    assert unused == []


@pytest.mark.parametrize("path", templates(), ids=_id)
def test_nothing_inline_that_the_security_policy_would_block(path):
    assert INLINE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", [p for p in templates() if p.suffix == ".html"], ids=_id)
def test_forms_that_post_carry_the_token(path):
    for form in re.findall(r"<form\b.*?</form>", path.read_text("utf-8"), re.DOTALL):
        if re.search(r"""method=["']post""", form, re.IGNORECASE):
            assert re.search(r"csrf|hidden_tag", form), form[:120]


@pytest.mark.parametrize("path", templates(), ids=_id)
def test_only_sentences_of_the_template_itself_are_given_to_gettext(path):
    # What `_()` is given is formatted with per cent signs and marked as safe: data would break pages, or run there.
    assert re.findall(r"""\b_\((?!["'])[^)]*\)""", path.read_text("utf-8")) == []

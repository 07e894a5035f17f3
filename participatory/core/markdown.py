"""Markdown written by people, made into HTML that cannot do harm."""

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_TAGS = {
    "p", "br", "strong", "em", "s", "ul", "ol", "li", "a", "blockquote", "code", "pre",
    "h3", "h4", "h5", "h6", "hr", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_HEADING = re.compile(r"(</?h)([1-6])>")
_LINKS = {"http", "https", "mailto"}


def render(text: str) -> Markup:
    """Safe HTML of a Markdown text: no raw HTML, no image, headings from level 3 down."""
    html = _from_level_3(_PARSER.render(text))
    clean = nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_LINKS, link_rel="nofollow ugc")
    return Markup(clean)  # noqa: S704 — nh3 has just cleaned it.


def _from_level_3(html: str) -> str:
    """The same headings under those of the page: the largest at level 3, without a gap between levels."""
    used = sorted({level for _, level in _HEADING.findall(html)})
    shown = {level: min(3 + rank, 6) for rank, level in enumerate(used)}
    return _HEADING.sub(lambda tag: f"{tag[1]}{shown[tag[2]]}>", html)

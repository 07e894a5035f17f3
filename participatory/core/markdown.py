"""Markdown written by people, made into HTML that cannot do harm."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_TAGS = {
    "p", "br", "strong", "em", "s", "ul", "ol", "li", "a", "blockquote", "code", "pre",
    "h3", "h4", "h5", "h6", "hr", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_LINKS = {"http", "https", "mailto"}


def render(text: str) -> Markup:
    """Safe HTML of a Markdown text: no raw HTML, no image, headings from level 3 down."""
    html = _PARSER.render(text)
    for level in (2, 1):
        html = html.replace(f"<h{level}>", f"<h{level + 2}>").replace(f"</h{level}>", f"</h{level + 2}>")
    clean = nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_LINKS, link_rel="nofollow ugc")
    return Markup(clean)  # noqa: S704 — nh3 has just cleaned it.

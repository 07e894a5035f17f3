"""Markdown written by people, made into HTML that cannot do harm."""

import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
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


def plain(text: str) -> str:
    """A Markdown text as it is read: no signs of emphasis or headings, bullets and numbers of lists, addresses."""
    lists: list[int | None] = []
    shown, mark, in_list = "", "", False
    for token in _PARSER.parse(text):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1]
            mark = "  " * (len(lists) - 1) + ("• " if number is None else f"{number}. ")
            lists[-1] = None if number is None else number + 1
        elif token.type in {"inline", "fence", "code_block"}:
            gap = "\n" if in_list and mark else "\n\n"
            body = _read_inline(token) if token.children else token.content.rstrip()
            shown += (gap if shown else "") + mark + body
            mark, in_list = "", bool(lists)
    return shown


def _read_inline(token: Token) -> str:
    shown, address, begun = "", "", 0
    for child in token.children or ():
        if child.type == "link_open":
            address, begun = str(child.attrs.get("href", "")), len(shown)
        elif child.type == "link_close":
            shown += f" ({address})" if shown[begun:] != address else ""
        elif child.type in {"softbreak", "hardbreak"}:
            shown += "\n"
        else:
            shown += child.content
    return shown

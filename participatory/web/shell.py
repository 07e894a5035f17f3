"""What every template may use: the site's name, the present language, addresses of static files."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, request
from jinja2 import pass_context

from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal
from participatory.core.typography import french
from participatory.web.access import public
from participatory.web.filters import locale_code
from participatory.web.i18n import switch_locale_url

SITE_NAME = "Budget étudiant Occitanie"


@lru_cache(maxsize=512)
def _static_address(folder: str, prefix: str, name: str) -> str:
    # A list names the file of icons a hundred times: its address is made once.
    fingerprint = hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:10]
    return f"{prefix}/{quote(name)}?v={fingerprint}"


def static_url(name: str) -> str:
    """The address of a static file, which changes with its content so that browsers may keep it a year."""
    return _static_address(str(current_app.static_folder), str(current_app.static_url_path), name)


def public_page_url() -> str:
    """The address of this page for search engines and shares: under the public address, whatever the request's host."""
    base: str = current_app.extensions["config"].public_url.rstrip("/")
    return base + quote(request.path)


def register_shell(app: Flask) -> None:
    """Give templates their common names, and let gettext speak with French spaces."""
    app.view_functions["static"] = public(app.view_functions["static"])
    app.jinja_env.globals.update(static_url=static_url, switch_locale_url=switch_locale_url, site_name=SITE_NAME)
    app.jinja_env.globals.update(Refusal=Refusal, Kind=Kind, now=now)
    app.context_processor(_language)
    app.jinja_env.globals["public_page_url"] = public_page_url
    names: dict[str, Any] = app.jinja_env.globals
    for name in ("gettext", "ngettext", "_"):
        names[name] = _typographic(names[name], plural=name == "ngettext")


def _language() -> dict[str, object]:
    return {"current_locale": locale_code(), "demo": current_app.extensions["config"].demo}


def _typographic(translate: Callable[..., str], *, plural: bool = False) -> Callable[..., str]:
    @pass_context
    def speak(*arguments: object, **values: object) -> str:
        if plural and arguments[-1] == 0 and locale_code() == "fr":
            # French counts none in the singular, « 0 projet »; without a catalogue gettext would count as English does.
            arguments, values = (*arguments[:-1], 1), {"num": 0, **values}
        text = translate(*arguments, **values)
        return type(text)(french(text)) if locale_code() == "fr" else text

    return speak

"""Answering with a page, a fragment of it, or a redirection."""

from flask import Response, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_htmx import HTMX
from werkzeug.wrappers import Response as BaseResponse

htmx = HTMX()


def wants_fragment() -> bool:
    """Whether htmx asks for a part; a boosted visit or a step back in history wants the whole page."""
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, fragment: str | None = None, status: int = 200, **context: object) -> Response:
    """Render the page, or the partial that it includes when htmx asked for that."""
    name = fragment if fragment is not None and wants_fragment() else template
    response = make_response(render_template(name, **context), status)
    response.vary.add("HX-Request")
    return response


def see_other(endpoint: str, _anchor: str | None = None, **values: object) -> BaseResponse:
    """Lead to a page by GET after a deed (303)."""
    return redirect(url_for(endpoint, _anchor=_anchor, **values), 303)  # type: ignore[arg-type]


def notify(message: str, kind: str = "success", **values: object) -> None:
    """Say in the next page what was done; `message` is a French catalogue key, `kind` success, info or error."""
    flash(gettext(message, **values), kind)


def absolute_url(endpoint: str, **values: object) -> str:
    """An address for a letter: always under the configured public address, never the request's host."""
    base: str = current_app.extensions["config"].public_url.rstrip("/")
    with current_app.test_request_context(base_url=base):
        return url_for(endpoint, _external=True, **values)  # type: ignore[arg-type]

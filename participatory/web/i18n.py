"""The language of a page: French first, English complete."""

from urllib.parse import quote, unquote, urlencode

from flask import Flask, current_app, has_request_context, request, session
from flask_babel import Babel
from werkzeug.exceptions import HTTPException

LANGUAGES = ("fr", "en")


def choose_language() -> str:
    """The language asked for in the address, else the one chosen before, else the browser's, else French."""
    if not has_request_context():
        return LANGUAGES[0]
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    if session.get("language") in LANGUAGES:
        return str(session["language"])
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _remember_language() -> None:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES and session.get("language") != asked:
        session["language"] = asked


def switch_locale_url(code: str) -> str:
    """The present page in another language."""
    if request.endpoint is None:
        return f"/?lang={code}"
    # Made by hand: url_for would take `?_scheme=` or `?endpoint=` of a visitor for its own arguments.
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{quote(request.script_root + _readable_path())}?{urlencode([*kept, ('lang', code)])}"


def _readable_path() -> str:
    """The path of this page; for an answer to a form that nobody can open by its address, that of the form's page."""
    paths = [request.path]
    before = request.referrer or ""
    if before.startswith(request.url_root):
        paths.append("/" + unquote(before.removeprefix(request.url_root).partition("?")[0]))
    return next((path for path in paths if _is_page(path)), "/")


def _is_page(path: str) -> bool:
    router = current_app.create_url_adapter(request)
    assert router is not None
    try:
        router.match(path, "GET")
    except HTTPException:
        return False
    return True


def speak(app: Flask, translations: str) -> None:
    """Connect the catalogues and the choice of a language."""
    Babel(
        app,
        default_locale=LANGUAGES[0],
        default_translation_directories=translations,
        default_timezone="Europe/Paris",
        locale_selector=choose_language,
    )
    app.before_request(_remember_language)

"""The language of a page: French first, English complete."""

from urllib.parse import quote, urlencode

from flask import Flask, has_request_context, request, session
from flask_babel import Babel

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
    return f"{quote(request.script_root + request.path)}?{urlencode([*kept, ('lang', code)])}"


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

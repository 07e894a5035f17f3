"""The one place that turns a refusal or a fault into an answer, as a page or as a fragment."""

import secrets
from datetime import timedelta

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from participatory.core.clock import now
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.web.filters import deadline_words
from participatory.web.filters import refusal as refusal_words
from participatory.web.limits import TOO_OFTEN, ends_at
from participatory.web.pages import wants_fragment
from participatory.web.proof import FIELD
from participatory.web.settings import config

log = structlog.get_logger()

LONGEST_KEPT = 200_000
TITLES = {
    400: N_("Cette demande est incomplète"),
    403: N_("Cette page n’est pas pour vous"),
    404: N_("Cette page n’existe pas"),
    405: N_("Cette page ne se demande pas ainsi"),
    409: N_("Ce n’est pas possible maintenant"),
    413: N_("Ce fichier est trop lourd"),
    422: N_("Il y a un problème"),
    429: N_("Trop d’essais à la suite"),
    500: N_("Une panne de notre côté"),
}
SENTENCES = {
    400: N_(
        "La page était ouverte depuis trop longtemps, ou il en manque une partie. "
        "Revenez en arrière, rechargez-la, puis recommencez."
    ),
    403: N_("Connectez-vous avec le bon compte, ou demandez le rôle à l’administration de la plateforme."),
    404: N_("L’adresse est peut-être ancienne ou mal copiée. Retrouvez les budgets et les projets depuis l’accueil."),
    405: N_("Revenez à la page précédente et utilisez son bouton."),
    409: N_("L’état des choses a changé. Revenez en arrière et rechargez la page."),
    413: N_("Envoyez un fichier de moins de 10 Mo."),
    422: N_("Corrigez ce qui est signalé, puis recommencez."),
    429: N_("Attendez quelques minutes avant de recommencer."),
    500: N_("L’incident est enregistré. Réessayez dans un instant ; si cela dure, écrivez-nous en citant son numéro."),
}


def error_answer(status: int, sentence: str, incident: str = "", **more: object) -> Response:
    """The error page, or a short fragment for htmx, with the status."""
    fragment = wants_fragment()
    template = "errors/_error.html" if fragment else "errors/error.html"
    title = _(TITLES.get(status, TITLES[500]))
    html = render_template(template, status=status, title=title, sentence=sentence, incident=incident, **more)
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    if fragment:
        # Said beside the other messages: what the request would have replaced stays on the page.
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "innerHTML show:top"
    return response


def _refused(refusal: Refusal) -> Response:
    return error_answer(int(refusal.kind), refusal_words(refusal))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    answer = error_answer(status, _(SENTENCES.get(status, SENTENCES[500])))
    for name, value in error.get_headers():
        if name in {"Retry-After", "Allow"}:
            answer.headers[name] = value
    return answer


def _too_often(error: RateLimitExceeded) -> Response:
    """Why, when to come back, and a button that sends again what was typed."""
    why = _(str(error.limit.error_message or TOO_OFTEN))
    # Hours are told without seconds: the next full minute is after the end.
    when = deadline_words(ends_at() + timedelta(minutes=1))
    answer = error_answer(
        429,
        f"{why} " + _("Vous pourrez recommencer à partir du %(when)s.", when=when),
        kept=_kept(),
        files=_has_files(),
    )
    answer.headers["Retry-After"] = str(max(1, round((ends_at() - now()).total_seconds())))
    return answer


def _kept() -> list[tuple[str, str]]:
    """What was typed, for the page of a refused form; nothing for a visit, or for more than a page should carry."""
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in {FIELD, "csrf_token"}]
    return typed if sum(len(text) for _name, text in typed) <= LONGEST_KEPT else []


def _has_files() -> bool:
    return any(file.filename for file in request.files.values())


def _foreign_host(_error: SecurityError) -> Response:
    """A page that needs no address of this site: the request named a host which is not ours."""
    answer = make_response(render_template("errors/host.html", public_url=config().public_url), 400)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _fault(error: Exception) -> Response:
    incident = secrets.token_hex(4)
    log.error("fault", incident=incident, kind=type(error).__name__, exc_info=error)
    return error_answer(500, _(SENTENCES[500]), incident)


def _bad_token(_error: CSRFError) -> Response:
    return error_answer(400, _(SENTENCES[400]))


def register_errors(app: Flask) -> None:
    """Answer every refusal and fault of the application."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _bad_token)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http_error)
    if not app.testing:
        app.register_error_handler(Exception, _fault)

"""The one place that turns a refusal or a fault into an answer, as a page or as a fragment."""

import secrets

import structlog
from flask import Flask, Response, make_response, render_template
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.web.filters import refusal as refusal_words
from participatory.web.pages import wants_fragment

log = structlog.get_logger()

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
    429: N_(
        "Attendez quelques minutes avant de recommencer. "
        "Rien de ce que vous avez écrit n’est perdu si vous gardez la page ouverte."
    ),
    500: N_("L’incident est enregistré. Réessayez dans un instant ; si cela dure, écrivez-nous en citant son numéro."),
}


def error_answer(status: int, sentence: str, incident: str = "") -> Response:
    """The error page, or a short fragment for htmx, with the status."""
    fragment = wants_fragment()
    template = "errors/_error.html" if fragment else "errors/error.html"
    title = _(TITLES.get(status, TITLES[500]))
    html = render_template(template, status=status, title=title, sentence=sentence, incident=incident)
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
    app.register_error_handler(HTTPException, _http_error)
    if not app.testing:
        app.register_error_handler(Exception, _fault)

"""The general pages: home, help, open data, health; the legal pages are beside."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from participatory.ballots.booth import visitor
from participatory.ballots.queries import has_signed
from participatory.core.clock import now
from participatory.core.labels import N_
from participatory.portal import figures, legal, queries
from participatory.portal.health import examine
from participatory.portal.sitemap import addresses
from participatory.rounds.figures import figures_of
from participatory.rounds.models import Round
from participatory.rounds.queries import announced_rounds, current_round
from participatory.rounds.rules import Phase
from participatory.rounds.wording import NowPossible, now_possible
from participatory.territories.exports import TABLES
from participatory.web.access import public
from participatory.web.navigation import Entry
from participatory.web.pages import page
from participatory.web.settings import config

bp = Blueprint("portal", __name__)
legal.open_doors(bp)

_OTHERS_SHOWN = 3


@bp.get("/")
@public
def home() -> Response:
    """What this is, what one can do now, by when."""
    moment = now()
    hero, rounds, published = current_round(moment), announced_rounds(moment), queries.published_results(moment)
    out = {each.round.id for each in published}
    others = [each for each in rounds if each is not hero and each.id not in out and not each.imported]
    return page(
        "portal/home.html",
        hero=hero,
        figures=figures_of([hero], moment)[hero.id] if hero else [],
        others=others[:_OTHERS_SHOWN],
        offers={each.id: _offer(each, moment) for each in (hero, *others) if each},
        result=published[0] if published else None,
    )


def _offer(round_: Round, moment: datetime) -> NowPossible:
    """What one can do now in a round; who has voted reads so, and may still replace their ballot."""
    offer = now_possible(round_, moment)
    if not current_user.is_authenticated or round_.phase(moment) is not Phase.VOTING:
        return offer
    voter = visitor(round_).voter
    if voter is None or not has_signed(voter):
        return offer
    sentence = _("Votre bulletin est dans l’urne. Vous pouvez le remplacer jusqu’à la clôture.")
    return replace(offer, title=_("Vous avez voté"), sentence=sentence, label=_("Changer mon vote"))


@bp.get("/aide")
@public
def help() -> Response:  # noqa: A001 — the endpoint's name is the page's.
    """How to propose, vote and check; questions; contact."""
    return page("portal/help.html", contact=config().contact_email, round=current_round(now()))


@bp.get("/donnees")
@public
def open_data() -> Response:
    """The data that anybody may take, with their licences and origins."""
    moment = now()
    out = {each.round.id for each in queries.published_results(moment)}
    rounds, sealed = announced_rounds(moment), queries.sealed_rounds()
    return page("portal/open_data.html", rounds=rounds, published=out, sealed=sealed, tables=list(TABLES))


@bp.get("/sante")
@public
def health() -> Response:
    """200 when the service can do its work, 503 when it cannot."""
    found = examine()
    body = {
        "status": "ok" if found.well else "error",
        "database": found.database,
        "migrations": found.migrations,
        "letters_waiting": found.letters_waiting,
    }
    response = make_response(jsonify(body), 200 if found.well else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """What search engines should leave alone."""
    return _text("portal/robots.txt", "text/plain", sitemap=_public(url_for("portal.sitemap")))


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Every public page."""
    pages = [(_public(path), changed) for path, changed in addresses(now())]
    return _text("portal/sitemap.xml", "application/xml", pages=pages)


def _public(path: str) -> str:
    return config().public_url.rstrip("/") + path


def _text(template: str, mimetype: str, **context: object) -> Response:
    response = make_response(render_template(template, **context))
    response.mimetype = mimetype
    return response


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    figures.offer(app)
    main_menu(Entry("portal.help", N_("Aide"), 90))

"""The public pages of rounds."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask, Response, make_response, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission, ScopeKind
from participatory.identity.scopes import Named, offer_scopes
from participatory.privacy.holdings import name_rounds
from participatory.rounds import queries, staff
from participatory.rounds.agenda import agenda
from participatory.rounds.figures import figures_of
from participatory.rounds.models import Round, RulebookVersion
from participatory.rounds.panels import Place, panels_of
from participatory.rounds.policy import can_conduct, can_see, voting_has_opened
from participatory.rounds.rules import DATED
from participatory.rounds.rules_in_words import parameters, revisions, step_words
from participatory.rounds.wording import choices_sentence, now_possible, timeline
from participatory.territories.queries import sites
from participatory.web.access import public
from participatory.web.navigation import Entry
from participatory.web.pages import absolute_url, page

# The working pages share the blueprint, so that all endpoints of the package bear its name.
bp = staff.bp


def load_round(slug: str) -> Round:
    """The round of an address, as the present visitor may see it; raises Refusal (NOT_FOUND)."""
    round_ = queries.round_by_slug(slug)
    refuse_if(can_see(round_, conducting(round_), now()))
    return round_


def conducting(round_: Round | None = None) -> bool:
    """Whether the present visitor conducts this round, or every round when none is given."""
    return current_user.is_authenticated and can_conduct(current_user, round_) is None


@bp.get("/budgets")
@public
def index() -> Response:
    """Every announced round."""
    moment = now()
    rounds = queries.rounds_by_time(moment)
    offers = {each.id: now_possible(each, moment) for each in (*rounds.current, *rounds.coming, *rounds.past)}
    return page("rounds/index.html", rounds=rounds, offers=offers)


@bp.get("/budgets/<slug>")
@public
def show(slug: str) -> Response:
    """What a round is, and what one can do now."""
    round_, moment = load_round(slug), now()
    return page(
        "rounds/show.html",
        round=round_,
        book=round_.rulebook,
        offer=now_possible(round_, moment),
        moments=timeline(round_.calendar, moment),
        # An imported vote ends at midnight: its last day is the one before.
        voted_until=round_.control_at - timedelta(seconds=1),
        figures=figures_of([round_], moment)[round_.id],
        frozen=voting_has_opened(round_, moment),
        conducting=conducting(round_),
        panels=panels_of([round_], Place.PUBLIC, moment)[round_.id],
    )


@bp.get("/budgets/<slug>/reglement")
@public
def rulebook(slug: str) -> Response:
    """The rulebook in words; `?version=` shows an earlier one."""
    round_, moment = load_round(slug), now()
    version = _version_asked(round_)
    return page(
        "rounds/rulebook.html",
        round=round_,
        version=version,
        book=version.rulebook,
        choice=choices_sentence(version.rulebook, own=not round_.imported),
        parameters=parameters(version.rulebook, own=not round_.imported),
        sites={each.slug: each.name for each in sites()} if version.rulebook.contests else {},
        step=step_words(version.rulebook),
        revisions=revisions(round_.versions),
        moments=timeline(round_.calendar, moment),
        frozen=voting_has_opened(round_, moment),
        panels=panels_of([round_], Place.RULEBOOK, moment)[round_.id],
    )


@bp.get("/budgets/<slug>/reglement.json")
@public
def rulebook_json(slug: str) -> BaseResponse:
    """The canonical document, byte for byte what the digest was made of."""
    round_ = load_round(slug)
    version = _version_asked(round_)
    response = make_response(version.document.encode())
    response.mimetype = "application/json"
    name = f"reglement-{round_.slug}-v{version.version}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(version.digest)
    return response.make_conditional(request)


@bp.get("/budgets/<slug>/calendrier.ics")
@public
def calendar(slug: str) -> Response:
    """The phases, for the visitor's own calendar; `phase` asks for one of them alone, such as the results."""
    round_ = load_round(slug)
    asked = [phase for phase in DATED if phase.value == request.args.get("phase")]
    response = make_response(agenda(round_, absolute_url("rounds.show", slug=round_.slug), now(), asked or DATED))
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = f'attachment; filename="{round_.slug}.ics"'
    return response


def _version_asked(round_: Round) -> RulebookVersion:
    asked = request.args.get("version")
    if asked is None:
        return round_.current_version
    found = next((each for each in round_.versions if str(each.version) == asked), None)
    if found is None:
        raise Refusal(N_("Ce règlement n’a pas cette version."), Kind.NOT_FOUND)
    return found


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    name_rounds(app, queries.titles_of)
    main_menu(Entry("rounds.index", N_("Budgets"), 10, prefix="/budgets"))
    offer_scopes(app, ScopeKind.ROUND, lambda: [Named(*each) for each in queries.round_names()])
    doors = frozenset({Permission.CONDUCT_ROUNDS})
    main_menu(Entry("rounds.staff_index", N_("Gestion"), 80, permissions=doors))
    staff_menu(Entry("rounds.staff_index", N_("Gestion des budgets"), 5, permissions=doors, prefix="/gestion/budgets"))

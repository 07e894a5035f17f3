"""Where officers follow the steps after the vote: each is proposed by one person and confirmed by another."""

from flask import Blueprint, Response
from flask_login import current_user

from participatory.ballots.queries import steps_of, turnout
from participatory.core.errors import refuse_if
from participatory.identity.permissions import Permission
from participatory.results.policy import can_compare, can_compare_early, can_control, has_comparison
from participatory.results.queries import count_of, publication_of
from participatory.results.reading import Result
from participatory.rounds.views import load_round
from participatory.web.access import requires
from participatory.web.pages import page

bp = Blueprint("results", __name__)


@bp.get("/gestion/budgets/<slug>/depouillement")
@requires(Permission.CLOSE_VOTE, Permission.COUNT, Permission.PUBLISH)
def control(slug: str) -> Response:
    """The steps, the figures to reconcile, and the count as officers alone see it."""
    round_ = load_round(slug)
    refuse_if(can_control(round_, current_user))
    count = count_of(round_)
    result = Result.of(count.document) if count else None
    return page(
        "results/control.html",
        round=round_,
        steps=steps_of(round_),
        people=turnout(round_),
        result=result,
        d=result.data if result else None,
    )


@bp.get("/gestion/budgets/<slug>/depouillement/comparaison")
@requires(Permission.COUNT)
def control_comparison(slug: str) -> Response:
    """What other rules would have given, as officers alone see it until the publication."""
    round_ = load_round(slug)
    refuse_if(can_compare_early(round_, current_user))
    count = count_of(round_)
    refuse_if(can_compare(count))
    assert count is not None
    result = Result.of(count.document)
    refuse_if(has_comparison(len(result.data["alternatives"])))
    published = publication_of(round_) is not None
    return page("results/control_comparison.html", round=round_, result=result, d=result.data, published=published)

"""Where an officer closes the vote, counts and publishes: three steps, each explained before its button."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.actions import close_vote
from participatory.ballots.models import Closing
from participatory.ballots.policy import can_close_vote
from participatory.ballots.queries import closing_of, count_ballots, turnout
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.results import actions
from participatory.results.models import Count, Publication
from participatory.results.policy import (
    can_compare,
    can_compare_early,
    can_control,
    can_count,
    can_publish,
    has_comparison,
)
from participatory.results.queries import count_of, publication_of
from participatory.results.reading import Result
from participatory.rounds.models import Round
from participatory.rounds.views import load_round
from participatory.web.access import requires
from participatory.web.pages import notify, page, see_other

bp = Blueprint("results", __name__)


@dataclass(frozen=True)
class Deeds:
    """What has been done after the vote, and why each step is not possible now (None: it is)."""

    closing: Closing | None
    count: Count | None
    publication: Publication | None
    close_refusal: Refusal | None
    count_refusal: Refusal | None
    publish_refusal: Refusal | None

    @property
    def step(self) -> int:
        """The step to do, from 1; 4 when all is done."""
        return 1 + sum(deed is not None for deed in (self.closing, self.count, self.publication))


def _deeds(round_: Round, moment: datetime) -> Deeds:
    closing, count, publication = closing_of(round_), count_of(round_), publication_of(round_)
    return Deeds(
        closing,
        count,
        publication,
        can_close_vote(round_, current_user, closing, moment),
        can_count(round_, current_user, closing, count, moment),
        can_publish(round_, current_user, count, publication, moment),
    )


@bp.get("/gestion/budgets/<slug>/depouillement")
@requires(Permission.CLOSE_VOTE, Permission.COUNT, Permission.PUBLISH)
def control(slug: str) -> Response:
    """The three steps, the figures to reconcile, and the count as officers alone see it."""
    round_ = load_round(slug)
    refuse_if(can_control(round_, current_user))
    deeds = _deeds(round_, now())
    result = Result.of(deeds.count.document) if deeds.count else None
    return page(
        "results/control.html",
        round=round_,
        deeds=deeds,
        people=turnout(round_),
        ballots=count_ballots(round_),
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


@bp.post("/gestion/budgets/<slug>/depouillement/cloturer")
@requires(Permission.CLOSE_VOTE, recent=True)
def close(slug: str) -> BaseResponse:
    """Close the vote once its time is over and its figures agree."""
    round_ = load_round(slug)
    with transaction():
        close_vote(round_, current_user, now())
    notify(N_("Le vote est clos : plus aucun bulletin ne peut entrer dans l’urne. Vous pouvez dépouiller."))
    return see_other("results.control", slug=slug)


@bp.post("/gestion/budgets/<slug>/depouillement/depouiller")
@requires(Permission.COUNT, recent=True)
def count(slug: str) -> BaseResponse:
    """Count outside the lock, then keep the document under it."""
    round_ = load_round(slug)
    refuse_if(_deeds(round_, now()).count_refusal)
    document = actions.compute(round_)
    with transaction():
        actions.record_count(round_, document, current_user, now())
    notify(N_("Le vote est dépouillé. Relisez le résultat ci-dessous : personne d’autre ne le voit encore."))
    return see_other("results.control", slug=slug)


@bp.post("/gestion/budgets/<slug>/depouillement/publier")
@requires(Permission.PUBLISH, recent=True)
def publish(slug: str) -> BaseResponse:
    """Count a second time outside the lock, then publish if nothing differs."""
    round_ = load_round(slug)
    refuse_if(_deeds(round_, now()).publish_refusal)
    recounted = actions.recount(round_)
    with transaction():
        actions.publish(round_, current_user, now(), recounted)
    notify(N_("Le résultat est publié : tout le monde peut le lire, le télécharger et le recompter."))
    return see_other("results.control", slug=slug)

"""What the pages of the vote share: their blueprint, the round of an address, the page that says it is not open."""

from flask import Blueprint, Response
from flask_login import current_user

from participatory.ballots.models import VoteOpening
from participatory.ballots.opening import open_vote, opening_of
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.rounds.models import Round
from participatory.rounds.policy import can_conduct, can_see
from participatory.rounds.queries import round_by_slug
from participatory.web.pages import page

bp = Blueprint("ballots", __name__)


def round_at(slug: str) -> Round:
    """The round of an address; raises Refusal (NOT_FOUND) for one that this visitor may not see."""
    round_ = round_by_slug(slug)
    conducts = current_user.is_authenticated and can_conduct(current_user, round_) is None
    refuse_if(can_see(round_, conducts, now()))
    return round_


def opened(round_: Round) -> VoteOpening:
    """What was frozen when the vote opened; the first ballot opens it when the worker has not. Raises Refusal."""
    opening = opening_of(round_)
    if opening is not None:
        return opening
    with transaction():
        return open_vote(round_, now())


def closed_page(round_: Round, reason: Refusal, status: int = 200) -> Response:
    """Why nobody can vote now, and what comes next."""
    return page("ballots/closed.html", status=status, round=round_, reason=reason)


def unshared(answer: Response) -> Response:
    """The same answer, which no browser and no proxy keeps."""
    answer.headers["Cache-Control"] = "no-store"
    return answer

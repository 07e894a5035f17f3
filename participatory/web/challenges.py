"""Where the page of a form asks for a challenge of proof of work."""

from flask import Blueprint, Response, jsonify

from participatory.web.access import public
from participatory.web.limits import CHALLENGES, limited
from participatory.web.proof import new_challenge

bp = Blueprint("proof", __name__)


@bp.get("/preuve")
@public
@limited(CHALLENGES)
def challenge() -> Response:
    """A fresh challenge, as JSON; asking costs and stores nothing."""
    answer = jsonify(new_challenge().to_dict())
    answer.headers["Cache-Control"] = "no-store"
    return answer

"""The public page of the journal: its last checkpoints, the key, how to compare."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, jsonify

from participatory.checkpoints import jobs, queries, rules
from participatory.journal.queries import head
from participatory.web.access import public
from participatory.web.pages import page

bp = Blueprint("checkpoints", __name__)

_SHOWN = 24


@bp.get("/journal")
@public
def index() -> Response:
    """What the journal is for, the last checkpoints, the public key."""
    shown = queries.latest(_SHOWN)
    return page("checkpoints/index.html", checkpoints=shown, key=shown[0].public_key if shown else "")


@bp.get("/journal/points-de-controle.json")
@public
def export_json() -> Response:
    """Every checkpoint, oldest first, as `participatory checkpoint verify` reads them."""
    last = head()
    every = queries.checkpoints_upto(last.position) if last else []
    response = jsonify({"checkpoints": [rules.document(each) for each in every]})
    response.headers["Content-Disposition"] = 'attachment; filename="points-de-controle.json"'
    return response


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package, and sign every hour."""
    app.register_blueprint(bp)
    jobs.sign_hourly(app)

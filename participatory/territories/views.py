"""The tables of reference, as open data."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, make_response

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.territories.exports import TABLES, as_csv
from participatory.web.access import public

bp = Blueprint("territories", __name__)


@bp.get("/donnees/territoires/<table>.csv")
@public
def export_csv(table: str) -> Response:
    """Departments, sites or establishments."""
    if table not in TABLES:
        raise Refusal(N_("Il n’y a pas de table à cette adresse."), Kind.NOT_FOUND)
    response = make_response(as_csv(table))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return response


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)

"""Pages of this package."""

from collections.abc import Callable

from flask import Blueprint, Flask
from flask_login import current_user

from participatory.core.clock import now
from participatory.core.errors import refuse_if
from participatory.rounds.models import Round
from participatory.rounds.policy import CONDUCTS, can_see
from participatory.rounds.queries import round_by_slug

bp = Blueprint("rounds", __name__)


def load_round(slug: str) -> Round:
    """The round of an address, as the present visitor may see it; raises Refusal (NOT_FOUND)."""
    round_ = round_by_slug(slug)
    conducting = current_user.is_authenticated and bool(current_user.role_names & CONDUCTS)
    refuse_if(can_see(round_, conducting, now()))
    return round_


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)

"""The download of the bundle: everything with which anybody verifies a published result."""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Flask, send_file
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.models import UrnState
from participatory.ballots.opening import opening_of
from participatory.ballots.queries import step_of
from participatory.bundles.content import bundle_of
from participatory.bundles.policy import can_have
from participatory.bundles.queries import end_of_publication
from participatory.bundles.writing import kept, zipped
from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.results.policy import can_read
from participatory.results.queries import publication_of
from participatory.rounds.models import Round
from participatory.rounds.views import load_round
from participatory.web.access import public
from participatory.web.settings import config, secret_store

bp = Blueprint("bundles", __name__)


@bp.get("/budgets/<slug>/resultats/dossier.zip")
@public
def download(slug: str) -> BaseResponse:
    """The bundle of a published result; it is made once, and kept."""
    round_ = load_round(slug)
    publication = publication_of(round_)
    refuse_if(can_read(round_, publication, now()))
    refuse_if(can_have(round_, opening_of(round_), step_of(round_, UrnState.COUNTED)))
    assert publication is not None
    upto = end_of_publication(round_)
    if upto is None:
        raise Refusal(N_("Le dossier paraît avec le prochain point de contrôle, dans l’heure."), Kind.NOT_FOUND)
    path = config().instance / "bundles" / f"{round_.public_id}-{publication.edition}-{upto}.zip"
    return send_file(
        _made(path, round_, upto).resolve(),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"dossier-{round_.slug}.zip",
        last_modified=publication.published_at,
    )


def _made(path: Path, round_: Round, upto: int) -> Path:
    return kept(path, lambda: zipped(bundle_of(round_, secret_store(), upto), f"dossier-{round_.slug}"))


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the door of this package."""
    app.register_blueprint(bp)

"""The roll of a round for those who conduct it: what it holds, the lists that wait, those that came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, Response
from flask_babel import ngettext
from huey import crontab

from participatory.core.clock import now
from participatory.core.errors import refuse_if
from participatory.core.labels import N_
from participatory.deeds.kinds import offer_deed
from participatory.identity.permissions import Permission
from participatory.identity.throwaway import offer_rolls
from participatory.rolls import holdings, inscription, queries, referents, sending
from participatory.rolls.addresses import is_on_a_roll
from participatory.rolls.approval import APPROVE, waiting_with_deeds
from participatory.rolls.desks import Desk, me
from participatory.rolls.flow import add_pages
from participatory.rolls.forms import UploadForm
from participatory.rolls.uploads import Uploads
from participatory.rounds.figures import Figure, offer_figures
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.web.access import requires
from participatory.web.filters import number
from participatory.web.navigation import Entry
from participatory.web.pages import page

bp = Blueprint("rolls", __name__, url_prefix="/gestion/budgets/<slug>/liste-electorale")


@dataclass(frozen=True)
class Bar:
    """A line of a chart."""

    label: str
    value: int
    text: str


@bp.get("")
@requires(Permission.READ_ROLL)
def show(slug: str) -> Response:
    """How many people may vote, where, and the lists that were sent and imported."""
    return _screen(Desk("rolls", round_by_slug(slug)), UploadForm(formdata=None))


def _desk(slug: str) -> Desk:
    """The desk of a round; raises Refusal for whoever may not see the whole roll."""
    round_ = round_by_slug(slug)
    refuse_if(sending.can_read(me(), round_))
    return Desk("rolls", round_)


def _screen(desk: Desk, form: UploadForm) -> Response:
    round_ = desk.round
    refuse_if(sending.can_read(me(), round_))
    by_site = queries.count_by_site(round_)
    return page(
        "rolls/show.html",
        status=422 if form.errors else 200,
        form=form,
        desk=desk,
        round=round_,
        closed=sending.can_send(me(), round_, None, now()),
        size=sum(each.value for each in by_site),
        sites=[_bar(each) for each in by_site if each.value],
        absent=[each.label for each in by_site if not each.value],
        establishments=[_bar(each) for each in queries.count_by_establishment(round_)],
        waiting=waiting_with_deeds(round_),
        sent=queries.lists_of(round_),
        imports=queries.imports_of(round_),
        known_sites=queries.sites(),
        known_establishments=queries.establishments(),
    )


def _bar(count: queries.Count) -> Bar:
    return Bar(count.label, count.value, number(count.value))


def _figures(rounds: Sequence[Round], _now: datetime) -> dict[int, list[Figure]]:
    """How many people may vote in each round that has a roll."""
    return {
        round_id: [Figure(size, ngettext("personne inscrite", "personnes inscrites", size))]
        for round_id, size in queries.roll_sizes(rounds).items()
    }


add_pages(bp, _desk, _screen)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package; files that wait too long are removed even if nobody comes back."""
    app.register_blueprint(bp)
    app.register_blueprint(inscription.bp)
    app.register_blueprint(referents.bp)
    app.register_blueprint(referents.lists)
    holdings.offer(app)
    staff_menu(
        Entry(
            "lists.index",
            N_("Listes des établissements"),
            35,
            frozenset({Permission.SUBMIT_ROLL}),
            "/etablissement/",
        )
    )
    offer_deed(app, APPROVE)
    offer_figures(app, _figures)
    offer_figures(app, _figures, staff=True)
    offer_rolls(app, is_on_a_roll)
    uploads = Uploads(app.extensions["config"].instance / "imports")
    app.extensions["jobs"].huey.periodic_task(crontab(minute="*/10"), name="forget_old_lists")(
        lambda: uploads.forget_old(now())
    )

"""The roll of a round: what it holds, a list's preview, its import."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, Response
from flask_babel import ngettext
from flask_login import current_user
from huey import crontab
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import after_commit, transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.throwaway import offer_rolls
from participatory.rolls import holdings, queries
from participatory.rolls.actions import RollList, compare, import_roll, read_roll
from participatory.rolls.addresses import is_on_a_roll
from participatory.rolls.forms import ConfirmForm, UploadForm
from participatory.rolls.policy import can_import
from participatory.rolls.uploads import Uploads
from participatory.rounds.figures import Figure, offer_figures
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.web.access import requires
from participatory.web.filters import number, refusal
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import config, secret_store

bp = Blueprint("rolls", __name__, url_prefix="/gestion/budgets/<slug>/liste-electorale")

# The page stays light; the whole list of bad rows can be downloaded.
BAD_ROWS_SHOWN = 200


@dataclass(frozen=True)
class Bar:
    """A line of a chart."""

    label: str
    value: int
    text: str


@bp.get("")
@requires(Permission.READ_ROLL)
def show(slug: str) -> Response:
    """How many people may vote, where, and the lists that were imported."""
    return _screen(round_by_slug(slug), UploadForm())


@bp.get("/apercu")
@bp.get("/importer")
@requires(Permission.SUBMIT_ROLL)
def no_list(slug: str) -> BaseResponse:
    """The address of a form, opened as a page: nothing is shown there."""
    return see_other("rolls.show", slug=slug)


@bp.post("/apercu")
@requires(Permission.SUBMIT_ROLL)
def preview(slug: str) -> Response | BaseResponse:
    """Take a list, keep it aside, and lead to its preview; nothing is imported."""
    round_, form, person = round_by_slug(slug), UploadForm(), _officer()
    refuse_if(can_import(person, round_, now()))
    if form.validate_on_submit():
        content = form.file.data.read()
        try:
            _read(round_, content)
        except Refusal as refused:
            form.refuse(refused)
        else:
            upload = _uploads().keep(content, round_.public_id, person.public_id)
            return see_other("rolls.review", slug=slug, upload=upload)
    return _screen(round_, form)


@bp.get("/apercu/<upload>")
@requires(Permission.SUBMIT_ROLL)
def review(slug: str, upload: str) -> Response:
    """What a list would change, and each of its bad rows."""
    round_ = round_by_slug(slug)
    return _preview(round_, upload, ConfirmForm(formdata=None, upload=upload), _waiting(round_, upload))


@bp.get("/apercu/<upload>/lignes-fautives.csv")
@requires(Permission.SUBMIT_ROLL)
def bad_rows(slug: str, upload: str) -> Response:
    """Every bad row of a list, to be sent back to whoever made it."""
    roll = _waiting(round_by_slug(slug), upload)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["line", "reason", "content"])
    for bad in roll.reading.bad:
        writer.writerow([bad.line, refusal(bad.reason), _harmless(bad.text)])
    name = {"Content-Disposition": 'attachment; filename="lignes-fautives.csv"'}
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=name)


@bp.post("/importer")
@requires(Permission.SUBMIT_ROLL)
def confirm(slug: str) -> Response | BaseResponse:
    """Import the list that was looked at."""
    round_, form, person = round_by_slug(slug), ConfirmForm(), _officer()
    upload = form.upload.data or ""
    roll = _waiting(round_, upload)
    try:
        with transaction():
            done = import_roll(round_, roll, _officer(), now(), without_bad_rows=form.without_bad_rows.data)
            after_commit(lambda: _uploads().forget(upload, round_.public_id, person.public_id))
    except Refusal as refused:
        form.refuse(refused)
        return _preview(round_, upload, form, roll)
    notify(
        N_("Liste importée. Personnes ajoutées : %(added)s ; déjà inscrites : %(known)s ; lignes écartées : %(bad)s."),
        added=number(done.added),
        known=number(done.known),
        bad=number(done.rejected),
    )
    return see_other("rolls.show", slug=slug)


def _screen(round_: Round, form: UploadForm) -> Response:
    by_site = queries.count_by_site(round_)
    return page(
        "rolls/show.html",
        status=422 if form.errors else 200,
        form=form,
        round=round_,
        closed=can_import(_officer(), round_, now()),
        size=sum(each.value for each in by_site),
        sites=[_bar(each) for each in by_site if each.value],
        absent=[each.label for each in by_site if not each.value],
        establishments=[_bar(each) for each in queries.count_by_establishment(round_)],
        imports=queries.imports_of(round_),
        known_sites=queries.sites(),
        known_establishments=queries.establishments(),
    )


def _preview(round_: Round, upload: str, form: ConfirmForm, roll: RollList) -> Response:
    return page(
        "rolls/preview.html",
        status=422 if form.errors else 200,
        form=form,
        round=round_,
        upload=upload,
        roll=roll,
        change=compare(round_, roll),
        shown=roll.reading.bad[:BAD_ROWS_SHOWN],
        before=queries.import_of_file(round_, roll.digest),
        closed=can_import(_officer(), round_, now()),
        known_sites=queries.sites(),
        known_establishments=queries.establishments(),
    )


def _bar(count: queries.Count) -> Bar:
    return Bar(count.label, count.value, number(count.value))


def _officer() -> Person:
    person: Person = current_user
    return person


def _uploads() -> Uploads:
    return Uploads(config().instance / "imports")


def _waiting(round_: Round, upload: str) -> RollList:
    return _read(round_, _uploads().read(upload, round_.public_id, _officer().public_id, now()))


def _read(round_: Round, content: bytes) -> RollList:
    return read_roll(content, secret_store().get("pepper", round_.public_id))


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _figures(rounds: Sequence[Round], _now: datetime) -> dict[int, list[Figure]]:
    """How many people may vote in each round that has a roll."""
    return {
        round_id: [Figure(size, ngettext("personne inscrite", "personnes inscrites", size))]
        for round_id, size in queries.roll_sizes(rounds).items()
    }


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package; lists that wait too long are removed even if nobody comes back."""
    app.register_blueprint(bp)
    holdings.offer(app)
    offer_figures(app, _figures)
    offer_figures(app, _figures, staff=True)
    offer_rolls(app, is_on_a_roll)
    uploads = Uploads(app.extensions["config"].instance / "imports")
    app.extensions["jobs"].huey.periodic_task(crontab(minute="*/10"), name="forget_old_lists")(
        lambda: uploads.forget_old(now())
    )

"""The catalogue of unit costs: what everybody reads, and where staff keep it."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import Blueprint, Flask, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_login import current_user

from participatory.catalogue import files, keeping
from participatory.catalogue.forms import ButtonForm, ConfirmForm, CostForm, FileForm
from participatory.catalogue.policy import can_keep
from participatory.catalogue.queries import archived_costs, unit_cost, unit_costs
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.rounds.rulebook import Theme
from participatory.web.access import public, requires
from participatory.web.filters import locale_code
from participatory.web.forms import BaseForm
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other

Faults = Sequence[tuple[int, Refusal]]

bp = Blueprint("catalogue", __name__)

ENTRY = Entry(
    "catalogue.staff",
    N_("Grille des coûts"),
    22,
    permissions=frozenset({Permission.KEEP_CATALOGUE}),
    prefix="/gestion/couts",
)


def calendar_day(day: date) -> str:
    """A day without an hour, in words."""
    words = str(format_date(day, "d MMMM y"))
    return f"1er{words[1:]}" if day.day == 1 and locale_code() != "en" else words


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    app.jinja_env.filters["calendar_day"] = calendar_day
    staff_menu(ENTRY)


def _me() -> Person:
    person: Person = current_user
    return person


def _theme() -> Theme | None:
    wanted = request.args.get("theme", "")
    return Theme(wanted) if wanted in set(Theme) else None


@bp.get("/grille-des-couts")
@public
def index() -> ResponseReturnValue:
    """What things usually cost, searched and filtered by theme."""
    q, theme = request.args.get("q", "")[:100], _theme()
    return page("catalogue/index.html", costs=unit_costs(theme, q), q=q, theme=theme, themes=Theme)


@bp.get("/grille-des-couts.csv")
@public
def export_csv() -> ResponseReturnValue:
    """The same as a file."""
    response = make_response(files.as_csv(unit_costs(_theme(), request.args.get("q", "")[:100])))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="grille-des-couts.csv"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.route("/gestion/couts", methods=["GET", "POST"])
@requires(Permission.KEEP_CATALOGUE)
def staff() -> ResponseReturnValue:
    """The catalogue as staff keep it, and adding a cost."""
    form = CostForm()
    if form.validate_on_submit():
        try:
            with transaction():
                row = keeping.add(form.said(), _me(), now())
            notify(N_("« %(label)s » est dans la grille."), label=row.label)
            return see_other("catalogue.staff")
        except Refusal as refusal:
            _refuse(form, refusal)
    return _staff_page(form, FileForm(formdata=None), 422 if form.is_submitted() else 200)


def _refuse(form: BaseForm, refusal: Refusal) -> None:
    for fault in refusal.faults if isinstance(refusal, keeping.Incomplete) else (refusal,):
        form.refuse(fault)


def _staff_page(form: CostForm, file_form: FileForm, status: int, faults: Faults = ()) -> ResponseReturnValue:
    return page(
        "catalogue/staff.html",
        status=status,
        form=file_form if file_form.errors else form,
        cost_form=form,
        file_form=file_form,
        costs=unit_costs(),
        archived=archived_costs(),
        obstacle=can_keep(_me()),
        faults=faults,
    )


@bp.route("/gestion/couts/<public_id>", methods=["GET", "POST"])
@requires(Permission.KEEP_CATALOGUE)
def change(public_id: str) -> ResponseReturnValue:
    """One cost: a newer price replaces it, or it is archived."""
    row = unit_cost(public_id)
    form = CostForm() if request.method == "POST" else CostForm.showing(row)
    if form.validate_on_submit():
        try:
            with transaction():
                kept = keeping.replace(unit_cost(public_id), form.said(), _me(), now())
            notify(N_("« %(label)s » a un nouveau prix ; l’ancien est archivé."), label=kept.label)
            return see_other("catalogue.staff")
        except Refusal as refusal:
            _refuse(form, refusal)
    status = 422 if form.is_submitted() else 200
    return page("catalogue/change.html", status=status, form=form, cost=row, obstacle=can_keep(_me()))


@bp.post("/gestion/couts/<public_id>/archiver")
@requires(Permission.KEEP_CATALOGUE)
def archive(public_id: str) -> ResponseReturnValue:
    """Offer a cost no more."""
    row = unit_cost(public_id)
    if not ButtonForm().validate_on_submit():
        raise Refusal(N_("Rechargez la page, puis recommencez."), Kind.INVALID)
    with transaction():
        keeping.archive(row, _me(), now())
    notify(N_("« %(label)s » n’est plus proposé. Les projets qui citent ce prix le gardent."), label=row.label)
    return see_other("catalogue.staff")


@bp.get("/gestion/couts/import")
@requires(Permission.KEEP_CATALOGUE)
def import_address() -> ResponseReturnValue:
    """Lead back to the catalogue whoever follows a link of a preview, such as another language."""
    return see_other("catalogue.staff", _anchor="importer")


@bp.post("/gestion/couts/import")
@requires(Permission.KEEP_CATALOGUE)
def import_file() -> ResponseReturnValue:
    """Read a file and show what importing it would do; nothing is imported."""
    refuse_if(can_keep(_me()))
    form = FileForm()
    if form.validate_on_submit():
        try:
            rows = files.rows_of(form.file.data.read())
            return _preview(rows, ConfirmForm(formdata=None))
        except Refusal as refusal:
            form.refuse(refusal)
    return _staff_page(CostForm(formdata=None), form, 422)


def _preview(rows: list[files.Row], form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    """What a file would do, or every line of it that is wrong."""
    found = files.read(rows, keeping.today(now()))
    if found.faults:
        refused = FileForm(formdata=None)
        message = N_("Rien n’est importé : corrigez ces lignes, puis envoyez le fichier entier.")
        refused.file.errors = []
        refused.refuse(Refusal(message, Kind.INVALID, "file"))
        return _staff_page(CostForm(formdata=None), refused, 422, faults=found.faults)
    changes = keeping.changes(found.costs)
    form.rows.data, form.seen.data = files.carried(rows), keeping.digest_of(changes)
    form.rows.raw_data = form.seen.raw_data = None
    return page("catalogue/preview.html", status=status, form=form, changes=changes)


@bp.post("/gestion/couts/import/confirmer")
@requires(Permission.KEEP_CATALOGUE)
def confirm_import() -> ResponseReturnValue:
    """Import what the preview showed."""
    refuse_if(can_keep(_me()))
    form = ConfirmForm()
    if not form.validate_on_submit():
        raise Refusal(N_("L’aperçu est incomplet : envoyez le fichier à nouveau."), Kind.INVALID)
    rows = files.carried_rows(form.rows.data or "")
    found = files.read(rows, keeping.today(now()))
    if found.faults:
        return _preview(rows, form)
    try:
        with transaction():
            added, replaced = keeping.import_costs(found.costs, form.seen.data or "", _me(), now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _preview(rows, form, int(refusal.kind))
    notify(N_("Prix ajoutés : %(added)s ; remplacés : %(replaced)s."), added=added, replaced=replaced)
    return see_other("catalogue.staff")

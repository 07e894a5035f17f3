"""From a file to a list that waits for approval: columns, preview, confirmation. The same pages at every desk."""

import csv
import io
from collections.abc import Callable, Sequence
from functools import wraps

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import after_commit, transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.rolls import queries, sending
from participatory.rolls.actions import send_list
from participatory.rolls.approval import ask_approval, take_back
from participatory.rolls.columns import ColumnKind, Layout, fault_of
from participatory.rolls.comparing import compare
from participatory.rolls.desks import Desk, layout_of, me, uploads
from participatory.rolls.forms import ConfirmForm, UploadForm
from participatory.rolls.lists import ReadList, known_places, look_at
from participatory.rolls.rules import Remark
from participatory.web.access import requires
from participatory.web.filters import number, refusal
from participatory.web.pages import absolute_url, notify, page

# The page stays light; the whole list of bad rows can be downloaded.
ROWS_SHOWN = 200
WARNINGS_SHOWN = 20
_Answer = Response | BaseResponse


def add_pages(bp: Blueprint, desk_of: Callable[..., Desk], home: Callable[[Desk, UploadForm], Response]) -> None:
    """Open the pages of sending a list on a blueprint; `desk_of` finds the desk of an address, or refuses."""

    def at_desk(show: Callable[..., _Answer]) -> Callable[..., _Answer]:
        @requires(Permission.SUBMIT_ROLL)
        @wraps(show)
        def view(upload: str = "", **address: str) -> _Answer:
            desk = desk_of(**address)
            return show(desk, upload) if upload else show(desk)

        return view

    nowhere = at_desk(nothing)

    def take(desk: Desk) -> _Answer:
        return _take(desk, home)

    for path in ("/apercu", "/importer"):
        bp.add_url_rule(path, "nothing", nowhere, methods=["GET"])
    bp.add_url_rule("/apercu", "take", at_desk(take), methods=["POST"])
    bp.add_url_rule("/apercu/<upload>/colonnes", "columns", at_desk(columns))
    bp.add_url_rule("/apercu/<upload>", "review", at_desk(review))
    bp.add_url_rule("/apercu/<upload>/lignes-fautives.csv", "bad_rows", at_desk(bad_rows))
    bp.add_url_rule("/importer", "confirm", at_desk(confirm), methods=["POST"])
    bp.add_url_rule("/envoyees/<upload>/retirer", "withdraw", at_desk(withdraw), methods=["POST"])


def nothing(desk: Desk) -> _Answer:
    """The address of a form, opened as a page: nothing is shown there."""
    return redirect(desk.url(), 303)


def _take(desk: Desk, home: Callable[[Desk, UploadForm], Response]) -> _Answer:
    """Keep a file aside and lead to its columns; nothing is imported."""
    form = UploadForm()
    refuse_if(sending.can_send(me(), desk.round, desk.establishment, now()))
    if form.validate_on_submit():
        content = form.file.data.read()
        try:
            look_at(content, known_places(desk.establishment))
        except Refusal as refused:
            form.refuse(refused)
        else:
            kept = uploads().keep(content, desk.key, me().public_id)
            return redirect(desk.url("columns", upload=kept), 303)
    return home(desk, form)


def columns(desk: Desk, upload: str, refused: Refusal | None = None, chosen: Layout | None = None) -> Response:
    """What each column seems to be, for a person to confirm or correct."""
    look = look_at(_content(desk, upload), known_places(desk.establishment))
    return page(
        "rolls/columns.html",
        status=422 if refused else 200,
        desk=desk,
        upload=upload,
        look=look,
        kinds=list(ColumnKind),
        chosen=chosen or look.layout,
        refused=refused,
    )


def review(desk: Desk, upload: str) -> _Answer:
    """What a list would change, and each of its bad rows."""
    layout = layout_of(request.args.get("tete"), request.args.getlist("c"))
    if not layout.kinds:
        return redirect(desk.url("columns", upload=upload), 303)
    fault = fault_of(layout, one_establishment=desk.establishment is not None)
    if fault is not None:
        return columns(desk, upload, fault, layout)
    return _preview(desk, layout, ConfirmForm(formdata=None, upload=upload), _read(desk, upload, layout))


def bad_rows(desk: Desk, upload: str) -> Response:
    """Every bad row of a list, to be sent back to whoever made it."""
    read = _read(desk, upload, layout_of(request.args.get("tete"), request.args.getlist("c")))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([gettext(title) for title in (N_("Où"), N_("Ce qui ne va pas"), N_("Ce que dit le fichier"))])
    writer.writerows(_exported(read.reading.bad))
    name = {"Content-Disposition": 'attachment; filename="lignes-fautives.csv"'}
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=name)


def confirm(desk: Desk) -> _Answer:
    """Send the list that was looked at; its file is destroyed."""
    form = ConfirmForm()
    upload = form.upload.data or ""
    layout = layout_of(request.form.get("tete"), request.form.getlist("c"))
    read, person = _read(desk, upload, layout), me()
    try:
        with transaction():
            sent = send_list(
                desk.round, desk.establishment, read, me(), now(), without_bad_rows=form.without_bad_rows.data
            )
            ask_approval(sent, me(), now(), absolute_url("deeds.index"))
            after_commit(lambda: uploads().forget(upload, desk.key, person.public_id))
    except Refusal as refused:
        form.refuse(refused)
        return _preview(desk, layout, form, read)
    notify(
        N_("Liste envoyée. Personnes : %(people)s. Une autre personne, à la Région, doit maintenant l’approuver."),
        people=number(sent.people),
    )
    return redirect(desk.url(), 303)


def withdraw(desk: Desk, sent: str) -> _Answer:
    """Give up a list that this person sent and that still waits."""
    with transaction():
        take_back(queries.list_of_desk(sent, desk.round, desk.establishment), me(), now())
    notify(N_("Liste retirée : ce qui avait été mis de côté est effacé."))
    return redirect(desk.url(), 303)


def _preview(desk: Desk, layout: Layout, form: ConfirmForm, read: ReadList) -> Response:
    return page(
        "rolls/preview.html",
        status=422 if form.errors else 200,
        form=form,
        desk=desk,
        layout=layout,
        upload=form.upload.data,
        read=read,
        # Beside the roll, a list of one person would tell a referent whether that person has come in by another door.
        change=None if desk.establishment else compare(desk.round, read.reading.people),
        last=queries.last_imported_list(desk.round, desk.establishment) if desk.establishment else None,
        places=queries.named_counts(read.reading.people),
        shown=read.reading.bad[:ROWS_SHOWN],
        warned=read.reading.warnings[:WARNINGS_SHOWN],
        before=queries.import_of_file(desk.round, read.digest),
        closed=sending.can_send(me(), desk.round, desk.establishment, now()),
        known_sites=queries.sites(),
        known_establishments=queries.establishments(),
    )


def _content(desk: Desk, upload: str) -> bytes:
    return uploads().read(upload, desk.key, me().public_id, now())


def _read(desk: Desk, upload: str, layout: Layout) -> ReadList:
    return desk.read(_content(desk, upload), layout)


def _exported(bad: Sequence[Remark]) -> list[tuple[int, str, str]]:
    return [(each.line, refusal(each.reason), _harmless(each.text)) for each in bad]


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell

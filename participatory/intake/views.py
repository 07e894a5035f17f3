"""The desk where staff enter projects collected elsewhere: a file with its preview, or one sheet after the other."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.core.clock import now
from participatory.core.database import after_commit, transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.queries import associations
from participatory.intake import actions, policy
from participatory.intake.forms import ConfirmForm, FileForm, SheetForm
from participatory.intake.models import Collected
from participatory.intake.queries import collected, collected_in, known_in, references_in
from participatory.intake.reading import Field, ReadFile, read_file
from participatory.intake.rules import next_reference
from participatory.proposals.content import faults
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rolls.uploads import Uploads
from participatory.rounds.models import Round
from participatory.rounds.queries import all_rounds, round_by_slug
from participatory.rounds.rules import Phase
from participatory.territories.queries import sites
from participatory.web.access import requires
from participatory.web.filters import label
from participatory.web.navigation import Entry
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import config

bp = Blueprint("intake", __name__)
_HOME = "/gestion/budgets/<slug>/projets-recueillis"


def _me() -> Person:
    person: Person = current_user
    return person


def _round(slug: str) -> Round:
    round_ = round_by_slug(slug)
    refuse_if(policy.can_open(_me(), round_))
    return round_


def _uploads() -> Uploads:
    return Uploads(config().instance / "collected")


def _desk(round_: Round) -> str:
    return f"collected-{round_.public_id}"


def _link(token: str) -> str:
    return absolute_url("proposals.answer_invitation", token=token)


def _hand(origin: str | None) -> actions.Hand:
    return actions.Hand(_me(), origin or "", _link, now())


@bp.get("/gestion/projets-recueillis")
@requires(Permission.COLLECT_PROPOSALS)
def index() -> ResponseReturnValue:
    """The rounds that receive projects."""
    moment = now()
    rounds = [
        each for each in all_rounds() if each.phase(moment) is Phase.SUBMISSION and policy.can_open(_me(), each) is None
    ]
    return page("intake/index.html", rounds=rounds)


@bp.get(_HOME)
@requires(Permission.COLLECT_PROPOSALS)
def show(slug: str) -> ResponseReturnValue:
    """What was collected in a round, and the two ways to add."""
    return _show(_round(slug), FileForm(formdata=None))


def _show(round_: Round, form: FileForm, status: int = 200) -> Response:
    obstacle = policy.can_bring(_me(), round_, now())
    rows = collected_in(round_)
    return page("intake/show.html", status=status, round=round_, form=form, obstacle=obstacle, rows=rows, State=State)


@bp.get(f"{_HOME}/modele.csv")
@requires(Permission.COLLECT_PROPOSALS)
def model(slug: str) -> ResponseReturnValue:
    """An empty file with the titles of the columns."""
    _round(slug)
    titles = ";".join(label(each) for each in Field)
    answer = Response(f"\ufeff{titles}\r\n", mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="projets-recueillis.csv"'
    return answer


@bp.post(f"{_HOME}/apercu")
@requires(Permission.COLLECT_PROPOSALS)
def look(slug: str) -> ResponseReturnValue:
    """Read a file and show what it would do; nothing is imported."""
    round_ = _round(slug)
    refuse_if(policy.can_bring(_me(), round_, now()))
    form = FileForm()
    if not form.validate_on_submit():
        return _show(round_, form, 422)
    content = form.file.data.read()
    try:
        read = read_file(content, known_in(round_))
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(round_, form, 422)
    kept = _uploads().keep(content, _desk(round_), _me().public_id)
    confirm_form = ConfirmForm(formdata=None, data={"upload": kept, "origin": form.origin.data})
    return _preview(round_, read, confirm_form)


def _preview(round_: Round, read: ReadFile, form: ConfirmForm, status: int = 200) -> Response:
    brought = [row.brought for row in read.good if row.brought]
    there = references_in(round_, [each.reference for each in brought])
    new = [row for row in read.good if row.brought and row.brought.reference not in there]
    missing = {row.number: faults(row.brought.content, round_.rulebook) for row in new if row.brought}
    return page(
        "intake/preview.html",
        status=status,
        round=round_,
        read=read,
        form=form,
        new=new,
        known=len(there),
        missing=missing,
    )


@bp.post(f"{_HOME}/importer")
@requires(Permission.COLLECT_PROPOSALS)
def confirm(slug: str) -> ResponseReturnValue:
    """Import the readable rows of the file that was looked at, read again; its copy is destroyed."""
    round_, form = _round(slug), ConfirmForm()
    if not form.validate_on_submit():
        return see_other("intake.show", slug=slug)
    upload, person_key, desk = form.upload.data or "", _me().public_id, _desk(round_)
    read = read_file(_uploads().read(upload, desk, person_key, now()), known_in(round_))
    brought = [row.brought for row in read.good if row.brought]
    with transaction():
        done = actions.enter_all(round_, brought, _hand(form.origin.data))
        after_commit(lambda: _uploads().forget(upload, desk, person_key))
    words = N_("Déposés : %(submitted)s. Brouillons à compléter : %(drafts)s. Déjà là, laissés tels quels : %(known)s.")
    notify(words, submitted=done.submitted, drafts=done.drafts, known=done.known)
    return see_other("intake.show", slug=slug)


@bp.route(f"{_HOME}/fiche", methods=["GET", "POST"])
@requires(Permission.COLLECT_PROPOSALS)
def sheet(slug: str) -> ResponseReturnValue:
    """One sheet of a workshop; then the next one, with the same place and the following reference."""
    round_ = _round(slug)
    refuse_if(policy.can_bring(_me(), round_, now()))
    carried = {name: request.args.get(name, "")[:120] for name in ("origin", "site", "reference")}
    form = _sheet_form(round_, carried)
    if form.validate_on_submit():
        try:
            with transaction():
                done = actions.enter_sheet(round_, form.brought(), _hand(form.origin.data))
            _say(done)
            following = next_reference(form.reference.data or "")
            values = {"origin": form.origin.data, "site": form.site.data, "reference": following}
            return redirect(url_for("intake.sheet", slug=slug, **{k: v for k, v in values.items() if v}), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return page("intake/sheet.html", status=422 if form.is_submitted() else 200, round=round_, form=form, held=None)


@bp.route(f"{_HOME}/<public_id>", methods=["GET", "POST"])
@requires(Permission.COLLECT_PROPOSALS)
def complete(slug: str, public_id: str) -> ResponseReturnValue:
    """Complete a sheet that was not, while nobody has taken it over."""
    round_ = _round(slug)
    held = collected(round_, public_id)
    refuse_if(policy.can_complete(_me(), held.proposal, now()))
    form = _sheet_form(round_, _written(held))
    # A letter left with the first entry; the reference is what the paper bears.
    del form.address
    if form.validate_on_submit():
        try:
            with transaction():
                done = actions.complete(collected(round_, public_id), form.brought(), _me(), now())
            _say(done)
            return see_other("intake.show", slug=slug)
        except Refusal as refusal:
            form.refuse(refusal)
    return page("intake/sheet.html", status=422 if form.is_submitted() else 200, round=round_, form=form, held=held)


def _sheet_form(round_: Round, data: dict[str, object] | dict[str, str]) -> SheetForm:
    form = SheetForm(data=data)
    form.offer(round_.rulebook, sites(), associations())
    return form


def _written(held: Collected) -> dict[str, object]:
    proposal = held.proposal
    return {
        "origin": held.origin,
        "reference": proposal.external_ref,
        "title": proposal.title,
        "need": proposal.need,
        "solution": proposal.solution,
        "summary": proposal.summary,
        "theme": proposal.theme_code or "",
        "site": proposal.site.slug if proposal.site else "",
        "association": proposal.association.slug if proposal.association else "",
        "amount": proposal.asked_cents or None,
    }


def _say(done: Proposal) -> None:
    if done.state is State.SUBMITTED:
        notify(N_("« %(title)s » est déposé."), title=done.title)
    else:
        notify(N_("« %(title)s » est gardé en brouillon : il reste à le compléter."), "info", title=done.title)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    collect = frozenset({Permission.COLLECT_PROPOSALS})
    staff_menu(Entry("intake.index", N_("Projets recueillis"), 32, permissions=collect, blueprint="intake"))

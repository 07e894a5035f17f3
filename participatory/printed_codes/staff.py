"""The screens of those who make packages of codes and of those who hand the sheets over."""

from collections.abc import Callable

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.printed_codes import policy, queries, sheets
from participatory.printed_codes.actions import (
    close_package,
    draw_codes,
    hand_over,
    keep_codes,
    make_package,
    take_back,
)
from participatory.printed_codes.forms import CloseForm, HandForm, PackageForm, PrintForm, TakeBackForm
from participatory.printed_codes.models import CodePackage
from participatory.printed_codes.rules import CodeState, Difference, Figures, Outcome, differences
from participatory.printed_codes.secret import code_key, peppers
from participatory.rounds.models import Round
from participatory.rounds.queries import all_rounds
from participatory.territories.queries import establishments
from participatory.web.access import requires
from participatory.web.forms import BaseForm
from participatory.web.pages import notify, page, see_other


def _me() -> Person:
    person: Person = current_user
    return person


@requires(Permission.ISSUE_CODES, Permission.HAND_CODES)
def index() -> Response:
    """The packages that the person works with."""
    packages = queries.packages_for(_me())
    return page(
        "printed_codes/index.html",
        packages=packages,
        figures=queries.figures_of(packages, now()),
        may_make=bool(_rounds()),
    )


def _rounds() -> list[Round]:
    return [each for each in all_rounds() if policy.can_make(_me(), each, now()) is None]


@requires(Permission.ISSUE_CODES)
def new() -> Response | BaseResponse:
    """Plan a package."""
    rounds = _rounds()
    form = PackageForm(expires_at=rounds[0].control_at if len(rounds) == 1 else None)
    known = {each.key: each for each in establishments()}
    form.offer(rounds, list(known.values()))
    if form.validate_on_submit():
        try:
            wanted = next(each for each in rounds if each.public_id == form.round.data)
            with transaction():
                package = make_package(
                    wanted,
                    known[form.establishment.data],
                    _me(),
                    now(),
                    size=form.size.data or 0,
                    expires_at=form.expires_at.data or now(),
                )
            return see_other("printed_codes.show", public_id=package.public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    return page("printed_codes/new.html", status=422 if form.is_submitted() else 200, form=form, rounds=rounds)


@requires(Permission.ISSUE_CODES, Permission.HAND_CODES)
def show(public_id: str) -> Response:
    """A package: its figures, and the work at the counter."""
    return _screen(queries.package_for(_me(), public_id))


def _screen(package: CodePackage, form: BaseForm | None = None, status: int = 200) -> Response:
    """The page of a package; `form` is the one that was refused, shown again as it was typed."""
    figures = queries.figures_of([package], now())[package.id]
    gaps = _gaps(form, figures)
    closing = form if isinstance(form, CloseForm) else CloseForm(formdata=None)
    closing.note.flags.hide_optional = bool(gaps)
    back = form if isinstance(form, TakeBackForm) else TakeBackForm(formdata=None)
    back.offer()
    return page(
        "printed_codes/show.html",
        status=status,
        package=package,
        figures=figures,
        states=list(CodeState),
        form=form,
        handing=form if isinstance(form, HandForm) else HandForm(formdata=None),
        back=back,
        closing=closing,
        not_print=policy.can_print(_me(), package, now()),
        not_hand=policy.can_hand(_me(), package, now()),
        not_work=policy.can_work(_me(), package),
        not_close=policy.can_close(_me(), package),
        gaps=gaps,
    )


@requires(Permission.ISSUE_CODES, recent=True)
def print_sheets(public_id: str) -> Response:
    """Draw the codes and answer with the sheets, the only time that they can be read."""
    package = queries.package_for(_me(), public_id)
    if not PrintForm().validate_on_submit():
        raise Refusal(N_("Rechargez la page, puis recommencez."), Kind.INVALID)
    refuse_if(policy.can_print(_me(), package, now()))
    codes = draw_codes(package)
    # Drawn before the transaction: a hundred sheets take seconds, in which nobody else could write.
    answer = sheets.answer(package, codes)
    with transaction():
        keep_codes(package, codes, code_key(), _me(), now())
    return answer


@requires(Permission.HAND_CODES)
def hand(public_id: str) -> Response | BaseResponse:
    """Hand a sheet over."""
    package = queries.package_for(_me(), public_id)
    form = HandForm()

    def deed() -> None:
        code = hand_over(
            package,
            _me(),
            now(),
            serial=form.serial.data or "",
            identifier=form.identifier.data or "",
            peppers=peppers(package.round),
        )
        notify(N_("La feuille %(serial)s est liée à cette personne : remettez-la-lui."), serial=code.serial)

    return _done(package, form, deed)


@requires(Permission.HAND_CODES)
def retire(public_id: str) -> Response | BaseResponse:
    """Take a sheet out of use."""
    package = queries.package_for(_me(), public_id)
    form = TakeBackForm()
    form.offer()

    def deed() -> None:
        outcome = Outcome(form.outcome.data)
        try:
            code = take_back(package, form.sheet.data or "", outcome, _me(), now())
        except Refusal as refusal:
            raise _at(refusal, "serial", "sheet") from refusal
        notify(N_("La feuille %(serial)s est hors d’usage : son code n’ouvre plus rien."), serial=code.serial)

    return _done(package, form, deed)


@requires(Permission.ISSUE_CODES, Permission.HAND_CODES)
def close(public_id: str) -> Response | BaseResponse:
    """Count the sheets and close the package."""
    package = queries.package_for(_me(), public_id)
    form = CloseForm()

    def deed() -> None:
        found = close_package(package, _counted(form), form.note.data or "", _me(), now())
        if found:
            notify(N_("Le paquet est clôturé, avec une différence et son explication."), "info")
        else:
            notify(N_("Le paquet est clôturé : le compte est juste."))

    return _done(package, form, deed)


def _counted(form: CloseForm) -> dict[CodeState, int]:
    return {
        CodeState.STOCK: form.stock.data or 0,
        CodeState.RETURNED: form.returned.data or 0,
        CodeState.VOID: form.void.data or 0,
    }


def _gaps(form: BaseForm | None, figures: Figures) -> list[Difference]:
    """Where what was just counted is not what the register says."""
    return differences(figures, _counted(form)) if isinstance(form, CloseForm) else []


def _done(package: CodePackage, form: BaseForm, deed: Callable[[], None]) -> Response | BaseResponse:
    """Do the deed of a form and come back to the package, or show what is refused and what was typed."""
    if not form.validate_on_submit():
        return _screen(package, form, 422)
    try:
        with transaction():
            deed()
    except Refusal as refusal:
        form.refuse(refusal)
        return _screen(package, form, int(refusal.kind))
    return see_other("printed_codes.show", public_id=package.public_id)


def _at(refusal: Refusal, field: str, other: str) -> Refusal:
    """A refusal of the domain, at the name that its field has in a form."""
    return Refusal(refusal.message, refusal.kind, other if refusal.field == field else refusal.field, **refusal.values)


def open_doors(bp: Blueprint) -> None:
    """Open these pages."""
    base = "/gestion/codes-imprimes"
    bp.get(base)(index)
    bp.route(f"{base}/nouveau", methods=["GET", "POST"])(new)
    bp.get(f"{base}/<public_id>")(show)
    bp.post(f"{base}/<public_id>/feuilles")(print_sheets)
    bp.post(f"{base}/<public_id>/remettre")(hand)
    bp.post(f"{base}/<public_id>/reprendre")(retire)
    bp.post(f"{base}/<public_id>/cloturer")(close)

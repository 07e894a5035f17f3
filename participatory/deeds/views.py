"""The deeds that wait for a second person: what will happen, exactly, and who may say yes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Flask, Response
from flask_babel import gettext
from flask_login import current_user
from huey import crontab
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.deeds import actions, policy, queries
from participatory.deeds.forms import ConfirmForm, RenewForm, WithdrawForm
from participatory.deeds.kinds import DeedKind, kind_named, kinds
from participatory.deeds.models import Deed
from participatory.deeds.rules import DeedState, Description
from participatory.identity.holders import names_of
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.queries import codes_of
from participatory.journal.actions import SYSTEM
from participatory.web.access import requires
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other

bp = Blueprint("deeds", __name__, url_prefix="/gestion/actes")

_READERS = (Permission.READ_DEEDS, Permission.APPROVE_ROLL)


@dataclass(frozen=True)
class Row:
    """A deed of a list, with who proposed it and who ended it."""

    deed: Deed
    kind: DeedKind
    state: DeedState
    proposer: str
    decider: str
    mine: bool


@bp.get("")
@requires(*_READERS)
def index() -> Response:
    """What waits for a second person, then what was decided lately."""
    moment = now()
    waiting, past = (_visible(found) for found in (queries.waiting_deeds(moment), queries.past_deeds(moment)))
    names = names_of({name for deed in (*waiting, *past) for name in _people(deed)})
    mine = codes_of(_person())
    return page(
        "deeds/index.html",
        waiting=[_row(deed, names, mine, moment) for deed in waiting],
        past=[_row(deed, names, mine, moment) for deed in past],
    )


@bp.get("/<public_id>")
@requires(*_READERS)
def show(public_id: str) -> Response:
    """One deed: what will happen, exactly, and what the present person may do about it."""
    return _screen(_deed(public_id))


@bp.post("/<public_id>/confirmer")
@requires(*_READERS, recent=True)
def confirm(public_id: str) -> Response | BaseResponse:
    """Do the deed that another person proposed."""
    deed, form = _deed(public_id), ConfirmForm()
    if not form.validate_on_submit():
        return _screen(deed, status=422)
    try:
        with transaction():
            actions.confirm(public_id, kind_named(deed.kind), _person(), now(), seen=form.seen.data or "")
    except Refusal as refusal:
        # Who is refused reads what would happen now, beside the reason.
        return _screen(_deed(public_id), refusal, status=int(refusal.kind))
    notify(N_("L’acte est confirmé, et fait."))
    return see_other("deeds.show", public_id=public_id)


@bp.post("/<public_id>/retirer")
@requires(*_READERS)
def withdraw(public_id: str) -> Response | BaseResponse:
    """Give up a deed, with the reason."""
    deed, form = _deed(public_id), WithdrawForm()
    if not form.validate_on_submit():
        return _screen(deed, withdrawing=form, status=422)
    try:
        with transaction():
            actions.withdraw(public_id, kind_named(deed.kind), _person(), form.reason.data or "", now())
    except Refusal as refusal:
        form.refuse(refusal)
        return _screen(_deed(public_id), withdrawing=form, status=int(refusal.kind))
    notify(N_("L’acte est retiré : rien ne sera fait."))
    return see_other("deeds.show", public_id=public_id)


@bp.post("/<public_id>/renouveler")
@requires(*_READERS)
def renew(public_id: str) -> Response | BaseResponse:
    """Propose a deed again, with what would happen now."""
    deed = _deed(public_id)
    if not RenewForm().validate_on_submit():
        return _screen(deed, status=422)
    try:
        with transaction():
            actions.renew(public_id, kind_named(deed.kind), _person(), now())
    except Refusal as refusal:
        return _screen(_deed(public_id), refusal, status=int(refusal.kind))
    notify(N_("L’acte est proposé à nouveau : une autre personne doit le confirmer."))
    return see_other("deeds.show", public_id=public_id)


def _screen(
    deed: Deed, refused: Refusal | None = None, withdrawing: WithdrawForm | None = None, status: int = 200
) -> Response:
    moment, person, kind = now(), _person(), kind_named(deed.kind)
    scopes = kind.scopes(deed.payload)
    waiting = policy.is_waiting(deed, moment) is None
    shown = kind.describe(deed.payload) if waiting else None
    hidden = kind.figures_for is not None and not person.may(kind.figures_for, *scopes)
    return page(
        "deeds/show.html",
        status=status,
        form=withdrawing,
        row=_row(deed, names_of(set(_people(deed))), codes_of(person), moment),
        shown=_without_figures(shown) if shown and hidden else shown,
        hidden=hidden,
        refused=refused,
        changed=policy.has_changed(deed, shown.digest()) if shown else None,
        confirmable=policy.can_confirm(deed, kind.permission, scopes, person, moment),
        withdrawable=policy.can_withdraw(deed, kind.permission, scopes, person, moment),
        confirming=ConfirmForm(formdata=None, seen=shown.digest() if shown else ""),
        withdrawing=withdrawing or WithdrawForm(formdata=None),
    )


def _without_figures(shown: Description) -> Description:
    return replace(shown, facts=(), present=(), tables=())


def _deed(public_id: str) -> Deed:
    """The deed of an address, as the present person may see it; raises Refusal (NOT_FOUND)."""
    deed = queries.deed_by_public_id(public_id)
    refuse_if(None if _visible([deed]) else Refusal(N_("Cet acte n’existe pas ou n’existe plus."), Kind.NOT_FOUND))
    return deed


def _visible(deeds: list[Deed]) -> list[Deed]:
    """Those that bear on something within the roles of the present person."""
    known, person = kinds(), _person()
    return [
        deed
        for deed in deeds
        if deed.kind in known
        and any(
            person.may(permission, *known[deed.kind].scopes(deed.payload))
            for permission in (Permission.READ_DEEDS, known[deed.kind].permission)
        )
    ]


def _row(deed: Deed, names: dict[str, str], mine: frozenset[str], moment: datetime) -> Row:
    proposer, decider = (_named(each, names) for each in _people(deed))
    return Row(deed, kind_named(deed.kind), deed.state(moment), proposer, decider, deed.proposed_by in mine)


def _people(deed: Deed) -> tuple[str, str]:
    return deed.proposed_by, deed.confirmed_by or deed.withdrawn_by


def _named(public_id: str, names: dict[str, str]) -> str:
    if public_id == SYSTEM:
        return str(gettext("L’exploitation du service"))
    return names.get(public_id, "")


def _person() -> Person:
    person: Person = current_user
    return person


def expire_overdue() -> int:
    """End every deed that nobody confirmed in time; how many. Each in a transaction of its own."""
    ended = 0
    for public_id in queries.overdue_deeds(now()):
        with transaction():
            deed = queries.deed_by_public_id(public_id)
            ended += actions.expire(public_id, kinds().get(deed.kind), now())
    db.session.remove()
    return ended


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package, and end what waits too long."""
    app.register_blueprint(bp)
    staff_menu(Entry("deeds.index", N_("Actes à deux"), 40, permissions=frozenset(_READERS), prefix="/gestion/actes"))
    app.extensions["jobs"].huey.periodic_task(crontab(minute="*/15"), name="expire_overdue_deeds")(
        lambda: _expire_within(app)
    )


def _expire_within(app: Flask) -> int:
    with app.app_context():
        return expire_overdue()

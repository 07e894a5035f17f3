"""For staff: looking one person up with a reason, and following what is kept and what was deleted."""

from datetime import datetime, timedelta

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.privacy import policy
from participatory.privacy.forms import LookUpForm
from participatory.privacy.holdings import holdings_of, retention_rules, round_names
from participatory.privacy.queries import deletions, open_reading, person_sought
from participatory.privacy.readings import read_personal
from participatory.privacy.retention import due
from participatory.privacy.rules import Task, reason_fault
from participatory.privacy.wording import plain_day
from participatory.web.access import requires
from participatory.web.limits import LOOKING_UP, limited
from participatory.web.pages import page, see_other

# How far ahead the page of retention looks.
AHEAD = timedelta(days=30)


def _reader() -> Person:
    reader: Person = current_user
    return reader


@requires(Permission.READ_PERSONAL)
@limited(LOOKING_UP)
def look_up() -> Response | BaseResponse:
    """Ask who, for what and why; nothing is shown, nor even whether the account exists, before the reason."""
    refuse_if(policy.can_look_up(_reader()))
    form = LookUpForm()
    if form.validate_on_submit():
        try:
            return see_other("privacy.reading", public_id=_read(form))
        except Refusal as refusal:
            form.refuse(refusal)
    return page("privacy/look_up.html", status=422 if form.is_submitted() else 200, form=form)


def _read(form: LookUpForm) -> str:
    # Before anything is looked for: a reason that is none would otherwise tell, unseen, who has an account.
    refuse_if(reason_fault(form.reason.data or ""))
    with transaction():
        person = person_sought(form.sought.data or "")
        if person is None:
            message = N_("Aucun compte n’a cette adresse ni ce code. Vérifiez chaque lettre.")
            raise Refusal(message, Kind.INVALID, "sought")
        return read_personal(_reader(), person, form.reason.data or "", Task(form.task.data), now()).public_id


@requires(Permission.READ_PERSONAL)
def reading(public_id: str) -> Response:
    """What the task needs of what is held about the person, for a quarter of an hour."""
    refuse_if(policy.can_look_up(_reader()))
    moment = now()
    found = open_reading(public_id, _reader(), moment)
    held = holdings_of(found.person, moment, Task(found.what))
    answer = page("privacy/reading.html", reading=found, task=Task(found.what), held=held)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@requires(Permission.MANAGE_RETENTION)
def retention() -> Response:
    """The rules, what goes within a month, and what was deleted."""
    moment: datetime = now()
    done = deletions()
    titles = {rule.key: rule.title for rule in retention_rules()}
    return page(
        "privacy/retention.html",
        rules=due(moment + AHEAD),
        done=done,
        plain_day=plain_day,
        titles={**titles, "account": N_("Comptes supprimés par leur titulaire")},
        rounds=round_names([each.round_id for each in done if each.round_id is not None]),
    )


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    bp.route("/gestion/personnes", methods=["GET", "POST"])(look_up)
    bp.get("/gestion/personnes/<public_id>")(reading)
    bp.get("/gestion/conservation")(retention)

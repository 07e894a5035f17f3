"""The page on which voters confirm that a ballot is theirs, and the counter at which somebody confirms it for them.

The voter is found by their own slot. Neither page says a score, nor shows anything of the vote.
"""

from flask import Response, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.integrity_desk import actions, policy
from participatory.integrity_desk.models import CaseBallot
from participatory.integrity_desk.owning import Request, own_voter, requests_of, ways_of
from participatory.integrity_desk.queries import ballot_at, known_ballot
from participatory.integrity_desk.rules import BallotState, Proof
from participatory.integrity_desk.voting_forms import AskCodeForm, CodeForm, CounterForm, DoorForm
from participatory.rounds.models import Round
from participatory.web.access import requires, signed_in
from participatory.web.forms import BaseForm
from participatory.web.limits import CONFIRMING, limited
from participatory.web.navigation import Entry
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import config, secret_store

ENTRY = Entry(
    "integrity_desk.counter",
    N_("Confirmer au guichet"),
    46,
    frozenset({Permission.HAND_CODES}),
    prefix="/gestion/guichet",
)
_THANKS = N_("Merci : votre bulletin est confirmé. Il compte, et plus rien ne vous est demandé.")


def _me() -> Person:
    person: Person = current_user
    return person


@signed_in
def confirm(public_id: str) -> Response:
    """What is asked of the voter, until when, and every way in which they can really answer."""
    return _page(ballot_at(public_id), CodeForm(formdata=None))


@signed_in
def confirm_by_door(public_id: str) -> Response | BaseResponse:
    """They have signed in through their establishment since they were asked."""
    ballot, form = ballot_at(public_id), DoorForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.confirm(ballot, _me(), Proof.DOOR, now=now(), store=secret_store())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(_THANKS)
            return see_other("integrity_desk.confirm", public_id=public_id)
    return _page(ballot, form)


@signed_in
@limited(CONFIRMING)
def ask_code(public_id: str) -> Response | BaseResponse:
    """Have a code sent to the address at the establishment."""
    ballot, form = ballot_at(public_id), AskCodeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                address = actions.send_code(ballot, _me(), now=now(), store=secret_store())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("Un code est parti vers %(address)s : il vaut une demi-heure."), address=address)
            return see_other("integrity_desk.confirm", "code", public_id=public_id)
    return _page(ballot, form)


@signed_in
@limited(CONFIRMING)
def confirm_by_code(public_id: str) -> Response | BaseResponse:
    """They type the code that was mailed."""
    ballot, form = ballot_at(public_id), CodeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                code = form.code.data or ""
                actions.confirm(ballot, _me(), Proof.CODE, now=now(), store=secret_store(), code=code)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(_THANKS)
            return see_other("integrity_desk.confirm", public_id=public_id)
    return _page(ballot, form)


@requires(Permission.HAND_CODES)
@limited(CONFIRMING)
def counter() -> Response | BaseResponse:
    """A referent or an officer types the code of a letter, the person and their card before them."""
    refuse_if(policy.can_use_counter(_me()))
    form = CounterForm()
    if form.validate_on_submit():
        try:
            with transaction():
                round_ = actions.confirm_at_counter(form.code.data or "", _me(), now=now(), store=secret_store())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            notify(N_("C’est confirmé, pour « %(round)s ». La personne n’a plus rien à faire."), round=round_.title)
            return see_other("integrity_desk.counter")
    return page("integrity_desk/counter.html", status=422 if form.errors or form.form_errors else 200, form=form)


def _page(ballot: CaseBallot, form: BaseForm) -> Response:
    round_ = db.session.get_one(Round, ballot.round_id)
    voter = own_voter(round_, ballot, _me(), secret_store())
    if voter is None or ballot.state == BallotState.FLAGGED:
        known_ballot(None)
    assert voter is not None
    code = form if isinstance(form, CodeForm) else CodeForm(formdata=None)
    return page(
        "integrity_desk/confirm.html",
        status=422 if form.errors or form.form_errors else 200,
        round=round_,
        ballot=ballot,
        ways=ways_of(ballot, voter, _me(), now()),
        closed=policy.can_confirm(ballot, round_),
        establishment=voter.establishment,
        here=url_for("integrity_desk.confirm", public_id=ballot.public_id),
        confirmed=ballot.state == BallotState.CONFIRMED,
        code=code,
        contact=config().contact_email,
        form=form,
    )


def notices() -> list[Request]:
    """What waits for the present person's confirmation, for the pages where they come by."""
    return requests_of(_me(), secret_store()) if current_user.is_authenticated else []

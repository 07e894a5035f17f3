"""The screens of those who declare stands."""

from typing import cast

import segno
from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.rounds.models import Round
from participatory.rounds.queries import all_rounds, round_by_slug
from participatory.rounds.rules import Phase
from participatory.stands import policy, queries
from participatory.stands.actions import close_stand, give_code, open_stand
from participatory.stands.forms import ButtonForm, StandForm
from participatory.stands.rules import shown
from participatory.territories.queries import sites
from participatory.web.access import requires
from participatory.web.pages import absolute_url, notify, page, see_other
from participatory.web.settings import secret_store


def _me() -> Person:
    return cast("Person", current_user)


def enrol_key() -> bytes:
    """The secret under which codes of enrolment are kept."""
    return secret_store().get("stand", "installation")


def _round(slug: str) -> Round:
    round_ = round_by_slug(slug)
    refuse_if(policy.can_hold_stands(_me(), round_))
    return round_


@requires(Permission.OPEN_STANDS, Permission.ENTER_PAPER)
def rounds() -> Response:
    """The rounds in which the person holds stands or paper ballots, those under way first."""
    moment = now()
    own = [each for each in all_rounds() if not each.imported and each.phase(moment) is not Phase.DRAFT]
    holds = {each.id for each in own if policy.can_hold_stands(_me(), each) is None}
    batches = {each.id: queries.batches_for(_me(), each) for each in own}
    found = [each for each in own if each.id in holds or batches[each.id]]
    return page("stands/rounds.html", rounds=found, holds=holds, batches=batches)


@requires(Permission.OPEN_STANDS)
def index(slug: str) -> Response | BaseResponse:
    """The stands of a round, and declaring one."""
    round_ = _round(slug)
    known = {each.slug: each for each in sites()}
    form = StandForm()
    form.offer(list(known.values()))
    if form.validate_on_submit():
        try:
            with transaction():
                stand = open_stand(
                    round_,
                    known[form.site.data],
                    _me(),
                    now(),
                    label=form.label.data or "",
                    until=form.until.data or now(),
                )
            notify(N_("Le stand « %(label)s » est déclaré. Il lui faut encore un appareil."), label=stand.label)
            return see_other("stands.show", slug=slug, public_id=stand.public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    return page(
        "stands/index.html",
        status=422 if form.is_submitted() else 200,
        round=round_,
        form=form,
        stands=queries.stands_of(round_),
        not_open=policy.can_open(_me(), round_, now()),
    )


@requires(Permission.OPEN_STANDS)
def show(slug: str, public_id: str) -> Response:
    """One stand: its device, its hour."""
    round_ = _round(slug)
    stand = queries.stand_of(round_, public_id)
    return page("stands/show.html", round=round_, stand=stand, dead=policy.is_alive(stand, now()), code="")


@requires(Permission.OPEN_STANDS, recent=True)
def code(slug: str, public_id: str) -> Response:
    """A code for one device, shown once; it is worth nothing after a quarter of an hour."""
    round_ = _round(slug)
    stand = queries.stand_of(round_, public_id)
    _must_be_whole()
    with transaction():
        drawn = give_code(stand, _me(), now(), enrol_key())
    address = f"{absolute_url('stands.enrol')}#{shown(drawn)}"
    answer = page(
        "stands/show.html",
        round=round_,
        stand=stand,
        dead=None,
        code=shown(drawn),
        # The part after the # stays in the browser: neither its requests nor our log carry the code.
        qr=segno.make(address, error="m", micro=False).svg_data_uri(border=2, scale=6, omitsize=False),
        address=absolute_url("stands.enrol").partition("://")[2],
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@requires(Permission.OPEN_STANDS)
def close(slug: str, public_id: str) -> BaseResponse:
    """Close a stand before its hour."""
    stand = queries.stand_of(_round(slug), public_id)
    _must_be_whole()
    with transaction():
        close_stand(stand, _me(), now())
    notify(N_("Le stand est fermé : son appareil est redevenu un appareil comme un autre."))
    return see_other("stands.index", slug=slug)


def _must_be_whole() -> None:
    if not ButtonForm().validate_on_submit():
        raise Refusal(N_("Rechargez la page, puis recommencez."), Kind.INVALID)


def open_doors(bp: Blueprint) -> None:
    """Open these pages."""
    bp.get("/gestion/stands")(rounds)
    base = "/gestion/budgets/<slug>/stands"
    bp.route(base, methods=["GET", "POST"])(index)
    bp.get(f"{base}/<public_id>")(show)
    bp.post(f"{base}/<public_id>/code")(code)
    bp.post(f"{base}/<public_id>/fermer")(close)

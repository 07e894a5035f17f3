"""The screens of batches of paper ballots: preparing, printing, closing."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.opening import NO_KEY, opening_of
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.stands import policy, queries, sheets
from participatory.stands.closing import ask_closing, counted
from participatory.stands.desk import batch_of, done, me, must_be_whole, paper_key, screen
from participatory.stands.forms import BatchForm, ButtonForm, CloseForm
from participatory.stands.models import PaperBatch
from participatory.stands.printing import keep_numbers, plan_batch
from participatory.stands.rules import new_numbers
from participatory.territories.queries import establishments, sites
from participatory.web.access import requires
from participatory.web.pages import absolute_url, notify, page, see_other


@requires(Permission.OPEN_STANDS, Permission.ENTER_PAPER)
def index(slug: str) -> Response | BaseResponse:
    """The batches of a round that the person works with, and preparing one."""
    round_ = round_by_slug(slug)
    found = queries.batches_for(me(), round_)
    refuse_if(None if found else policy.can_hold_stands(me(), round_))
    form = BatchForm()
    form.offer(sites(), establishments())
    if form.validate_on_submit():
        try:
            return see_other("stands.batch", slug=slug, public_id=_planned(round_, form).public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    return page(
        "stands/batches.html",
        status=422 if form.is_submitted() else 200,
        round=round_,
        form=form,
        batches=found,
        signatures=queries.signatures_of(found),
        not_plan=policy.can_plan(me(), round_, now()),
    )


def _planned(round_: Round, form: BatchForm) -> PaperBatch:
    place = next(each for each in sites() if each.slug == form.site.data)
    school = next((each for each in establishments() if each.key == form.establishment.data), None)
    with transaction():
        return plan_batch(round_, place, school, me(), now(), stand=form.stand.data or "", issued=form.issued.data or 0)


@requires(Permission.OPEN_STANDS, Permission.ENTER_PAPER)
def batch(slug: str, public_id: str) -> Response:
    """One batch: printing, the counter, entering, closing, whichever its time allows."""
    return screen(batch_of(slug, public_id))


@requires(Permission.OPEN_STANDS, recent=True)
def print_batch(slug: str, public_id: str) -> Response:
    """Draw the numbers and answer with the ballots, the only time that they can be had."""
    batch = batch_of(slug, public_id)
    must_be_whole(ButtonForm())
    refuse_if(policy.can_print(me(), batch, now()))
    opening = opening_of(batch.round)
    if opening is None:
        raise NO_KEY
    numbers = new_numbers(batch.issued)
    # Drawn before the transaction: a hundred pages take seconds, in which nobody else could write.
    answer = sheets.answer(batch, opening, numbers)
    with transaction():
        keep_numbers(batch, numbers, paper_key(batch.round), me(), now())
    return answer


@requires(Permission.OPEN_STANDS, recent=True)
def close(slug: str, public_id: str) -> Response | BaseResponse:
    """Propose to close a batch; another person reads the figures and confirms."""
    batch = batch_of(slug, public_id)
    form = CloseForm()

    def deed() -> None:
        found = counted(batch, form.exchanged.data or 0, form.missing.data or 0, form.returned.data or 0)
        ask_closing(batch, me(), found, now(), note=form.note.data or "", link=absolute_url("deeds.index"))
        notify(N_("La clôture attend une seconde personne, qui lira les mêmes nombres."))

    return done(batch, form, deed)


def open_doors(bp: Blueprint) -> None:
    """Open these pages."""
    base = "/gestion/budgets/<slug>/papier"
    bp.add_url_rule(base, "batches", index, methods=["GET", "POST"])
    bp.add_url_rule(f"{base}/<public_id>", "batch", batch)
    bp.add_url_rule(f"{base}/<public_id>/imprimer", "print_batch", print_batch, methods=["POST"])
    bp.add_url_rule(f"{base}/<public_id>/cloturer", "close_batch", close, methods=["POST"])

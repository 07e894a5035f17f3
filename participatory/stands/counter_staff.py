"""The screens of those who hand paper ballots over, and of those who enter the ones of the box."""

from collections.abc import Mapping

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.opening import NO_KEY, opening_of
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.printed_codes.secret import peppers
from participatory.rounds.rulebook import BallotKind
from participatory.stands import policy, queries
from participatory.stands.counter import cancel_signature, look_up, sign_on_paper
from participatory.stands.desk import batch_of, done, me, must_be_whole, opened_name, paper_key, screen
from participatory.stands.entering import Entered, enter_ballot
from participatory.stands.forms import CancelForm, EntryForm, LookForm, SignForm
from participatory.stands.models import PaperBatch
from participatory.stands.printing import Ballot, ballots_of
from participatory.stands.rules import CancelReason, Mark, number_in, shown
from participatory.stands.sheets import bonds_on_paper
from participatory.urn.document import Choice
from participatory.web.access import requires
from participatory.web.limits import LOOKING_UP, limited
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import secret_store

_LONGEST_VALUE = 4


@requires(Permission.ENTER_PAPER)
@limited(LOOKING_UP)
def look(slug: str, public_id: str) -> Response:
    """Whether somebody at the counter may be given a ballot, and nothing more about them."""
    batch = batch_of(slug, public_id)
    form = LookForm()
    if not form.validate_on_submit():
        return screen(batch, form, 422)
    try:
        with transaction():
            found = look_up(batch, me(), now(), identifier=form.identifier.data or "", peppers=peppers(batch.round))
    except Refusal as refusal:
        form.refuse(refusal)
        return screen(batch, form, int(refusal.kind))
    # What was typed is not written again on the page.
    return screen(batch, found=found)


@requires(Permission.ENTER_PAPER)
def sign(slug: str, public_id: str) -> BaseResponse:
    """Sign the roll for the person who is handed a ballot."""
    batch = batch_of(slug, public_id)
    form = SignForm()
    must_be_whole(form)
    who = opened_name(batch, form.who.data or "")
    with transaction():
        sign_on_paper(batch, me(), who, now())
    notify(N_("C’est signé : remettez le bulletin. La personne ne peut plus voter en ligne."))
    return see_other("stands.batch", slug=slug, public_id=public_id)


@requires(Permission.OPEN_STANDS)
def cancel(slug: str, public_id: str) -> Response | BaseResponse:
    """Take back a signature of this batch, for a ballot given up."""
    batch = batch_of(slug, public_id)
    form = CancelForm()
    form.offer()

    def deed() -> None:
        reason = CancelReason(form.reason.data)
        cancel_signature(
            batch,
            me(),
            now(),
            identifier=form.signed.data or "",
            number=form.number.data or "",
            reason=reason,
            peppers=peppers(batch.round),
            key=paper_key(batch.round),
        )
        notify(N_("La signature est annulée : cette personne n’a pas voté."))

    return done(batch, form, deed)


@requires(Permission.ENTER_PAPER)
def enter(slug: str, public_id: str) -> Response | BaseResponse:
    """Enter one ballot of the box."""
    batch = batch_of(slug, public_id)
    refuse_if(policy.can_enter(me(), batch, now()))
    opening = opening_of(batch.round)
    if opening is None:
        raise NO_KEY
    printed = ballots_of(batch, opening, secret_store().get("order", batch.round.public_id))
    form = EntryForm(formdata=request.form if request.method == "POST" else None, mark=Mark.VALID.value)
    form.offer()
    if form.validate_on_submit():
        try:
            _enter(batch, form, printed)
            return see_other("stands.enter", slug=slug, public_id=public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    answer = page(
        "stands/enter.html",
        status=422 if form.is_submitted() else 200,
        round=batch.round,
        batch=batch,
        ballots=printed,
        bonds=bonds_on_paper(batch.round),
        form=form,
        typed=request.form,
        progress=queries.progress_of(batch),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _enter(batch: PaperBatch, form: EntryForm, printed: list[Ballot]) -> None:
    chosen = _chosen(printed, batch.round.rulebook.ballot_kind, request.form)
    typed = form.number.data or ""
    with transaction():
        entered = enter_ballot(
            batch, me(), now(), typed=typed, mark=Mark(form.mark.data), chosen=chosen, key=paper_key(batch.round)
        )
    _tell(entered, shown(number_in(typed)))


def _tell(entered: Entered, number: str) -> None:
    if entered is Entered.FIRST:
        notify(N_("Bulletin %(number)s : première saisie. Une autre personne fait la seconde."), number=number)
    elif entered is Entered.AGREED:
        notify(N_("Bulletin %(number)s : les deux saisies disent la même chose."), number=number)
    else:
        sentence = N_(
            "Bulletin %(number)s : les deux saisies diffèrent, et sont effacées. Relisez-le, puis saisissez-le deux "
            "fois de nouveau."
        )
        notify(sentence, "error", number=number)


def _chosen(printed: list[Ballot], kind: BallotKind, sent: Mapping[str, str]) -> dict[str, tuple[Choice, ...]]:
    """What was ticked or written for each contest; raises Refusal (INVALID) for what is no whole number."""
    return {
        ballot.contest: tuple(
            (project.public_id, value)
            for project in ballot.projects
            if (value := _value(sent.get(f"{ballot.contest}.{project.place}", "").strip(), kind))
        )
        for ballot in printed
    }


def _value(text: str, kind: BallotKind) -> int:
    if not text:
        return 0
    if kind in {BallotKind.APPROVAL, BallotKind.KNAPSACK}:
        return 1
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_VALUE):
        raise Refusal(N_("Écrivez des nombres entiers, comme sur le papier."), Kind.INVALID, "mark")
    return int(text)


def open_doors(bp: Blueprint) -> None:
    """Open these pages."""
    base = "/gestion/budgets/<slug>/papier/<public_id>"
    bp.add_url_rule(f"{base}/guichet", "look", look, methods=["POST"])
    bp.add_url_rule(f"{base}/remettre", "sign", sign, methods=["POST"])
    bp.add_url_rule(f"{base}/annuler", "cancel", cancel, methods=["POST"])
    bp.add_url_rule(f"{base}/saisie", "enter", enter, methods=["GET", "POST"])

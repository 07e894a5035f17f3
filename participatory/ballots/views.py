"""The booth: choose, check, cast, keep the receipt; and the page where anyone looks a receipt up."""

import secrets
from collections.abc import Callable

from flask import Blueprint, Flask, Response, request
from flask_babel import force_locale
from flask_login import current_user, user_logged_out
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots import actions, holdings, receipts
from participatory.ballots import basket as baskets
from participatory.ballots.basket import Basket
from participatory.ballots.booth import Booth, Refused, enter
from participatory.ballots.choosing import addition_fault, as_choices, choices_fault, terms_of
from participatory.ballots.opening import open_vote
from participatory.ballots.policy import can_vote, voting_is_open
from participatory.ballots.queries import holds_receipt, signed_among
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from participatory.rolls.entering import enter_roll
from participatory.rolls.signing import learn_signatures
from participatory.rounds.models import Round
from participatory.rounds.policy import can_conduct, can_see
from participatory.rounds.queries import round_by_slug
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.rounds.rules import Phase
from participatory.urn.receipts import receipt_from
from participatory.web.access import public, signed_in
from participatory.web.filters import deadline_words, euros
from participatory.web.limits import RECEIPTS, limited
from participatory.web.pages import absolute_url, page, see_other, wants_fragment
from participatory.web.settings import secret_store

bp = Blueprint("ballots", __name__)


def _round(slug: str) -> Round:
    round_ = round_by_slug(slug)
    conducts = current_user.is_authenticated and can_conduct(current_user, round_) is None
    refuse_if(can_see(round_, conducts, now()))
    return round_


def _closed(round_: Round, reason: Refusal, status: int = 200) -> Response:
    return page("ballots/closed.html", status=status, round=round_, reason=reason)


def _show(booth: Booth, refused: Refused | None = None) -> Response:
    """The booth, or its list for htmx; a basket that names projects gone since is put right on the way."""
    status = int(refused.reason.kind) if refused else 200
    answer = page("ballots/booth.html", "ballots/_list.html", status, booth=booth, round=booth.round, refused=refused)
    if booth.visitor.person is not None and (booth.gone or baskets.is_foreign(booth.round, booth.visitor.person)):
        baskets.write(answer, booth.round, booth.visitor.person, booth.basket.ids)
    return answer


@bp.get("/budgets/<slug>/vote")
@public
def booth(slug: str) -> Response:
    """Everybody may read the projects on the ballot; people on the roll choose among them."""
    round_ = _round(slug)
    closed = voting_is_open(round_, now())
    return _closed(round_, closed) if closed else _show(enter(round_))


@bp.get("/budgets/<slug>/vote/panier/<public_id>")
@public
def basket_address(slug: str, public_id: str) -> BaseResponse:
    """Lead back to the booth whoever follows a link of a refused addition, such as another language."""
    _round(slug)
    kept = {name: values for name, values in request.args.to_dict(flat=False).items() if name in _KEPT}
    return see_other("ballots.booth", _anchor=f"projet-{public_id}", slug=slug, **kept)


_KEPT = frozenset({"q", "theme", "departement", "tient", "tri", "page", "lang"})


@bp.post("/budgets/<slug>/vote/panier/<public_id>")
@signed_in
def basket(slug: str, public_id: str) -> Response | BaseResponse:
    """Add a project to the basket or take it out; 422 with the reason when there is no room."""
    round_ = _round(slug)
    booth_ = enter(round_)
    refuse_if(can_vote(round_, booth_.visitor.voter, now()))
    project = booth_.projects.get(public_id)
    if project is None:
        raise Refusal(N_("Ce projet n’est pas au vote."), Kind.NOT_FOUND)
    before, removing = booth_.basket, request.form.get("act") == "remove"
    fault = None if removing or public_id in before.ids else _addition_fault(booth_, project)
    if fault is None:
        booth_.basket = _changed(before, booth_, project, removing)
    refused = Refused(project, fault) if fault else None
    answer: BaseResponse
    if wants_fragment():
        answer = _fragment(booth_, before, project, refused, removing)
    elif refused:
        return _show(booth_, refused)
    else:
        answer = see_other("ballots.booth", f"projet-{public_id}", slug=slug, **booth_.filters.query)
    baskets.write(answer, round_, current_user, booth_.basket.ids)
    return answer


def _addition_fault(booth_: Booth, project: Proposal) -> Refusal | None:
    prices = {public_id: each.cost_cents for public_id, each in booth_.projects.items()}
    terms = terms_of(booth_.basket.book, MAIN_CONTEST)
    return addition_fault(booth_.basket.ids, project.public_id, prices, terms, title=project.title, money=euros)


def _changed(before: Basket, booth_: Booth, project: Proposal, removing: bool) -> Basket:
    kept = [each for each in before.ids if each != project.public_id]
    chosen = kept if removing else list(dict.fromkeys([*before.ids, project.public_id]))
    return baskets.filled(before.book, booth_.projects, chosen)


def _fragment(booth_: Booth, before: Basket, project: Proposal, refused: Refused | None, removing: bool) -> Response:
    """The card, the basket and what the screen reader says; also the cards that now fit, or no longer do."""
    was, is_ = booth_.over(before), booth_.over(booth_.basket)
    moved = (was | is_) if booth_.basket.knapsack else (was ^ is_)
    others = [each for each in booth_.pages.items if each.public_id in moved and each is not project]
    return page(
        "ballots/_change.html",
        status=int(refused.reason.kind) if refused else 200,
        booth=booth_,
        round=booth_.round,
        project=project,
        others=[] if refused else others,
        refused=refused,
        removing=removing,
    )


@bp.get("/budgets/<slug>/vote/verifier")
@signed_in
def check(slug: str) -> Response | BaseResponse:
    """The ballot as it will be cast, and the button that casts it."""
    round_ = _round(slug)
    closed = voting_is_open(round_, now())
    if closed:
        return _closed(round_, closed)
    booth_ = enter(round_)
    if booth_.visitor.voter is None:
        return see_other("ballots.booth", slug=slug)
    return _show_check(booth_)


def _show_check(booth_: Booth, refused: Refusal | None = None) -> Response:
    prices = {each.public_id: each.cost_cents for each in booth_.basket.chosen}
    book = booth_.basket.book
    fault = choices_fault(as_choices(book.ballot_kind, booth_.basket.ids), prices, terms_of(book, MAIN_CONTEST))
    return page(
        "ballots/check.html",
        status=int(refused.kind) if refused else 200,
        booth=booth_,
        round=booth_.round,
        fault=fault,
        refused=refused,
        key=secrets.token_urlsafe(24),
    )


@bp.post("/budgets/<slug>/vote/deposer")
@signed_in
def cast(slug: str) -> Response | BaseResponse:
    """Cast the ballot that the check page showed; sent twice, it is cast once."""
    round_ = _round(slug)
    letter = _letter(round_, current_user)
    # In a transaction of its own: beside a ballot's row in the journal, one about the roll would tell whose it is.
    standing = enter_roll(round_, current_user)
    try:
        with transaction():
            opening = open_vote(round_, now())
        refuse_if(can_vote(round_, standing.voter, now()))
        assert standing.voter is not None
        chosen = {MAIN_CONTEST: as_choices(round_.rulebook.ballot_kind, request.form.getlist("choice"))}
        sealed, _document = actions.seal_choices(round_, opening, standing.voter, chosen)
        with transaction():
            receipt = actions.cast(
                round_,
                current_user,
                sealed.ciphertext,
                key=request.form.get("key", ""),
                now=now(),
                store=secret_store(),
                **letter,
            )
    except Refusal as refused:
        return _cast_refused(round_, refused)
    receipts.keep(round_, current_user, receipt)
    answer = see_other("ballots.receipt", slug=slug)
    baskets.forget(answer, slug)
    return answer


def _cast_refused(round_: Round, refused: Refusal) -> Response:
    if voting_is_open(round_, now()):
        return _closed(round_, refused, int(refused.kind))
    booth_ = enter(round_)
    if booth_.visitor.voter is None:
        raise refused
    return _show_check(booth_, refused)


def _letter(round_: Round, person: Person) -> dict[str, str]:
    with force_locale(person.locale):
        closes = deadline_words(round_.calendar.starts(Phase.CONTROL))
        publishes = deadline_words(round_.calendar.starts(Phase.RESULTS))
    link, again = absolute_url("ballots.receipt_lookup"), absolute_url("ballots.booth", slug=round_.slug)
    help_ = absolute_url("portal.help")
    told = {"round": round_.title, "closes": closes, "publishes": publishes}
    return {**told, "link": link, "again": again, "help": help_}


@bp.get("/budgets/<slug>/vote/recu")
@signed_in
def receipt(slug: str) -> Response:
    """The receipt of the ballot cast in this visit, until its person signs out."""
    round_ = _round(slug)
    closed = voting_is_open(round_, now())
    return page("ballots/receipt.html", round=round_, receipt=receipts.shown(round_, current_user), closed=closed)


@bp.get("/verifier")
@public
@limited(RECEIPTS)
def receipt_lookup() -> Response:
    """Whether a ballot with this receipt is in an urn now, and nothing more."""
    typed = request.args.get("recu", "").strip()
    wanted = receipt_from(typed)
    held = wanted is not None and holds_receipt(wanted)
    answer = page("ballots/lookup.html", typed=typed[:200], wanted=wanted, held=held)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    holdings.offer(app)
    learn_signatures(signed_among)
    user_logged_out.connect(baskets.forget_all, app)
    user_logged_out.connect(receipts.forget_all, app)

"""The booth: read the projects of a contest, choose among them, and be led back to what was begun."""

from collections.abc import Callable

from flask import Flask, Response, request, session
from flask_login import current_user, user_logged_out
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots import basket as baskets
from participatory.ballots import casting, holdings, jobs, leaving, lookup, receipts
from participatory.ballots.basket import Basket
from participatory.ballots.begun import has_begun, note_begun
from participatory.ballots.booth import Booth, Refused, contest_of, enter
from participatory.ballots.changing import changed
from participatory.ballots.pages import bp, closed_page, round_at
from participatory.ballots.policy import can_vote, voting_is_open
from participatory.ballots.queries import rounds_named, signed_among
from participatory.ballots.standing_by import current_stand
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.proposals.models import Proposal
from participatory.rolls.signing import learn_signatures
from participatory.rounds.models import Round
from participatory.web.access import public, signed_in
from participatory.web.pages import page, see_other, wants_fragment

casting.open_doors(bp)
leaving.open_doors(bp)
lookup.open_doors(bp)

# How long the booth waits for a sign of somebody before it asks; a stand has its own, shorter watch.
IDLE_SECONDS = 600
_KEPT = frozenset({"favoris", "enveloppe", "q", "theme", "departement", "tient", "tri", "page", "lang"})


def _show(booth: Booth, refused: Refused | None = None) -> Response:
    """The booth, or its list for htmx; a basket that names projects gone since is put right on the way."""
    status = int(refused.reason.kind) if refused else 200
    opened = request.args.get("panier") == "1"
    answer = page(
        "ballots/booth.html",
        "ballots/_list.html",
        status,
        booth=booth,
        round=booth.round,
        refused=refused,
        basket_open=opened,
    )
    if booth.visitor.person is not None and (booth.gone or baskets.is_foreign(booth.round, booth.visitor.person)):
        baskets.write(answer, booth.round, booth.visitor.person, booth.baskets)
    return answer


@bp.get("/budgets/<slug>/vote")
@public
def booth(slug: str) -> Response:
    """Everybody may read the projects on the ballot; people on the roll choose among them."""
    round_ = round_at(slug)
    closed = voting_is_open(round_, now())
    return closed_page(round_, closed) if closed else _show(enter(round_))


@bp.get("/budgets/<slug>/vote/panier/<public_id>")
@public
def basket_address(slug: str, public_id: str) -> BaseResponse:
    """Lead back to the booth whoever follows a link of a refused addition, such as another language."""
    round_at(slug)
    kept = {name: values for name, values in request.args.to_dict(flat=False).items() if name in _KEPT}
    return see_other("ballots.booth", _anchor=f"projet-{public_id}", slug=slug, **kept)


@bp.post("/budgets/<slug>/vote/panier/<public_id>")
@signed_in
def basket(slug: str, public_id: str) -> Response | BaseResponse:
    """Change the basket by one project; 422 with the reason when there is no room."""
    round_ = round_at(slug)
    booth_ = enter(round_)
    refuse_if(can_vote(round_, booth_.visitor.voter, now()))
    project = _turned_to(booth_, public_id)
    before, refused = booth_.basket, None
    try:
        booth_.hold(changed(before, project, request.form.get("act", "add"), _number()))
    except Refusal as refusal:
        refused = Refused(project, refusal)
    _note_begun(round_, booth_)
    answer = _after(booth_, before, project, refused)
    baskets.write(answer, round_, current_user, booth_.baskets)
    return answer


def _note_begun(round_: Round, booth_: Booth) -> None:
    """For the reminder of an unfinished basket; on a stand, whose screen everybody shares, nothing is noted."""
    if booth_.basket.chosen and current_stand() is None and not has_begun(round_, current_user):
        with transaction():
            note_begun(round_, current_user, now())


def _turned_to(booth_: Booth, public_id: str) -> Proposal:
    """The project of an address, once the booth shows its contest; raises Refusal for one that one may not choose."""
    project = booth_.ballot.get(public_id)
    if project is None:
        raise Refusal(N_("Ce projet n’est pas au vote."), Kind.NOT_FOUND)
    contest = contest_of(booth_.book, project)
    if contest not in booth_.baskets:
        raise Refusal(N_("Cette enveloppe n’est pas celle de votre site."), Kind.INVALID)
    booth_.turn_to(contest)
    return project


def _number() -> int | None:
    """The points or the rank that were typed, None when what was typed is no number of ours."""
    typed = request.form.get("number", "").strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else None


def _after(booth_: Booth, before: Basket, project: Proposal, refused: Refused | None) -> Response | BaseResponse:
    if wants_fragment():
        return _fragment(booth_, before, project, refused)
    if refused:
        return _show(booth_, refused)
    query = booth_.filters.query
    if request.form.get("from") == "panier":
        return see_other("ballots.booth", "panier", slug=booth_.round.slug, **query, panier=1)
    return see_other("ballots.booth", f"projet-{project.public_id}", slug=booth_.round.slug, **query)


def _fragment(booth_: Booth, before: Basket, project: Proposal, refused: Refused | None) -> Response:
    """The card, the basket and what the screen reader says; also the cards that this change draws otherwise."""
    was, is_ = booth_.over(before), booth_.over(booth_.basket)
    moved = (was | is_) if booth_.basket.knapsack else (was ^ is_)
    values = before.values, booth_.basket.values
    moved |= {each for each in {*values[0], *values[1]} if values[0].get(each) != values[1].get(each)}
    others = [each for each in booth_.pages.items if each.public_id in moved and each is not project]
    return page(
        "ballots/_change.html",
        status=int(refused.reason.kind) if refused else 200,
        booth=booth_,
        round=booth_.round,
        project=project,
        shown=project in booth_.pages.items,
        others=[] if refused else others,
        refused=refused,
        from_basket=request.form.get("from") == "panier",
    )


def waiting_rounds() -> list[Round]:
    """The rounds in which this visit began a basket that it has not cast, while their vote is open."""
    begun = session.get(baskets.BEGUN, [])
    if not begun or not current_user.is_authenticated:
        return []
    return [round_ for round_ in rounds_named(begun) if voting_is_open(round_, now()) is None]


def _words() -> dict[str, object]:
    """What every template of the vote may ask for: the stand, the baskets that wait, when to ask for a sign."""
    return {"current_stand": current_stand, "waiting_rounds": waiting_rounds, "idle_seconds": IDLE_SECONDS}


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    app.context_processor(_words)
    holdings.offer(app)
    learn_signatures(signed_among)
    user_logged_out.connect(baskets.forget_all, app)
    user_logged_out.connect(receipts.forget_all, app)
    jobs.open_in_time(app)

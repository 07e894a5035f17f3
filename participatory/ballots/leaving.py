"""After the vote: the receipt, and taking the ballot back."""

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots import actions, receipts
from participatory.ballots.booth import visitor
from participatory.ballots.casting import letter_words
from participatory.ballots.pages import closed_page, round_at
from participatory.ballots.policy import voting_is_open
from participatory.ballots.queries import has_signed
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.labels import N_
from participatory.web.access import signed_in
from participatory.web.pages import notify, page, see_other
from participatory.web.settings import secret_store


@signed_in
def receipt(slug: str) -> Response:
    """The receipt of the ballot cast in this visit, until its person signs out."""
    round_ = round_at(slug)
    closed = voting_is_open(round_, now())
    shown = receipts.shown(round_, current_user)
    return page("ballots/receipt.html", round=round_, receipt=shown, closed=closed)


@signed_in
def withdrawal(slug: str) -> Response | BaseResponse:
    """What taking the ballot back means, and the button that does it."""
    round_ = round_at(slug)
    closed = voting_is_open(round_, now())
    if closed:
        return closed_page(round_, closed)
    voter = visitor(round_).voter
    if voter is None:
        return see_other("ballots.booth", slug=slug)
    return page("ballots/withdraw.html", round=round_, signed=has_signed(voter))


@signed_in
def withdraw(slug: str) -> Response | BaseResponse:
    """Take the visitor's ballot out of the urn: they have not voted."""
    round_ = round_at(slug)
    words = letter_words(round_, current_user)
    letter = {name: words[name] for name in ("round", "closes", "again", "help")}
    with transaction():
        actions.withdraw(round_, current_user, now(), secret_store(), **letter)
    receipts.forget(round_, current_user)
    notify(N_("Votre bulletin est retiré de l’urne : vous n’avez pas voté."))
    return see_other("ballots.booth", slug=slug)


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the vote."""
    bp.get("/budgets/<slug>/vote/recu")(receipt)
    bp.get("/budgets/<slug>/vote/retirer")(withdrawal)
    bp.post("/budgets/<slug>/vote/retirer")(withdraw)

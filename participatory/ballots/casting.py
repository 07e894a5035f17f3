"""From the check page to the urn: seal, then cast or challenge.

Two ways. With JavaScript the browser seals, and only the envelope is sent. Without it the server seals, shows the
receipt, and hands the envelope back to the page: in both, the receipt is on the screen before the voter says whether
this envelope is cast or opened. Envelopes are sent to addresses outside the path of the basket's cookie.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import force_locale
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots import actions, receipts
from participatory.ballots import basket as baskets
from participatory.ballots.basket import Basket
from participatory.ballots.booth import Booth, enter
from participatory.ballots.choosing import choices_fault
from participatory.ballots.models import VoteOpening
from participatory.ballots.pages import closed_page, opened, round_at, unshared
from participatory.ballots.policy import can_vote, voting_is_open
from participatory.ballots.proofs import as_ciphertext, as_text, kept_proof, read_proof
from participatory.ballots.queries import offered, titles_of
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity import collecting
from participatory.integrity.rules import Act
from participatory.rolls.entering import enter_roll
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from participatory.urn.checking import check_content, checked
from participatory.urn.document import Choice, new_tracker, to_bytes
from participatory.urn.receipts import receipt_code, receipt_of
from participatory.urn.sealing import info
from participatory.web.access import public, signed_in
from participatory.web.filters import deadline_words
from participatory.web.pages import absolute_url, page, see_other
from participatory.web.settings import secret_store

_MOST_CHOICES = 500


@dataclass(frozen=True)
class Sheet:
    """One contest of the check page: what is chosen in it, and why it cannot be cast yet."""

    basket: Basket
    fault: Refusal | None


@signed_in
def check(slug: str) -> Response | BaseResponse:
    """The ballot as it will be sealed, contest by contest, and the button that seals it."""
    round_ = round_at(slug)
    closed = voting_is_open(round_, now())
    if closed:
        return closed_page(round_, closed)
    booth = enter(round_)
    if booth.visitor.voter is None:
        return see_other("ballots.booth", slug=slug)
    return _show_check(booth)


def _show_check(booth: Booth, refused: Refusal | None = None) -> Response:
    try:
        opening = opened(booth.round)
    except Refusal as early:
        return closed_page(booth.round, early, int(early.kind))
    sheets = [_sheet(basket) for basket in booth.baskets.values()]
    return page(
        "ballots/check.html",
        status=int(refused.kind) if refused else 200,
        booth=booth,
        round=booth.round,
        sheets=sheets,
        ready=booth.begun and not any(sheet.fault for sheet in sheets),
        refused=refused,
        key=secrets.token_urlsafe(24),
        sealing=_for_browser(booth, opening),
        shown=offered(booth.round),
    )


def _sheet(basket: Basket) -> Sheet:
    prices = {each.public_id: each.cost_cents for each in basket.chosen}
    return Sheet(basket, choices_fault(basket.choices, prices, basket.terms) if basket.chosen else None)


def _for_browser(booth: Booth, opening: VoteOpening) -> dict[str, Any]:
    """What a browser needs to seal the ballot itself."""
    contests = {key: {"choices": basket.choices} for key, basket in booth.baskets.items() if basket.chosen}
    titles = {each.public_id: each.title for basket in booth.baskets.values() for each in basket.chosen}
    return {
        "key": opening.public_key,
        "info": info(booth.round.public_id, opening.rulebook_digest).decode(),
        "size": opening.padded_size,
        "document": {"round": booth.round.public_id, "kind": booth.book.ballot_kind.value, "contests": contests},
        "titles": titles,
    }


@public
def seal_address(slug: str) -> BaseResponse:
    """Lead back to the check page whoever follows a link of the sealed ballot, such as another language."""
    round_at(slug)
    return see_other("ballots.check", slug=slug)


@signed_in
def seal(slug: str) -> Response:
    """Seal the ballot here, for a browser that cannot, and show its receipt before the last choice."""
    round_ = round_at(slug)
    standing = enter_roll(round_, current_user)
    try:
        refuse_if(can_vote(round_, standing.voter, now()))
        collecting.in_booth(round_)
        opening = opened(round_)
        chosen = _posted_choices()
        trackers = {contest: new_tracker() for contest in chosen} if _wants_trackers(round_) else {}
        assert standing.voter is not None
        sealed, document = actions.seal_choices(round_, opening, standing.voter, chosen, trackers)
    except Refusal as refused:
        return _not_sealed(round_, refused)
    plaintext = to_bytes(document, opening.padded_size)
    return unshared(
        page(
            "ballots/sealed.html",
            round=round_,
            groups=receipt_code(receipt_of(sealed.ciphertext)).split("-"),
            trackers=trackers,
            ciphertext=as_text(sealed.ciphertext),
            key=secrets.token_urlsafe(24),
            shown=offered(round_),
            proof=kept_proof(round_, current_user, sealed, plaintext, now()),
        )
    )


def _posted_choices() -> dict[str, list[Choice]]:
    """The choices that the check page showed, by contest; raises Refusal for what no page of ours sends."""
    chosen: dict[str, list[Choice]] = {}
    for text in request.form.getlist("choice")[:_MOST_CHOICES]:
        contest, _colon, rest = text.partition(":")
        project, _colon, value = rest.rpartition(":")
        if not (value.isascii() and value.isdecimal() and len(value) < 5):
            raise Refusal(N_("Cette page de vérification a expiré : rouvrez-la depuis votre panier."), Kind.INVALID)
        chosen.setdefault(contest, []).append((project, int(value)))
    return chosen


def _wants_trackers(round_: Round) -> bool:
    return round_.rulebook.trackers and request.form.get("tracker") == "1"


def _not_sealed(round_: Round, refused: Refusal) -> Response:
    if voting_is_open(round_, now()):
        return closed_page(round_, refused, int(refused.kind))
    booth = enter(round_)
    if booth.visitor.voter is None:
        raise refused
    return _show_check(booth, refused)


@signed_in
def cast(slug: str) -> Response | BaseResponse:
    """Put an envelope into the urn; sent twice, it is there once."""
    round_ = round_at(slug)
    letter = letter_words(round_, current_user)
    # In a transaction of its own: beside a ballot's row in the journal, one about the roll would tell whose it is.
    enter_roll(round_, current_user)
    try:
        opened(round_)
        observation = collecting.observed(round_, Act.BALLOT)
        with transaction():
            receipt = actions.cast(
                round_,
                current_user,
                as_ciphertext(request.form.get("ciphertext", "")),
                key=request.form.get("key", ""),
                now=now(),
                store=secret_store(),
                observation=observation,
                shown=request.form.get("shown", ""),
                **letter,
            )
    except Refusal as refused:
        return _not_taken(round_, refused)
    receipts.keep(round_, current_user, receipt)
    collecting.cast_from_booth(round_)
    answer = see_other("ballots.receipt", slug=slug)
    baskets.forget(answer, slug)
    return answer


def _not_taken(round_: Round, refused: Refusal) -> Response:
    if refused.kind is Kind.FORBIDDEN:
        raise refused
    if voting_is_open(round_, now()):
        return closed_page(round_, refused, int(refused.kind))
    return unshared(page("ballots/refused.html", status=int(refused.kind), round=round_, refused=refused))


def letter_words(round_: Round, person: Person) -> dict[str, str]:
    """What the letters about a ballot say of its round, in the person's language."""
    with force_locale(person.locale):
        closes = deadline_words(round_.calendar.starts(Phase.CONTROL))
        publishes = deadline_words(round_.calendar.starts(Phase.RESULTS))
    link, again = absolute_url("ballots.receipt_lookup"), absolute_url("ballots.booth", slug=round_.slug)
    help_ = absolute_url("portal.help")
    told = {"round": round_.title, "closes": closes, "publishes": publishes}
    return {**told, "link": link, "again": again, "help": help_}


@signed_in
def challenge(slug: str) -> Response | BaseResponse:
    """Note that an envelope is opened and never counts; where the server sealed it, show and prove what it holds.

    An envelope that the browser sealed comes alone: what it holds is shown there, and never sent.
    """
    round_ = round_at(slug)
    ciphertext, token = as_ciphertext(request.form.get("ciphertext", "")), request.form.get("proof", "")
    try:
        opening = opened(round_)
        proof = read_proof(round_, current_user, token, ciphertext, now()) if token else None
        # Written down before anything is shown: a secret that was seen must never belong to a ballot that counts.
        with transaction():
            receipt = actions.challenge(round_, current_user, ciphertext, now(), secret_store())
    except Refusal as refused:
        return _not_taken(round_, refused)
    if proof is None:
        return see_other("ballots.receipt_lookup", recu=receipt_code(receipt))
    chosen = [project for ballot in proof.document.contests.values() for project, _value in ballot.choices]
    content = check_content(
        proof.document,
        ciphertext=ciphertext,
        secret=proof.secret,
        public_key=bytes.fromhex(opening.public_key),
        info=info(round_.public_id, opening.rulebook_digest),
        titles=titles_of(round_, chosen),
    )
    # Raises ValueError, hence an error page, should the envelope hold anything else.
    document = checked(content)
    file = json.dumps(content, ensure_ascii=False, indent=1)
    groups = receipt_code(receipt).split("-")
    return unshared(
        page("ballots/challenge.html", round=round_, document=document, content=content, file=file, groups=groups)
    )


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the vote."""
    bp.get("/budgets/<slug>/vote/verifier")(check)
    bp.get("/budgets/<slug>/vote/sceller")(seal_address)
    bp.post("/budgets/<slug>/vote/sceller")(seal)
    bp.post("/budgets/<slug>/urne/deposer")(cast)
    bp.post("/budgets/<slug>/urne/controler")(challenge)

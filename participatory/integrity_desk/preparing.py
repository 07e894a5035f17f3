"""What a page says before a deed: on which ballots it bears, and what will happen, in numbers.

Ballots are ticked on the page of the case, or written as `1-12, 15`. What is done is done to those that the page has
told: when the numbers change, the page tells again and asks once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request
from flask_babel import gettext

from participatory.ballots.models import SettingAside
from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import grouped
from participatory.core.labels import N_
from participatory.integrity_desk import reading, staff
from participatory.integrity_desk.forms import NumbersForm
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.offers import Offer, offers
from participatory.integrity_desk.queries import ballots_of, proposals_of
from participatory.integrity_desk.rules import CODE_LENGTH
from participatory.rounds.models import Round
from participatory.web.filters import deadline_words
from participatory.web.pages import absolute_url
from participatory.web.settings import config

_NOT_NUMBERS = N_("Écrivez des numéros de ce dossier, par exemple 1-12, 15.")
_CHANGED = N_("Vous avez changé les bulletins : relisez ce qui va se passer, puis confirmez.")


@dataclass(frozen=True)
class Prepared:
    """A deed on a case, as it is about to be done: `numbers` are the ballots that it bears on."""

    case: SuspectCase
    ballots: Sequence[CaseBallot]
    proposals: Mapping[str, SettingAside]
    offer: Offer
    numbers: list[int]

    @property
    def borne(self) -> list[CaseBallot]:
        """The ballots that the deed bears on."""
        meant = set(self.numbers)
        return [each for each in self.ballots if each.number in meant]


def prepare(public_id: str, word: str, form: NumbersForm | None = None) -> Prepared:
    """The deed of an address, for whoever may do it; reads the ticks, or what was typed, and fills the form.

    Raises Refusal (NOT_FOUND) without such a case, and when the deed is not possible now.
    """
    case = staff.readable(public_id)
    ballots, proposals = ballots_of(case), proposals_of(case)
    offer = next(each for each in offers(staff.me(), case, ballots, proposals, now()) if each.word == word)
    refuse_if(offer.refusal)
    if not offer.whole and not offer.allowed:
        raise Refusal(N_("Aucun bulletin de ce dossier ne s’y prête, ou ne s’y prête plus."), Kind.CONFLICT)
    numbers: list[int] = []
    if form is not None:
        numbers = _typed(form, len(ballots)) if form.is_submitted() else _ticked(offer)
        if numbers:
            form.numbers.data = reading.compact(numbers)
        if not form.is_submitted():
            form.shown.data = form.numbers.data
    return Prepared(case, ballots, proposals, offer, numbers)


def _ticked(offer: Offer) -> list[int]:
    asked = {int(each) for each in request.args.getlist("n") if each.isascii() and each.isdigit() and len(each) < 7}
    return sorted(asked & offer.allowed) or list(offer.numbers) or sorted(offer.allowed)


def _typed(form: NumbersForm, size: int) -> list[int]:
    try:
        return reading.spelled_out(form.numbers.data or "", max(size, 1) + 10_000)
    except ValueError:
        return []


def holds(form: NumbersForm, numbers: Sequence[int]) -> bool:
    """Whether the form may go on: its numbers are numbers, and those of which the page has told what will happen."""
    if not form.validate_on_submit():
        return False
    if not numbers:
        form.numbers.errors = [*form.numbers.errors, gettext(_NOT_NUMBERS)]
        return False
    if form.shown.data != reading.compact(numbers):
        form.shown.data = reading.compact(numbers)
        form.numbers.errors = [*form.numbers.errors, gettext(_CHANGED)]
        return False
    return True


def letter_to_confirm(round_: Round, until: datetime) -> tuple[str, str]:
    """Subject and text of the letter that asks to confirm, with a code that is nobody's."""
    values = {
        "round": round_.title,
        "until": deadline_words(until),
        "code": grouped("X" * CODE_LENGTH),
        "contact": config().contact_email,
        "link": link_to_confirm().replace("{ballot}", "…"),
    }
    subject, _, body = render_template("mail/confirm_ballot.txt", **values).strip().partition("\n")
    return subject.strip(), body.strip()


def link_to_confirm() -> str:
    """Where a voter confirms, with `{ballot}` in the place of the name."""
    return absolute_url("integrity_desk.confirm", public_id="0").removesuffix("0") + "{ballot}"


def link_to_answer() -> str:
    """Where a voter answers a proposal, with `{case}` in the place of its name."""
    return absolute_url("control.mine", public_id="0").removesuffix("0") + "{case}"

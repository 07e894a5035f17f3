"""The forms of the dialogue about costs: shape and length only."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FormField, HiddenField, RadioField, TextAreaField

from participatory.appraisal.dialogue_rules import REASON_MAX, Answer, LineTalk, Revision
from participatory.core.errors import Refusal
from participatory.proposals.costing import MAX_LINES
from participatory.proposals.fields import AtMost, QuantityField, ToSubmit, affordable, readable
from participatory.web.forms import BaseForm, MoneyField
from participatory.web.rows import RowsField

_HIGHEST = 1_000_000


def _whole(text: str | None) -> int:
    """A number that the form itself put there; anything else is no line."""
    plain = text or ""
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 7 else _HIGHEST


class _RowForm(BaseForm):
    """What is said of one line."""

    class Meta(BaseForm.Meta):
        csrf = False

    position = HiddenField()
    seen = HiddenField()

    @property
    def place(self) -> int:
        """The position of the line in the plan."""
        return _whole(self.position.data)


class RevisionRow(_RowForm):
    """A line as the services would have it."""

    quantity = QuantityField(_("Quantité"), [ToSubmit()])
    unit = MoneyField(_("Prix d’une unité"), [ToSubmit(), affordable])
    reason = TextAreaField(_("Pourquoi ?"), [ToSubmit(), AtMost(REASON_MAX)], filters=[readable])
    take_back = BooleanField(_("Renoncer à cette proposition"))

    def said(self) -> Revision:
        """What was typed."""
        reason = self.reason.data or ""
        offer = (self.quantity.data, self.unit.data)
        return Revision(self.place, *offer, reason, _whole(self.seen.data), bool(self.take_back.data))


class AnswerRow(_RowForm):
    """What an author says of a proposal."""

    answer = RadioField(_("Votre réponse"), [ToSubmit()], validate_choice=False)
    reason = TextAreaField(_("Pourquoi, si vous n’acceptez pas"), [ToSubmit(), AtMost(REASON_MAX)], filters=[readable])

    def __init__(self, *arguments: Any, **values: Any):
        super().__init__(*arguments, **values)
        self.answer.choices = [("accept", gettext("J’accepte")), ("argue", gettext("Je ne suis pas d’accord"))]

    def said(self) -> Answer:
        """What was typed."""
        return Answer(self.place, self.answer.data == "accept", self.reason.data or "", _whole(self.seen.data))


class _LinesForm(BaseForm):
    """What is said of several lines at once."""

    lines: RowsField

    def rows(self) -> list[Any]:
        """The forms of the lines."""
        return [entry.form for entry in self.lines.entries]

    def row_of(self, position: int) -> Any:
        """The row of a line, None when it was not sent."""
        return next((row for row in self.rows() if row.place == position), None)

    def show_again(self, talks: Sequence[LineTalk]) -> None:
        """What is said from here on is said with these steps in sight."""
        seen = {talk.position: len(talk.said) for talk in talks}
        for row in self.rows():
            row.seen.raw_data, row.seen.data = None, str(seen.get(row.place, 0))

    def refuse_line(self, position: int, refusal: Refusal) -> None:
        """Show a refusal in the row of its line."""
        row = self.row_of(position)
        if row is None:
            self.refuse(refusal)
        else:
            row.refuse(refusal)
            self.lines.errors = [*self.lines.errors, row.errors]


class RevisionForm(_LinesForm):
    """Other costs for the lines of a plan."""

    lines = RowsField(FormField(RevisionRow), _("Dépenses"), max_entries=MAX_LINES)

    @classmethod
    def about(cls, talks: Sequence[LineTalk]) -> "RevisionForm":
        """The form with what stands now for each line: the last proposal, else the line."""
        return cls(data={"lines": [_present(talk) for talk in talks]})

    def said(self, talks: Sequence[LineTalk]) -> list[Revision]:
        """The lines of which something is said: another amount, a reason, or a proposal taken back."""
        present = {talk.position: _present(talk) for talk in talks}
        found = []
        for row in self.rows():
            before, said = present.get(row.place), row.said()
            offer = {"quantity": said.quantity, "unit": said.unit_cents}
            changed = before is None or any(before[name] != value for name, value in offer.items())
            if changed or said.reason or said.take_back:
                found.append(said)
        return found


def _present(talk: LineTalk) -> dict[str, object]:
    standing = talk.last is not None and talk.last.act.value != "taken_back"
    offer = talk.last if standing and talk.last is not None else talk
    return {
        "position": str(talk.position),
        "quantity": offer.quantity,
        "unit": offer.unit_cents,
        "seen": str(len(talk.said)),
    }


class AnswerForm(_LinesForm):
    """The answers of an author."""

    lines = RowsField(FormField(AnswerRow), _("Dépenses"), max_entries=MAX_LINES)

    @classmethod
    def about(cls, talks: Sequence[LineTalk]) -> "AnswerForm":
        """The form of the lines that wait for an answer."""
        rows = [
            {"position": str(each.position), "seen": str(len(each.said))} for each in talks if each.waits_for_author
        ]
        return cls(data={"lines": rows})

    def said(self) -> list[Answer]:
        """The lines that were answered."""
        return [row.said() for row in self.rows() if row.answer.data in {"accept", "argue"} or row.reason.data]


class BatchForm(BaseForm):
    """The findings that are published together: which, the view reads itself, as the preview marked them."""


class DropForm(BaseForm):
    """The button that leaves a prepared finding."""

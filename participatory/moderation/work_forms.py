"""The other forms of moderation: notes, links, texts to reuse, batches, second readings, appeals."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from participatory.moderation.forms import reasons
from participatory.moderation.rules import NOTE_MAX, TEXT_MAX, WORDS_MAX, LinkKind, Outcome, Reason
from participatory.web.forms import BaseForm, choices, option

_NEEDED = _("Ce champ est nécessaire.")
_LONG = _("Gardez l’essentiel : %(max)d signes au plus.")
_REASONS = AnyOf(["", *(each.value for each in Reason)], message=_("Choisissez un motif de la liste."))


def _reason_field() -> SelectField:
    return SelectField(
        _("Motif du règlement"), choices=reasons, default="", validate_choice=False, validators=[_REASONS]
    )


class WordsForm(BaseForm):
    """A text of a few sentences: why one leaves a case, what one answers, why one appeals."""

    words = TextAreaField(_("Votre texte"), [InputRequired(_NEEDED), Length(max=TEXT_MAX, message=_LONG)])


class RecusalForm(BaseForm):
    """Why somebody leaves a case to others."""

    words = TextAreaField(
        _("Pourquoi vous laissez la place"), [InputRequired(_NEEDED), Length(max=WORDS_MAX, message=_LONG)]
    )


class NoteForm(BaseForm):
    """A word for the other moderators."""

    text = TextAreaField(
        _("Nouvelle note"),
        [InputRequired(_("Écrivez la note.")), Length(max=NOTE_MAX, message=_LONG)],
        # The form of the decision stands on the same page and has a text too.
        id="note-texte",
    )


class LinkForm(BaseForm):
    """What ties somebody to another association."""

    other = SelectField(_("Association"), [InputRequired(_NEEDED)], validate_choice=False)
    kind = RadioField(
        _("Ce qui vous lie à elle"),
        [AnyOf([each.value for each in LinkKind], message=_("Choisissez ce qui vous lie."))],
        choices=lambda: choices(LinkKind),
        validate_choice=False,
    )
    words = StringField(_("Précision"), [Length(max=200, message=_LONG)])

    def offer(self, known: list[tuple[str, str]]) -> None:
        """Give the associations, by name."""
        self.other.choices = [("", gettext("Choisir une association")), *known]


class ReplyModelForm(BaseForm):
    """A text that an association reuses."""

    title = StringField(_("Nom du modèle"), [InputRequired(_NEEDED), Length(max=80, message=_LONG)])
    outcome = SelectField(_("Pour quelle décision"), choices=lambda: choices(Outcome))
    reason = _reason_field()
    text = TextAreaField(_("Texte"), [InputRequired(_NEEDED), Length(max=TEXT_MAX, message=_LONG)])


class BatchForm(BaseForm):
    """What is done to several cases at once: never a refusal."""

    act = RadioField(
        _("Pour les projets cochés"),
        [AnyOf([Outcome.ADMIT.value, Outcome.ASK_CHANGES.value], message=_("Choisissez ce que vous faites."))],
        choices=lambda: [option(each.value, words) for each, words in _batch()],
        validate_choice=False,
    )
    reason = _reason_field()
    text = TextAreaField(_("Le même message pour tous"), [Length(max=TEXT_MAX, message=_LONG)])

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.reason.flags.hide_optional = True
        self.text.flags.hide_optional = True


def _batch() -> list[tuple[Outcome, str]]:
    return [
        (Outcome.ADMIT, gettext("Les déclarer recevables")),
        (Outcome.ASK_CHANGES, gettext("Demander les mêmes compléments")),
    ]


class ReadingForm(BaseForm):
    """What a second reader would have decided."""

    outcome = RadioField(
        _("Ce que vous auriez décidé"),
        [AnyOf([each.value for each in Outcome], message=_("Choisissez une des trois décisions."))],
        choices=lambda: choices(Outcome),
        validate_choice=False,
    )
    reason = _reason_field()

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.reason.flags.hide_optional = True


class AppealAnswerForm(BaseForm):
    """How an appeal is answered."""

    outcome = RadioField(
        _("Votre réponse"),
        [AnyOf([Outcome.ADMIT.value, Outcome.REFUSE.value], message=_("Choisissez une des deux réponses."))],
        choices=lambda: [
            option(Outcome.ADMIT.value, gettext("Déclarer le projet recevable")),
            option(Outcome.REFUSE.value, gettext("Confirmer le refus, pour de bon")),
        ],
        validate_choice=False,
    )
    text = TextAreaField(_("Votre explication"), [InputRequired(_NEEDED), Length(max=TEXT_MAX, message=_LONG)])

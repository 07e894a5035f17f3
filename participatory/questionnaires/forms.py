"""The forms in which staff compose a questionnaire: shape and length only."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from participatory.core.labels import N_
from participatory.questionnaires.actions import Basics
from participatory.questionnaires.models import Questionnaire
from participatory.questionnaires.rules import LONGEST_LABEL, Condition, Kind, Mode, Question, Sheet
from participatory.questionnaires.rules_composing import options_of, section_of
from participatory.web.forms import BaseForm, ParisDateTimeField, choices, option

_NEEDED = _("Ce champ est nécessaire.")
_LARGEST = 10**9


class BasicsForm(BaseForm):
    """What a questionnaire is, apart from its questions."""

    title = StringField(_("Titre"), [InputRequired(_NEEDED), Length(max=120)])
    text = TextAreaField(_("À quoi servent les réponses"), [InputRequired(_NEEDED), Length(max=2000)])
    mode = RadioField(_("Réponses"), [InputRequired(_NEEDED)], default=Mode.ANONYMOUS.value)
    opens_at = ParisDateTimeField(_("Ouverture"), [InputRequired(_NEEDED)])
    closes_at = ParisDateTimeField(_("Clôture"), [InputRequired(_NEEDED)])

    def __init__(self, *arguments: object, **values: object):
        super().__init__(*arguments, **values)
        self.mode.choices = choices(Mode)

    @classmethod
    def showing(cls, questionnaire: Questionnaire) -> "BasicsForm":
        """The form of a questionnaire that is there."""
        names = ("title", "text", "opens_at", "closes_at")
        data = {name: getattr(questionnaire, name) for name in names}
        return cls(data={**data, "mode": questionnaire.mode_code})

    def basics(self) -> Basics:
        """What was typed; call it once the form has been validated."""
        assert self.opens_at.data is not None
        assert self.closes_at.data is not None
        mode = Mode(self.mode.data)
        return Basics(self.title.data or "", self.text.data or "", mode, self.opens_at.data, self.closes_at.data)


class QuestionForm(BaseForm):
    """One question. Choices and rows are typed one a line; the condition names lines of an earlier question."""

    section = StringField(_("Partie du questionnaire"), [InputRequired(_NEEDED), Length(max=120)])
    kind = SelectField(_("Sorte de réponse"), [InputRequired(_NEEDED)], default=Kind.SINGLE.value)
    label = StringField(_("Question"), [InputRequired(_NEEDED), Length(max=LONGEST_LABEL)])
    help = StringField(_("Précision"), [Length(max=LONGEST_LABEL)])
    required = BooleanField(_("La réponse est obligatoire"))
    options = TextAreaField(_("Choix proposés, un par ligne"), [Length(max=4000)], render_kw={"rows": 5})
    rows = TextAreaField(_("Lignes du tableau, une par ligne"), [Length(max=4000)], render_kw={"rows": 4})
    low = IntegerField(_("Le plus petit nombre"), [Optional(), NumberRange(-_LARGEST, _LARGEST)])
    high = IntegerField(_("Le plus grand nombre"), [Optional(), NumberRange(-_LARGEST, _LARGEST)])
    most = IntegerField(_("Nombre de choix au plus"), [Optional(), NumberRange(0, 30)])
    asked_after = SelectField(_("Posée seulement selon la réponse à"), [Optional()])
    asked_if = TextAreaField(_("Réponses qui font poser la question, une par ligne"), [Length(max=4000)])

    def __init__(self, sheet: Sheet, *arguments: object, **values: object):
        super().__init__(*arguments, **values)
        self.kind.choices = choices(Kind)
        # What may be read is judged by the rules, with a sentence.
        earlier = [option(each.key, each.label) for each in sheet.questions]
        self.asked_after.choices = [option("", str(_("Toujours posée"))), *earlier]

    @classmethod
    def showing(cls, sheet: Sheet, question: Question) -> "QuestionForm":
        """The form of a question that is there."""
        condition, names = question.condition, ("label", "help", "required", "low", "high")
        data = {name: getattr(question, name) for name in names}
        data |= {"kind": question.kind.value, "most": question.most or None}
        data["section"] = section_of(sheet, question.key)
        data["options"] = "\n".join(each.label for each in question.options)
        data["rows"] = "\n".join(each.label for each in question.rows)
        if condition is not None:
            read = sheet.question(condition.question)
            said = {each.key: each.label for each in (*read.options, *read.steps)}
            data["asked_after"] = condition.question
            data["asked_if"] = "\n".join(said.get(key, key) for key in condition.any_of)
        return cls(sheet, data=data)

    def question(self, sheet: Sheet, key: str, before: Question | None) -> Question:
        """What was typed, under a key; lines that were there keep theirs. Call it once the form has been validated."""
        kind = Kind(self.kind.data)
        listed = kind in {Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING, Kind.MATRIX}
        bounded = kind in {Kind.SCALE, Kind.NUMBER}
        options = options_of((self.options.data or "").splitlines(), before.options if before else ())
        rows = options_of((self.rows.data or "").splitlines(), before.rows if before else ())
        return Question(
            key=key,
            kind=kind,
            label=self.label.data or "",
            help=self.help.data or "",
            required=bool(self.required.data),
            options=options if listed else (),
            rows=rows if kind is Kind.MATRIX else (),
            low=self.low.data if bounded else None,
            high=self.high.data if bounded else None,
            most=(self.most.data or 0) if kind in {Kind.MULTIPLE, Kind.RANKING} else 0,
            condition=self._condition(sheet),
        )

    def _condition(self, sheet: Sheet) -> Condition | None:
        if not self.asked_after.data:
            return None
        read = sheet.question(self.asked_after.data)
        keys = {each.label: each.key for each in (*read.options, *read.steps)}
        lines = [line.strip() for line in (self.asked_if.data or "").splitlines() if line.strip()]
        return Condition(read.key, tuple(keys.get(line, line) for line in lines))


class ButtonForm(BaseForm):
    """A button, with nothing typed."""


MOVED = {"up": -1, "down": 1}
REMOVED = N_("La question est retirée.")

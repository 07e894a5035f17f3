"""The forms of notices, decisions, contests and blocks: shape and length only."""

import re
import secrets

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from participatory.notices.blocking import Measure, Verdict
from participatory.notices.deciding import FACTS_LEAST, Ruling
from participatory.notices.models import Notice
from participatory.notices.rules import BLOCK_DAYS, LONGEST, LONGEST_FACTS, SHORTEST, Ground, Outcome
from participatory.web.forms import BaseForm, choices, option

_KEY = re.compile(r"[0-9a-f]{32}")
_TORN = _("La page est incomplète : rechargez-la, puis décidez.")
_SENTENCE = _("Dites en une phrase ce qui ne va pas dans ce texte.")
_FACTS = _("Dites en une phrase au moins ce qui est dans le texte : les deux côtés la lisent.")
_WHY = _("Dites pourquoi en une phrase au moins : la personne la lit.")
_LESS = _("Gardez l’essentiel : %(max)d signes au plus.")


class NoticeForm(BaseForm):
    """Why a text is reported. Nothing but that is needed."""

    ground = RadioField(_("Qu’est-ce qui ne va pas ?"), [InputRequired(_("Choisissez ce qui s’en approche le plus."))])
    explanation = TextAreaField(
        _("Expliquez en quelques mots"),
        [InputRequired(_SENTENCE), Length(min=SHORTEST, message=_SENTENCE), Length(max=LONGEST, message=_LESS)],
        render_kw={"rows": 5},
    )
    contact = EmailField(
        _("Votre adresse électronique, si vous voulez une réponse"),
        [Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"},
    )
    form_key = HiddenField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.ground.choices = choices(Ground)

    def key(self) -> str:
        """What tells this form from another: as it came, or drawn anew where it has not the shape of ours."""
        typed = self.form_key.data or ""
        if not _KEY.fullmatch(typed):
            self.form_key.data = typed = secrets.token_hex(16)
        return typed


class DecisionForm(BaseForm):
    """What is decided of a text, why, and how many notices the page showed."""

    outcome = RadioField(_("Votre décision"), [InputRequired(_("Choisissez une décision."))])
    ground = SelectField(_("Sur quel fondement"), [InputRequired(_TORN)])
    facts = TextAreaField(
        _("Les raisons"),
        [InputRequired(_FACTS), Length(min=FACTS_LEAST, message=_FACTS), Length(max=LONGEST_FACTS, message=_LESS)],
        description=_("Envoyées aux deux côtés. Ce que dit le texte, et la règle. Aucun nom."),
        render_kw={"rows": 5},
    )
    seen = HiddenField(validators=[InputRequired(_TORN), Regexp(r"^\d{1,9}$", message=_TORN)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices, self.ground.choices = choices(Outcome), choices(Ground)

    def show(self, notices: list[Notice]) -> None:
        """What is decided from here on is decided on the notices that this page shows."""
        self.seen.raw_data, self.seen.data = None, str(len(notices))
        if not self.ground.raw_data and notices:
            self.ground.data = notices[0].ground_code

    def ruling(self) -> Ruling:
        """What was typed, for the deed; call it once the form has been validated."""
        return Ruling(
            Outcome(self.outcome.data), Ground(self.ground.data), self.facts.data or "", int(self.seen.data or 0)
        )


class ContestForm(BaseForm):
    """Why a decision is contested."""

    words = TextAreaField(
        _("Ce que la décision n’a pas vu"),
        [
            InputRequired(_("Dites en une phrase ce que la décision n’a pas vu.")),
            Length(min=SHORTEST, message=_("Dites en une phrase ce que la décision n’a pas vu.")),
            Length(max=LONGEST, message=_LESS),
        ],
        render_kw={"rows": 5},
    )


class BlockForm(BaseForm):
    """For how long somebody may not write, and why."""

    days = RadioField(_("Pour combien de temps"), [InputRequired(_("Choisissez une des durées proposées."))])
    reason = TextAreaField(
        _("Pourquoi"),
        [InputRequired(_WHY), Length(min=FACTS_LEAST, message=_WHY), Length(max=LONGEST_FACTS, message=_LESS)],
        description=_("La personne lit cette raison, avec la date de fin et la façon de contester."),
        render_kw={"rows": 4},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.days.choices = [option(str(days), gettext("%(days)s jours", days=days)) for days in BLOCK_DAYS]

    def measure(self) -> Measure:
        """What was typed, for the deed; call it once the form has been validated."""
        return Measure(int(self.days.data), self.reason.data or "")


class VerdictForm(BaseForm):
    """Whether a block stands."""

    verdict = RadioField(_("Votre décision"), [InputRequired(_("Choisissez une décision."))])
    words = TextAreaField(
        _("Les raisons"),
        [InputRequired(_WHY), Length(min=FACTS_LEAST, message=_WHY), Length(max=LONGEST_FACTS, message=_LESS)],
        render_kw={"rows": 4},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.verdict.choices = [
            option("lift", gettext("Lever le blocage")),
            option("uphold", gettext("Le maintenir jusqu’à sa fin")),
        ]

    def said(self) -> Verdict:
        """What was typed, for the deed; call it once the form has been validated."""
        return Verdict(self.verdict.data == "uphold", self.words.data or "")

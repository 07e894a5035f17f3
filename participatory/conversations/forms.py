"""The forms of conversations: shape and length only."""

from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from participatory.conversations.actions import Basics
from participatory.conversations.rules import LONGEST
from participatory.web.forms import BaseForm, ParisDateTimeField


class VoteForm(BaseForm):
    """One of three buttons."""


class ProposeForm(BaseForm):
    """A statement of one's own."""

    text = TextAreaField(
        _("Votre affirmation"),
        [
            InputRequired(_("Écrivez votre affirmation.")),
            Length(max=LONGEST, message=_("Gardez l’essentiel : %(max)d signes au plus.")),
        ],
        description=_(
            "Une seule idée, avec laquelle on peut être d’accord ou non. Elle est lue avant d’être proposée aux votes."
        ),
        render_kw={"rows": 3},
    )


class OpenForm(BaseForm):
    """A new conversation."""

    title = StringField(_("Titre"), [InputRequired(_("Donnez un titre.")), Length(max=120)])
    text = TextAreaField(
        _("La question, et à quoi serviront les réponses"),
        [InputRequired(_("Dites à quoi serviront les réponses.")), Length(max=5000)],
        render_kw={"rows": 6},
    )
    opens_at = ParisDateTimeField(_("Ouverture"), [InputRequired(_("Choisissez une date."))])
    closes_at = ParisDateTimeField(_("Clôture"), [InputRequired(_("Choisissez une date."))])
    statements = TextAreaField(
        _("Premières affirmations, une par ligne"),
        [InputRequired(_("Écrivez quelques affirmations : sans elles, il n’y a rien à voter.")), Length(max=20000)],
        description=_("De dix à vingt, d’avis opposés, chacune avec une seule idée."),
        render_kw={"rows": 10},
    )

    def basics(self) -> Basics:
        """What was typed; the form is valid."""
        assert self.opens_at.data is not None
        assert self.closes_at.data is not None
        return Basics(
            self.title.data or "",
            (self.text.data or "").replace("\r\n", "\n"),
            self.opens_at.data,
            self.closes_at.data,
            tuple((self.statements.data or "").splitlines()),
        )


class JudgeForm(BaseForm):
    """Showing a statement or leaving it out."""

    reason = StringField(_("Pourquoi elle est écartée"), [Length(max=300)])

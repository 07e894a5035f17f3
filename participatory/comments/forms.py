"""The form of a comment: shape and length only."""

import re
import secrets

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from participatory.comments.actions import Typed
from participatory.comments.models import Comment
from participatory.comments.rules import LONGEST, Stance
from participatory.web.forms import BaseForm, choices

_KEY = re.compile(r"[0-9a-f]{32}")


class CommentForm(BaseForm):
    """What a comment is, and what it says."""

    stance = RadioField(
        _("Votre commentaire est…"),
        [InputRequired(_("Dites si c’est une question, un avis ou une remarque."))],
        default=Stance.REMARK.value,
    )
    text = TextAreaField(
        _("Votre commentaire"),
        [
            InputRequired(_("Écrivez votre commentaire.")),
            Length(max=LONGEST, message=_("Gardez l’essentiel : %(max)d signes au plus.")),
        ],
        render_kw={"rows": 4},
    )
    key = HiddenField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.stance.choices = choices(Stance)

    def fill(self, comment: Comment) -> None:
        """Show what a comment says, for whoever changes it."""
        self.stance.data, self.text.data = comment.stance_code, comment.text

    def draw_key(self) -> str:
        """What tells this form from another: as it came, or drawn anew where it has not the shape of ours."""
        typed = self.key.data or ""
        if not _KEY.fullmatch(typed):
            self.key.data = typed = secrets.token_hex(16)
        return typed

    def typed(self, answers_to: str = "") -> Typed:
        """What was typed, for the deed; call it once the form has been validated."""
        return Typed(self.draw_key(), Stance(self.stance.data), self.text.data or "", answers_to)

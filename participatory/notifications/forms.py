"""The form of how often one is written to."""

from typing import Any

from flask_babel import gettext
from wtforms import RadioField

from participatory.core.labels import label
from participatory.notifications.rules import OBLIGATORY, Pace, Topic
from participatory.web.forms import BaseForm, choices

TUNED = tuple(topic for topic in Topic if topic not in OBLIGATORY)


class PacesForm(BaseForm):
    """One choice for each topic about which letters are not obligatory."""

    def offer(self) -> None:
        """Word topics and paces in the page's language."""
        for topic in TUNED:
            field: Any = self[topic.value]
            field.label.text = gettext(label(topic))
            field.choices = choices(Pace)

    def wanted(self) -> dict[Topic, Pace]:
        """What was chosen, once valid."""
        return {topic: Pace(self[topic.value].data) for topic in TUNED}


for _topic in TUNED:
    setattr(PacesForm, _topic.value, RadioField())

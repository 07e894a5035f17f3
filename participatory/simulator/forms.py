"""The parameters that a workshop moves, in the address of the page so that a trial can be shared."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from participatory.simulator.elections import named
from participatory.simulator.rules import Parameters
from participatory.web.forms import BaseForm, option

_WHOLE = _l("Écrivez un nombre entier.")
_MOST_SCORE = 10**7
_MOST_COST = 10**10


class WholeField(IntegerField):
    """A whole number that may be left empty; what was typed stays when it cannot be read."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, even with the spaces of thousands."""
        typed = "".join(str(valuelist[0]).split()) if valuelist else ""
        if not typed:
            self.data = None
            return
        try:
            self.data = int(typed[:15])
        except ValueError as error:
            self.data = None
            raise ValueError(str(_WHOLE)) from error


def _between(least: int, most: int) -> NumberRange:
    return NumberRange(least, most, _l("Écrivez un nombre entre %(min)s et %(max)s."))


class TrialForm(BaseForm):
    """A trial; it changes nothing, so it needs no token."""

    class Meta(BaseForm.Meta):
        """Read from an address."""

        csrf = False

    rule = SelectField(_l("Règle de dépouillement"), coerce=int)
    budget = WholeField(
        _l("Enveloppe, en pourcentage de celle du vote"),
        [InputRequired(_l("Ce champ est nécessaire.")), _between(10, 300)],
    )
    reserved = WholeField(_l("Part réservée, en pourcentage de l’enveloppe"), [Optional(), _between(0, 100)])
    reserved_for = SelectField(_l("Réservée aux projets de"))
    most_each = WholeField(
        _l("Plafond par lieu ou catégorie, en pourcentage de l’enveloppe"), [Optional(), _between(1, 100)]
    )
    ceiling = WholeField(_l("Coût le plus élevé d’un projet"), [Optional(), _between(1, _MOST_COST)])
    threshold = WholeField(_l("Votes nécessaires au moins"), [Optional(), _between(0, _MOST_SCORE)])

    def offer(self, rules: Sequence[str], tags: Sequence[str]) -> None:
        """What may be chosen: names of rules, places and categories."""
        self.rule.choices = [(place, words) for place, words in enumerate(rules)]
        self.reserved_for.choices = [option("", gettext("– aucun –")), *(option(tag, named(tag)) for tag in tags)]

    def parameters(self, unit: int) -> Parameters:
        """What is tried, in the units of the election."""
        ceiling = self.ceiling.data
        return Parameters(
            method=self.rule.data,
            budget=self.budget.data or 100,
            reserved=self.reserved.data or 0,
            reserved_for=self.reserved_for.data or "",
            most_each=self.most_each.data,
            ceiling=None if ceiling is None else ceiling * unit,
            threshold=self.threshold.data,
        )

    def validate_reserved(self, field: WholeField) -> None:
        """A part without projects to keep it for would be lost."""
        if field.data and not self.reserved_for.data:
            raise ValidationError(gettext("Choisissez aussi les projets auxquels cette part est réservée."))

"""The forms of the desk: a file, its confirmation, a sheet."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from participatory.core.labels import label
from participatory.identity.models import Association
from participatory.intake.rules import LONGEST_ADDRESS, LONGEST_REFERENCE, Brought, lines_for, summary_of
from participatory.proposals.content import MAX_SUMMARY, MAX_TEXT, MAX_TITLE, Content
from participatory.rounds.rulebook import Rulebook, Theme
from participatory.territories.models import Site
from participatory.web.forms import BaseForm, MoneyField, option

_ORIGIN = _("Où et quand")


class FileForm(BaseForm):
    """A file of projects to look at."""

    origin = StringField(_ORIGIN, [InputRequired(_("Dites où ces projets ont été recueillis.")), Length(max=120)])
    file = FileField(
        _("Fichier : xlsx, ods ou csv"),
        [FileRequired(_("Choisissez le fichier des projets."))],
        render_kw={"accept": ".xlsx,.xls,.ods,.csv"},
    )


class ConfirmForm(BaseForm):
    """The agreement to import what was looked at."""

    upload = HiddenField(validators=[InputRequired()])
    origin = HiddenField(validators=[InputRequired(), Length(max=120)])


class SheetForm(BaseForm):
    """One sheet of paper; only its reference and its title are needed, the rest may be completed later."""

    origin = StringField(_ORIGIN, [InputRequired(_("Dites de quel atelier vient la fiche.")), Length(max=120)])
    reference = StringField(
        _("Référence de la fiche"),
        [InputRequired(_("Recopiez la référence de la fiche.")), Length(max=LONGEST_REFERENCE)],
    )
    title = StringField(_("Titre"), [InputRequired(_("Recopiez le titre du projet.")), Length(max=MAX_TITLE)])
    need = TextAreaField(_("Le besoin"), [Optional(), Length(max=MAX_TEXT)], render_kw={"rows": 4})
    solution = TextAreaField(_("Ce qui est proposé"), [Optional(), Length(max=MAX_TEXT)], render_kw={"rows": 4})
    summary = StringField(_("En une phrase"), [Optional(), Length(max=MAX_SUMMARY)])
    theme = SelectField(_("Thème"))
    site = SelectField(_("Site"))
    association = SelectField(_("Association qui porte le projet"))
    amount = MoneyField(_("Montant estimé, en euros"), [Optional()])
    address = EmailField(
        _("Adresse de la personne qui porte le projet"),
        [Optional(), Length(max=LONGEST_ADDRESS), Email(_("Cette adresse n’est pas complète."))],
    )

    def offer(self, book: Rulebook, sites: list[Site], associations: list[Association]) -> None:
        """What the lists hold, in the page's language."""
        self._sites = {each.slug: each.id for each in sites}
        self._associations = {each.slug: each.id for each in associations}
        fields: Any = self
        fields.theme.choices = [
            option("", gettext("À choisir")),
            *(option(t.value, gettext(label(t))) for t in book.themes),
        ]
        fields.site.choices = [option("", gettext("Toute la région")), *(option(s.slug, s.name) for s in sites)]
        fields.association.choices = [option("", gettext("Aucune")), *(option(a.slug, a.name) for a in associations)]

    def brought(self) -> Brought:
        """What the sheet says, once valid."""
        need, solution = self.need.data or "", self.solution.data or ""
        content = Content(
            title=self.title.data or "",
            summary=self.summary.data or summary_of(need or solution),
            need=need,
            solution=solution,
            site_id=self._sites.get(self.site.data),
            theme=Theme(self.theme.data) if self.theme.data else None,
            association_id=self._associations.get(self.association.data),
            lines=lines_for(self.amount.data or 0),
        )
        address = self.address.data if "address" in self else ""
        return Brought(self.reference.data or "", content, (address or "").lower())

"""The settings of a SAML door: the metadata of the establishment, and who vouches for them."""

from collections.abc import Mapping
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_, label
from participatory.doors.forms import SourceForm
from participatory.doors.saml import Signed
from participatory.doors.saml_library import missing
from participatory.doors.saml_providers import described, read_provider
from participatory.web.forms import choices
from participatory.web.settings import config

_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class SamlForm(SourceForm):
    """An identity provider of SAML 2, known by its metadata."""

    OWN = ("metadata", "metadata_file", "certificate", "entity_id", "signed")

    metadata = TextAreaField(
        _("Métadonnées du fournisseur d’identité (XML)"),
        [Optional()],
        render_kw={**_PLAIN, "rows": 6},
        description=_("Celles de l’établissement, ou de sa fédération. Un grand fichier s’envoie plutôt ci-dessous."),
    )
    metadata_file = FileField(
        _("Ou le fichier de ces métadonnées"), render_kw={"accept": ".xml,application/xml,text/xml"}
    )
    certificate = TextAreaField(
        _("Certificat de la fédération qui signe le fichier (PEM)"),
        [Optional()],
        render_kw={**_PLAIN, "rows": 4},
        description=_("Nécessaire pour un fichier de fédération, comme ceux de RENATER."),
    )
    entity_id = StringField(
        _("Identifiant du fournisseur (entityID)"),
        [Optional(), Length(max=300)],
        render_kw=_PLAIN,
        description=_("Seulement si le fichier décrit plusieurs établissements."),
    )
    signed = RadioField(_("Ce que l’établissement doit signer"), [InputRequired()], default=Signed.ASSERTION.value)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.signed.choices = choices(Signed)
        # One of the two is needed: calling each of them optional would mislead.
        self.metadata.flags.hide_optional = self.metadata_file.flags.hide_optional = True
        self.known: dict[str, Any] = {}
        self.fresh: dict[str, Any] = {}

    @classmethod
    def of(cls, name: str, settings: Mapping[str, Any]) -> "SamlForm":
        """The form filled with what is kept: without new metadata, the provider stays."""
        form = cast("SamlForm", super().of(name, {**settings, "metadata": "", "entity_id": ""}))
        form.known = {key: settings[key] for key in ("provider", "federation") if key in settings}
        form.metadata.description = gettext(
            "Laissez vide si elles n’ont pas changé : celles qui sont enregistrées restent."
        )
        return form

    def shown(self) -> list[tuple[str, str]]:
        """What is kept, for reading: the provider rather than the text that it was read from."""
        provider = self.known.get("provider")
        if not provider:
            return super().shown()
        federated = bool(self.known.get("federation"))
        vouched = N_("La fédération qui les signe") if federated else N_("La personne qui les a enregistrées ici")
        own = [
            (gettext("Fournisseur d’identité"), provider["name"] or provider["entity_id"]),
            (gettext("Son entityID"), provider["entity_id"]),
            (gettext("Son adresse de connexion"), provider["sign_in_url"]),
            (gettext("Ses certificats de signature"), "; ".join(map(described, provider["certificates"]))),
            (gettext("Qui garantit ces métadonnées"), gettext(vouched)),
            (self.signed.label.text, gettext(label(Signed(self.signed.data)))),
        ]
        others = {str(self[name].label.text) for name in self.OWN}
        return [*own, *((name, value) for name, value in super().shown() if name not in others)]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Read the metadata too."""
        if not super().validate(*args, **kwargs):
            return False
        try:
            self.fresh = self._provider()
        except Refusal as refusal:
            self.refuse(refusal)
            return False
        return True

    def _provider(self) -> dict[str, Any]:
        refuse_if(missing())
        document = self._document()
        typed = (self.certificate.data or "").strip() or (self.entity_id.data or "")
        if not document and not typed and self.known:
            return self.known
        if not document:
            raise Refusal(
                N_("Collez les métadonnées du fournisseur d’identité, ou choisissez leur fichier."),
                Kind.INVALID,
                "metadata",
            )
        certificate = (self.certificate.data or "").strip()
        provider = read_provider(
            document, self.entity_id.data or "", certificate, now(), local=config().local_providers
        )
        return {"provider": provider.to_settings(), "federation": certificate}

    def _document(self) -> bytes:
        sent = self.metadata_file.data
        if sent is not None and sent.filename:
            return bytes(sent.read())
        return str(self.metadata.data or "").encode()

    def own_settings(self) -> dict[str, Any]:
        """The provider as it was read, and what must be signed."""
        return {**self.fresh, "signed": self.signed.data}

"""The forms of doors: what every kind asks, and what OpenID Connect and CAS add."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.doors.attributes import DEFAULT_NAMES, STUDENT, Meaning
from participatory.doors.origins import service_address
from participatory.identity.identifiers import normalised_uai
from participatory.territories.models import Establishment
from participatory.web.filters import refusal as refusal_words
from participatory.web.forms import BaseForm, option, stripped
from participatory.web.settings import config

MOST_WORDS = 20
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))+")
_HOST = re.compile(_DOMAIN.pattern + r"(?::[0-9]{1,5})?")
_ATTRIBUTE = re.compile(r"[A-Za-z0-9:._/-]{1,120}")
_VALUE = re.compile(r"[a-z0-9._-]{1,60}")
_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


def _matching(pattern: re.Pattern[str], sentence: str) -> Callable[[str], str]:
    def check(word: str) -> str:
        if pattern.fullmatch(word) is None:
            raise ValidationError(gettext(sentence, word=word[:80]))
        return word

    return check


_domain = _matching(_DOMAIN, N_("« %(word)s » n’est pas un domaine, comme etu.universite.exemple.fr."))
_host = _matching(_HOST, N_("« %(word)s » n’est pas un nom d’hôte, comme api.universite.exemple.fr."))
_attribute = _matching(_ATTRIBUTE, N_("« %(word)s » n’est pas un nom d’attribut."))
_value = _matching(_VALUE, N_("« %(word)s » n’est pas une valeur d’affiliation."))


class WordsField(StringField):
    """Several words in one line, separated by spaces or commas; `data` stays the text, `words` is the list."""

    def __init__(self, label: Any, check: Callable[[str], str], *, lower: bool = True, **kwargs: Any):
        super().__init__(label, [Optional(), Length(max=1000)], render_kw=_PLAIN, **kwargs)
        self._check = check
        self._lower = lower
        self.words: list[str] = []

    def pre_validate(self, form: Any) -> None:
        """Read the words; raises ValidationError for the first that is not one."""
        text = str(self.data or "")
        found = dict.fromkeys(re.split(r"[\s,;]+", text.lower() if self._lower else text))
        self.words = [self._check(word) for word in found if word]
        if len(self.words) > MOST_WORDS:
            raise ValidationError(gettext(N_("Donnez vingt valeurs au plus.")))


def _uai(word: str) -> str:
    try:
        return normalised_uai(word)
    except Refusal as refusal:
        raise ValidationError(refusal_words(refusal)) from refusal


def _service(_form: Any, field: Any) -> None:
    try:
        field.data = service_address(field.data or "", field.name, local=config().local_providers)
    except Refusal as refusal:
        raise ValidationError(refusal_words(refusal)) from refusal


class NewSourceForm(BaseForm):
    """Which establishment, and how it signs its students in."""

    establishment = SelectField(_("Établissement"), [InputRequired(_("Choisissez l’établissement."))])
    kind = RadioField(
        _("Service de connexion"), [InputRequired(_("Choisissez le service que l’établissement propose."))]
    )

    def offer(self, establishments: list[Establishment], kinds: list[Any]) -> None:
        """Fill the lists."""
        self.establishment.choices = [
            option("", gettext("Choisir…")),
            *(option(each.key, each.name) for each in establishments),
        ]
        self.kind.choices = kinds


class SourceForm(BaseForm):
    """What every door asks. A kind adds its own fields, names them in OWN, and says how they are kept."""

    # The fields that this kind adds, in the order in which they are shown; those of secrets are in SECRETS.
    OWN: tuple[str, ...] = ()
    SECRETS: tuple[str, ...] = ()

    name = StringField(
        _("Nom de la porte"),
        [Optional(), Length(max=80)],
        description=_(
            "Ce que les étudiants lisent sur le bouton. Vide : « Me connecter avec mon compte » et le sigle."
        ),
        render_kw={"autocomplete": "off"},
    )
    email_domains = WordsField(
        _("Autres domaines des adresses d’étudiants"),
        _domain,
        description=_(
            "Seule une adresse sur un domaine de l’établissement est gardée. Ceux de la liste comptent déjà."
        ),
    )
    uais = WordsField(
        _("Autres codes UAI acceptés"),
        _uai,
        lower=False,
        description=_("Ceux d’instituts, ou d’établissements qui partagent ce service. Un autre code est refusé."),
    )
    student_values = WordsField(
        _("Affiliations qui disent « étudiant »"),
        _value,
        default=STUDENT,
        description=_("La valeur de la norme est student. N’en ajoutez qu’avec l’accord de l’établissement."),
    )
    scopes_allowed = WordsField(
        _("Domaines acceptés après l’arobase d’une affiliation"),
        _domain,
        description=_("Pour student@universite.exemple.fr. Vide : tous."),
    )
    names_affiliation = WordsField(_("Attribut du statut"), _attribute, lower=False)
    names_ine = WordsField(_("Attribut de l’INE"), _attribute, lower=False)
    names_esi = WordsField(_("Attribut de l’identifiant européen (ESI)"), _attribute, lower=False)
    names_student_number = WordsField(_("Attribut du numéro étudiant"), _attribute, lower=False)
    names_establishment = WordsField(_("Attribut de l’établissement"), _attribute, lower=False)
    names_email = WordsField(_("Attribut de l’adresse électronique"), _attribute, lower=False)

    @property
    def own_fields(self) -> list[Any]:
        """The fields of this kind."""
        return [self[name] for name in self.OWN]

    @property
    def secret(self) -> str:
        """The secret that was typed, empty when the kept one stays; it is never shown again."""
        typed = [str(self[name].data or "").strip() for name in self.SECRETS]
        return typed[0] if typed else ""

    def shown(self) -> list[tuple[str, str]]:
        """What is kept, for reading: the label and the text of each field that is filled, without secrets."""
        fields = [each for each in self if each.name not in {*self.SECRETS, "csrf_token", "name"}]
        fields.sort(key=lambda each: self.OWN.index(each.name) if each.name in self.OWN else len(self.OWN))
        return [(str(each.label.text), str(each.data)) for each in fields if each.data]

    def attribute_fields(self) -> list[tuple[Any, str]]:
        """The fields of attribute names, each with the names that are used when it is empty."""
        return [(self[f"names_{meaning.value}"], " ".join(DEFAULT_NAMES[meaning])) for meaning in Meaning]

    def check_secret(self, *, kept: bool) -> None:
        """Raise Refusal (INVALID) when this kind needs a secret and there is none; `kept` says that one is there."""

    def settings(self) -> dict[str, Any]:
        """What is kept of a valid form, without secrets: texts and lists of texts, the same keys for the same kind."""
        common = {
            "email_domains": self.email_domains.words,
            "uais": self.uais.words,
            "student_values": self.student_values.words or [STUDENT],
            "scopes_allowed": self.scopes_allowed.words,
            "attributes": {
                meaning.value: self[f"names_{meaning.value}"].words
                for meaning in Meaning
                if self[f"names_{meaning.value}"].words
            },
        }
        return {**common, **self.own_settings()}

    def own_settings(self) -> dict[str, Any]:
        """The part of this kind."""
        return {name: self._kept(self[name]) for name in self.OWN if name not in self.SECRETS}

    @staticmethod
    def _kept(field: Any) -> Any:
        return field.words if isinstance(field, WordsField) else field.data or ""

    @classmethod
    def of(cls, name: str, settings: Mapping[str, Any]) -> "SourceForm":
        """The form filled with what is kept; what was posted comes first."""
        shown = {key: " ".join(value) if isinstance(value, list) else value for key, value in settings.items()}
        names = {f"names_{key}": " ".join(value) for key, value in settings.get("attributes", {}).items()}
        return cls(data={**shown, **names, "name": name})


class OidcForm(SourceForm):
    """An OpenID Connect provider."""

    OWN = ("issuer", "client_id", "auth_method", "client_secret", "scopes", "hosts")
    SECRETS = ("client_secret",)

    issuer = StringField(
        _("Adresse de l’émetteur (issuer)"),
        [InputRequired(_("Donnez l’adresse de l’émetteur.")), Length(max=300), _service],
        description=_(
            "Telle quelle, au caractère près. Elle suivie de /.well-known/openid-configuration doit s’ouvrir "
            "dans un navigateur. C’est le seul émetteur qui sera cru."
        ),
        render_kw={**_PLAIN, "inputmode": "url"},
    )
    client_id = StringField(
        _("Identifiant de client (client_id)"),
        [InputRequired(_("Donnez l’identifiant de client.")), Length(max=200)],
        render_kw=_PLAIN,
    )
    auth_method = RadioField(_("Comment la plateforme se présente"), [InputRequired()], default="client_secret_basic")
    client_secret = PasswordField(
        _("Secret de client"),
        [Optional(), Length(max=300)],
        filters=[stripped],
        description=_("Il ne sera plus jamais montré. Laissez vide pour garder celui qui est enregistré."),
        render_kw={"autocomplete": "off"},
    )
    scopes = StringField(
        _("Portées demandées (scopes)"),
        [Optional(), Length(max=300)],
        default="openid profile email",
        description=_("Séparées par des espaces. L’établissement dit laquelle donne le statut et l’INE."),
        render_kw=_PLAIN,
    )
    hosts = WordsField(
        _("Autres hôtes de l’établissement"),
        _host,
        description=_("Seulement si l’essai dit qu’une adresse du service est sur un hôte qui n’est pas admis."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.auth_method.choices = [
            option("client_secret_basic", gettext("Avec un secret, dans l’en-tête (client_secret_basic)")),
            option("client_secret_post", gettext("Avec un secret, dans le corps (client_secret_post)")),
            option("none", gettext("Sans secret : client public (none)")),
        ]

    def check_secret(self, *, kept: bool) -> None:
        """A client that says it has a secret needs one."""
        if self.auth_method.data != "none" and not kept and not self.secret:
            raise Refusal(
                N_("Donnez le secret de client, ou choisissez « client public »."), Kind.INVALID, "client_secret"
            )

    def validate_scopes(self, field: Any) -> None:
        """The scope `openid` makes it OpenID Connect: without it there is no identity token."""
        words = list(dict.fromkeys(["openid", *str(field.data or "").split()]))
        field.data = " ".join(words)[:300]


class CasForm(SourceForm):
    """A CAS server."""

    OWN = ("server",)

    server = StringField(
        _("Adresse du serveur CAS"),
        [InputRequired(_("Donnez l’adresse du serveur CAS.")), Length(max=300), _service],
        description=_(
            "Celle à laquelle on ajoute /login et /p3/serviceValidate, comme https://cas.universite.exemple.fr/cas."
        ),
        render_kw={**_PLAIN, "inputmode": "url"},
    )


class FindForm(BaseForm):
    """Looking for one's establishment; a GET form, so without a token."""

    class Meta(BaseForm.Meta):
        """A search changes nothing."""

        csrf = False

    q = StringField(_("Nom de l’établissement, sigle ou ville"), [Length(max=80)])

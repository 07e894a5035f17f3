"""Opening a door: whoever prepared it proposes, another person reads what it will believe, and opens it.

A door may assert any student number: alone, its maker could come in as anybody.
"""

from datetime import datetime

from participatory.core.labels import N_, label
from participatory.deeds.actions import propose
from participatory.deeds.kinds import DeedKind, Payload
from participatory.deeds.models import Deed
from participatory.deeds.queries import waiting_for
from participatory.deeds.rules import Description, Sentence
from participatory.doors import managing, queries
from participatory.doors.models import IdentitySource
from participatory.identity.models import Person
from participatory.identity.permissions import Permission

NAME = "source.open"
_SHOWN = 300


def ask_opening(source: IdentitySource, by: Person, now: datetime, link: str) -> Deed:
    """Have a door wait for a second person; raises Refusal when one already waits for it. `link` leads to the deeds."""
    return propose(OPEN, source.public_id, {"source": source.public_id}, by, now, link=link)


def waiting_opening(source: IdentitySource, now: datetime) -> Deed | None:
    """The deed that would open this door, None when nothing waits."""
    deed = waiting_for(NAME, source.public_id)
    return deed if deed is not None and deed.expires_at > now else None


def _describe(payload: Payload) -> Description:
    source = _source(payload)
    place = source.establishment.name
    facts = (
        (N_("Établissement"), place),
        (N_("Sorte de porte"), label(source.source_kind)),
        (N_("Service de connexion"), _service(source)[:_SHOWN]),
        (N_("Domaines d’adresses que l’établissement prouve"), _domains(source)[:_SHOWN]),
        (N_("Autres établissements pour lesquels il parle (UAI)"), _others(source)[:_SHOWN]),
        (N_("Empreinte des réglages (SHA-256)"), managing.settings_digest(source)),
    )
    sentences = (
        Sentence(N_("Les étudiants verront cette porte aussitôt, et entreront par elle.")),
        Sentence(N_("Ce que ce service dira d’une personne sera cru : son numéro d’étudiant, son établissement.")),
    )
    return Description(Sentence(N_("Ouvrir la porte de « %(place)s »"), {"place": place}), facts, sentences)


def _service(source: IdentitySource) -> str:
    """Who will be believed: the issuer (OpenID Connect), the server (CAS) or the identity provider (SAML)."""
    settings = source.settings
    return str(settings.get("issuer") or settings.get("server") or settings.get("provider", {}).get("entity_id", ""))


def _domains(source: IdentitySource) -> str:
    more = source.settings.get("email_domains") or ()
    own = source.establishment.email_domains.split("|")
    return ", ".join(sorted({*filter(None, own), *(str(each) for each in more)})) or "—"


def _others(source: IdentitySource) -> str:
    """The codes of other establishments for which this service may speak."""
    return ", ".join(str(each) for each in source.settings.get("uais") or ()) or "—"


def _perform(payload: Payload, by: Person, now: datetime) -> None:
    managing.enable(_source(payload).id, by, now)


def _abandon(payload: Payload, now: datetime) -> None:
    """Nothing was prepared: the door stays as it is, closed and tested."""


def _source(payload: Payload) -> IdentitySource:
    return queries.source_by_public_id(str(payload["source"]))


OPEN = DeedKind(
    NAME,
    N_("Ouvrir la porte d’un établissement"),
    Permission.OPEN_SOURCES,
    _describe,
    _perform,
    _abandon,
    lambda _payload: (),
)

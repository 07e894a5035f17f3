"""The kinds of door that this installation knows: each offers its form and makes its doors from their settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.doors.attributes import Meaning, Reading
from participatory.doors.claims import Home, Place
from participatory.doors.forms import SourceForm
from participatory.doors.models import IdentitySource
from participatory.doors.queries import establishments_of_codes
from participatory.doors.rules import SourceDoor, SourceKind
from participatory.territories.models import Establishment

_EXTENSION = "door_kinds"
# The name under which the secret of a door is kept, beside its public identifier.
CLIENT_SECRET = "client-secret"  # noqa: S105 — a name, not a secret.


@dataclass(frozen=True)
class Surroundings:
    """What a door may need beside its settings: its identifier, the secrets, the public address of this site.

    `local` allows plain http on this machine (tests and trials).
    """

    public_id: str
    secrets: SecretStore
    public_url: str
    local: bool

    @property
    def secret(self) -> str:
        """The secret that staff typed for this door, empty when there is none."""
        return (self.secrets.find(CLIENT_SECRET, self.public_id) or b"").decode()


@dataclass(frozen=True)
class DoorKind:
    """A kind of door.

    `guide` is the template of what to ask of the establishment's staff; `hint` a sentence for the choice of a kind.
    """

    kind: SourceKind
    hint: str
    form: type[SourceForm]
    make: Callable[[Mapping[str, Any], Surroundings], SourceDoor]
    guide: str


def offer_kind(app: Flask, kind: DoorKind) -> None:
    """Let staff connect establishments in this way."""
    app.extensions.setdefault(_EXTENSION, {})[kind.kind] = kind


def kinds() -> dict[SourceKind, DoorKind]:
    """The kinds that this installation knows."""
    known: dict[SourceKind, DoorKind] = current_app.extensions[_EXTENSION]
    return known


def kind_of(name: str) -> DoorKind:
    """The kind of this name; raises Refusal (NOT_FOUND), for instance when an optional library is not installed."""
    found = kinds().get(SourceKind(name)) if name in {each.value for each in SourceKind} else None
    if found is None:
        raise Refusal(N_("Cette installation ne connaît pas ce service de connexion."), Kind.NOT_FOUND)
    return found


def home_of(source: IdentitySource) -> Home:
    """Of whose students a door may speak, and how its attributes are read.

    A code that the list does not know is taken for a part of the establishment itself, such as one of its institutes.
    """
    settings = source.settings
    own = _place(source.establishment, settings.get("email_domains", []))
    codes = list(settings.get("uais", []))
    listed = establishments_of_codes(codes)
    allowed = {uai: _place(listed[uai], []) if uai in listed else own for uai in codes}
    names = {Meaning(key): tuple(words) for key, words in settings.get("attributes", {}).items()}
    reading = Reading(
        names, tuple(settings.get("student_values", [])) or ("student",), tuple(settings.get("scopes_allowed", []))
    )
    return Home(own, allowed, reading)


def _place(establishment: Establishment, more: list[str]) -> Place:
    domains = frozenset({*filter(None, establishment.email_domains.lower().split("|")), *more})
    return Place(establishment.id, establishment.uai, establishment.site_id, domains)

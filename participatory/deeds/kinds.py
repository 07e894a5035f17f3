"""The kinds of deed that take two people; each package offers its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.deeds.rules import Description
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class DeedKind:
    """One kind of deed: `name` as it is stored, `label` a catalogue key, who may confirm it, and what it does.

    `describe` says what would happen now; it reads and writes nothing. `perform` does it, in the
    transaction of the confirmation. `abandon` undoes what was prepared when the deed is withdrawn
    or expires. `scopes` gives what the deed bears on, for roles that are limited. `perform` finds in
    the payload, under "by", who proposed. `figures_for`: what people must hold to read the figures of
    the description, None when whoever reads the deed may.
    """

    name: str
    label: str
    permission: Permission
    describe: Callable[[Payload], Description]
    perform: Callable[[Payload, Person, datetime], None]
    abandon: Callable[[Payload, datetime], None]
    scopes: Callable[[Payload], tuple[Scope, ...]]
    figures_for: Permission | None = None


def offer_deed(app: Flask, kind: DeedKind) -> None:
    """Add a kind of deed to those of an application."""
    app.extensions.setdefault("deeds", {})[kind.name] = kind


def kind_named(name: str) -> DeedKind:
    """The kind of this name; raises Refusal (NOT_FOUND) when no package offers it any more."""
    known: dict[str, DeedKind] = current_app.extensions.get("deeds", {})
    if name not in known:
        raise Refusal(N_("Cet acte n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    return known[name]


def kinds() -> dict[str, DeedKind]:
    """Every kind of the application, by name."""
    known: dict[str, DeedKind] = current_app.extensions.get("deeds", {})
    return known

"""What roles may be limited to, by name: each package names what it knows.

Identity stands below the rounds and cannot ask for theirs: they offer a function, which
is asked once for a page.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import gettext

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity import queries
from participatory.identity.permissions import Scope, ScopeKind
from participatory.territories.queries import departments, establishments, sites

_OFFERED = "scopes"


@dataclass(frozen=True)
class Named:
    """A thing that a role may be limited to: its key, its name, and what the operator types in a command."""

    key: str
    name: str
    code: str = ""


Source = Callable[[], Sequence[Named]]


def offer_scopes(app: Flask, kind: ScopeKind, source: Source) -> None:
    """Have `source` name the things of one kind, in the order in which a list shows them."""
    app.extensions.setdefault(_OFFERED, {})[kind] = source


def known_scopes(wanted: Collection[ScopeKind] = tuple(ScopeKind)) -> dict[ScopeKind, Sequence[Named]]:
    """Everything of these kinds that a role may be limited to; one or two queries for each kind."""
    sources: Mapping[ScopeKind, Source] = current_app.extensions.get(_OFFERED, {})
    return {kind: sources[kind]() for kind in ScopeKind if kind in sources and kind in wanted}


def name_of(scope: Scope, known: Mapping[ScopeKind, Sequence[Named]]) -> str:
    """The name of a limit; its key when the thing is no longer there."""
    return next((each.name for each in known.get(scope.kind, ()) if each.key == scope.key), scope.key)


def scope_typed(kind: ScopeKind, text: str) -> Scope:
    """The limit that the operator names by key or by code; raises Refusal (NOT_FOUND, field `scope`)."""
    known = known_scopes((kind,)).get(kind, ())
    found = next((each for each in known if text in {each.key, each.code}), None)
    if found is None:
        raise Refusal(N_("Rien ne porte ce nom court : « %(text)s »."), Kind.NOT_FOUND, "scope", text=text[:80])
    return Scope(kind, found.key)


def _associations() -> list[Named]:
    return [Named(each.slug, each.name) for each in queries.associations()]


def _establishments() -> list[Named]:
    return [Named(each.key, each.name, each.uai) for each in establishments()]


def _territories() -> list[Named]:
    places = [Named(each.slug, each.name) for each in sites()]
    words = N_("%(name)s (département %(code)s)")
    return places + [Named(each.code, gettext(words, name=each.name, code=each.code)) for each in departments()]


def offer_own(app: Flask) -> None:
    """Name what this package and those below it know."""
    offer_scopes(app, ScopeKind.TERRITORY, _territories)
    offer_scopes(app, ScopeKind.ASSOCIATION, _associations)
    offer_scopes(app, ScopeKind.ESTABLISHMENT, _establishments)

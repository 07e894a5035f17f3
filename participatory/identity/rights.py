"""Who may do what: the permissions of each role, what each person of the staff may do, what each page asks."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, make_response
from flask_babel import gettext
from werkzeug.routing import Rule

from participatory.core.clock import now, paris
from participatory.core.labels import N_
from participatory.core.spreadsheets import harmless
from participatory.identity import grants
from participatory.identity.listing import Line, line_of
from participatory.identity.models import Person
from participatory.identity.permissions import PERMISSIONS, SCOPES, Permission
from participatory.identity.rules import Role, masked_email
from participatory.identity.scopes import known_scopes
from participatory.web.access import Door, Mark, mark_of, requires
from participatory.web.filters import label
from participatory.web.pages import page

_DOORS = {
    Door.PUBLIC: N_("Tout le monde"),
    Door.SIGNED_IN: N_("Toute personne connectée"),
    Door.DEMO: N_("Tout le monde, dans la démonstration seulement"),
}
_READING = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """An address of the site as the application knows it, and what its mark asks of whoever opens it."""

    path: str
    methods: str
    mark: Mark
    endpoint: str

    @property
    def permissions(self) -> list[Permission]:
        """The permissions of which one is asked, in the order of the enum."""
        return [each for each in Permission if each.value in self.mark.permissions]

    @property
    def who(self) -> str:
        """The mark in the words of the page's language."""
        if self.mark.door is not Door.STAFF:
            return str(gettext(_DOORS[self.mark.door]))
        return " / ".join(label(each) for each in self.permissions)


@dataclass(frozen=True)
class Holder:
    """Somebody of the staff, and each role that they hold or are to hold."""

    person: Person
    lines: list[Line]

    @property
    def address(self) -> str:
        """Their address, masked."""
        return masked_email(self.person.email)


def routes_of(app: Flask) -> list[Route]:
    """Every address of the application by path and method, straight from its URL map."""
    found = [_route(app, rule) for rule in app.url_map.iter_rules()]
    return sorted((each for each in found if each is not None), key=lambda each: (each.path, each.methods))


def _route(app: Flask, rule: Rule) -> Route | None:
    mark = mark_of(app, rule.endpoint)
    if mark is None:
        return None
    methods = " ".join(method for method in _READING if method in (rule.methods or ()))
    return Route(rule.rule, methods, mark, rule.endpoint)


def by_door(routes: Sequence[Route]) -> list[tuple[str, list[Route]]]:
    """The routes under the words of what they ask: each permission in order, then the other doors."""
    groups: list[tuple[str, list[Route]]] = [
        (label(permission), [each for each in routes if permission.value in each.mark.permissions])
        for permission in Permission
    ]
    groups += [(gettext(words), [each for each in routes if each.mark.door is door]) for door, words in _DOORS.items()]
    return [(words, found) for words, found in groups if found]


def holders() -> list[Holder]:
    """The people of the staff in the order of their first role; a fixed number of queries."""
    known, moment = known_scopes(), now()
    people: dict[int, Holder] = {}
    for each in grants.roles_held(moment):
        people.setdefault(each.person_id, Holder(each.person, [])).lines.append(line_of(each, known, moment))
    return list(people.values())


@requires(Permission.READ_RIGHTS)
def who_may_what() -> Response:
    """The three tables."""
    return page(
        "identity/rights.html",
        roles=list(Role),
        permissions=list(Permission),
        given=PERMISSIONS,
        limits=SCOPES,
        holders=holders(),
        groups=by_door(routes_of(current_app)),
    )


@requires(Permission.READ_RIGHTS)
def people_csv() -> Response:
    """One row for each permission of each role that somebody holds: who, where, from when, until when."""
    head = ["person", "address", "role", "permission", "limit_kind", "limit", "from", "until"]
    rows = [
        _row(line, permission)
        for holder in holders()
        for line in holder.lines
        for permission in Permission
        if permission in PERMISSIONS[line.role]
    ]
    return _download("qui-peut-quoi-personnes.csv", [head, *rows])


def _row(line: Line, permission: Permission) -> list[str]:
    last = line.last_moment
    return [
        line.person.display_name,
        line.address,
        label(line.role),
        label(permission),
        line.grant.scope_kind,
        line.limit,
        paris(line.starts_at).date().isoformat(),
        paris(last).date().isoformat() if last else "",
    ]


@requires(Permission.READ_RIGHTS)
def routes_csv() -> Response:
    """One row for each address of the site: method, who may open it, whether the second factor is asked again."""
    head = ["path", "methods", "permissions", "who", "sensitive"]
    rows = [
        [each.path, each.methods, " ".join(each.permissions), each.who, "1" if each.mark.recent else "0"]
        for each in routes_of(current_app)
    ]
    return _download("qui-peut-quoi-adresses.csv", [head, *rows])


def _download(name: str, rows: Iterable[Sequence[str]]) -> Response:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([harmless(cell) for cell in row] for row in rows)
    response = make_response("\ufeff" + out.getvalue())
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def open_doors(bp: Blueprint) -> None:
    """Add these pages to those of the package."""
    bp.get("/gestion/qui-peut-quoi")(who_may_what)
    bp.get("/gestion/qui-peut-quoi/personnes.csv")(people_csv)
    bp.get("/gestion/qui-peut-quoi/adresses.csv")(routes_csv)

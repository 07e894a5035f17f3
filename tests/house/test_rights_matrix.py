"""Who may open what, asked for real: every route of the URL map × everybody in the small world."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from flask import Flask, Response

from participatory.web import errors
from participatory.web.access import Door, Mark, mark_of
from tests.conftest import close, make_app
from tests.house.matrix import BEARING, OWNED, REFUSED, TABLE, Line, Whose
from tests.house.small_world import ACTORS, ANONYMOUS, Actor, Factor, Limit, World, build, keep, unclassified

# Where those who have not signed in are led, and those whose second factor is missing or old.
SIGN_IN = ("/connexion?", "/connexion#")
FACTOR = ("/connexion/deuxieme-facteur", "/mon-compte/double-verification?next=", "/mon-compte/double-verification")


@pytest.fixture(scope="module")
def world(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One application and its small world for the whole matrix."""
    folder = tmp_path_factory.mktemp("matrix")
    shutil.copy(prepared_sqlite, folder / "participatory.sqlite")
    app = make_app(folder)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        made = build(app)
    close(app)
    keep(made, folder / "participatory.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(errors, "error_answer", _bare)
        yield made
    close(app)


def _bare(status: int, sentence: str, incident: str = "", **_more: object) -> Response:
    """A refusal without its page: six requests of ten end in one, and only the status is looked at here."""
    return Response(sentence, status)


def bears(actor: Actor, line: Line, asked: frozenset[str]) -> bool:
    """Whether one of the actor's roles gives the permission on the thing of the line."""
    if not {permission.value for permission in actor.permissions} & asked:
        return False
    if actor.limit is Limit.NONE:
        return True
    return actor.limit is Limit.HERE and actor.kind in BEARING[line.whose]


def opens_for(actor: Actor, line: Line, mark: Mark) -> bool:
    """Whether the thing of the line is the actor's to open, once past the door."""
    if line.whose in BEARING:
        return bears(actor, line, frozenset({line.permission.value}) if line.permission else mark.permissions)
    if line.whose is Whose.UNTIED:
        return "tied" not in actor.owns
    if line.whose in OWNED:
        return OWNED[line.whose] in actor.owns or (line.whose is Whose.STAFF and actor.role is not None)
    return line.whose is not Whose.SECRET


def expected(actor: Actor, line: Line, mark: Mark) -> tuple[frozenset[int], str]:
    """The statuses that are right, and which door a redirection must lead to, `sign-in`, `factor` or none."""
    stopped = at_the_door(actor, line, mark)
    if stopped is not None:
        return stopped
    if line.whose is Whose.SECRET:
        return frozenset(REFUSED), ""
    return (line.opens if opens_for(actor, line, mark) else line.shut), ""


def at_the_door(actor: Actor, line: Line, mark: Mark) -> tuple[frozenset[int], str] | None:
    """The same for whoever does not come through the door that the access mark names."""
    if mark.door is Door.DEMO:
        return frozenset({404}), ""
    if actor is ANONYMOUS and mark.door is not Door.PUBLIC:
        return frozenset({303}), "sign-in"
    if mark.door is Door.STAFF and not {each.value for each in actor.permissions} & mark.permissions:
        return frozenset({403}), ""
    asked = mark.door is Door.STAFF or (line.factor and actor.role is not None)
    stale = actor.factor is Factor.OLD and (mark.recent or line.factor)
    return (frozenset({303}), "factor") if asked and (stale or actor.factor is Factor.NONE) else None


def askers(line: Line, mark: Mark) -> Iterable[Actor]:
    """Everybody; where all may come in and nothing is anybody's, five stand for the rest."""
    if mark.door in {Door.PUBLIC, Door.DEMO} and line.whose in {Whose.NOBODY, Whose.SECRET}:
        few = {"anonymous", "student", "voter", "officer", "administrator"}
        return [actor for actor in ACTORS if actor.name in few]
    return ACTORS


def fault(world: World, actor: Actor, line: Line, mark: Mark, method: str, path: str) -> str:
    """What is wrong with the answer to one request; empty when it is right."""
    statuses, place = expected(actor, line, mark)
    try:
        status, location = world.ask(actor, method, path, line.data)
    except Exception as error:  # noqa: BLE001 — a view that breaks is a fault of the matrix like another.
        return f"broke with {error!r}"
    if status not in statuses:
        return f"{status} {location}, not {sorted(statuses)}: {line.whose.value}"
    if status == 303 and _door(location) != place and not path.startswith(FACTOR):
        return f"led to {location}, not to {place or 'a page of its own'}"
    return ""


def _door(location: str) -> str:
    if location == "/connexion" or location.startswith(SIGN_IN):
        return "sign-in"
    return "factor" if location.startswith(FACTOR) else ""


def requests_of(app: Flask, endpoint: str) -> Iterator[tuple[Line, str, str]]:
    """Each line of an endpoint with each method and address that the URL map gives it."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
    for line in TABLE[endpoint]:
        for rule in rules:
            for method in sorted(rule.methods & {"GET", "POST"}):
                if line.only in {"", method}:
                    yield line, method, rule.rule


def path_of(world: World, line: Line, rule: str) -> str:
    """The address with the names of the line; every argument must be named."""
    path = rule
    for name, value in line.names.items():
        filled = value[1:] if value.startswith("=") else world.names[value]
        path = path.replace(f"<{name}>", filled).replace(f"<path:{name}>", filled)
    assert "<" not in path, f"{rule} has an argument that its line in matrix.py does not name"
    return path


def test_every_route_is_in_the_table_and_every_line_is_a_route(app):
    missing, gone = unclassified(app, TABLE)
    assert missing == set(), "say in tests/house/matrix.py whose thing these endpoints act on"
    assert gone == set(), "these endpoints are gone: take their lines out of tests/house/matrix.py"


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_each_door_opens_for_whom_it_must_and_for_nobody_else(world, endpoint):
    if endpoint not in world.app.view_functions:
        pytest.skip("the test above says that this endpoint is gone")
    mark = mark_of(world.app, endpoint)
    assert {line.door for line in TABLE[endpoint]} == {mark.door}, "the table and the access mark disagree"
    faults = defaultdict(list)
    for line, method, rule in requests_of(world.app, endpoint):
        path = path_of(world, line, rule)
        for actor in askers(line, mark):
            wrong = fault(world, actor, line, mark, method, path)
            if wrong:
                faults[f"{method} {path} {wrong}"].append(actor.name)
    assert not faults, "\n".join(f"{wrong} ({', '.join(actors)})" for wrong, actors in faults.items())

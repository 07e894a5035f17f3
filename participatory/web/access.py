"""Who may open a view: each view carries one mark, and silence means no."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.web.pages import wants_fragment

View = TypeVar("View", bound=Callable[..., Any])


class Door(Enum):
    """The kinds of mark."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    STAFF = "staff"
    DEMO = "demo"


@dataclass(frozen=True)
class Mark:
    """What a view asks of whoever opens it.

    `permissions`: one of them, for staff. `recent`: the second factor given a short while ago,
    since the deed is hard to undo.
    """

    door: Door
    permissions: frozenset[str] = frozenset()
    recent: bool = False


def _mark(view: View, mark: Mark) -> View:
    view.access = mark  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Everybody may open this view."""
    return _mark(view, Mark(Door.PUBLIC))


def signed_in(view: View) -> View:
    """Only a person who has signed in; others are led to the sign-in page and back."""
    return _mark(view, Mark(Door.SIGNED_IN))


def demo_only(view: View) -> View:
    """Exists in the demonstration alone."""
    return _mark(view, Mark(Door.DEMO))


def requires(*permissions: StrEnum, recent: bool = False) -> Callable[[View], View]:
    """Only staff who hold one of these permissions somewhere, and have given their second factor.

    Whether they hold it for the thing at hand is judged by a policy. `recent` asks for the second
    factor again when it was given a while ago.
    """
    return lambda view: _mark(view, Mark(Door.STAFF, frozenset(each.value for each in permissions), recent))


def mark_of(app: Flask, endpoint: str) -> Mark | None:
    """The mark of an endpoint, None when it has none (which the house tests refuse)."""
    mark: Mark | None = getattr(app.view_functions[endpoint], "access", None)
    return mark


def keep_gate(app: Flask, gate: Callable[[Mark], ResponseReturnValue | None]) -> None:
    """Have every staff door ask `gate` once the permission is there: it answers None to let through.

    The second factor lives in a package above this one.
    """
    app.extensions["staff_gate"] = gate


def check_access() -> ResponseReturnValue | None:
    """Before each request: let through what the mark allows, refuse all else."""
    if request.endpoint is None:
        return None
    mark = mark_of(current_app, request.endpoint)
    if mark is None:
        abort(403)
    if mark.door is Door.PUBLIC:
        return None
    if mark.door is Door.DEMO:
        return None if current_app.extensions["config"].demo else abort(404)
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    return _admit_staff(mark) if mark.door is Door.STAFF else None


def _admit_staff(mark: Mark) -> ResponseReturnValue | None:
    if not any(current_user.holds(permission) for permission in mark.permissions):
        raise Refusal(N_("Cette page est réservée à des rôles que vous n’avez pas."), Kind.FORBIDDEN)
    gate: Callable[[Mark], ResponseReturnValue | None] = current_app.extensions["staff_gate"]
    return gate(mark)


def _ask_to_sign_in() -> ResponseReturnValue:
    if wants_fragment():
        # A whole page in the place of a fragment would take with it what somebody has typed.
        raise Refusal(
            N_(
                "Votre session est terminée. Connectez-vous dans un autre onglet, "
                "puis recommencez ici : rien n’est perdu."
            ),
            Kind.FORBIDDEN,
        )
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("identity.sign_in", next=wanted), 303)

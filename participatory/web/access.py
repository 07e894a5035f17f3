"""Who may open a view: each view carries one mark, and silence means no."""

from collections.abc import Callable
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
    ROLES = "roles"
    DEMO = "demo"


def _mark(view: View, door: Door, roles: frozenset[str] = frozenset()) -> View:
    view.access = (door, roles)  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Everybody may open this view."""
    return _mark(view, Door.PUBLIC)


def signed_in(view: View) -> View:
    """Only a person who has signed in; others are led to the sign-in page and back."""
    return _mark(view, Door.SIGNED_IN)


def demo_only(view: View) -> View:
    """Exists in the demonstration alone."""
    return _mark(view, Door.DEMO)


def requires(*roles: StrEnum) -> Callable[[View], View]:
    """Only a person who holds one of these roles."""
    return lambda view: _mark(view, Door.ROLES, frozenset(role.value for role in roles))


def mark_of(app: Flask, endpoint: str) -> tuple[Door, frozenset[str]] | None:
    """The mark of an endpoint, None when it has none (which the house tests refuse)."""
    view = app.view_functions[endpoint]
    mark: tuple[Door, frozenset[str]] | None = getattr(view, "access", None)
    return mark


def check_access() -> ResponseReturnValue | None:
    """Before each request: let through what the mark allows, refuse all else."""
    if request.endpoint is None:
        return None
    mark = mark_of(current_app, request.endpoint)
    if mark is None:
        abort(403)
    door, roles = mark
    if door is Door.PUBLIC:
        return None
    if door is Door.DEMO:
        return None if current_app.extensions["config"].demo else abort(404)
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if door is Door.ROLES and not roles & current_user.role_names:
        raise Refusal(N_("Cette page est réservée à des rôles que vous n’avez pas."), Kind.FORBIDDEN)
    return None


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

"""The second factor at staff doors."""

from datetime import timedelta

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.identity.sessions import current_sign_in
from participatory.web.access import Mark, keep_gate

# How long a second factor stands for a deed that is hard to undo.
RECENT = timedelta(minutes=15)


def gate(mark: Mark) -> ResponseReturnValue | None:
    """Lead staff to their second factor when this session has not given it, or not lately for a sensitive deed."""
    row = current_sign_in()
    given = row.second_factor_at if row is not None else None
    if given is not None and (not mark.recent or now() - given < RECENT):
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("identity.second_factor", next=wanted), 303)


def guard(app: Flask) -> None:
    """Stand at every staff door of the application."""
    keep_gate(app, gate)

"""The doors of this package, and what it offers to others."""

from collections.abc import Callable

from flask import Flask

from participatory.identity.permissions import Permission
from participatory.integrity_desk import acting, appealing, holdings, jobs, moving, opening, staff, voting

_VOTER = "/mon-compte/confirmer/<public_id>"
staff.bp.get(_VOTER)(voting.confirm)
staff.bp.post(f"{_VOTER}/etablissement")(voting.confirm_by_door)
staff.bp.post(f"{_VOTER}/courriel")(voting.ask_code)
staff.bp.post(f"{_VOTER}/code")(voting.confirm_by_code)
staff.bp.route("/gestion/guichet/confirmations", methods=["GET", "POST"])(voting.counter)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    opening.register(app, staff_menu)
    jobs.register(app)
    moving.watch()
    holdings.offer(app)
    app.jinja_env.globals.update(confirmation_notices=voting.notices)
    for module in (acting, appealing):
        assert module.bp is staff.bp
    app.register_blueprint(staff.bp)
    app.jinja_env.globals["watch_integrity"] = Permission.WATCH_INTEGRITY
    staff_menu(staff.ENTRY)
    staff_menu(voting.ENTRY)

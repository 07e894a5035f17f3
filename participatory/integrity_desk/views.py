"""The doors of this package, and what it offers to others."""

from collections.abc import Callable

from flask import Flask

from participatory.integrity_desk import acting, appealing, jobs, moving, opening, staff


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    opening.register(app, staff_menu)
    jobs.register(app)
    moving.watch()
    for module in (acting, appealing):
        assert module.bp is staff.bp
    app.register_blueprint(staff.bp)
    staff_menu(staff.ENTRY)

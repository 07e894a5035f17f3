"""The doors of this package, and what it offers to others."""

from collections.abc import Callable

from flask import Flask

from participatory.control import staff
from participatory.control.acts import ACTS
from participatory.deeds.kinds import offer_deed

# The working pages share the blueprint, so that all endpoints of the package bear its name.
bp = staff.bp


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package and offer its deeds."""
    app.register_blueprint(bp)
    for act in ACTS.values():
        offer_deed(app, act.kind)

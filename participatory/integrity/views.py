"""The doors of this package."""

from collections.abc import Callable

from flask import Blueprint, Flask
from flask_login import user_logged_out

from participatory.integrity import collecting, holdings, known, staff

bp = Blueprint("integrity", __name__)
staff.open_doors(bp)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)
    known.load(app, app.extensions["config"])
    holdings.offer(app)
    staff_menu(staff.ENTRY)
    user_logged_out.connect(collecting.forget_sittings, app)

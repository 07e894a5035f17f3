"""The doors of this package."""

from collections.abc import Callable

from flask import Blueprint, Flask

bp = Blueprint("integrity", __name__)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""
    app.register_blueprint(bp)

"""The doors of this package, and what it offers to others."""

from collections.abc import Callable

from flask import Flask


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package."""

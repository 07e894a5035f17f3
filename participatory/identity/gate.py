"""The second factor at staff doors."""

from flask import Flask
from flask.typing import ResponseReturnValue

from participatory.identity.asking import ask
from participatory.web.access import Mark, keep_gate


def gate(mark: Mark) -> ResponseReturnValue | None:
    """Ask staff for their second factor when this session has not given it, or not lately for a sensitive deed."""
    return ask(recent=mark.recent)


def guard(app: Flask) -> None:
    """Stand at every staff door of the application."""
    keep_gate(app, gate)

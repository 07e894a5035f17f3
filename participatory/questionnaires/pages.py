"""What the pages of questionnaires share: the blueprint, who is reading, files as they are sent."""

from decimal import Decimal
from numbers import Rational

from flask import Blueprint, Response, make_response
from flask_babel import format_decimal
from flask_login import current_user

from participatory.core.storage import DocumentStore
from participatory.identity.models import Person
from participatory.web.settings import config

bp = Blueprint("questionnaires", __name__)


def me() -> Person:
    """Who has signed in."""
    person: Person = current_user
    return person


def reader() -> Person | None:
    """Who reads, None for a visitor."""
    return me() if current_user.is_authenticated else None


def file_store() -> DocumentStore:
    """The files that people join to their answers, in a folder of their own."""
    return DocumentStore(config().files_folder / "questionnaires")


def decimal_words(value: Rational | Decimal) -> str:
    """A mean or a quantile, with two decimals at most."""
    return str(format_decimal(round(float(value), 2)))


def as_file(text: str, name: str, *, private: bool = False) -> Response:
    """A csv to download."""
    # Spreadsheets take a csv without this mark for the encoding of their own country.
    response = make_response("\ufeff" + text)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    if private:
        response.headers["Cache-Control"] = "private, no-store"
    return response

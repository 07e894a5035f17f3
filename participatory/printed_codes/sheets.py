"""The sheets of a package: a PDF that screen readers can follow, or the same as a page to print.

WeasyPrint is an extra that needs the library pango; where either is missing the page takes its place.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
import structlog
from flask import Response, current_app, make_response, render_template
from flask_babel import force_locale, gettext

from participatory.core.typography import french
from participatory.printed_codes.models import CodePackage
from participatory.printed_codes.rules import shown_code
from participatory.web.pages import absolute_url

log = structlog.get_logger()


@dataclass(frozen=True)
class Sheet:
    """A sheet to print: its number, its code in groups, and the picture of the QR code as a `data:` address."""

    serial: str
    code: str
    qr: str


def sheets_of(codes: list[tuple[str, str]]) -> list[Sheet]:
    """The sheets of pairs (number, code).

    The QR code leads to the page of sign-in with the code after the `#`: browsers keep that
    part to themselves, so it enters no log, and opening the page uses nothing.
    """
    address = absolute_url("printed_codes.enter")
    return [Sheet(serial, shown_code(code), _qr(f"{address}#{shown_code(code)}")) for serial, code in codes]


def _qr(address: str) -> str:
    made = segno.make(address, error="m", micro=False)
    return str(made.svg_data_uri(border=2, scale=4, omitsize=False))


def answer(package: CodePackage, codes: list[tuple[str, str]]) -> Response:
    """The sheets as a file to keep and print, never cached."""
    context = {
        "package": package,
        "sheets": sheets_of(codes),
        "steps": {"fr": _steps("fr"), "en": _steps("en")},
        "address": absolute_url("printed_codes.enter").partition("://")[2],
    }
    # In French whatever the language of whoever prints: students read them.
    with force_locale("fr"):
        content = pdf_of(render_template("printed_codes/sheets_pdf.html", **context))
        instead = render_template("printed_codes/sheets_page.html", **context) if content is None else ""
    if content is None:
        response = make_response(instead)
    else:
        response = make_response(content)
        response.headers["Content-Type"] = "application/pdf"
        response.headers["Content-Disposition"] = f'attachment; filename="codes-{package.label}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _steps(locale: str) -> list[str]:
    """What to do with a sheet: in French, and in English for those who are here for a year."""
    with force_locale(locale):
        steps = [
            gettext("Lisez le code QR avec votre téléphone, ou ouvrez l’adresse ci-dessous."),
            gettext("Vérifiez ou recopiez le code, puis appuyez sur « Se connecter »."),
            gettext("Choisissez vos projets, et votez."),
        ]
    return [french(step) for step in steps] if locale == "fr" else steps


def pdf_of(html: str, styles: str = "feuilles.css", *, numbered: Callable[[int], str] | None = None) -> bytes | None:
    """A page as PDF/UA-1; None where WeasyPrint or pango is missing. Nothing is fetched but our own font.

    `styles` is one of our sheets of styles for paper. `numbered` gives more rules for a document of so many pages,
    once they are counted: they must not move anything.
    """
    try:
        weasyprint: Any = importlib.import_module("weasyprint")
        urls: Any = importlib.import_module("weasyprint.urls")
    except (ImportError, OSError) as error:
        log.warning("sheets without PDF", reason=type(error).__name__)
        return None
    static = Path(str(current_app.static_folder))
    fetcher = urls.URLFetcher(allowed_protocols=("data", "file"), fail_on_errors=True)
    sheet = weasyprint.CSS(filename=str(static / "css" / styles), url_fetcher=fetcher)
    document = weasyprint.HTML(string=html, base_url=None, url_fetcher=fetcher)
    sheets = [sheet]
    if numbered is not None:
        pages = len(document.render(stylesheets=sheets).pages)
        sheets.append(weasyprint.CSS(string=numbered(pages), url_fetcher=fetcher))
    return bytes(document.write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1"))

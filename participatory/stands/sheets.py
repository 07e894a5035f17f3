"""The paper ballots of a batch, as a PDF that screen readers can follow or as a page to print."""

from dataclasses import dataclass

import segno
from flask import Response, make_response, render_template
from flask_babel import force_locale, gettext

from participatory.ballots.bonds import Bonds, bonds_of
from participatory.ballots.models import VoteOpening
from participatory.ballots.queries import prices_on_ballot
from participatory.printed_codes.sheets import pdf_of
from participatory.rounds.models import Round
from participatory.stands.models import PaperBatch
from participatory.stands.printing import ballots_of
from participatory.stands.rules import shown
from participatory.web.settings import secret_store

_STYLES = "bulletins.css"


@dataclass(frozen=True)
class Sheet:
    """One ballot to print: its number in groups, and the same as a QR code, a `data:` address."""

    number: str
    qr: str


def answer(batch: PaperBatch, opening: VoteOpening, numbers: list[str]) -> Response:
    """The ballots as a file to keep and print, never cached; in French whoever prints, since students read them."""
    order = secret_store().get("order", batch.round.public_id)
    context = {
        "batch": batch,
        "round": batch.round,
        "book": batch.round.rulebook,
        "ballots": ballots_of(batch, opening, order),
        "bonds": bonds_on_paper(batch.round),
        "sheets": [Sheet(shown(number), _qr(number)) for number in numbers],
    }
    with force_locale("fr"):
        html = render_template("stands/ballots_pdf.html", paged=True, **context)
        content = pdf_of(html, _STYLES, numbered=lambda pages: page_words(pages, len(numbers)))
        instead = render_template("stands/ballots_page.html", paged=False, **context) if content is None else ""
    response = make_response(instead if content is None else content)
    if content is not None:
        response.headers["Content-Type"] = "application/pdf"
        response.headers["Content-Disposition"] = f'attachment; filename="bulletins-{batch.label}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def bonds_on_paper(round_: Round) -> Bonds:
    """The links between the projects of every contest, which the count honours on paper as online."""
    contests = round_.rulebook.contest_keys
    return bonds_of(round_, [project for contest in contests for project in prices_on_ballot(round_, contest)])


def page_words(pages: int, ballots: int) -> str:
    """The rules that write on each page of a document the number of its ballot, and which of its pages it is.

    All the ballots of a batch have the same text, so that each takes as many pages as the others.
    """
    each = pages // ballots
    rules = []
    for page in range(1, each + 1):
        said = gettext("page %(page)s/%(pages)s", page=page, pages=each)
        rules.append(f'@page :nth({each}n+{page}) {{ @bottom-right {{ content: string(numero) " – {said}"; }} }}')
    return "\n".join(["@page { @bottom-right { font: 9.5pt Atkinson, sans-serif; } }", *rules])


def _qr(number: str) -> str:
    return str(segno.make(shown(number), error="m", micro=False).svg_data_uri(border=1, scale=3, omitsize=False))

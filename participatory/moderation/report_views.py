"""The public report of moderation in a round: a page, a table, a file for programs."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from flask import Flask, Response, jsonify, make_response
from flask.typing import ResponseReturnValue

from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.spreadsheets import harmless
from participatory.moderation.board import bp
from participatory.moderation.readings import draws_of
from participatory.moderation.report import LEAST, appeals_in, as_rows, days_of, instant, report_of
from participatory.notices.figures import as_document, figures_of
from participatory.notices.rules import Figures
from participatory.rounds.models import Round
from participatory.rounds.panels import Panel, Place, offer_panels
from participatory.rounds.views import load_round
from participatory.web.access import public
from participatory.web.pages import page


def offer(app: Flask) -> None:
    """Lead to the report from the page of each round."""
    offer_panels(app, Place.PUBLIC, _panels)


def _panels(rounds: Sequence[Round], now: datetime) -> Mapping[int, Panel]:
    begun = [each for each in rounds if not each.imported and each.submission_at <= now]
    return {each.id: Panel("moderation/_round.html", {}) for each in begun}


def _round(slug: str) -> Round:
    round_ = load_round(slug)
    if round_.imported:
        message = N_("Ce budget vient d’une autre plateforme : rien n’y a été modéré ici.")
        raise Refusal(message, Kind.NOT_FOUND)
    return round_


@bp.get("/budgets/<slug>/moderation")
@public
def report(slug: str) -> ResponseReturnValue:
    """How projects were moderated: figures, reasons, appeals and their draws, agreement of second readings."""
    round_ = _round(slug)
    return page(
        "moderation/report.html",
        round=round_,
        report=report_of(round_),
        notices=figures_of(round_, now()),
        appeals=appeals_in(round_),
        draws=draws_of(round_),
        days_of=days_of,
        least=LEAST,
    )


@bp.get("/budgets/<slug>/moderation.csv")
@public
def report_csv(slug: str) -> ResponseReturnValue:
    """The same figures, one to a row, then the associations."""
    round_ = _round(slug)
    told = report_of(round_)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["figure", "value"])
    writer.writerows((name, "" if value is None else harmless(value)) for name, value in as_rows(told))
    writer.writerows((f"reported_texts.{name}", value) for name, value in _flat(figures_of(round_, now())))
    for each in told.rows:
        for name in ("decisions", "refused", "overturned"):
            writer.writerow([harmless(f"association.{name}.{each.name or 'region'}"), getattr(each, name)])
    return _file(make_response("\ufeff" + out.getvalue()), "text/csv; charset=utf-8", f"{round_.slug}-moderation.csv")


def _flat(figures: Figures) -> Iterator[tuple[str, object]]:
    """The figures of notices, one to a row; empty for what is not counted."""
    for name, value in as_document(figures, LEAST).items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", count) for key, count in value.items())
        else:
            yield name, "" if value is None else value


@bp.get("/budgets/<slug>/moderation.json")
@public
def report_json(slug: str) -> ResponseReturnValue:
    """The same for programs, with every draw: seeds, lists, and what was drawn."""
    round_ = _round(slug)
    told = report_of(round_)
    document = {
        "round": round_.public_id,
        "figures": dict(as_rows(told)),
        "reported_texts": as_document(figures_of(round_, now()), LEAST),
        "suppressed_below": LEAST,
        "journal_agrees": told.journal_agrees,
        "associations": [
            {"name": each.name or "region", "decisions": each.decisions, "refused": each.refused,
             "overturned": each.overturned, "median_days": each.median_days}
            for each in told.rows
        ],
        "appeals": [
            {"project": each.decision.proposal.public_id, "asked_at": instant(each.asked_at), "seed": each.seed,
             "candidates": each.candidates, "drawn": each.drawn.slug if each.drawn else None,
             "due_at": instant(each.due_at), "escalated_at": instant(each.escalated_at),
             "outcome": each.outcome_code, "days": days_of(each)}
            for each in appeals_in(round_)
        ],
        "draws": [
            {"seed": each.seed, "decisions": each.decisions, "drawn": each.drawn, "at": instant(each.at)}
            for each in draws_of(round_)
        ],
    }  # fmt: skip
    return _file(jsonify(document), "application/json", f"{round_.slug}-moderation.json")


def _file(response: Response, kind: str, name: str) -> Response:
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response

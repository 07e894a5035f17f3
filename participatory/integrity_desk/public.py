"""The public page of integrity: how detection works; after the closing, its parameters and what became of it.

Before the closing it tells nothing that a fraudster could measure. How many ballots were looked at is the turnout,
and waits for the result as the turnout does.
"""

from dataclasses import dataclass, fields
from datetime import datetime

from flask import Blueprint, Response, jsonify, make_response
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.models import UrnState
from participatory.ballots.queries import step_of
from participatory.core.clock import now
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.integrity.rules import Parameters
from participatory.integrity.wording import PARAMETER_WORDS
from participatory.integrity_desk.parameter_form import written
from participatory.integrity_desk.parameter_models import DetectionParameters
from participatory.integrity_desk.parameters import commitment_of, opened, parameters_of
from participatory.integrity_desk.queries import figures_of, passes_of
from participatory.integrity_desk.report_queries import count_appeals, count_reports
from participatory.rounds.models import Round
from participatory.rounds.views import load_round
from participatory.web.access import public
from participatory.web.pages import absolute_url, page

bp = Blueprint("integrity_public", __name__)


@dataclass(frozen=True)
class Row:
    """One parameter as a page shows it: French catalogue keys, its value and that of the program."""

    name: str
    label: str
    unit: str
    value: float
    usual: float


@dataclass(frozen=True)
class Found:
    """What is public of a round whose vote is over; counts, in ballots where nothing else is said.

    `looked_at` is None until the result is published, `committed` for a round that committed to nothing.
    """

    rows: list[Row]
    committed: DetectionParameters | None
    passes: int
    looked_at: int | None
    figures: dict[str, int]


def can_publish(round_: Round, now: datetime) -> Refusal | None:
    """Parameters and figures wait for the end of the vote; an election from elsewhere has none."""
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : rien n’y a été observé ici."), Kind.NOT_FOUND)
    if now < round_.control_at:
        return Refusal(
            N_("Les paramètres et les chiffres de la détection paraissent après la clôture du vote, le %(start)s."),
            start=round_.control_at,
        )
    return None


def rows_of(parameters: Parameters) -> list[Row]:
    """Every parameter in the order of the rules."""
    usual = Parameters()
    return [
        Row(
            each.name,
            *PARAMETER_WORDS.get(each.name, (each.name, "")),
            getattr(parameters, each.name),
            getattr(usual, each.name),
        )
        for each in fields(Parameters)
    ]


def found_in(round_: Round) -> Found:
    """What is public of a round whose vote is over."""
    passes, figures = passes_of(round_), figures_of(round_)
    published = step_of(round_, UrnState.PUBLISHED) is not None
    counted = {each.name: int(getattr(figures, each.name)) for each in fields(figures)}
    return Found(
        rows_of(parameters_of(round_)),
        commitment_of(round_),
        passes[0].number if passes else 0,
        (passes[0].events if passes else 0) if published else None,
        counted | {"reports": count_reports(round_), "appeals": count_appeals(round_)},
    )


@bp.get("/budgets/<slug>/integrite")
@public
def show(slug: str) -> Response:
    """How detection works, and after the vote what it found."""
    round_, moment = load_round(slug), now()
    refusal = can_publish(round_, moment)
    if round_.imported:
        refuse_if(refusal)
    found = found_in(round_) if refusal is None else None
    return page(
        "integrity_desk/public.html",
        round=round_,
        found=found,
        refusal=refusal,
        kept_days=round_.rulebook.roll_kept_days,
        written=written,
    )


@bp.get("/budgets/<slug>/integrite.json")
@public
def show_json(slug: str) -> Response:
    """The same for machines, after the vote."""
    round_ = load_round(slug)
    refuse_if(can_publish(round_, now()))
    found = found_in(round_)
    return jsonify(
        round={"id": round_.public_id, "slug": round_.slug, "title": round_.title},
        rulebook={"version": round_.current_version.version, "digest": round_.current_version.digest},
        parameters={each.name: each.value for each in found.rows},
        commitment=_commitment_json(round_, found.committed),
        passes=found.passes,
        ballots_looked_at=found.looked_at,
        figures=found.figures,
    )


def _commitment_json(round_: Round, committed: DetectionParameters | None) -> dict[str, str] | None:
    if committed is None:
        return None
    return {
        "digest": committed.digest,
        "salt": committed.salt,
        "document": committed.document,
        "text": absolute_url("integrity_public.commitment", slug=round_.slug),
    }


@bp.get("/budgets/<slug>/integrite/engagement.txt")
@public
def commitment(slug: str) -> BaseResponse:
    """The salt and the parameters, byte for byte what the SHA-256 of the rulebook was made of; after the vote."""
    round_ = load_round(slug)
    refuse_if(can_publish(round_, now()))
    row = commitment_of(round_)
    if row is None:
        raise Refusal(N_("Le règlement de ce budget ne s’est engagé sur aucun paramètre."), Kind.NOT_FOUND)
    response = make_response(opened(row))
    response.mimetype = "text/plain"
    response.headers["Content-Disposition"] = f'attachment; filename="engagement-{round_.slug}.txt"'
    response.set_etag(row.digest)
    return response

"""One's own data to take away: JSON for machines, one readable page for people; neither is ever stored here."""

import json
from datetime import datetime
from typing import Any

from flask import Response, render_template
from markupsafe import Markup

from participatory.identity.models import Person
from participatory.privacy.holdings import Holding, Processing, holdings_of
from participatory.privacy.wording import moment_text, said

# Raised when the meaning of a field changes; docs/mes-donnees.md describes them all.
SCHEMA = "participatory/my-data/1"

# The page is read from a disk, where no style sheet of the site and no policy of its answers reach it.
SHEET = Markup(
    "<style>body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1.0625rem/1.55 system-ui,sans-serif}"
    "h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-top:1px solid;padding-top:1rem}"
    "dt{margin-top:.6rem}dd{margin:0;overflow-wrap:anywhere}</style>"
)


def entry(processing: Processing, holding: Holding | None) -> dict[str, Any]:
    """One line of the export: what is held under a processing, and what the law asks to be told."""
    return {
        "key": processing.key,
        "title": said(processing.title),
        "purpose": said(processing.purpose),
        "legal_basis": processing.basis.value,
        "recipients": said(processing.recipients),
        "retention": processing.kept(),
        "held": holding is not None,
        "kept_until": holding.until if holding else None,
        "notes": list(holding.notes) if holding else [],
        "data": holding.data if holding else None,
    }


def as_json(person: Person, site: str, now: datetime) -> str:
    """The export for machines."""
    document = {
        "schema": SCHEMA,
        "site": site,
        "exported_at": moment_text(now),
        "public_code": person.public_id,
        "holdings": [entry(processing, holding) for processing, holding in holdings_of(person, now)],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def json_answer(person: Person, site: str, now: datetime) -> Response:
    """The JSON as a file to save, which this server keeps nowhere."""
    return _to_save(Response(as_json(person, site, now), mimetype="application/json"), now, "json")


def html_answer(person: Person, site: str, now: datetime) -> Response:
    """The readable page as a file to save: no script, its style within, nothing to fetch."""
    held = holdings_of(person, now)
    text = render_template("privacy/export.html", site=site, moment=now, held=held, sheet=SHEET)
    return _to_save(Response(text, mimetype="text/html"), now, "html")


def _to_save(answer: Response, now: datetime, ending: str) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = f"attachment; filename=mes-donnees-{now:%Y-%m-%d}.{ending}"
    return answer

"""The addresses of every public page, for search engines."""

from datetime import datetime

from flask import url_for

from participatory.portal.queries import public_proposals, published_results
from participatory.rounds.queries import announced_rounds

Address = tuple[str, datetime | None]

_GENERAL = (
    "portal.home",
    "rounds.index",
    "portal.help",
    "integrity_public.report",
    "portal.open_data",
    "portal.accessibility",
    "portal.privacy",
    "portal.legal",
)
_OF_A_ROUND = ("rounds.show", "rounds.rulebook", "proposals.index")


def addresses(now: datetime) -> list[Address]:
    """Each path with the instant of its last change (UTC), where that is known."""
    general: list[Address] = [(url_for(endpoint), None) for endpoint in _GENERAL]
    rounds: list[Address] = [
        (url_for(endpoint, slug=each.slug), None) for each in announced_rounds(now) for endpoint in _OF_A_ROUND
    ]
    results: list[Address] = [
        (url_for("results.show", slug=each.round.slug), each.published_at) for each in published_results(now)
    ]
    proposals: list[Address] = [
        (url_for("proposals.show", slug=slug), changed) for slug, changed in public_proposals(now)
    ]
    return [*general, *rounds, *results, *proposals]

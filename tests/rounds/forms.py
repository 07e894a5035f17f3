"""What an officer types in the form of a round."""

from __future__ import annotations

from datetime import datetime, timedelta

from participatory.core.clock import now, paris
from participatory.rounds.forms import round_shown
from participatory.rounds.models import Round
from participatory.rounds.rulebook import CapScope, SetAsideMotive, Theme
from participatory.rounds.rules import DATED


def typed_date(moment: datetime) -> str:
    """An instant as a browser sends what was typed in Paris time."""
    return paris(moment).strftime("%Y-%m-%dT%H:%M")


# What the form shows of the options of a ballot when nobody touched them.
BALLOT = {
    "points_budget": "10",
    "points_cap": "0",
    "rank_weights": "",
    "trackers": "y",
    "set_aside_motives": [motive.value for motive in SetAsideMotive],
    "reconfirm_days": "5",
}


def typed_area(position: int, name: str, amount: str, sites: list[str], key: str = "") -> dict[str, object]:
    """The row of an area, as typed."""
    row = {"key": key, "name": name, "amount": amount, "sites": sites}
    return {f"areas-{position}-{field}": value for field, value in row.items()}


def new_round(**changes: object) -> dict[str, object]:
    """A complete form for a round that begins tomorrow, with the changes given."""
    dates = {phase.value: typed_date(now() + timedelta(days=1 + 20 * i)) for i, phase in enumerate(DATED)}
    return {
        "title": "Budget étudiant 2027-28",
        "summary": "Une enveloppe pour la vie étudiante.",
        "description": "Du **texte**.",
        **dates,
        "budget": "500 000 €",
        "balance_floor": "200 000",
        "project_min": "500",
        "project_max": "30 000,00",
        "most_share": "100",
        "themes": [theme.value for theme in Theme],
        "ballot_kind": "approval",
        "ballot_min": "1",
        "ballot_max": "3",
        **BALLOT,
        "tie_break": "rulebook",
        "count_rule": "greedy",
        "satisfaction": "cost",
        "completion": "add1u",
        "step": "1",
        "cap_site": "",
        "cap_department": "",
        "cap_theme": "",
        "cap_carrier": "",
        "partial_funding": "",
        "min_votes": "0",
        "max_proposals_per_person": "2",
        "supports_needed": "0",
        "supports_permille": "0",
        "moderation_days": "7",
        "answer_days": "14",
        "appeal_days": "10",
        "roll_kept_days": "90",
        "drafts_kept_days": "180",
        "proposers_on_roll": "y",
        "proofs": ["oidc", "cas", "saml", "printed"],
        **changes,
    }


def shown(round_: Round, **changes: object) -> dict[str, object]:
    """The form of a round as its page shows it, with the changes given."""
    values = round_shown(round_)
    for phase in DATED:
        values[phase.value] = typed_date(round_.calendar.starts(phase))
    for name in ("budget", "balance_floor", "project_min", "project_max"):
        values[name] = str((values[name] or 0) // 100)
    for scope in CapScope:
        cents = values.get(f"cap_{scope.value}")
        values[f"cap_{scope.value}"] = str(cents // 100) if cents else ""
    values["step"] = f"{values['step'] // 10}.{values['step'] % 10}"
    for name in ("proposers_on_roll", "partial_funding", "trackers", "supports_required"):
        values[name] = "y" if values[name] else ""
    values["rank_weights"] = ", ".join(str(weight) for weight in values["rank_weights"])
    for position, area in enumerate(values.pop("areas")):
        values |= typed_area(position, area["name"], str(area["amount"] // 100), area["sites"], area["key"])
    return {**values, **changes}

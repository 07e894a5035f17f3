"""What a key says of itself on the pages of its round, and the doors of this package."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import Flask

from participatory.ceremony import jobs, staff
from participatory.ceremony.discarding import DISCARD
from participatory.ceremony.queries import keys_of
from participatory.ceremony.rules import is_urgent, lack
from participatory.deeds.kinds import offer_deed
from participatory.rounds.models import Round
from participatory.rounds.panels import Panel, Place, offer_panels


def _for_staff(template: str, *, urgent_only: bool) -> Callable[[Sequence[Round], datetime], Mapping[int, Panel]]:
    """The panel of each round's key; in lists, only what must be done about it soon."""

    def panels(rounds: Sequence[Round], now: datetime) -> dict[int, Panel]:
        own = [each for each in rounds if not each.imported]
        keys, found = keys_of(own), {}
        for each in own:
            key = keys.get(each.id)
            missing = lack(key is not None, key is not None and key.checked_at is not None)
            urgent = missing is not None and is_urgent(each.voting_at, each.control_at, now)
            if urgent or not urgent_only:
                values = {"key": key, "lack": missing, "urgent": urgent, "late": each.voting_at <= now}
                found[each.id] = Panel(template, values)
        return found

    return panels


def _for_everybody(rounds: Sequence[Round], now: datetime) -> dict[int, Panel]:
    keys = keys_of(rounds)
    return {
        each.id: Panel("ceremony/_public.html", {"key": keys[each.id], "late": each.voting_at <= now})
        for each in rounds
        if each.id in keys
    }


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package, and remind officers in time."""
    app.register_blueprint(staff.bp)
    offer_deed(app, DISCARD)
    offer_panels(app, Place.STAFF_LIST, _for_staff("ceremony/_warning.html", urgent_only=True))
    offer_panels(app, Place.STAFF, _for_staff("ceremony/_panel.html", urgent_only=False))
    offer_panels(app, Place.PUBLIC, _for_everybody)
    offer_panels(app, Place.RULEBOOK, _for_everybody)
    jobs.remind_in_time(app)

"""What the public pages, the reports and the parameters offer to the application; `views.register` calls it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import Flask
from flask_login import current_user

from participatory.core.labels import N_
from participatory.identity.permissions import Permission
from participatory.integrity_desk import parameter_staff, public, report_holdings, report_staff, reports
from participatory.integrity_desk.parameters import complete
from participatory.integrity_desk.report_queries import count_waiting, reports_joined
from participatory.integrity_desk.report_rules import ReportState
from participatory.integrity_desk.reporting import number_of
from participatory.rounds.completing import offer_completion
from participatory.rounds.models import Round
from participatory.rounds.panels import Panel, Place, offer_panels
from participatory.web.navigation import Entry

# The modules whose doors are on the blueprint of the public pages.
DOORS = (parameter_staff, report_staff, reports)


def _public_link(rounds: Sequence[Round], now: datetime) -> Mapping[int, Panel]:
    own = [each for each in rounds if not each.imported]
    return {each.id: Panel("integrity_desk/_public_link.html", {"over": each.control_at <= now}) for each in own}


def _staff_link(rounds: Sequence[Round], now: datetime) -> Mapping[int, Panel]:
    own = [each for each in rounds if not each.imported]
    return {each.id: Panel("integrity_desk/_staff_link.html", {"frozen": each.voting_at <= now}) for each in own}


def register(app: Flask, staff_menu: Callable[..., None]) -> None:
    """Open the doors of these pages."""
    app.register_blueprint(public.bp)
    app.jinja_env.globals.update(
        report_states={each.value: each for each in ReportState}, reports_joined=reports_joined, report_number=number_of
    )
    report_holdings.offer(app)
    offer_completion(app, complete)
    offer_panels(app, Place.PUBLIC, _public_link)
    offer_panels(app, Place.STAFF, _staff_link)
    staff_menu(
        Entry(
            "integrity_public.inbox",
            N_("Signalements"),
            37,
            permissions=frozenset({Permission.WATCH_INTEGRITY}),
            prefix="/integrite/signalements",
            count=lambda: count_waiting(current_user),
        )
    )

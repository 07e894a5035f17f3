"""The doors of this package, and what it offers to others."""

from collections.abc import Callable

from flask import Flask

from participatory.control import desk, holdings, jobs, mine, staff
from participatory.control.acts import ACTS
from participatory.control.rules import OWN_MOTIVES, AppealOutcome, Outcome, Wish
from participatory.deeds.kinds import offer_deed
from participatory.privacy.wording import plain_day
from participatory.rounds.rulebook import SetAsideMotive

# The working pages share the blueprint, so that all endpoints of the package bear its name.
bp = staff.bp
_CASES = "/gestion/budgets/<slug>/controle"
bp.get(_CASES)(desk.cases)
bp.route(f"{_CASES}/paire/<pair>", methods=["GET", "POST"])(desk.new_of_pair)
bp.route(f"{_CASES}/personne", methods=["GET", "POST"])(desk.new_of_person)
bp.get(f"{_CASES}/<public_id>")(desk.case)
bp.post(f"{_CASES}/<public_id>/decider")(desk.decide)
bp.route("/mon-compte/bulletin/<public_id>", methods=["GET", "POST"])(mine.mine)
bp.post("/mon-compte/bulletin/<public_id>/recours")(mine.appeal)


def register(app: Flask, main_menu: Callable[..., None], staff_menu: Callable[..., None]) -> None:
    """Open the doors of this package and offer its deeds."""
    app.register_blueprint(bp)
    for act in ACTS.values():
        offer_deed(app, act.kind)
    holdings.offer(app)
    jobs.register(app)
    app.jinja_env.globals.update(
        ballot_notices=mine.notices,
        plain_day=plain_day,
        set_aside_motives={each.value: each for each in SetAsideMotive},
        own_motives=OWN_MOTIVES,
        case_outcomes={each.value: each for each in Outcome},
        appeal_outcomes={each.value: each for each in AppealOutcome},
        case_wishes={each.value: each for each in Wish},
    )

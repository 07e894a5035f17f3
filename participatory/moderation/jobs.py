"""Every hour: appeals whose time is up go to the Region, and second readings are drawn."""

import structlog
from flask import Flask
from huey import crontab

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.moderation.appealing import escalate_if_late, late_appeals
from participatory.moderation.board import appeal_links
from participatory.moderation.queries import proposal_to_judge, rounds_in_moderation
from participatory.moderation.readings import draw_readings

log = structlog.get_logger()


def escalate_what_is_late() -> int:
    """Give the Region every appeal whose time is up; how many."""
    done = 0
    for public_id in late_appeals(now()):
        links = appeal_links(proposal_to_judge(public_id))
        try:
            with transaction():
                done += escalate_if_late(public_id, links, now())
        except Refusal as refused:
            log.warning("appeal_not_escalated", proposal=public_id, why=refused.message)
    return done


def draw_what_is_due() -> int:
    """Draw second readings in the rounds where enough decisions wait for a draw; how many draws."""
    drawn = 0
    for round_ in rounds_in_moderation(now()):
        with transaction():
            drawn += draw_readings(round_, now()) is not None
    return drawn


def register(app: Flask) -> None:
    """Give the worker its task."""

    def carry_out() -> None:
        with app.app_context():
            late, drawn = escalate_what_is_late(), draw_what_is_due()
            db.session.remove()
        if late or drawn:
            log.info("moderation_hour", escalated=late, draws=drawn)

    app.extensions["jobs"].huey.periodic_task(crontab(minute="11"), name="moderation_hour")(carry_out)

"""The letters to a voter whose ballot is in question: in their language, without their choices, which nobody knows."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import force_locale

from participatory.ballots.models import SettingAside
from participatory.control.rules import OWN_MOTIVES, answer_until
from participatory.identity.models import Person
from participatory.outbox.actions import enqueue
from participatory.rounds.models import Round
from participatory.rounds.rulebook import SetAsideMotive
from participatory.web.filters import deadline_words


def write_notice(round_: Round, case: SettingAside, people: Iterable[Person], link: str) -> None:
    """Tell a voter that their ballot may be set aside, why, and until when they may answer at `link`."""
    for person in people:
        with force_locale(person.locale):
            until = deadline_words(case.answer_until)
        values = {
            "round": round_.title,
            "motive": OWN_MOTIVES[SetAsideMotive(case.motive)],
            "until": until,
            "link": link,
        }
        enqueue(person.email, "set_aside_notice", person.locale, case.notified_at, **values)


def write_appeal_decision(round_: Round, case: SettingAside, people: Iterable[Person], now: datetime) -> None:
    """Tell the voter whether their ballot counts after all, with the words of the officer who decided an appeal."""
    for person in people:
        values = {"round": round_.title, "outcome": case.outcome, "words": case.appeal_words}
        enqueue(person.email, "appeal_decided", person.locale, now, **values)


def write_decision(round_: Round, case: SettingAside, people: Iterable[Person], now: datetime, link: str) -> None:
    """Tell the voter what was decided, and until when they may appeal at `link` when their ballot was set aside."""
    for person in people:
        with force_locale(person.locale):
            until = deadline_words(answer_until(now, round_.rulebook.reconfirm_days))
        motive = OWN_MOTIVES[SetAsideMotive(case.motive)]
        values = {"round": round_.title, "motive": motive, "outcome": case.outcome, "until": until, "link": link}
        enqueue(person.email, "set_aside_decided", person.locale, now, **values)

"""The letters to a voter whose ballot is in question: in their language, without their choices, which nobody knows."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import force_locale

from participatory.ballots.models import SettingAside
from participatory.core.labels import label
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
        values = {"round": round_.title, "motive": label(SetAsideMotive(case.motive)), "until": until, "link": link}
        enqueue(person.email, "set_aside_notice", person.locale, case.notified_at, **values)


def write_decision(round_: Round, case: SettingAside, people: Iterable[Person], now: datetime) -> None:
    """Tell the voter what was decided."""
    for person in people:
        values = {"round": round_.title, "motive": label(SetAsideMotive(case.motive)), "outcome": case.outcome}
        enqueue(person.email, "set_aside_decided", person.locale, now, **values)

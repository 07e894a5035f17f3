"""The letters of the desk: they ask to confirm, accuse nobody, and say no score."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask_babel import force_locale

from participatory.core.database import db
from participatory.core.identifiers import grouped
from participatory.identity.models import Person
from participatory.integrity_desk.models import CaseBallot
from participatory.outbox.actions import enqueue
from participatory.outbox.models import Letter
from participatory.rounds.models import Round
from participatory.web.filters import deadline_words

_REQUEST, _CODE = "confirm_ballot", "confirm_code"


def write_request(round_: Round, ballot: CaseBallot, people: Iterable[Person], code: str, link: str) -> bool:
    """Ask a voter to confirm their ballot, with the code for a counter; whether anybody could be written to."""
    sent = False
    assert ballot.told_at is not None
    assert ballot.answer_until is not None
    for person in people:
        with force_locale(person.locale):
            until = deadline_words(ballot.answer_until)
        values = {
            "round": round_.title,
            "vote": round_.public_id,
            "until": until,
            "code": grouped(code),
            "link": link.replace("{ballot}", ballot.public_id),
        }
        sent = enqueue(person.email, _REQUEST, person.locale, ballot.told_at, **values) is not None or sent
    return sent


def write_code(round_: Round, person: Person, address: str, code: str, now: datetime) -> None:
    """Send the code that was asked for to an address of the establishment."""
    values = {"round": round_.title, "vote": round_.public_id, "code": grouped(code)}
    enqueue(address, _CODE, person.locale, now, **values)


def forget_letters(round_key: str) -> None:
    """Delete those that still wait: each holds an address, and beside it what leads to a ballot."""
    ours = Letter.template.in_((_REQUEST, _CODE)), Letter.values["vote"].as_string() == round_key
    db.session.execute(sa.delete(Letter).where(*ours), execution_options={"synchronize_session": False})

"""That a basket was begun, for the reminder that never knows what is in it."""

from datetime import datetime

from participatory.ballots.models import BasketBegun
from participatory.core.clock import paris
from participatory.core.database import db
from participatory.identity.models import Person
from participatory.rounds.models import Round


def has_begun(round_: Round, person: Person) -> bool:
    """Whether it is noted that this person began a basket in this round."""
    return db.session.get(BasketBegun, (round_.id, person.id)) is not None


def note_begun(round_: Round, person: Person, now: datetime) -> None:
    """Note it, the first time only; the caller opens the transaction, apart from that of any ballot."""
    if not has_begun(round_, person):
        db.session.add(BasketBegun(round_id=round_.id, person_id=person.id, day=paris(now).date()))

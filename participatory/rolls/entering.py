"""What happens when somebody enters the booth or the form of a project: the roll learns what their sign-in proved."""

from contextlib import suppress

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.core.errors import Refusal
from participatory.identity.models import Person
from participatory.rolls.enrolling import enrol
from participatory.rolls.standing import Standing, standing_of
from participatory.rounds.models import Round
from participatory.web.settings import secret_store


def enter_roll(round_: Round, person: Person) -> Standing:
    """How a person stands on the roll of a round, once everything that they have proven is written there.

    Opens a transaction when there is something to write, so it must be called outside `transaction()`.
    """
    pepper = secret_store().get("pepper", round_.public_id)
    standing = standing_of(round_, person, pepper, now())
    if not standing.due:
        return standing
    # The vote may close while the lock is waited for: where the person stands then is shown as it is.
    with suppress(Refusal), transaction():
        enrol(round_, person, pepper, now())
    return standing_of(round_, person, pepper, now())

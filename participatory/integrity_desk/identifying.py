"""Whose ballots these are: never without a reason, always written down, always told to the persons."""

from collections.abc import Iterable
from datetime import datetime

from participatory.control.bearers import bearers_at
from participatory.core.errors import refuse_if
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.integrity_desk import policy
from participatory.integrity_desk.models import SuspectCase
from participatory.integrity_desk.notes import chosen, write_note
from participatory.integrity_desk.queries import locked_case
from participatory.integrity_desk.rules import Deed, reason_fault
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.privacy.readings import note_reading
from participatory.privacy.rules import Task


def identify(
    case: SuspectCase, numbers: Iterable[int], by: Person, reason: str, *, now: datetime, store: SecretStore
) -> dict[int, list[Person]]:
    """The accounts that lead to these ballots, by number; none where only the roll knows the voter.

    Each person finds the reading, with its reason and the reader's role, in « Mes données ». Raises Refusal.
    """
    case = locked_case(case)
    refuse_if(policy.can_identify(by, case) or reason_fault(reason))
    ballots = chosen(case, numbers, list)
    known = bearers_at(case.round, [each.key for each in ballots], store)
    found = {each.number: known.people_at(each.key) for each in ballots}
    for person in {person.id: person for people in found.values() for person in people}.values():
        note_reading(by, person, reason, Task.BALLOT, now)
    write_note(case, by.public_id, Deed.IDENTIFIED, now, words=reason, numbers=[each.number for each in ballots])
    # Not the case: beside the readings, which name the persons, the journal would keep for ever who was in which.
    record(Verb.BALLOTS_IDENTIFIED, by.public_id, now, round=case.round.public_id, ballots=len(ballots))
    return found

"""What every deed of the desk does beside its own work: the ballots that were meant, the note, the case's state."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.integrity_desk.models import CaseBallot, CaseNote, SuspectCase
from participatory.integrity_desk.queries import ballots_of
from participatory.integrity_desk.rules import LONGEST_WORDS, CaseState, Deed, clean, state_of_case

Sieve = Callable[[Iterable[CaseBallot]], list[CaseBallot]]


def chosen(case: SuspectCase, numbers: Iterable[int], allowed: Sieve) -> list[CaseBallot]:
    """The ballots of these numbers, in order; raises Refusal for none, for one that is not there or not allowed."""
    wanted = set(numbers)
    if not wanted:
        raise Refusal(N_("Choisissez au moins un bulletin."), Kind.INVALID, "numbers")
    found = [each for each in ballots_of(case) if each.number in wanted]
    possible = {each.number for each in allowed(found)}
    others = sorted(wanted - possible)
    if others:
        raise Refusal(
            N_("Cela n’est pas, ou plus, possible pour ces bulletins du dossier : %(numbers)s. Relisez-le."),
            Kind.CONFLICT,
            "numbers",
            numbers=", ".join(str(number) for number in others[:20]),
        )
    return found


def write_note(
    case: SuspectCase, author: str, deed: Deed, now: datetime, *, words: str = "", numbers: Sequence[int] = ()
) -> None:
    """Write what was done to a case; `author` is a public code, or SYSTEM."""
    note = CaseNote(case_id=case.id, at=now, author=author, deed=deed.value, words=clean(words)[:LONGEST_WORDS])
    note.numbers = sorted(numbers)
    db.session.add(note)


def settle(case: SuspectCase, *, dismissed: bool = False) -> None:
    """Give a case the state that follows from its ballots, and keep how many there were when nothing waits any more."""
    db.session.flush()
    ballots = ballots_of(case)
    state = state_of_case((each.state for each in ballots), dismissed=dismissed)
    case.state, case.size = state.value, len(ballots)
    if state in {CaseState.CLOSED, CaseState.DISMISSED}:
        case.size_read = len(ballots)

"""A pass of the detection over the ballots of a round: reads signals, has them assessed, keeps the cases.

Looking takes a while and holds nothing: `look` runs outside the transaction that writes. A pass never changes an
envelope, and leaves alone whatever a person has touched; a second worker that looked at the same time writes nothing.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from participatory.ballots.models import Signature, UrnState
from participatory.ballots.queries import steps_of
from participatory.ballots.rules import slot
from participatory.control.sealing import LINK
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.doors.rules import SourceKind
from participatory.integrity.assessing import Assessment, assess
from participatory.integrity.events import Event, Events
from participatory.integrity.queries import count_signals, signals_of
from participatory.integrity.rules import Act, Parameters
from participatory.integrity_desk.filing import file_cases
from participatory.integrity_desk.models import AssessmentPass
from participatory.integrity_desk.parameters import parameters_of
from participatory.rolls.models import Voter
from participatory.rounds.models import Round

# Whoever enrolled by signing in has the number of their arrival, which says nothing of a list.
_NO_LIST = tuple(kind.value for kind in SourceKind)
_AT_ONCE = 5000
Assess = Callable[[Events, Parameters], Assessment]


@dataclass(frozen=True)
class Looked:
    """What a pass saw, before it is written: `number` is that of the pass to write, `at` (UTC) when it began."""

    number: int
    at: datetime
    events: int
    found: Assessment
    seconds: float
    parameters: str
    full: bool


def is_due(round_: Round) -> bool:
    """Whether the round is to be looked at: signals came since the last pass, or the vote was closed since."""
    last = last_pass(round_)
    if is_full(round_) and not _had_full(round_):
        return True
    count = count_signals(round_, Act.BALLOT)
    if last is None:
        return count > 0
    return count != last.events or count_signals(round_, Act.BALLOT, last.at) > 0


def is_full(round_: Round) -> bool:
    """Whether every ballot is in: the vote is closed."""
    return UrnState.CLOSED in steps_of(round_)


def look(
    round_: Round, store: SecretStore, now: datetime, *, full: bool = False, using: Assess = assess
) -> Looked | None:
    """Read and assess; nothing is written. None once the link key is destroyed, or without any signal."""
    if store.find(LINK, round_.public_id) is None:
        return None
    started, last = monotonic(), last_pass(round_)
    parameters = parameters_of(round_)
    events = Events.of(_events(round_, store))
    if not len(events):
        return None
    found = using(events, parameters)
    digest = hashlib.sha256(parameters.to_json().encode()).hexdigest()
    return Looked((last.number if last else 0) + 1, now, len(events), found, monotonic() - started, digest, full)


def assess_round(
    round_: Round,
    store: SecretStore,
    now: datetime,
    *,
    full: bool = False,
    looked: Looked | None = None,
    using: Assess = assess,
) -> AssessmentPass | None:
    """Write what a pass found, in the transaction of the caller; None when there is nothing to look at.

    `looked` is what `look` gave before the transaction; without it the pass looks now. None too when another worker
    has written the same pass, or the urn was sealed meanwhile.
    """
    seen = looked or look(round_, store, now, full=full, using=using)
    if seen is None or _has_ended(round_) or store.find(LINK, round_.public_id) is None or not _claims(round_, seen):
        return None
    file_cases(round_, seen.found, now)
    return db.session.scalars(_pass(round_).where(AssessmentPass.number == seen.number)).one()


def last_pass(round_: Round) -> AssessmentPass | None:
    """The last pass over the ballots of a round."""
    return db.session.scalars(_pass(round_).order_by(AssessmentPass.number.desc()).limit(1)).first()


def _pass(round_: Round) -> sa.Select[AssessmentPass]:
    return sa.select(AssessmentPass).where(AssessmentPass.round_id == round_.id, AssessmentPass.act == Act.BALLOT)


def _had_full(round_: Round) -> bool:
    return db.session.scalars(_pass(round_).where(AssessmentPass.full).limit(1)).first() is not None


def _has_ended(round_: Round) -> bool:
    """Whether the urn was sealed or the vote annulled; until the transaction ends, neither happens meanwhile.

    The key of the slots is destroyed after the sealing, and says nothing of one that is under way. The round is held
    as by those who vote, who wait for nothing.
    """
    db.session.execute(sa.select(Round.id).where(Round.id == round_.id).with_for_update(read=True)).all()
    return not {UrnState.SEALED, UrnState.ANNULLED}.isdisjoint(steps_of(round_))


def _claims(round_: Round, seen: Looked) -> bool:
    """Write the row of the pass; the number is its lock: of two workers, the one that waits finds it taken."""
    last = last_pass(round_)
    if last is not None and last.number >= seen.number:
        return False
    row = AssessmentPass(round_id=round_.id, act=Act.BALLOT.value, number=seen.number, at=seen.at, full=seen.full)
    row.events, row.flagged, row.cases = seen.events, len(seen.found.flagged), len(seen.found.cases)
    row.seconds, row.parameters = round(seen.seconds, 2), seen.parameters
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def _events(round_: Round, store: SecretStore) -> Iterator[Event]:
    ranks = _ranks(round_, store)
    for row in signals_of(round_, Act.BALLOT):
        yield row.event(row.key, ranks.get(row.key))


def _ranks(round_: Round, store: SecretStore) -> dict[str, int]:
    """The place in the list of their site of everybody who signed, by slot; in memory alone, never stored.

    Every voter that a list named counts, whether they voted or not.
    """
    key = store.find(LINK, round_.public_id)
    if key is None:
        return {}
    place = sa.func.row_number().over(partition_by=Voter.site_id, order_by=Voter.id).label("place")
    listed = (
        sa.select(Voter.id, Voter.pseudonym, place)
        .where(Voter.round_id == round_.id, Voter.source.not_in(_NO_LIST))
        .subquery()
    )
    signed = sa.select(listed.c.pseudonym, listed.c.place).join(Signature, Signature.voter_id == listed.c.id)
    wanted = signed.where(Signature.round_id == round_.id).execution_options(yield_per=_AT_ONCE)
    return {slot(key, round_.public_id, name): number for name, number in db.session.execute(wanted)}

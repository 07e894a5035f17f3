"""Finding rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db, lock
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase

# What most deserves to be shown first: what can be done now, then what comes soon.
_URGENCY = (Phase.VOTING, Phase.SUBMISSION, Phase.CONTROL, Phase.REVIEW, Phase.ANNOUNCEMENT, Phase.RESULTS)
_FINISHED = frozenset({Phase.RESULTS, Phase.DELIVERY})


@dataclass(frozen=True)
class RoundsByTime:
    """The announced rounds: those under way, those announced only, those whose results are due or out."""

    current: list[Round]
    coming: list[Round]
    past: list[Round]


def round_by_slug(slug: str) -> Round:
    """The round at this address; raises Refusal (NOT_FOUND)."""
    return _found(db.session.scalars(sa.select(Round).where(Round.slug == slug)).first())


def locked_round(round_id: int) -> Round:
    """A round read afresh and held until the transaction ends; raises Refusal (NOT_FOUND)."""
    statement = lock(sa.select(Round).where(Round.id == round_id)).execution_options(populate_existing=True)
    return _found(db.session.scalars(statement).first())


def _found(round_: Round | None) -> Round:
    if round_ is None:
        raise Refusal(N_("Il n’y a pas de budget à cette adresse."), Kind.NOT_FOUND)
    return round_


def round_names() -> list[tuple[str, str, str]]:
    """The public identifier, title and short name of every round of our own, the latest to vote first."""
    own = sa.select(Round.public_id, Round.title, Round.slug).where(Round.origin == "")
    rows = db.session.execute(own.order_by(Round.voting_at.desc(), Round.id))
    return [(public_id, title, slug) for public_id, title, slug in rows]


def titles_of(numbers: Sequence[int]) -> dict[int, str]:
    """The titles of these rounds by their row."""
    return dict(db.session.execute(sa.select(Round.id, Round.title).where(Round.id.in_(numbers))).all())


def all_rounds() -> list[Round]:
    """Every round, the latest to vote first."""
    return list(db.session.scalars(sa.select(Round).order_by(Round.voting_at.desc(), Round.id)))


def announced_rounds(now: datetime) -> list[Round]:
    """The rounds that the public knows at an instant (UTC), the latest to vote first."""
    statement = sa.select(Round).where(Round.announcement_at <= now).order_by(Round.voting_at.desc(), Round.id)
    return list(db.session.scalars(statement))


def rounds_by_time(now: datetime) -> RoundsByTime:
    """The announced rounds, sorted by what they are at an instant (UTC)."""
    shelves = RoundsByTime([], [], [])
    for round_ in announced_rounds(now):
        phase = round_.phase(now)
        shelf = shelves.coming if phase is Phase.ANNOUNCEMENT else shelves.current
        (shelves.past if phase in _FINISHED else shelf).append(round_)
    shelves.current.sort(key=lambda each: _rank(each, now))
    return shelves


def current_round(now: datetime) -> Round | None:
    """The round of our own that most deserves attention at an instant (UTC): a vote first, then submissions."""
    ours = [each for each in announced_rounds(now) if not each.imported and each.phase(now) in _URGENCY]
    return min(ours, key=lambda each: _rank(each, now), default=None)


def _rank(round_: Round, now: datetime) -> tuple[int, datetime]:
    phase = round_.phase(now)
    ends = round_.calendar.ends(phase)
    return (_URGENCY.index(phase) if phase in _URGENCY else len(_URGENCY), ends or round_.delivery_at)

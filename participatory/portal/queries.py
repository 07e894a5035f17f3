"""What the general pages ask of every package at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import VoteOpening
from participatory.core.database import db
from participatory.proposals.models import Proposal
from participatory.proposals.rules import PUBLIC
from participatory.results.models import Publication
from participatory.rounds.models import Round

_PUBLIC_CODES = [state.value for state in PUBLIC]


@dataclass(frozen=True)
class Published:
    """A round whose result is out, and since when (UTC)."""

    round: Round
    published_at: datetime


def published_results(now: datetime) -> list[Published]:
    """The announced rounds whose result is out, our own first, then the latest published."""
    since = sa.func.min(Publication.published_at).label("since")
    out = sa.select(Publication.round_id, since).group_by(Publication.round_id).subquery()
    rows = db.session.execute(
        sa.select(Round, sa.type_coerce(out.c.since, Publication.published_at.type))
        .join(out, out.c.round_id == Round.id)
        .where(Round.announcement_at <= now)
        .order_by(Round.origin != "", out.c.since.desc(), Round.id)
    )
    return [Published(round_, published_at) for round_, published_at in rows]


def sealed_rounds() -> frozenset[int]:
    """The rounds, by row, whose vote opened with sealed ballots: once published, they have a bundle."""
    return frozenset(db.session.scalars(sa.select(VoteOpening.round_id)))


def public_proposals(now: datetime) -> list[tuple[str, datetime]]:
    """The address and last change of each public proposal of an announced round, at most 40,000."""
    wanted = (
        sa.select(Proposal.slug, Proposal.updated_at)
        .join(Round, Round.id == Proposal.round_id)
        .where(Proposal.state_code.in_(_PUBLIC_CODES), Round.announcement_at <= now)
        .order_by(Proposal.id)
        .limit(40_000)
    )
    return [(slug, changed) for slug, changed in db.session.execute(wanted)]


def proposals_by_state(rounds: Sequence[Round]) -> dict[int, dict[str, int]]:
    """How many proposals of each round are in each state, states by their code."""
    wanted = (
        sa.select(Proposal.round_id, Proposal.state_code, sa.func.count())
        .where(Proposal.round_id.in_([each.id for each in rounds]))
        .group_by(Proposal.round_id, Proposal.state_code)
    )
    found: dict[int, dict[str, int]] = {each.id: {} for each in rounds}
    for round_id, state, count in db.session.execute(wanted):
        found[round_id][state] = count
    return found

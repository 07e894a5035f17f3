"""Which association answers for which case, by when, and who is late."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from participatory.core.database import db
from participatory.identity.models import Association
from participatory.moderation.drawing import share_of
from participatory.moderation.models import Appeal, Decision, Opinion
from participatory.moderation.rules import promised
from participatory.moderation.ties import associations, funding_pairs, moderators, recused_associations
from participatory.proposals.models import CoAuthor, Move, Proposal
from participatory.proposals.records import ProposalVersion
from participatory.proposals.rules import State
from participatory.rounds.models import Round


@dataclass(frozen=True)
class Share:
    """What one association answers for: cases waiting, how many past the promise, appeals, its median delay in days."""

    association: Association
    people: int
    waiting: int
    late: int
    appeals: int
    decided: int
    median_days: float | None


def answering(proposals: Iterable[Proposal], now: datetime) -> dict[int, Association]:
    """The association that answers for each case, by the row of the project; none where all are recused."""
    known = associations(moderators(now))
    pairs, heard, found = funding_pairs(), _heard(), {}
    for each in proposals:
        out = recused_associations(each, pairs) | heard[each.id, each.version]
        free = {one.slug: one for row, one in known.items() if row not in out}
        # A refusal that was proposed is another case: somebody else is asked.
        slug = share_of(f"{each.public_id}:{each.version}:{len(heard[each.id, each.version])}", free)
        if slug is not None:
            found[each.id] = free[slug]
    return found


def _heard() -> Mapping[tuple[int, int], set[int]]:
    heard: dict[tuple[int, int], set[int]] = defaultdict(set)
    for project, version, association in db.session.execute(
        sa.select(Opinion.proposal_id, Opinion.version, Opinion.association_id)
    ):
        heard[project, version].add(association or 0)
    return heard


def waiting_cases(now: datetime) -> list[Proposal]:
    """Every project that waits for an answer in a round where associations may give one, the oldest first."""
    waiting = (
        sa.select(Proposal)
        .join(Proposal.round)
        .where(Proposal.state_code == State.SUBMITTED.value, Round.submission_at <= now, Round.voting_at > now)
        .options(joinedload(Proposal.author), joinedload(Proposal.round))
        .options(selectinload(Proposal.co_authors).joinedload(CoAuthor.person))
        .order_by(Proposal.submitted_at, Proposal.id)
    )
    return list(db.session.scalars(waiting))


def is_past(proposal: Proposal, now: datetime) -> bool:
    """Whether the answer to a case is past what the rulebook promises."""
    since = proposal.submitted_at
    return since is not None and promised(since, proposal.round.rulebook) < now


def shares(now: datetime) -> list[Share]:
    """What each association answers for, the one with most late cases first."""
    people = moderators(now)
    cases = waiting_cases(now)
    owner = answering(cases, now)
    mine: dict[int, list[Proposal]] = defaultdict(list)
    for each in cases:
        if each.id in owner:
            mine[owner[each.id].id].append(each)
    delays, appeals = _delays(), _appeals()
    rows = [
        Share(
            one,
            len(people[row]),
            len(mine[row]),
            sum(is_past(each, now) for each in mine[row]),
            appeals.get(row, 0),
            len(delays[row]),
            median(delays[row]) if delays[row] else None,
        )
        for row, one in associations(people).items()
    ]
    return sorted(rows, key=lambda each: (-each.late, -each.waiting, each.association.name))


def _delays() -> dict[int, list[float]]:
    """The days between submission and answer of each decision, by the row of the association."""
    found: dict[int, list[float]] = defaultdict(list)
    for row, days in decision_days(None):
        if row is not None:
            found[row].append(days)
    return found


def decision_days(round_: Round | None) -> list[tuple[int | None, float]]:
    """For each decision, of one round or of all, the association's row and the days since that version came."""
    from_moves = sa.select(Decision.association_id, Decision.decided_at, Decision.proposal_id, Decision.version)
    if round_ is not None:
        from_moves = from_moves.join(Decision.proposal).where(Proposal.round_id == round_.id)
    came = submissions(round_)
    return [
        (row, (at - came[project, version]).total_seconds() / 86_400)
        for row, at, project, version in db.session.execute(from_moves)
        if (project, version) in came
    ]


def submissions(round_: Round | None) -> dict[tuple[int, int], datetime]:
    """When each version of each project was submitted (UTC); moves say it of texts from before versions were kept."""
    moved = sa.select(Move.proposal_id, Move.version, Move.at).where(Move.target == State.SUBMITTED.value)
    kept = sa.select(ProposalVersion.proposal_id, ProposalVersion.number, ProposalVersion.at)
    if round_ is not None:
        own = sa.select(Proposal.id).where(Proposal.round_id == round_.id)
        moved = moved.where(Move.proposal_id.in_(own))
        kept = kept.where(ProposalVersion.proposal_id.in_(own))
    rows = [*db.session.execute(moved), *db.session.execute(kept)]
    return {(project, version): at for project, version, at in rows}


def _appeals() -> dict[int, int]:
    counted = sa.select(Appeal.drawn_id, sa.func.count()).where(
        Appeal.outcome_code.is_(None), Appeal.escalated_at.is_(None), Appeal.drawn_id.is_not(None)
    )
    return {row: count for row, count in db.session.execute(counted.group_by(Appeal.drawn_id)) if row is not None}

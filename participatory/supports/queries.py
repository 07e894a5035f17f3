"""Counting supports, and what the last look at them found; each answers in a fixed number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.permissions import Scope, ScopeKind
from participatory.proposals.models import Proposal
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.supports.models import Support, SupportDeed, SupportLeftOut, SupportReading
from participatory.supports.rules import Count, threshold
from participatory.territories.queries import students_by_site

_ALIKE = sa.and_(SupportLeftOut.proposal_id == Support.proposal_id, SupportLeftOut.voter_id == Support.voter_id)


@dataclass(frozen=True)
class Watched:
    """The supports of a project: their count now, and what the last look found, None before the first."""

    proposal: Proposal
    count: Count
    reading: SupportReading | None


def thresholds(proposals: Collection[Proposal]) -> dict[int, int]:
    """How many supports the rulebook asks of each project (by row); one query where sites weigh, else none."""
    weighed = any(each.round.rulebook.supports_permille and each.site_id is not None for each in proposals)
    students = students_by_site() if weighed else {}
    found = {}
    for each in proposals:
        book = each.round.rulebook
        here = students.get(each.site_id, 0) if each.site_id is not None else 0
        found[each.id] = threshold(book.supports_needed, book.supports_permille, here)
    return found


def below(proposals: Collection[Proposal], now: datetime) -> dict[int, tuple[int, int]]:
    """Of these projects (by row), those under what their rulebook requires: how many supports, and how many needed."""
    bound = [each for each in proposals if each.round.rulebook.supports_required]
    needed, counted = thresholds(bound), counts_of(bound, now)
    found = {each.id: (counted[each.id].counted, needed[each.id]) for each in bound}
    return {number: (given, wanted) for number, (given, wanted) in found.items() if given < wanted}


def counts_of(proposals: Collection[Proposal], now: datetime) -> dict[int, Count]:
    """The supports of several projects (by row) as `count_of` gives them, in two queries at most."""
    numbers = [each.id for each in proposals]
    if not numbers:
        return {}
    counts = live_counts(numbers)
    voted = [each.id for each in proposals if each.round.voting_at <= now]
    if voted:
        settled = sa.select(SupportReading).where(SupportReading.proposal_id.in_(voted), SupportReading.settled)
        counts |= {each.proposal_id: Count(each.given, each.left_out) for each in db.session.scalars(settled)}
    return {number: counts.get(number, Count()) for number in numbers}


def count_of(proposal: Proposal, now: datetime) -> Count:
    """The supports of a project at an instant (UTC); once the vote has opened, as they were settled then."""
    reading = reading_of(proposal)
    if reading is not None and reading.settled and proposal.round.voting_at <= now:
        return Count(reading.given, reading.left_out)
    return live_counts([proposal.id]).get(proposal.id, Count())


def live_counts(numbers: Collection[int]) -> dict[int, Count]:
    """The supports of these projects (by row) as they are at this instant; a project without any is left out."""
    rows = (
        sa.select(Support.proposal_id, sa.func.count(), sa.func.count(SupportLeftOut.voter_id))
        .outerjoin(SupportLeftOut, _ALIKE)
        .where(Support.proposal_id.in_(numbers))
        .group_by(Support.proposal_id)
    )
    return {number: Count(given, left_out) for number, given, left_out in db.session.execute(rows)}


def watched(proposal: Proposal, now: datetime) -> Watched:
    """What moderators read of the supports of one project."""
    return Watched(proposal, count_of(proposal, now), reading_of(proposal))


def support_by(proposal: Proposal, voter: Voter) -> Support | None:
    """The support of a project by a voter."""
    own = sa.select(Support).where(Support.proposal_id == proposal.id, Support.voter_id == voter.id)
    return db.session.scalars(own).first()


def is_left_out(proposal: Proposal, voter: Voter) -> bool:
    """Whether the support of this voter is not counted."""
    return db.session.get(SupportLeftOut, (proposal.id, voter.id)) is not None


def supports_of(voters: Collection[int]) -> Sequence[tuple[Support, Proposal]]:
    """Every support of these voters (by row), the latest first."""
    rows = sa.select(Support, Proposal).join(Proposal, Proposal.id == Support.proposal_id)
    found = db.session.execute(rows.where(Support.voter_id.in_(voters)).order_by(Support.day.desc(), Support.id.desc()))
    return [(support, proposal) for support, proposal in found]


def to_leave_out(proposal: Proposal) -> list[Support]:
    """The supports of a project that look alike and are still counted."""
    rows = sa.select(Support).outerjoin(SupportLeftOut, _ALIKE)
    wanted = rows.where(Support.proposal_id == proposal.id, Support.flagged, SupportLeftOut.voter_id.is_(None))
    return list(db.session.scalars(wanted.order_by(Support.id)))


def reading_of(proposal: Proposal) -> SupportReading | None:
    """What the last look at the supports of a project found, None before the first."""
    return db.session.get(SupportReading, proposal.id)


def deeds_on(proposal: Proposal) -> Sequence[SupportDeed]:
    """What officers did about the supports of a project, the latest first."""
    done = sa.select(SupportDeed).where(SupportDeed.proposal_id == proposal.id)
    return db.session.scalars(done.order_by(SupportDeed.id.desc())).all()


def to_look_at(now: datetime, *, reach: frozenset[Scope] | None = None, round_slug: str | None = None,
               most: int = 24) -> list[Watched]:  # fmt: skip
    """The projects whose supports look alike while supports are open, the most first; within a permission's reach."""
    found = (
        sa.select(Proposal, SupportReading)
        .join(SupportReading, SupportReading.proposal_id == Proposal.id)
        .join(Round, Round.id == Proposal.round_id)
        .where(SupportReading.flagged > 0, Round.submission_at <= now, Round.voting_at > now)
        .options(joinedload(Proposal.round))
        .order_by(SupportReading.flagged.desc(), Proposal.id)
        .limit(most)
    )
    if round_slug:
        found = found.where(Round.slug == round_slug)
    return _watched(found, reach)


def with_some_left_out(*, reach: frozenset[Scope] | None, most: int) -> list[Watched]:
    """The projects of which supports are left out of the count and may be put back, the latest first."""
    found = (
        sa.select(Proposal, SupportReading)
        .outerjoin(SupportReading, SupportReading.proposal_id == Proposal.id)
        .join(Round, Round.id == Proposal.round_id)
        .where(sa.exists().where(SupportLeftOut.proposal_id == Proposal.id))
        .options(joinedload(Proposal.round))
        .order_by(Proposal.id.desc())
        .limit(most)
    )
    return _watched(found, reach)


def _watched(found: sa.Select[Proposal, SupportReading], reach: frozenset[Scope] | None) -> list[Watched]:
    if reach is not None:
        rounds = [scope.key for scope in reach if scope.kind is ScopeKind.ROUND]
        found = found.where(Round.public_id.in_(rounds))
    rows = db.session.execute(found).all()
    counts = live_counts([proposal.id for proposal, _reading in rows])
    return [Watched(proposal, counts.get(proposal.id, Count()), reading) for proposal, reading in rows]


def proposal_supported(public_id: str) -> Proposal:
    """A project by its public identifier; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(Proposal).where(Proposal.public_id == public_id.replace("\0", ""))
    found = db.session.scalars(wanted.options(joinedload(Proposal.round), joinedload(Proposal.author))).first()
    if found is None:
        raise Refusal(N_("Il n’y a pas de projet à cette adresse."), Kind.NOT_FOUND)
    return found


def rounds_to_read(now: datetime) -> list[Round]:
    """The rounds with supports that are open, or that the vote has closed and whose numbers are not settled yet."""
    unsettled = sa.select(Support.id).join(Proposal, Proposal.id == Support.proposal_id)
    unsettled = unsettled.outerjoin(SupportReading, SupportReading.proposal_id == Proposal.id)
    open_or_new = sa.or_(Round.voting_at > now, sa.func.coalesce(SupportReading.settled, sa.false()).is_(sa.false()))
    having = unsettled.where(Proposal.round_id == Round.id, open_or_new)
    return list(db.session.scalars(sa.select(Round).where(having.exists()).order_by(Round.id)))

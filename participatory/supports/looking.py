"""Looking at how the supports of a round were given: what looks alike is marked for people to read, and that is all.

A machine removes no support and hides no project: nothing here changes what is counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.integrity.assessing import assess
from participatory.integrity.events import Event, Events
from participatory.integrity.rules import Family, Parameters
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round
from participatory.supports.models import Support, SupportReading
from participatory.supports.queries import live_counts
from participatory.supports.rules import Count


@dataclass(frozen=True)
class Finding:
    """The keys of the supports that look alike, with the families that saw each."""

    families: Mapping[str, frozenset[Family]]


def find(events: Iterable[Event], parameters: Parameters) -> Finding:
    """What a lighter look than at ballots says of supports: device, network, speed and rhythm alone. Pure."""
    seen = assess(Events.of(events), parameters, light=True)
    strong = {
        flag.event_id: frozenset(family for family, score in flag.families.items() if score > parameters.family_above)
        for flag in seen.flagged
    }
    return Finding(strong)


def keep(round_: Round, finding: Finding, now: datetime) -> int:
    """Mark the supports of a round as they were found, and what moderators read of it; how many look alike.

    Supports taken back meanwhile are no longer there; those given meanwhile wait for the next look.
    """
    flagged = _mark(round_, finding)
    counts = live_counts(_supported(round_))
    readings = _readings(round_)
    for number in sorted(counts.keys() | readings.keys()):
        reading = readings.get(number) or SupportReading(proposal_id=number)
        if reading.settled and round_.voting_at <= now:
            continue
        _write(reading, counts.get(number, Count()), flagged.get(number, []))
        reading.settled, reading.read_at = round_.voting_at <= now, now
        db.session.add(reading)
    return sum(len(each) for each in flagged.values())


def _write(reading: SupportReading, count: Count, flagged: list[frozenset[Family]]) -> None:
    seen = Counter(family for each in flagged for family in each)
    order = sorted(seen, key=lambda family: (-seen[family], list(Family).index(family)))
    reading.given, reading.left_out, reading.flagged = count.given, count.left_out, len(flagged)
    reading.family_codes = [family.value for family in order]


def _mark(round_: Round, finding: Finding) -> dict[int, list[frozenset[Family]]]:
    """Set the marks that changed; the families that saw each marked support, by the row of its project."""
    flagged: dict[int, list[frozenset[Family]]] = defaultdict(list)
    ours = sa.select(Support).join(Proposal, Proposal.id == Support.proposal_id)
    for support in db.session.scalars(ours.where(Proposal.round_id == round_.id)):
        families = finding.families.get(support.key)
        if support.flagged != (families is not None):
            support.flagged = families is not None
        if families is not None:
            flagged[support.proposal_id].append(families)
    return flagged


def _supported(round_: Round) -> list[int]:
    ours = sa.select(Support.proposal_id).join(Proposal, Proposal.id == Support.proposal_id)
    return list(db.session.scalars(ours.where(Proposal.round_id == round_.id).distinct()))


def _readings(round_: Round) -> dict[int, SupportReading]:
    ours = sa.select(SupportReading).join(Proposal, Proposal.id == SupportReading.proposal_id)
    return {each.proposal_id: each for each in db.session.scalars(ours.where(Proposal.round_id == round_.id))}


def keys_of(round_: Round) -> frozenset[str]:
    """The keys of the supports of a round that were not taken back."""
    ours = sa.select(Support.key).join(Proposal, Proposal.id == Support.proposal_id)
    return frozenset(db.session.scalars(ours.where(Proposal.round_id == round_.id)))

"""Looking at how the comments of a round were written: what looks alike is told to moderators, and that is all.

A machine hides no comment and removes none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from participatory.comments.models import Comment, CommentReading
from participatory.core.database import db
from participatory.integrity.assessing import assess
from participatory.integrity.events import Event, Events
from participatory.integrity.rules import Family, Parameters
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round

Finding = Mapping[str, frozenset[Family]]


def find(events: Iterable[Event], parameters: Parameters) -> Finding:
    """The keys of the comments that look alike, with the families that saw each: the lighter look of supports. Pure."""
    seen = assess(Events.of(events), parameters, light=True)
    return {
        flag.event_id: frozenset(family for family, score in flag.families.items() if score > parameters.family_above)
        for flag in seen.flagged
    }


def keep(round_: Round, finding: Finding, now: datetime) -> int:
    """Mark the comments of a round as they were found, and what moderators read of it; how many look alike."""
    written, flagged = _mark(round_, finding)
    readings = _readings(round_)
    for number in sorted(written.keys() | readings.keys()):
        reading = readings.get(number) or CommentReading(proposal_id=number)
        seen = Counter(family for each in flagged[number] for family in each)
        order = sorted(seen, key=lambda family: (-seen[family], list(Family).index(family)))
        reading.written, reading.flagged, reading.read_at = written[number], len(flagged[number]), now
        reading.family_codes = [family.value for family in order]
        db.session.add(reading)
    return sum(len(each) for each in flagged.values())


def _mark(round_: Round, finding: Finding) -> tuple[Counter[int], dict[int, list[frozenset[Family]]]]:
    """Set the marks that changed; by the row of each project, how many comments and the families of the marked ones."""
    written: Counter[int] = Counter()
    flagged: dict[int, list[frozenset[Family]]] = defaultdict(list)
    for comment in _comments(round_):
        families = finding.get(comment.key)
        written[comment.proposal_id] += 1
        if comment.flagged != (families is not None):
            comment.flagged = families is not None
        if families is not None:
            flagged[comment.proposal_id].append(families)
    return written, flagged


def _comments(round_: Round) -> Iterable[Comment]:
    ours = sa.select(Comment).join(Proposal, Proposal.id == Comment.proposal_id)
    return db.session.scalars(ours.where(Proposal.round_id == round_.id, Comment.taken_back_at.is_(None)))


def _readings(round_: Round) -> dict[int, CommentReading]:
    ours = sa.select(CommentReading).join(Proposal, Proposal.id == CommentReading.proposal_id)
    return {each.proposal_id: each for each in db.session.scalars(ours.where(Proposal.round_id == round_.id))}


def keys_of(round_: Round) -> frozenset[str]:
    """The keys of the comments of a round that were not taken back."""
    return frozenset(comment.key for comment in _comments(round_))

"""What stands beside a case: projects that look like it, and what its authors brought before."""

from collections.abc import Sequence

import sqlalchemy as sa
from rapidfuzz import fuzz, process, utils
from sqlalchemy.orm import joinedload

from participatory.core.database import db
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.rules import State

_MOST = 4
# Below, two titles share common words and nothing else; found by reading the pairs of the 2024 list.
_LIKENESS = 60
_HIDDEN = (State.DRAFT.value, State.WITHDRAWN.value)


def similar_to(proposal: Proposal) -> list[Proposal]:
    """The projects of the same round whose title or summary looks most like this one, the closest first."""
    others = _shown().where(Proposal.round_id == proposal.round_id, Proposal.id != proposal.id)
    known = {each.id: each for each in db.session.scalars(others)}
    texts = {row: f"{each.title} {each.summary}" for row, each in known.items()}
    close = process.extract(
        f"{proposal.title} {proposal.summary}",
        texts,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=_LIKENESS,
        limit=_MOST,
    )
    return [known[row] for _text, _score, row in close]


def brought_before(proposal: Proposal) -> Sequence[Proposal]:
    """What those who write a project have submitted besides, alone or with others, in all rounds, the latest first."""
    people = [each.id for each in proposal.people]
    if not people:
        return ()
    with_others = sa.select(CoAuthor.proposal_id).where(CoAuthor.person_id.in_(people))
    theirs = sa.or_(Proposal.author_id.in_(people), Proposal.id.in_(with_others))
    own = _shown().where(theirs, Proposal.id != proposal.id)
    return db.session.scalars(own.order_by(Proposal.submitted_at.desc()).limit(12)).all()


def _shown() -> sa.Select[Proposal]:
    return sa.select(Proposal).where(Proposal.state_code.not_in(_HIDDEN)).options(joinedload(Proposal.round))

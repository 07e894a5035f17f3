"""What earlier rounds have funded, for those who appraise the projects of a later one."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participatory.core.database import db
from participatory.proposals.models import Proposal
from participatory.results.models import Publication
from participatory.results.reading import Result
from participatory.rounds.models import Round


def funded_before(round_: Round) -> Sequence[Proposal]:
    """The projects that the published results of rounds voted on before this one have funded, imported ones too."""
    latest = sa.select(sa.func.max(Publication.id)).group_by(Publication.round_id, Publication.contest)
    wanted = (
        sa.select(Publication.document)
        .join(Round, Round.id == Publication.round_id)
        .where(Publication.id.in_(latest), Round.voting_at < round_.voting_at, Round.id != round_.id)
    )
    won: list[str] = []
    for document in db.session.scalars(wanted):
        won += [project["id"] for project in Result.of(document).winners]
    if not won:
        return []
    named = sa.select(Proposal).where(Proposal.public_id.in_(won)).options(joinedload(Proposal.round))
    return db.session.scalars(named.order_by(Proposal.title)).unique().all()

"""Projects that people follow, one that somebody asks to join, two that are proposed to become one."""

from datetime import datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa

from participatory.core.database import db
from participatory.following.actions import follow
from participatory.following.policy import can_follow
from participatory.identity.models import Person
from participatory.mergers.actions import propose
from participatory.mergers.joining import ask
from participatory.mergers.policy import can_ask, can_unite
from participatory.proposals.models import Proposal
from participatory.proposals.queries import on_ballot
from participatory.proposals.rules import State
from participatory.rounds.models import Round

MERGER = "Nos deux idées se ressemblent beaucoup : à plusieurs, nous irions plus vite, avec un seul dossier à suivre."
JOINING = "J’avais commencé à écrire la même chose. J’ai déjà demandé deux devis, et du temps le mercredi."


def follow_and_join(voting: Round, submission: Round, people: dict[str, Person], now: datetime) -> None:
    """Have a student follow projects and ask to join one, and an author propose a merger; in a transaction."""
    lou = people["lou"]
    for proposal in on_ballot(voting)[:3]:
        if can_follow(proposal, lou) is None:
            follow(lou, proposal, now - timedelta(days=2))
    admitted = sa.select(Proposal).where(
        Proposal.round_id == submission.id, Proposal.state_code == State.ADMITTED.value, Proposal.author_id.is_not(None)
    )
    projects = list(db.session.scalars(admitted.order_by(Proposal.title, Proposal.id)))
    for proposal in projects[:1]:
        if can_ask(proposal, lou, now) is None:
            ask(proposal, lou, JOINING, f"/projets/{proposal.slug}", now)
    for kept, other in pairwise(projects[1:]):
        author = kept.author
        if author is not None and author.id != other.author_id and can_unite(kept, other, author, now) is None:
            propose(kept, other, author, MERGER, now)
            return

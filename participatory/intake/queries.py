"""What was collected in a round, and what the cells of a file may name."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, label
from participatory.identity.queries import associations
from participatory.intake.models import Collected
from participatory.intake.rules import Known
from participatory.proposals.models import Proposal
from participatory.rolls.places import folded
from participatory.rounds.models import Round
from participatory.territories.queries import sites


def known_in(round_: Round) -> Known:
    """Sites and associations by name and by short name; the themes of the round."""
    places = {name: each.id for each in sites() for name in (folded(each.slug), folded(each.name))}
    carriers = {name: each.id for each in associations() for name in (folded(each.slug), folded(each.name))}
    themes = {name: each for each in round_.rulebook.themes for name in (folded(each.value), folded(label(each)))}
    return Known(places, carriers, themes)


def references_in(round_: Round, among: Collection[str]) -> frozenset[str]:
    """Which of these references are already projects of a round."""
    wanted = sa.select(Proposal.external_ref).where(Proposal.round_id == round_.id, Proposal.external_ref.in_(among))
    return frozenset(each for each in db.session.scalars(wanted) if each)


def collected_in(round_: Round, most: int = 200) -> Sequence[Collected]:
    """What was collected in a round, the latest first."""
    wanted = sa.select(Collected).join(Collected.proposal).where(Proposal.round_id == round_.id)
    return db.session.scalars(wanted.order_by(Collected.entered_at.desc(), Proposal.id.desc()).limit(most)).all()


def collected(round_: Round, public_id: str) -> Collected:
    """One of them; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(Collected).join(Collected.proposal)
    found = db.session.scalars(wanted.where(Proposal.round_id == round_.id, Proposal.public_id == public_id)).first()
    if found is None:
        raise Refusal(N_("Aucun projet recueilli dans ce budget n’a cette adresse."), Kind.NOT_FOUND)
    return found

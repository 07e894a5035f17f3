"""Reading the dialogue about costs, and the findings that wait to be published together."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from participatory.appraisal.dialogue_models import CostingStep, FindingDraft
from participatory.appraisal.dialogue_rules import Balance, LineTalk, Said, answer_hoped_by, balance, talks
from participatory.appraisal.models import Appraisal
from participatory.appraisal.queries import Reach
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.proposals.models import Proposal
from participatory.proposals.queries import within
from participatory.rounds.models import Round


def steps_on(proposal: Proposal) -> Sequence[CostingStep]:
    """Every step about the lines of a proposal, in order."""
    wanted = (
        sa.select(CostingStep).where(CostingStep.proposal_id == proposal.id).options(joinedload(CostingStep.person))
    )
    return db.session.scalars(wanted.order_by(CostingStep.id)).all()


def talks_of(proposal: Proposal, steps: Sequence[CostingStep]) -> list[LineTalk]:
    """Each line of the plan with what was said of it."""
    lines = [(line.position, line.quantity, line.unit_cents) for line in proposal.lines]
    return talks(lines, [(step.position, Said(step.act, step.quantity, step.unit_cents)) for step in steps])


def balance_of(proposal: Proposal, found: Sequence[LineTalk]) -> Balance:
    """The sums of a dialogue, without what others pay."""
    return balance(found, proposal.cofunded_cents)


def hoped_by(proposal: Proposal, found: Sequence[LineTalk], steps: Sequence[CostingStep]) -> datetime | None:
    """By when an answer of the author is hoped for, None when none is."""
    waiting = {each.position for each in found if each.waits_for_author}
    asked = [step.at for step in steps if step.position in waiting and step.act_code == "proposed"]
    return answer_hoped_by(max(asked), proposal.round.voting_at) if asked else None


def published(proposal: Proposal) -> bool:
    """Whether a finding on a proposal is public, and with it the dialogue."""
    return db.session.scalar(sa.select(sa.exists().where(Appraisal.proposal_id == proposal.id))) or False


def draft_on(proposal: Proposal) -> FindingDraft | None:
    """The finding that waits on a proposal."""
    return db.session.get(FindingDraft, proposal.id)


def drafts_of(round_: Round, reach: Reach) -> Sequence[FindingDraft]:
    """The findings of a round that wait to be published, within reach, by title."""
    wanted = (
        sa.select(FindingDraft)
        .join(Proposal, Proposal.id == FindingDraft.proposal_id)
        .where(Proposal.round_id == round_.id, within(reach))
        .options(joinedload(FindingDraft.proposal).selectinload(Proposal.co_authors), joinedload(FindingDraft.person))
    )
    return db.session.scalars(wanted.order_by(Proposal.title, Proposal.id)).unique().all()


def draft_about(public_id: str) -> FindingDraft:
    """The finding that waits on the proposal of this public identifier; raises Refusal (NOT_FOUND)."""
    wanted = sa.select(FindingDraft).join(Proposal).where(Proposal.public_id == public_id)
    found = db.session.scalars(wanted.options(selectinload(FindingDraft.proposal))).first()
    if found is None:
        raise Refusal(N_("Il n’y a plus d’avis préparé sur ce projet."), Kind.NOT_FOUND)
    return found

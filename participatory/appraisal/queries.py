"""What waits for a finding, what was found, and the list that people will vote on."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload, selectinload

from participatory.appraisal.models import Appraisal
from participatory.appraisal.rules import SHELVED, BallotSummary, Shelf
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.permissions import Scope, ScopeKind
from participatory.proposals.models import Proposal
from participatory.proposals.queries import within
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from participatory.territories.models import Site
from participatory.territories.rules import SiteKind

# How far a person appraises: None for everywhere.
Reach = frozenset[Scope] | None

PAGE_SIZE = 24
# The round to open first: the one under review, else the one that has just been or will be.
_FIRST = (Phase.REVIEW, Phase.SUBMISSION, Phase.VOTING, Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY)


def rounds_to_appraise(now: datetime, reach: Reach = None) -> list[Round]:
    """Our own rounds whose submission has begun, the one under review first; `reach` is how far the person appraises.

    A role limited to a territory bears on every round, a role limited to rounds on these alone.
    """
    begun = sa.select(Round).where(Round.submission_at <= now, Round.origin == "").order_by(Round.voting_at.desc())
    if reach is not None and all(scope.kind is ScopeKind.ROUND for scope in reach):
        begun = begun.where(Round.public_id.in_([scope.key for scope in reach]))
    return sorted(db.session.scalars(begun), key=lambda each: _FIRST.index(each.phase(now)))


def proposal_to_appraise(public_id: str) -> Proposal:
    """The proposal with all that its case page shows; raises Refusal (NOT_FOUND)."""
    statement = (
        sa.select(Proposal)
        .where(Proposal.public_id == public_id)
        .options(joinedload(Proposal.author), joinedload(Proposal.round), selectinload(Proposal.lines))
    )
    proposal = db.session.scalars(statement).first()
    if proposal is None:
        raise Refusal(N_("Il n’y a pas de projet à cette adresse."), Kind.NOT_FOUND)
    return proposal


def shelf_page(round_: Round, shelf: Shelf, page: int, reach: Reach = None) -> Pagination:
    """A page of one of the services' lists, within reach: what waits by age, what was appraised by title."""
    statement = _of(round_, SHELVED[shelf], reach)
    waiting = shelf is Shelf.WAITING
    ordered = statement.order_by(Proposal.submitted_at if waiting else Proposal.title, Proposal.id)
    return db.paginate(ordered, page=max(page, 1), per_page=PAGE_SIZE, max_per_page=PAGE_SIZE, error_out=False)


def waiting_in(round_: Round, reach: Reach = None) -> Sequence[Proposal]:
    """Every proposal of a round that waits for a finding, within reach, the oldest first."""
    waiting = _of(round_, State.ADMITTED, reach).options(joinedload(Proposal.author), joinedload(Proposal.round))
    return db.session.scalars(waiting.order_by(Proposal.submitted_at, Proposal.id)).all()


def counts(round_: Round, reach: Reach = None) -> dict[Shelf, int]:
    """How many proposals of a round each of the services' lists holds, within what the person appraises."""
    rows = db.session.execute(
        sa.select(Proposal.state_code, sa.func.count())
        .where(Proposal.round_id == round_.id, Proposal.state_code.in_([state.value for state in SHELVED.values()]))
        .where(within(reach))
        .group_by(Proposal.state_code)
    )
    found = {State(code): number for code, number in rows}
    return {shelf: found.get(state, 0) for shelf, state in SHELVED.items()}


def ballot_summary(round_: Round) -> BallotSummary:
    """The list of the ballot in figures: projects, their final cost in cents, those in VUE, the envelope."""
    in_balance = sa.case((Site.kind == SiteKind.BALANCE.value, 1), else_=0)
    total = sa.func.coalesce(Proposal.final_cents, Proposal.asked_cents)
    projects, cost, balance = db.session.execute(
        sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(total), 0), sa.func.coalesce(sa.func.sum(in_balance), 0)
        )
        .select_from(Proposal)
        .outerjoin(Proposal.site)
        .where(Proposal.round_id == round_.id, Proposal.state_code == State.FEASIBLE.value)
    ).one()
    # PostgreSQL sums big integers into a decimal.
    return BallotSummary(projects, int(cost), int(balance), round_.rulebook.budget_cents)


def next_case(after: Proposal, reach: Reach = None) -> Proposal | None:
    """The next proposal of the same round, within reach, that has no finding yet; back at the top after the last."""
    waiting = (
        _of(after.round, State.ADMITTED, reach)
        .where(Proposal.id != after.id)
        .order_by(Proposal.submitted_at, Proposal.id)
    )
    place = sa.tuple_(Proposal.submitted_at, Proposal.id)
    here = sa.tuple_(sa.literal(after.submitted_at, Proposal.submitted_at.type), sa.literal(after.id, Proposal.id.type))
    following = db.session.scalars(waiting.where(place > here).limit(1)).first()
    return following or db.session.scalars(waiting.limit(1)).first()


def findings_on(proposal: Proposal) -> Sequence[Appraisal]:
    """Every finding on a proposal, the latest first."""
    return db.session.scalars(
        sa.select(Appraisal).where(Appraisal.proposal_id == proposal.id).order_by(Appraisal.id.desc())
    ).all()


def number_of_findings(proposal: Proposal) -> int:
    """How many findings were published on a proposal."""
    wanted = sa.select(sa.func.count()).select_from(Appraisal).where(Appraisal.proposal_id == proposal.id)
    return db.session.scalar(wanted) or 0


def _of(round_: Round, state: State, reach: Reach) -> sa.Select[Proposal]:
    wanted = sa.select(Proposal).where(Proposal.round_id == round_.id, Proposal.state_code == state.value)
    return wanted.where(within(reach))

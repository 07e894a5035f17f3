"""Reading the urn and the signatures, never one beside the other."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from participatory.ballots.models import Ballot, Closing, Signature
from participatory.ballots.rules import Cell, Choice, choices_of, suppressed
from participatory.core.database import db
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.territories.models import Site


@dataclass(frozen=True)
class Turnout:
    """How many people of the roll have signed, and the same by site without the small figures."""

    voters: int
    signatures: int
    by_site: tuple[Cell, ...]


def has_signed(voter: Voter) -> bool:
    """Whether a ballot of this voter is in the urn."""
    wanted = sa.select(Signature.day).where(Signature.round_id == voter.round_id, Signature.voter_id == voter.id)
    return db.session.scalar(wanted) is not None


def signed_among(voter_ids: Collection[int]) -> frozenset[int]:
    """Those of these voters, by `id`, who have signed; for the roll, which stands below and cannot ask."""
    return frozenset(db.session.scalars(sa.select(Signature.voter_id).where(Signature.voter_id.in_(voter_ids))))


def holds_receipt(receipt: str) -> bool:
    """Whether a ballot with this receipt (hexadecimal) is in an urn now; a replaced one no longer is."""
    return db.session.scalar(sa.select(sa.literal(1)).where(Ballot.receipt == receipt)) is not None


def prices_on_ballot(round_: Round) -> dict[str, int]:
    """The projects that can be voted for and what each costs, in cents."""
    wanted = sa.select(Proposal.public_id, sa.func.coalesce(Proposal.final_cents, Proposal.asked_cents))
    wanted = wanted.where(Proposal.round_id == round_.id, Proposal.state_code == State.FEASIBLE.value)
    return dict(db.session.execute(wanted).all())


def titles_of(round_: Round, projects: list[str]) -> dict[str, str]:
    """The titles of these projects of the round, whatever became of them."""
    # PostgreSQL refuses a text that holds a NUL: no project has one.
    asked = [project for project in projects if "\0" not in project]
    wanted = sa.select(Proposal.public_id, Proposal.title)
    wanted = wanted.where(Proposal.round_id == round_.id, Proposal.public_id.in_(asked))
    return dict(db.session.execute(wanted).all()) if projects else {}


def closing_of(round_: Round) -> Closing | None:
    """The deed that closed the vote of this round, None while it has not been done."""
    return db.session.get(Closing, round_.id)


def count_signatures(round_: Round) -> int:
    """How many people have signed the roll."""
    return _count(sa.select(sa.func.count()).select_from(Signature).where(Signature.round_id == round_.id))


def count_ballots(round_: Round) -> int:
    """How many ballots the urn holds."""
    return _count(sa.select(sa.func.count()).select_from(Ballot).where(Ballot.round_id == round_.id))


def ballots_for_count(round_: Round) -> list[tuple[Choice, ...]]:
    """The choices of every ballot of the urn, sorted so that nothing of the order of arrival remains.

    Reads the document alone: neither slots nor receipts leave the database.
    """
    documents = db.session.scalars(sa.select(Ballot.document).where(Ballot.round_id == round_.id))
    return sorted(choices_of(text) for text in documents)


def turnout(round_: Round) -> Turnout:
    """How many have voted, by site; ask `policy.can_see_turnout` before showing it."""
    signed = sa.and_(Signature.voter_id == Voter.id, Signature.round_id == Voter.round_id)
    rows = db.session.execute(
        sa.select(Site.name, sa.func.count(Voter.id), sa.func.count(Signature.voter_id))
        .select_from(Voter)
        .join(Site, Site.id == Voter.site_id)
        .outerjoin(Signature, signed)
        .where(Voter.round_id == round_.id)
        .group_by(Site.name)
        .order_by(Site.name)
    )
    cells = [Cell(name, voters, signatures) for name, voters, signatures in rows]
    total = sum(cell.voters for cell in cells), sum(cell.signatures or 0 for cell in cells)
    return Turnout(*total, suppressed(cells))


def _count(statement: sa.Select[int]) -> int:
    return db.session.scalar(statement) or 0

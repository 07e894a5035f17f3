"""Reading the urn and the signatures, never one beside the other."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from participatory.ballots.models import (
    Challenge,
    Envelope,
    EnvelopeStatus,
    OpenedBallot,
    SealedBallot,
    Signature,
    UrnState,
    VoteOpening,
    VoteStep,
)
from participatory.ballots.rules import Cell, suppressed
from participatory.core.database import db
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.tally.linking import as_rows, stranded
from participatory.territories.models import Site
from participatory.urn.document import Choice
from participatory.urn.published import choices_from


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


class Place(StrEnum):
    """What became of the ballot of a receipt, as anybody may know it."""

    IN_URN = "in_urn"
    SEALED = "sealed"
    CHALLENGED = "challenged"
    UNKNOWN = "unknown"


def located(receipt: str) -> tuple[Place, Round | None]:
    """Where the ballot of a receipt (hexadecimal) is, and its round; one that was set aside is in no urn."""
    for place, model in ((Place.SEALED, SealedBallot), (Place.IN_URN, Envelope), (Place.CHALLENGED, Challenge)):
        wanted = sa.select(Round).join(model, model.round_id == Round.id).where(model.receipt == receipt)
        if model is Envelope:
            wanted = wanted.where(Envelope.status == EnvelopeStatus.CAST.value)
        round_ = db.session.scalars(wanted).first()
        if round_ is not None:
            return place, round_
    return Place.UNKNOWN, None


@dataclass(frozen=True)
class TrackedBallot:
    """What a published ballot chose in one contest."""

    contest: str
    choices: tuple[Choice, ...]


def ballots_with_tracker(tracker: str) -> list[tuple[Round, TrackedBallot]]:
    """The published ballots that bear a secret code; none before their result is published."""
    published = sa.and_(VoteStep.round_id == Round.id, VoteStep.state == UrnState.PUBLISHED.value)
    wanted = (
        sa.select(Round, OpenedBallot.contest, OpenedBallot.choices)
        .join(OpenedBallot, OpenedBallot.round_id == Round.id)
        .join(VoteStep, published)
        .where(OpenedBallot.tracker == tracker)
        .order_by(Round.id, OpenedBallot.contest)
    )
    rows = db.session.execute(wanted)
    return [(round_, TrackedBallot(contest, choices_from(text))) for round_, contest, text in rows]


def prices_on_ballot(round_: Round, contest: str) -> dict[str, int]:
    """The projects that can be voted for in a contest and what each costs, in cents.

    Once the vote has opened these are those of the opening, at the cost that it froze, without those that left since
    nor those that need one of these.
    """
    book, opening = round_.rulebook, db.session.get(VoteOpening, round_.id)
    wanted = sa.select(Proposal.public_id, sa.func.coalesce(Proposal.final_cents, Proposal.asked_cents), Site.slug)
    wanted = wanted.outerjoin(Site, Site.id == Proposal.site_id)
    wanted = wanted.where(Proposal.round_id == round_.id, Proposal.state_code == State.FEASIBLE.value)
    rows = db.session.execute(wanted).all()
    if opening is None:
        return {project: cents for project, cents, site in rows if book.contest_of(site) == contest}
    here = {project for project, _cents, _site in rows}
    here -= stranded(as_rows(opening.links), here)
    return {id_: cost for id_, where, cost, _title in opening.projects if where == contest and id_ in here}


def offered(round_: Round) -> str:
    """A short digest of the projects that can be voted for now, the same for everybody.

    An envelope is closed for the server: this is how it knows that a page showed a project that has left since.
    """
    listed = sorted(
        project for contest in round_.rulebook.contest_keys for project in prices_on_ballot(round_, contest)
    )
    return hashlib.sha256(" ".join(listed).encode()).hexdigest()[:16]


def titles_of(round_: Round, projects: list[str]) -> dict[str, str]:
    """The titles of these projects of the round, whatever became of them."""
    # PostgreSQL refuses a text that holds a NUL: no project has one.
    asked = [project for project in projects if "\0" not in project]
    wanted = sa.select(Proposal.public_id, Proposal.title)
    wanted = wanted.where(Proposal.round_id == round_.id, Proposal.public_id.in_(asked))
    return dict(db.session.execute(wanted).all()) if projects else {}


def rounds_named(slugs: Collection[str]) -> list[Round]:
    """The rounds at these addresses, by title."""
    return list(db.session.scalars(sa.select(Round).where(Round.slug.in_(slugs)).order_by(Round.title)))


def step_of(round_: Round, state: UrnState) -> VoteStep | None:
    """The transition of the vote of this round to a state, None while it has not been done."""
    return db.session.get(VoteStep, (round_.id, state.value))


def steps_of(round_: Round) -> dict[UrnState, VoteStep]:
    """Every transition done so far, by state."""
    found = db.session.scalars(sa.select(VoteStep).where(VoteStep.round_id == round_.id))
    return {UrnState(step.state): step for step in found}


def closing_of(round_: Round) -> VoteStep | None:
    """The deed that closed the vote of this round, None while it has not been done."""
    return step_of(round_, UrnState.CLOSED)


def count_signatures(round_: Round) -> int:
    """How many people have signed for a ballot cast online; those who voted on paper are counted by batches."""
    signed = Signature.round_id == round_.id, Signature.batch == ""
    return _count(sa.select(sa.func.count()).select_from(Signature).where(*signed))


def count_envelopes(round_: Round) -> int:
    """How many envelopes cast online lie in the urn, those that were set aside included; paper ones come later."""
    held = Envelope.round_id == round_.id, Envelope.batch == ""
    return _count(sa.select(sa.func.count()).select_from(Envelope).where(*held))


def count_sealed(round_: Round) -> int:
    """How many ballots were sealed."""
    return _count(sa.select(sa.func.count()).select_from(SealedBallot).where(SealedBallot.round_id == round_.id))


def count_sealed_by_area(round_: Round) -> dict[str, int]:
    """How many sealed ballots come from voters of each area contest, "" for those of none."""
    wanted = sa.select(SealedBallot.area, sa.func.count()).where(SealedBallot.round_id == round_.id)
    return dict(db.session.execute(wanted.group_by(SealedBallot.area)).all())


def opened_ballots(round_: Round, contest: str) -> list[tuple[Choice, ...]]:
    """What every opened ballot chose in a contest, in canonical order."""
    wanted = sa.select(OpenedBallot.choices).where(OpenedBallot.round_id == round_.id, OpenedBallot.contest == contest)
    texts = db.session.scalars(wanted.order_by(OpenedBallot.position))
    return [choices_from(text) for text in texts]


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

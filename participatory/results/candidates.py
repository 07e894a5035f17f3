"""The projects of a contest as they are counted: what the opening of the vote froze, not what they became since."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from participatory.ballots.opening import opening_of
from participatory.core.database import db
from participatory.proposals.models import Proposal
from participatory.proposals.queries import on_ballot
from participatory.proposals.rules import State
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST, CapScope
from participatory.tally.linking import REQUIRES, Row, as_rows, stranded

# A carrier stands in the META of a published file, where a key may have eighty signs.
_LONGEST_SLUG = 60


@dataclass(frozen=True)
class Candidate:
    """A project of a contest, with the cost (cents) and the title of the opening; `proposal` gives the rest.

    `left` is the code of the state for which it left the ballot since, or `requires` when it needs a project that is
    not on the ballot: its choices are then dropped.
    """

    proposal: Proposal
    contest: str
    cost_cents: int
    title: str
    left: str = ""

    @property
    def public_id(self) -> str:
        """How ballots name it."""
        return self.proposal.public_id

    @property
    def reference(self) -> str:
        """Its id in the count: the one of its own platform if its election was imported, else ours."""
        imported = self.proposal.external_ref if self.proposal.round.imported else None
        return imported or self.proposal.public_id

    @property
    def partial_from_cents(self) -> int | None:
        """The least amount (cents) with which it may be funded in part, None when it may not."""
        agreed = self.proposal.partial_min_cents
        counts = self.proposal.round.rulebook.partial_funding and agreed is not None and 0 < agreed < self.cost_cents
        return agreed if counts else None


def candidates_of(round_: Round, contest: str) -> list[Candidate]:
    """The projects of a contest that are counted, by public identifier."""
    return [each for each in listed_in(round_) if each.contest == contest and not each.left]


def listed_in(round_: Round) -> list[Candidate]:
    """Every project with which the vote of a round opened, by public identifier, those that left included.

    A round without opening, brought in from elsewhere or older than sealed ballots, is counted as it is.
    """
    opening = opening_of(round_)
    if opening is None:
        return [Candidate(each, MAIN_CONTEST, each.cost_cents, each.title) for each in on_ballot(round_)]
    rows = {project: (contest, cost, title) for project, contest, cost, title in opening.projects}
    wanted = sa.select(Proposal).where(Proposal.round_id == round_.id, Proposal.public_id.in_(rows))
    found = list(db.session.scalars(wanted.order_by(Proposal.public_id)))
    alone = stranded(frozen_links(round_), [each.public_id for each in found if each.state is State.FEASIBLE])
    return [Candidate(each, *rows[each.public_id], left=_left(each, alone)) for each in found]


def _left(proposal: Proposal, alone: frozenset[str]) -> str:
    if proposal.state is not State.FEASIBLE:
        return proposal.state_code
    return REQUIRES if proposal.public_id in alone else ""


def frozen_links(round_: Round) -> list[Row]:
    """The links between projects that the opening froze, none for a round without opening."""
    opening = opening_of(round_)
    return as_rows(opening.links) if opening else []


def carriers_of(candidates: Sequence[Candidate]) -> dict[str, str]:
    """Who carries each project, by its id in the count: an association, or a number that means nothing else.

    Projects that nobody carries any more are left out.
    """
    people: dict[int, int] = {}
    found = {}
    for each in sorted(candidates, key=lambda candidate: candidate.reference):
        proposal = each.proposal
        if proposal.association is not None:
            slug = proposal.association.slug
            short = slug if len(slug) <= _LONGEST_SLUG else f"{slug[:_LONGEST_SLUG]}-{proposal.association_id}"
            found[each.reference] = short
        elif proposal.author_id is not None:
            found[each.reference] = f"person-{people.setdefault(proposal.author_id, len(people) + 1)}"
    return found


def listed_rows(round_: Round) -> list[list[str]]:
    """The rows of `projects.csv`, by contest and id: kept with the count, since proposals may still change.

    People are told apart as carriers only where a cap of the rulebook bears on them.
    """
    listed = listed_in(round_)
    bounded = any(cap.scope is CapScope.CARRIER for cap in round_.rulebook.caps)
    carriers = carriers_of(listed) if bounded else {}
    return sorted(_row(each, carriers.get(each.reference, "")) for each in listed)


def _row(each: Candidate, carrier: str) -> list[str]:
    site, partial = each.proposal.site, each.partial_from_cents
    return [
        each.contest,
        each.public_id,
        each.title,
        str(each.cost_cents),
        site.name if site else "",
        site.kind if site else "",
        site.department_code if site else "",
        each.proposal.theme_code or "",
        carrier,
        "" if partial is None else str(partial),
        each.left,
    ]

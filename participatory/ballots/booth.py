"""What the booth shows to one visitor: the projects of a contest in their own order, filtered, and their baskets."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from flask import request, session
from flask_login import current_user

from participatory.ballots import basket as baskets
from participatory.ballots.basket import Basket
from participatory.ballots.bonds import Bonds, bonds_of
from participatory.ballots.listing import Filters, Pages
from participatory.ballots.opening import opening_of
from participatory.ballots.queries import has_signed, titles_of
from participatory.ballots.rules import drawn
from participatory.core.errors import Refusal
from participatory.identity.models import Person
from participatory.integrity.collecting import in_booth
from participatory.proposals.favourites import favourites
from participatory.proposals.models import Proposal
from participatory.proposals.queries import on_ballot
from participatory.rolls.entering import enter_roll
from participatory.rolls.inscription import places_in_words
from participatory.rolls.models import Voter
from participatory.rolls.rules import pseudonym
from participatory.rolls.standing import Standing
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST, Rulebook
from participatory.tally.linking import as_rows, stranded
from participatory.territories.models import Department
from participatory.web.settings import secret_store

_DRAW = "draw"


@dataclass(frozen=True)
class Visitor:
    """Somebody at the booth: `name` is the pseudonym in the round, or a draw of the visit for who has not signed in."""

    person: Person | None
    standing: Standing
    name: str

    @property
    def voter(self) -> Voter | None:
        """The visitor's line on the roll, None off it."""
        return self.standing.voter

    def contests(self, book: Rulebook) -> tuple[str, ...]:
        """The contests that this visitor may open: a voter's own, and all of them for who only reads."""
        return book.contests_of(self.voter.site.slug) if self.voter is not None else book.contest_keys


@dataclass
class Booth:
    """The page of the booth, before it is drawn.

    `ballot` holds every project of the round in the visitor's order; `baskets` one basket for each contest that the
    visitor may open; `contest` is the one whose list is shown; `gone` names what left the ballot since it was chosen.
    """

    round: Round
    book: Rulebook
    visitor: Visitor
    filters: Filters
    ballot: Mapping[str, Proposal]
    baskets: dict[str, Basket]
    gone: list[str] = field(default_factory=list)

    @property
    def contest(self) -> str:
        """The contest whose list is shown."""
        return self.filters.contest or MAIN_CONTEST

    @property
    def basket(self) -> Basket:
        """The basket of the contest that is shown."""
        return self.baskets[self.contest]

    @cached_property
    def projects(self) -> Mapping[str, Proposal]:
        """The projects of the contest that is shown."""
        return {key: each for key, each in self.ballot.items() if contest_of(self.book, each) == self.contest}

    @cached_property
    def bonds(self) -> Bonds:
        """The links between the projects on the ballot."""
        return bonds_of(self.round, tuple(self.ballot))

    @property
    def several(self) -> bool:
        """Whether the visitor has more than one contest before them."""
        return len(self.baskets) > 1

    @property
    def begun(self) -> bool:
        """Whether something is chosen in some contest."""
        return any(basket.chosen for basket in self.baskets.values())

    @cached_property
    def pages(self) -> Pages:
        """The projects asked for, in the order of the draw or by cost."""
        found = [project for project in self.projects.values() if self.filters.keep(project, self.basket)]
        if self.filters.by_cost:
            found.sort(key=lambda project: project.cost_cents)
        return Pages(found, self.filters.page)

    @property
    def marked(self) -> int:
        """How many projects of this contest the visitor had marked while browsing."""
        return sum(public_id in self.filters.marked for public_id in self.projects)

    @property
    def still_fitting(self) -> int:
        """How many projects outside the basket could still be added."""
        return sum(self.basket.fits(each) for each in self.projects.values()) - len(self.basket.chosen)

    @cached_property
    def departments(self) -> list[Department]:
        """The departments that have a project in this contest, by name."""
        found = {each.site.department_code: each.site.department for each in self.projects.values() if each.site}
        return sorted(found.values(), key=lambda department: department.name)

    @property
    def regional(self) -> bool:
        """Whether a project of this contest is for the whole region."""
        return any(project.site is None for project in self.projects.values())

    @property
    def places(self) -> str:
        """Where the visitor is enrolled, as one reads it in a sentence."""
        return places_in_words(self.visitor.standing.places)

    @cached_property
    def signed(self) -> bool:
        """Whether a ballot of this visitor is in the urn."""
        return self.visitor.voter is not None and has_signed(self.visitor.voter)

    def over(self, basket: Basket) -> set[str]:
        """The projects of the page that this basket has no room for."""
        return {each.public_id for each in self.pages.items if not basket.fits(each)}

    def turn_to(self, contest: str) -> None:
        """Show another contest; asked before the list is drawn."""
        self.filters = replace(self.filters, contest=contest if contest != MAIN_CONTEST else "")

    def hold(self, basket: Basket) -> None:
        """Put a basket in the place of the one of its contest."""
        self.baskets = {**self.baskets, basket.contest: basket}


def contest_of(book: Rulebook, project: Proposal) -> str:
    """The contest of a project."""
    return book.contest_of(project.site.slug if project.site else None)


def visitor(round_: Round) -> Visitor:
    """Who stands at the booth of a round; what their sign-in has proven is written on the roll first."""
    if not current_user.is_authenticated:
        if _DRAW not in session:
            session[_DRAW] = secrets.token_hex(8)
        return Visitor(None, Standing(None), str(session[_DRAW]))
    standing = enter_roll(round_, current_user)
    pepper = secret_store().get("pepper", round_.public_id)
    name = standing.voter.pseudonym if standing.voter else pseudonym(pepper, current_user.public_id)
    return Visitor(current_user, standing, name)


def enter(round_: Round) -> Booth:
    """The booth of a round for the present visitor, with the baskets of their cookie.

    It shows the contest of the address where the visitor may open it, else the regional one. From a voter's first page
    on, the time in the booth is counted.
    """
    who, book = visitor(round_), round_.rulebook
    if who.voter is not None:
        in_booth(round_)
    known = can_be_done(round_)
    order = drawn(known, secret_store().get("order", round_.public_id), who.name)
    chosen = baskets.read(round_, who.person) if who.person is not None and who.voter is not None else {}
    ballot = {public_id: known[public_id] for public_id in order}
    own = who.contests(book)
    held = {key: baskets.filled(book, key, _of_contest(book, ballot, key), chosen.get(key, ())) for key in own}
    gone = titles_of(round_, [each for choices in chosen.values() for each, _value in choices if each not in known])
    booth = Booth(round_, book, who, Filters.asked(request.args, favourites()), ballot, held, sorted(gone.values()))
    booth.turn_to(booth.filters.contest if booth.filters.contest in own else MAIN_CONTEST)
    return booth


def can_be_done(round_: Round) -> dict[str, Proposal]:
    """The projects on the ballot, by public identifier, without those that need one which was taken out of it."""
    there, opening = {project.public_id: project for project in on_ballot(round_)}, opening_of(round_)
    lost = stranded(as_rows(opening.links), there) if opening else frozenset()
    return {public_id: project for public_id, project in there.items() if public_id not in lost}


def _of_contest(book: Rulebook, ballot: Mapping[str, Proposal], contest: str) -> dict[str, Proposal]:
    return {key: each for key, each in ballot.items() if contest_of(book, each) == contest}


@dataclass(frozen=True)
class Refused:
    """A change that the rules refuse: the project and the reason, for the card and the summary."""

    project: Proposal
    reason: Refusal

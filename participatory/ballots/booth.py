"""What the booth shows to one visitor: the projects in their own order, filtered, by pages, and their basket."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import request, session
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from participatory.ballots import basket as baskets
from participatory.ballots.basket import Basket
from participatory.ballots.queries import has_signed, titles_of
from participatory.ballots.rules import drawn
from participatory.core.errors import Refusal
from participatory.core.search import stems
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from participatory.proposals.queries import on_ballot
from participatory.rolls.entering import enter_roll
from participatory.rolls.inscription import places_in_words
from participatory.rolls.models import Voter
from participatory.rolls.rules import pseudonym
from participatory.rolls.standing import Standing
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Theme
from participatory.territories.models import Department
from participatory.web.settings import secret_store

PER_PAGE = 24
REGION = "region"
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


@dataclass(frozen=True)
class Filters:
    """What was asked of the list, as it stands in the address."""

    q: str = ""
    themes: tuple[Theme, ...] = ()
    department: str = ""
    fitting: bool = False
    by_cost: bool = False
    page: int = 1

    @classmethod
    def asked(cls, args: "MultiDict[str, str]") -> "Filters":
        """The filters of an address; what it says wrongly is ignored."""
        page = args.get("page", "")
        return cls(
            q=args.get("q", "").strip()[:100],
            themes=tuple(theme for theme in Theme if theme.value in args.getlist("theme")),
            department=args.get("departement", "")[:10],
            fitting=args.get("tient") == "1",
            by_cost=args.get("tri") == "cout",
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
        )

    @property
    def count(self) -> int:
        """How many filters narrow the list."""
        return bool(self.q) + len(self.themes) + bool(self.department) + self.fitting

    @property
    def query(self) -> dict[str, Any]:
        """The same filters as arguments of an address."""
        said = {
            "q": self.q,
            "theme": [theme.value for theme in self.themes],
            "departement": self.department,
            "tient": "1" if self.fitting else "",
            "tri": "cout" if self.by_cost else "",
            "page": self.page if self.page > 1 else "",
        }
        return {name: value for name, value in said.items() if value}

    def keep(self, project: Proposal, basket: Basket) -> bool:
        """Whether a project answers every filter."""
        where = project.site.department_code if project.site else REGION
        return (
            (not self.themes or project.theme in self.themes)
            and (not self.department or where == self.department)
            and (not self.fitting or basket.fits(project))
            and all(f" {stem}" in project.search_text for stem in stems(self.q).split())
        )


@dataclass(frozen=True)
class Pages:
    """One page of a list, with the names that the pagination component knows."""

    found: list[Proposal]
    asked: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-len(self.found) // PER_PAGE))

    @property
    def page(self) -> int:
        """The page shown: the last one when the address asks too far."""
        return max(1, min(self.asked, self.pages))

    @property
    def items(self) -> list[Proposal]:
        """The projects of the page."""
        return self.found[(self.page - 1) * PER_PAGE : self.page * PER_PAGE]

    @property
    def has_prev(self) -> bool:
        """Whether a page comes before."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether a page comes after."""
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        """The number of the page before."""
        return self.page - 1

    @property
    def next_num(self) -> int:
        """The number of the page after."""
        return self.page + 1

    def iter_pages(self, **_edges: int) -> Iterator[int]:
        """Every page number: a ballot is short enough to show them all."""
        return iter(range(1, self.pages + 1))


@dataclass
class Booth:
    """The page of the booth, before it is drawn."""

    round: Round
    visitor: Visitor
    filters: Filters
    projects: Mapping[str, Proposal]
    basket: Basket
    gone: list[str] = field(default_factory=list)

    @cached_property
    def pages(self) -> Pages:
        """The projects asked for, in the order of the draw or by cost."""
        found = [project for project in self.projects.values() if self.filters.keep(project, self.basket)]
        if self.filters.by_cost:
            found.sort(key=lambda project: project.cost_cents)
        return Pages(found, self.filters.page)

    @property
    def still_fitting(self) -> int:
        """How many projects outside the basket could still be added."""
        return sum(self.basket.fits(each) for each in self.projects.values()) - len(self.basket.chosen)

    @cached_property
    def departments(self) -> list[Department]:
        """The departments that have a project on the ballot, by name."""
        found = {each.site.department_code: each.site.department for each in self.projects.values() if each.site}
        return sorted(found.values(), key=lambda department: department.name)

    @property
    def regional(self) -> bool:
        """Whether a project of the ballot is for the whole region."""
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
    """The booth of a round for the present visitor, with the basket of their cookie."""
    who = visitor(round_)
    known = {project.public_id: project for project in on_ballot(round_)}
    order = drawn(known, secret_store().get("order", round_.public_id), who.name)
    chosen = baskets.read(round_, who.person) if who.person is not None and who.voter is not None else []
    projects = {public_id: known[public_id] for public_id in order}
    gone = titles_of(round_, [each for each in chosen if each not in known])
    basket = baskets.filled(round_.rulebook, projects, chosen)
    return Booth(round_, who, Filters.asked(request.args), projects, basket, sorted(gone.values()))


@dataclass(frozen=True)
class Refused:
    """An addition that the rules refuse: the project and the reason, for the card and the summary."""

    project: Proposal
    reason: Refusal

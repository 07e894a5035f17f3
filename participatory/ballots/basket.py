"""The basket: a draft that lives in the voter's own signed cookie and never in the database.

It ends with the browser's session, like the sign-in, so that a shared computer keeps
no trace of it. It is signed for one person and one round: nobody else's basket is read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flask import Flask, Response, after_this_request, request, session, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.choosing import BASKET_MAX, ContestTerms, as_choices, terms_of
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round
from participatory.rounds.rulebook import BallotKind, Rulebook
from participatory.urn.document import GREATEST_VALUE, Choice
from participatory.web.settings import config

COOKIE = "panier"
# The rounds in which a basket was begun, so that signing out can empty them all.
BEGUN = "baskets"

# What a cookie holds: by contest, the projects in the order in which they were added, each with its points or 1.
Drafts = dict[str, tuple[Choice, ...]]


@dataclass(frozen=True)
class Basket:
    """The projects chosen so far in one contest, in the order in which they were added; in a ranking, the first first.

    `points` says how many each one receives, where points are given.
    """

    contest: str
    terms: ContestTerms
    chosen: tuple[Proposal, ...]
    points: Mapping[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> BallotKind:
        """How one chooses."""
        return self.terms.kind

    @property
    def knapsack(self) -> bool:
        """Whether the basket holds amounts; else it holds a number of projects or of points."""
        return self.terms.knapsack

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The public identifiers of the chosen projects."""
        return tuple(project.public_id for project in self.chosen)

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What the ballot would say in this contest."""
        return as_choices(self.kind, self.ids, self.points)

    @cached_property
    def values(self) -> dict[str, int]:
        """The points or the rank of each chosen project; 1 where there is neither."""
        return dict(self.choices)

    @cached_property
    def spent_cents(self) -> int:
        """What the chosen projects cost together."""
        return sum(project.cost_cents for project in self.chosen)

    @property
    def remaining_cents(self) -> int | None:
        """What is left of the envelope; None where choices are counted and not amounts."""
        return self.terms.amount_cents - self.spent_cents if self.knapsack else None

    @property
    def used(self) -> int:
        """What is taken of `capacity`: cents, points or choices."""
        if self.knapsack:
            return self.spent_cents
        return sum(self.values.values()) if self.kind is BallotKind.POINTS else len(self.chosen)

    @property
    def capacity(self) -> int:
        """What there is to give: cents, points or choices."""
        if self.knapsack:
            return self.terms.amount_cents
        return self.terms.points_budget if self.kind is BallotKind.POINTS else self.terms.most

    @property
    def room(self) -> int:
        """How many cents, points or choices are left; below 0 when too much was chosen."""
        return self.capacity - self.used

    @property
    def full(self) -> bool:
        """Whether the ballot holds as many projects as the rulebook allows."""
        return len(self.chosen) >= self.terms.most

    @property
    def state(self) -> str:
        """How far the voter is: nothing, short (under the least), some, full, or over."""
        if self.room < 0 or len(self.chosen) > self.terms.most:
            return "over"
        if not self.chosen:
            return "nothing"
        if len(self.chosen) < self.terms.least:
            return "short"
        return "full" if self.full or not self.room else "some"

    @property
    def bricks(self) -> list[dict[str, int]]:
        """One brick for each choice, as wide as what it takes of the capacity."""
        if self.knapsack:
            return [{"cost_cents": project.cost_cents} for project in self.chosen]
        sizes = self.values if self.kind is BallotKind.POINTS else dict.fromkeys(self.ids, 1)
        return [{"cost_cents": sizes[project]} for project in self.ids]

    def fits(self, project: Proposal) -> bool:
        """Whether a project could still be added, or is in the basket already."""
        cost = project.cost_cents if self.knapsack else 1
        return project.public_id in self.ids or (not self.full and cost <= self.room)


def read(round_: Round, person: Person) -> Drafts:
    """What the person chose; nothing when the cookie is absent, altered or another person's."""
    try:
        found = _serializer(round_, person).loads(request.cookies.get(COOKIE, ""))
    except BadData:
        return {}
    return {contest: _unpacked(text) for contest, text in found.items()} if isinstance(found, dict) else {}


def is_foreign(round_: Round, person: Person) -> bool:
    """Whether the browser holds a basket that is not this person's: it is replaced, never read."""
    text = request.cookies.get(COOKIE, "")
    return bool(text) and not _serializer(round_, person).loads_unsafe(text)[0]


def write(response: BaseResponse, round_: Round, person: Person, baskets: Mapping[str, Basket]) -> None:
    """Keep the baskets in the browser, for the booth's pages alone; when all are empty, nothing is kept."""
    held = {contest: _packed(basket) for contest, basket in baskets.items() if basket.chosen}
    if not held:
        forget(response, round_.slug)
        return
    response.set_cookie(
        COOKIE,
        _serializer(round_, person).dumps(held),
        path=url_for("ballots.booth", slug=round_.slug),
        secure=config().production,
        httponly=True,
        samesite="Lax",
    )
    session[BEGUN] = sorted({*session.get(BEGUN, []), round_.slug})


def forget(response: BaseResponse, slug: str) -> None:
    """Remove the basket of a round from the browser."""
    path = url_for("ballots.booth", slug=slug)
    response.delete_cookie(COOKIE, path=path, secure=config().production, httponly=True, samesite="Lax")
    if slug in session.get(BEGUN, []):
        session[BEGUN] = [each for each in session[BEGUN] if each != slug]


def forget_all(_app: Flask, **_event: object) -> None:
    """Remove every basket begun in this session: the person is signing out."""
    for slug in session.pop(BEGUN, []):
        after_this_request(_forgetting(slug))


def filled(book: Rulebook, contest: str, projects: Mapping[str, Proposal], chosen: Sequence[Choice]) -> Basket:
    """The basket of a contest that holds these choices; projects that are not on its ballot are left out."""
    kept = {project: value for project, value in chosen if project in projects}
    points = kept if book.ballot_kind is BallotKind.POINTS else {}
    return Basket(contest, terms_of(book, contest), tuple(projects[each] for each in kept), points)


def _packed(basket: Basket) -> str:
    """Identifiers one after the other, `*` and the points where there are more than one: 120 projects stay small."""
    points = basket.points
    return " ".join(f"{each}*{points[each]}" if points.get(each, 1) > 1 else each for each in basket.ids)


def _unpacked(text: object) -> tuple[Choice, ...]:
    pairs = [each.partition("*") for each in str(text).split(" ")[:BASKET_MAX]]
    return tuple((project, min(int(value or 1), GREATEST_VALUE)) for project, _star, value in pairs)


def _forgetting(slug: str) -> Callable[[Response], Response]:
    def forgetting(response: Response) -> Response:
        forget(response, slug)
        return response

    return forgetting


def _serializer(round_: Round, person: Person) -> URLSafeSerializer:
    return URLSafeSerializer(config().secret_key, salt=f"basket|{round_.public_id}|{person.public_id}")

"""The basket: a draft that lives in the voter's own signed cookie and never in the database.

It ends with the browser's session, like the sign-in, so that a shared computer keeps
no trace of it. It is signed for one person and one round: nobody else's basket is read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import Flask, Response, after_this_request, request, session, url_for
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse

from participatory.ballots.choosing import BASKET_MAX, terms_of
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST, BallotKind, Rulebook
from participatory.web.settings import config

COOKIE = "panier"
# The rounds in which a basket was begun, so that signing out can empty them all.
BEGUN = "baskets"


@dataclass(frozen=True)
class Basket:
    """The projects chosen so far, in the order in which they were added."""

    book: Rulebook
    chosen: tuple[Proposal, ...]

    @property
    def knapsack(self) -> bool:
        """Whether the basket holds amounts; else it holds a number of projects."""
        return self.book.ballot_kind is BallotKind.KNAPSACK

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The public identifiers of the chosen projects."""
        return tuple(project.public_id for project in self.chosen)

    @cached_property
    def spent_cents(self) -> int:
        """What the chosen projects cost together."""
        return sum(project.cost_cents for project in self.chosen)

    @property
    def remaining_cents(self) -> int | None:
        """What is left of the envelope; None where choices are counted and not amounts."""
        return self.book.budget_cents - self.spent_cents if self.knapsack else None

    @property
    def room(self) -> int:
        """How many cents, or how many projects, still fit."""
        if self.knapsack:
            return self.book.budget_cents - self.spent_cents
        return terms_of(self.book, MAIN_CONTEST).most - len(self.chosen)

    @property
    def full(self) -> bool:
        """Whether the ballot holds as many projects as the rulebook allows."""
        return len(self.chosen) >= self.book.ballot_max

    @property
    def equal_bricks(self) -> list[dict[str, int]]:
        """One brick of the same size per choice, where choices are counted."""
        return [{"cost_cents": 1} for _project in self.chosen]

    def fits(self, project: Proposal) -> bool:
        """Whether a project could still be added, or is in the basket already."""
        cost = project.cost_cents if self.knapsack else 1
        return project.public_id in self.ids or (not self.full and cost <= self.room)


def read(round_: Round, person: Person) -> list[str]:
    """The identifiers in the person's basket; none when the cookie is absent, altered or another person's."""
    try:
        found = _serializer(round_, person).loads(request.cookies.get(COOKIE, ""))
    except BadData:
        return []
    return [str(project) for project in found][:BASKET_MAX] if isinstance(found, list) else []


def is_foreign(round_: Round, person: Person) -> bool:
    """Whether the browser holds a basket that is not this person's: it is replaced, never read."""
    text = request.cookies.get(COOKIE, "")
    return bool(text) and not _serializer(round_, person).loads_unsafe(text)[0]


def write(response: BaseResponse, round_: Round, person: Person, chosen: Sequence[str]) -> None:
    """Keep the basket in the browser, for the booth's pages alone."""
    response.set_cookie(
        COOKIE,
        _serializer(round_, person).dumps(list(chosen)),
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


def forget_all(_app: Flask, **_event: object) -> None:
    """Remove every basket begun in this session: the person is signing out."""
    for slug in session.pop(BEGUN, []):
        after_this_request(_forgetting(slug))


def filled(book: Rulebook, projects: Mapping[str, Proposal], chosen: Sequence[str]) -> Basket:
    """The basket that holds these projects; those that are not on the ballot are left out."""
    return Basket(book, tuple(projects[each] for each in dict.fromkeys(chosen) if each in projects))


def _forgetting(slug: str) -> Callable[[Response], Response]:
    def forgetting(response: Response) -> Response:
        forget(response, slug)
        return response

    return forgetting


def _serializer(round_: Round, person: Person) -> URLSafeSerializer:
    return URLSafeSerializer(config().secret_key, salt=f"basket|{round_.public_id}|{person.public_id}")

"""The public list of a round: what a visitor may ask of it, and the answer one page at a time."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination
from werkzeug.datastructures import MultiDict

from participatory.core.database import db
from participatory.core.labels import N_, register
from participatory.core.search import matches
from participatory.identity.models import Association
from participatory.proposals.models import Proposal
from participatory.proposals.rules import PUBLIC, State
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Theme
from participatory.territories.models import Site
from participatory.territories.rules import SiteKind

PER_PAGE = 24
# In place of an association: the projects of people in their own name.
ALONE = "-"
_LONGEST_QUERY = 200

E = TypeVar("E", bound=Enum)


class Order(StrEnum):
    """How the list is ordered; random is the fair one, drawn for each visitor."""

    RANDOM = "random"
    COST_UP = "cost_up"
    COST_DOWN = "cost_down"
    NEWEST = "newest"


class View(StrEnum):
    """How the list is shown."""

    CARDS = "cards"
    TABLE = "table"
    MAP = "map"


class Reach(StrEnum):
    """Where projects take place, coarsely."""

    BALANCE = "balance"
    METROPOLIS = "metropolis"
    REGION = "region"


register(
    {
        Order.RANDOM: N_("Ordre tiré au sort"),
        Order.COST_UP: N_("Coût croissant"),
        Order.COST_DOWN: N_("Coût décroissant"),
        Order.NEWEST: N_("Les plus récents"),
        View.CARDS: N_("Cartes"),
        View.TABLE: N_("Tableau"),
        View.MAP: N_("Par département"),
        Reach.BALANCE: N_("Villes universitaires d’équilibre"),
        Reach.METROPOLIS: N_("Métropoles"),
        Reach.REGION: N_("Toute la région"),
    }
)


@dataclass(frozen=True)
class Search:
    """What a visitor asked for; everything empty means the whole list."""

    q: str = ""
    themes: tuple[Theme, ...] = ()
    department: str = ""
    site: str = ""
    reach: Reach | None = None
    state: State | None = None
    # An association's slug, or ALONE.
    carrier: str = ""
    # Bounds of what a project costs, in euros, both included.
    least: int | None = None
    most: int | None = None
    order: Order = Order.RANDOM
    marked_only: bool = False
    # The public identifiers that this browser marked; they are not in the address.
    marked: tuple[str, ...] = ()

    @classmethod
    def read(cls, args: "MultiDict[str, str]", marked: Sequence[str] = ()) -> "Search":
        """The search that a query string holds; what means nothing is left out, never an error."""
        state = _member(State, args.get("etat", ""))
        return cls(
            q=_text(args, "q", _LONGEST_QUERY).strip(),
            themes=tuple(theme for theme in Theme if theme.value in args.getlist("theme")),
            department=_text(args, "departement", 3),
            site=_text(args, "site", 40),
            reach=_member(Reach, args.get("portee", "")),
            state=state if state in PUBLIC else None,
            carrier=_text(args, "porteur", 80),
            least=_euros(args, "cout_min"),
            most=_euros(args, "cout_max"),
            order=_member(Order, args.get("ordre", "")) or Order.RANDOM,
            marked_only=args.get("favoris") == "1",
            marked=tuple(marked),
        )

    def query(self) -> dict[str, Any]:
        """The search as a query string holds it, without what is empty."""
        given: Mapping[str, Any] = {
            "q": self.q,
            "theme": [theme.value for theme in self.themes],
            "departement": self.department,
            "site": self.site,
            "portee": self.reach,
            "etat": self.state,
            "porteur": self.carrier,
            "cout_min": self.least,
            "cout_max": self.most,
            "ordre": self.order if self.order is not Order.RANDOM else "",
            "favoris": "1" if self.marked_only else "",
        }
        return {name: value for name, value in given.items() if value or value == 0}

    @property
    def filters(self) -> int:
        """How many filters are on, the words searched and the order apart."""
        bounded = self.least is not None or self.most is not None
        on = (self.themes, self.department, self.site, self.reach, self.state, self.carrier, bounded, self.marked_only)
        return sum(map(bool, on))

    @property
    def narrowed(self) -> bool:
        """Whether this is less than the whole list."""
        return bool(self.q or self.filters)


def _text(args: "MultiDict[str, str]", name: str, most: int) -> str:
    # PostgreSQL refuses a text that holds a NUL.
    return args.get(name, "").replace("\0", "")[:most]


def _euros(args: "MultiDict[str, str]", name: str) -> int | None:
    typed = "".join(sign for sign in _text(args, name, 20) if not sign.isspace())
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _member(members: type[E], text: str) -> E | None:
    return next((member for member in members if member.value == text), None)


def _published(round_: Round) -> sa.ColumnElement[bool]:
    return sa.and_(Proposal.round_id == round_.id, Proposal.state_code.in_([state.value for state in PUBLIC]))


def _conditions(round_: Round, search: Search) -> list[sa.ColumnElement[bool]]:
    asked = [_published(round_), matches(sa.type_coerce(Proposal.search_text, sa.Text), search.q)]
    if search.themes:
        asked.append(Proposal.theme_code.in_([theme.value for theme in search.themes]))
    if search.department:
        asked.append(Site.department_code == search.department)
    if search.site:
        asked.append(Site.slug == search.site)
    if search.reach is Reach.REGION:
        asked.append(Proposal.site_id.is_(None))
    elif search.reach is not None:
        asked.append(Site.kind == SiteKind(search.reach.value).value)
    if search.marked_only:
        asked.append(Proposal.public_id.in_(search.marked))
    if search.state is not None:
        asked.append(Proposal.state_code == search.state.value)
    return [*asked, *_carried(search), *_priced(search)]


def _carried(search: Search) -> list[sa.ColumnElement[bool]]:
    if search.carrier == ALONE:
        return [Proposal.association_id.is_(None)]
    return [Proposal.association.has(Association.slug == search.carrier)] if search.carrier else []


def _priced(search: Search) -> list[sa.ColumnElement[bool]]:
    cost = sa.func.coalesce(Proposal.final_cents, Proposal.asked_cents)
    bounds = []
    if search.least is not None:
        bounds.append(cost >= search.least * 100)
    if search.most is not None:
        bounds.append(cost <= search.most * 100)
    return bounds


def published_count(round_: Round) -> int:
    """How many projects of a round the public may read."""
    return db.session.scalar(sa.select(sa.func.count(Proposal.id)).where(_published(round_))) or 0


def carriers(round_: Round) -> list[Association]:
    """The associations that carry a project of a round that the public may read, by name."""
    theirs = sa.select(Proposal.association_id).where(_published(round_))
    return list(db.session.scalars(sa.select(Association).where(Association.id.in_(theirs)).order_by(Association.name)))


def by_department(round_: Round, search: Search) -> dict[str, int]:
    """How many projects answer a search in each department, by code; under "" those of the whole region."""
    rows = sa.select(Site.department_code, sa.func.count(Proposal.id)).select_from(Proposal).outerjoin(Proposal.site)
    found = db.session.execute(rows.where(*_conditions(round_, search)).group_by(Site.department_code))
    return {code or "": number for code, number in found}


def found_ids(round_: Round, search: Search, seed: str) -> list[int]:
    """The rows that answer a search, in its order; the same seed always draws the same random order."""
    cost = sa.func.coalesce(Proposal.final_cents, Proposal.asked_cents)
    orders: dict[Order, sa.ColumnElement[Any]] = {
        Order.COST_UP: cost.asc(),
        Order.COST_DOWN: cost.desc(),
        Order.NEWEST: Proposal.submitted_at.desc(),
    }
    rows = sa.select(Proposal.id, Proposal.public_id).outerjoin(Proposal.site).where(*_conditions(round_, search))
    if search.order in orders:
        rows = rows.order_by(orders[search.order])
    found = db.session.execute(rows.order_by(Proposal.public_id)).all()
    if search.order is Order.RANDOM and seed:
        return [row.id for row in sorted(found, key=lambda row: drawn(seed, row.public_id))]
    return [row.id for row in found]


def drawn(seed: str, public_id: str) -> bytes:
    """The place of a project in the order drawn from a seed."""
    return hashlib.sha256(f"{seed}:{public_id}".encode()).digest()


def loaded(ids: list[int]) -> list[Proposal]:
    """The proposals of these rows, in this order, in one query."""
    found = {each.id: each for each in db.session.scalars(sa.select(Proposal).where(Proposal.id.in_(ids)))}
    return [found[row] for row in ids if row in found]


class ListPage(Pagination):
    """One page of the list; a page number that means nothing leads to the first, one too far to the last."""

    def __init__(self, ids: list[int], asked: str):
        last = max(1, -(-len(ids) // PER_PAGE))
        number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
        super().__init__(page=min(max(number, 1), last), per_page=PER_PAGE, error_out=False, ids=ids)

    def _query_items(self) -> list[Proposal]:
        ids: list[int] = self._query_args["ids"]
        start = self._query_offset
        return loaded(ids[start : start + self.per_page])

    def _query_count(self) -> int:
        return len(self._query_args["ids"])

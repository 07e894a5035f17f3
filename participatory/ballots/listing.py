"""The list of the booth: what the address asks of it, and its pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from participatory.ballots.basket import Basket
from participatory.core.search import stems
from participatory.proposals.models import Proposal
from participatory.rounds.rulebook import Theme

PER_PAGE = 24
REGION = "region"


@dataclass(frozen=True)
class Filters:
    """What was asked of the list, as it stands in the address; `contest` as asked, which may not exist."""

    contest: str = ""
    q: str = ""
    themes: tuple[Theme, ...] = ()
    department: str = ""
    fitting: bool = False
    by_cost: bool = False
    page: int = 1
    marked_only: bool = False
    # The public identifiers that this browser marked while browsing; they are not in the address.
    marked: tuple[str, ...] = ()

    @classmethod
    def asked(cls, args: "MultiDict[str, str]", marked: Sequence[str] = ()) -> "Filters":
        """The filters of an address; what it says wrongly is ignored."""
        page = args.get("page", "")
        return cls(
            contest=args.get("enveloppe", "")[:40],
            q=args.get("q", "").strip()[:100],
            themes=tuple(theme for theme in Theme if theme.value in args.getlist("theme")),
            department=args.get("departement", "")[:10],
            fitting=args.get("tient") == "1",
            by_cost=args.get("tri") == "cout",
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
            marked_only=args.get("favoris") == "1",
            marked=tuple(marked),
        )

    @property
    def count(self) -> int:
        """How many filters narrow the list."""
        return bool(self.q) + len(self.themes) + bool(self.department) + self.fitting + self.marked_only

    @property
    def query(self) -> dict[str, Any]:
        """The same filters as arguments of an address."""
        said = {
            "enveloppe": self.contest,
            "q": self.q,
            "theme": [theme.value for theme in self.themes],
            "departement": self.department,
            "tient": "1" if self.fitting else "",
            "tri": "cout" if self.by_cost else "",
            "favoris": "1" if self.marked_only else "",
            "page": self.page if self.page > 1 else "",
        }
        return {name: value for name, value in said.items() if value}

    def keep(self, project: Proposal, basket: Basket) -> bool:
        """Whether a project answers every filter."""
        where = project.site.department_code if project.site else REGION
        return (
            (not self.themes or project.theme in self.themes)
            and (not self.department or where == self.department)
            and (not self.marked_only or project.public_id in self.marked)
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

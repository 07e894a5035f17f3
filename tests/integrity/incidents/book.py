"""How the files of incidents are kept: rows of fictional votes and what must become of each.

Nothing here is a person, an address or a browser of anybody: numbers come from a digest of the file's name, so that a
file is the same on every machine and can be written again: `python -m tests.integrity.incidents.write`.
"""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from participatory.integrity.events import COLUMNS

FOLDER = Path(__file__).parent
HOUR = 3600.0
DAY = 24 * HOUR
DAYS = 10
# Monday 1 March 2027, midnight in Paris.
OPENING = datetime(2027, 2, 28, 23, tzinfo=UTC)
SITES = {"centre": 4200, "nord": 1500, "sud": 900, "est": 420, "ouest": 160}
CLIENTS = (
    ("Chrome Android", 36), ("Safari iOS", 33), ("Chrome Windows", 11), ("Edge Windows", 6), ("Safari macOS", 5),
    ("Samsung Android", 4), ("Firefox Windows", 3), ("Chrome Linux", 1), ("Firefox Linux", 1),
)  # fmt: skip
HOURS = (9, 4, 3, 2, 1, 2, 5, 14, 30, 45, 55, 55, 62, 60, 50, 48, 50, 54, 56, 55, 55, 52, 40, 24)
CARRIERS = ("mobile:a-1", "mobile:a-2", "mobile:b-1", "mobile:c-1")

Thing = TypeVar("Thing")


class Dice:
    """Numbers that look drawn and are the same everywhere."""

    def __init__(self, name: str):
        self.name = name
        self.thrown = 0

    def number(self, low: float = 0.0, high: float = 1.0) -> float:
        self.thrown += 1
        digest = sha256(f"{self.name}|{self.thrown}".encode()).digest()
        return low + (high - low) * int.from_bytes(digest[:6], "big") / 2**48

    def of(self, things: Sequence[Thing]) -> Thing:
        return things[int(self.number(0, len(things)))]

    def weighed(self, things: Sequence[tuple[Thing, float]]) -> Thing:
        left = self.number(0, sum(weight for _, weight in things))
        for thing, weight in things:
            left -= weight
            if left < 0:
                return thing
        return things[-1][0]

    def about(self, median: float, spread: float) -> float:
        """Log-normal; twelve even numbers make a normal one closely enough."""
        return median * math.exp(spread * (sum(self.number() for _ in range(12)) - 6))

    def wait(self, mean: float) -> float:
        return -mean * math.log(1 - self.number(0, 0.999999))


@dataclass(frozen=True)
class Vote:
    """`at` in seconds since the opening, in Paris; `network` and `device` are words that the file shows as digests."""

    at: float
    site: str
    rank: int
    network: str
    kind: str
    device: str
    client: str
    seconds: float
    must: str
    what: str
    stand: str = ""


@dataclass
class Book:
    name: str
    votes: list[Vote] = field(default_factory=list)
    used: set[tuple[str, int]] = field(default_factory=set)
    devices: int = 0

    def __post_init__(self) -> None:
        self.dice = Dice(self.name)

    def rank(self, site: str, after: int | None = None) -> int:
        """A place in the list that has not voted: anywhere, or the first after this one."""
        rank = int(self.dice.number(1, SITES[site] + 1)) if after is None else after + 1
        while (site, rank) in self.used:
            rank = rank % SITES[site] + 1
        self.used.add((site, rank))
        return rank

    def site(self) -> str:
        return self.dice.weighed([(name, float(size)) for name, size in SITES.items()])

    def client(self) -> str:
        return self.dice.weighed(CLIENTS)

    def device(self, missing: float = 0.12) -> str:
        self.devices += 1
        return "" if self.dice.number() < missing else f"own {self.devices}"

    def booth(self) -> float:
        """Seconds of an honest voter: some know already what they want, some go for a coffee."""
        return self.dice.weighed(
            [(self.dice.about(95, 0.65), 0.97), (self.dice.about(17, 0.3), 0.025), (1500.0, 0.005)]
        )

    def hour(self) -> float:
        """An instant of the round, by the usual hours of students."""
        day = int(self.dice.number(0, DAYS))
        return day * DAY + (self.dice.weighed(list(enumerate(HOURS))) + self.dice.number()) * HOUR

    def network(self, site: str, at: float) -> tuple[str, str]:
        hour, weekday = at % DAY / HOUR, int(at // DAY) % 7 < 5
        if weekday and 8 <= hour < 18 and self.dice.number() < 0.5:
            return f"campus:{site}", "campus"
        if self.dice.number() < 0.4:
            return self.dice.of(CARRIERS), "mobile"
        if self.dice.number() < 0.015:
            return self.dice.of(("vpn 1", "vpn 2", "vpn 3")), "hosting"
        return f"home {int(self.dice.number(0, 4000))}", "home"

    def honest(
        self, at: float, *, what: str = "others", site: str = "", network: tuple[str, str] | None = None
    ) -> None:
        """Somebody votes on a phone or computer of their own."""
        site = site or self.site()
        where, kind = network or self.network(site, at)
        self.votes.append(
            Vote(at, site, self.rank(site), where, kind, self.device(), self.client(), self.booth(), "clear", what)
        )

    def everybody(self, count: int) -> None:
        for _ in range(count):
            self.honest(self.hour())

    def events(self) -> str:
        """The text of the file of events, in the order of time."""
        rows = [(each, f"e{number:04d}") for number, each in enumerate(self.in_order(), 1)]
        return _text(COLUMNS, [self._row(each, event) for each, event in rows])

    def expected(self) -> str:
        rows = [(f"e{number:04d}", each.must, each.what) for number, each in enumerate(self.in_order(), 1)]
        return _text(("event_id", "must", "what"), rows)

    def in_order(self) -> list[Vote]:
        return sorted(self.votes, key=lambda each: (int(each.at), each.site, each.rank))

    def _row(self, vote: Vote, event: str) -> tuple[object, ...]:
        at = (OPENING + timedelta(seconds=int(vote.at))).strftime("%Y-%m-%dT%H:%M:%SZ")
        # What thousands share has a name; an address is known for a day only.
        daily = f"{vote.network}|{int(vote.at // DAY)}"
        network = vote.network if vote.kind in {"campus", "mobile"} else self._digest(daily, 12)
        device = self._digest(vote.device, 10) if vote.device else ""
        person = f"p{self._digest(f'{vote.site} {vote.rank}', 8)}"
        place = (person, vote.site, vote.rank, network, vote.kind)
        return (event, at, *place, device, vote.client, round(vote.seconds), vote.stand)

    def _digest(self, words: str, length: int) -> str:
        return sha256(f"{self.name}|{words}".encode()).hexdigest()[:length]


def _text(columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()

"""What an electorate is asked to be, and the habits that are drawn for it from its seed: no two are alike. Pure."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.random import Generator


class Kind(StrEnum):
    """Who cast a ballot, and in which circumstances: the label of an event."""

    ORDINARY = "ordinary"
    LECTURE = "lecture"
    CLASS = "alphabetical_class"
    FRIENDS = "friends"
    SHARED_DEVICE = "shared_device"
    RESIDENCE = "residence"
    LIBRARY = "library"
    STAND = "stand"
    UNDECLARED_STAND = "undeclared_stand"
    ONE_DEVICE = "one_device"
    INSIDER = "insider_campus"
    PROXIES = "residential_proxies"
    HOSTING = "hosting_bots"
    WROCLAW = "wroclaw"
    NIGHT = "night_series"
    DOUBLE = "double_vote"
    SLOW = "slow_manual"


ATTACKERS = (
    Kind.ONE_DEVICE, Kind.INSIDER, Kind.PROXIES, Kind.HOSTING, Kind.WROCLAW, Kind.NIGHT, Kind.DOUBLE, Kind.SLOW,
)  # fmt: skip
HONEST = tuple(kind for kind in Kind if kind not in ATTACKERS)


class Naming(StrEnum):
    """How long the name of a network lasts.

    STABLE: always the same. DAILY: another each day, for every network. RANGES: another each day, but for campus and
    mobile networks, which bear the lasting name of the whole range, as this platform collects them.
    """

    STABLE = "stable"
    DAILY = "daily"
    RANGES = "ranges"


@dataclass(frozen=True)
class Electorate:
    """What is asked for; pairs are bounds, between which the seed draws. Names that are None are drawn too.

    `voters` are on the roll, `ballots` are those of one attacker, `attacks` how many of each kind there are,
    `modest` is the share of electorates whose attackers are content with 20 to 30 ballots.
    """

    voters: int = 27_000
    sites: int = 40
    turnout: tuple[float, float] = (0.15, 0.60)
    days: tuple[int, int] = (10, 30)
    attackers: tuple[Kind, ...] = ATTACKERS
    attacks: tuple[int, int] = (1, 2)
    ballots: tuple[int, int] = (30, 200)
    modest: float = 0.2
    naming: Naming | None = None
    cookies: float | None = None
    wifi_only: bool | None = None
    rolls_missing: bool | None = None
    unknown_campus: bool | None = None
    coarse: bool | None = None


@dataclass(frozen=True)
class Habits:
    """What is drawn once for an electorate. Shares are of ballots unless said; seconds are those in the booth."""

    turnout: float
    days: int
    naming: Naming
    cookies: float  # the share of people whose browser keeps a device cookie
    wifi_only: bool  # small sites with one shared Wi-Fi address for nearly everybody
    rolls_missing: bool  # a few sites whose list has no order
    unknown_campus: bool  # a campus or two whose network nobody declared, so that it passes for a home
    coarse: bool  # a clock of seconds instead of milliseconds
    evenings: float  # how much the campus lives in the evening, where students sleep on its network
    campus: float
    mobile: float
    hosting: float
    median: float
    spread: float
    fast: float
    patient: float
    night: float
    reminders: int
    reminded: float
    skew: float  # the share of the commonest client family on phones
    phones: float
    lectures: float
    classes: float  # among lectures, those of a class made in the order of the alphabet
    friends: float
    shared: float
    residences: float
    library: float
    stands: int
    undeclared: int
    modest: bool


def draw_habits(asked: Electorate, rng: Generator) -> Habits:
    """The habits of one electorate."""
    naming, cookies = _draw_names(asked, rng)
    wifi_only, rolls_missing, unknown_campus, coarse = _draw_oddities(asked, rng)
    scale = max(asked.voters / 27_000, 0.05)
    return Habits(
        turnout=rng.uniform(*asked.turnout),
        days=int(rng.integers(asked.days[0], asked.days[1] + 1)),
        naming=naming,
        cookies=cookies,
        wifi_only=wifi_only,
        rolls_missing=rolls_missing,
        unknown_campus=unknown_campus,
        coarse=coarse,
        evenings=float(rng.choice([0.0, 0.0, rng.uniform(0.1, 0.7)])),
        campus=rng.uniform(0.25, 0.60),
        mobile=rng.uniform(0.20, 0.45),
        hosting=float(np.exp(rng.uniform(np.log(0.002), np.log(0.02)))),
        median=rng.uniform(60, 150),
        spread=rng.uniform(0.45, 0.75),
        fast=float(np.exp(rng.uniform(np.log(0.002), np.log(0.02)))),
        patient=rng.uniform(0.002, 0.02),
        night=float(np.exp(rng.uniform(np.log(0.003), np.log(0.04)))),
        reminders=int(rng.integers(1, 6)),
        reminded=rng.uniform(0.10, 0.55),
        skew=rng.uniform(0.25, 0.55),
        phones=rng.uniform(0.55, 0.85),
        lectures=rng.uniform(0.02, 0.15),
        classes=float(rng.choice([0.0, 0.15, 0.4])),
        friends=rng.uniform(0.03, 0.12),
        shared=rng.uniform(0.005, 0.025),
        residences=rng.uniform(0.02, 0.12),
        library=rng.uniform(0.003, 0.02),
        stands=round(int(rng.integers(2, 10)) * min(scale, 3)) + 1,
        undeclared=round(int(rng.integers(0, 4)) * min(scale, 3)),
        modest=bool(rng.random() < asked.modest),
    )


def _draw_oddities(asked: Electorate, rng: Generator) -> list[bool]:
    odd = [bool(rng.random() < chance) for chance in (0.4, 0.25, 0.2, 0.4)]
    said = (asked.wifi_only, asked.rolls_missing, asked.unknown_campus, asked.coarse)
    return [drawn if given is None else given for drawn, given in zip(odd, said, strict=True)]


def _draw_names(asked: Electorate, rng: Generator) -> tuple[Naming, float]:
    naming = tuple(Naming)[int(rng.integers(len(Naming)))]
    cookies = float(rng.choice([1.0, rng.uniform(0.90, 0.98), rng.uniform(0.6, 0.9)]))
    return naming if asked.naming is None else asked.naming, cookies if asked.cookies is None else asked.cookies

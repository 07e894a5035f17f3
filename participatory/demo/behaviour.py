"""How the fictional students voted: when, from where, with what. A few did it for others, and one stand was forgotten.

The detection looks at these signals as at any others: nothing here says what it will find.
"""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from participatory.core.clock import paris
from participatory.integrity.observations import Observation
from participatory.integrity.rules import NetworkKind
from participatory.rolls.models import Voter

Thing = TypeVar("Thing")

CLIENTS = (
    ("Chrome Mobile · Android", 34),
    ("Mobile Safari · iOS", 30),
    ("Chrome · Windows", 16),
    ("Firefox · Windows", 8),
    ("Safari · Mac OS X", 7),
    ("Firefox · Linux", 5),
)
KINDS = ((NetworkKind.MOBILE, 45), (NetworkKind.HOME, 30), (NetworkKind.CAMPUS, 25))
_TABLET = "tablette"
FARM, INSIDER, STAND = 28, 26, 16
# Whoever votes for others does it in one go; the vote must have lasted long enough for a past evening to exist.
_SHORTEST_VOTE = timedelta(days=3)


@dataclass(frozen=True)
class Behaviour:
    """How a student votes, as it is observed; `crowd` for those in whose name, or on whose device, many vote."""

    observation: Observation
    crowd: bool = False

    @property
    def at(self) -> datetime:
        """When the ballot comes (UTC)."""
        return self.observation.at


def behaviours(
    draw: random.Random, voters: Mapping[int, Voter], starts: datetime, ends: datetime
) -> dict[int, Behaviour]:
    """How each of these voters, known by a number, votes between two instants (UTC)."""
    span = (ends - starts) / max(len(voters), 1)
    # Nobody votes because their neighbour in the list just did: the numbers follow the list, the places do not.
    places = draw.sample(range(len(voters)), len(voters))
    found = {
        number: _honest(draw, number, voter, starts + place * span + timedelta(seconds=draw.randrange(30)))
        for place, (number, voter) in zip(places, voters.items(), strict=True)
    }
    if ends - starts >= _SHORTEST_VOTE:
        first, second = _largest_sites(voters)[:2]
        made = _insider(draw, first, voters, ends) | _stand(draw, second, voters, ends)
        made |= _farm(draw, sorted(voters.keys() - set(first) - set(second)), ends)
        found.update({number: replace(each, crowd=True) for number, each in made.items()})
    return {number: replace(each, observation=_before(each.observation, ends)) for number, each in found.items()}


def _before(observation: Observation, ends: datetime) -> Observation:
    return replace(observation, at=min(observation.at, ends - timedelta(seconds=1)))


def _honest(draw: random.Random, number: int, voter: Voter, at: datetime) -> Behaviour:
    kind = _pick(draw, KINDS)
    seconds = max(25.0, draw.lognormvariate(4.9, 0.6))
    return _seen(
        at, (kind, _network(kind, voter, f"chez-{number}")), f"appareil-{number}", _pick(draw, CLIENTS), seconds
    )


def _farm(draw: random.Random, voters: Sequence[int], ends: datetime) -> dict[int, Behaviour]:
    """One person with a list of codes, on one telephone, on two evenings."""
    chosen = draw.sample(voters, FARM)
    halves = ((chosen[: FARM // 2], _evening(ends, 3, 22)), (chosen[FARM // 2 :], _evening(ends, 2, 23)))
    found: dict[int, Behaviour] = {}
    for numbers, start in halves:
        for number, at, seconds in _one_by_one(draw, numbers, start, takes=(22.0, 55.0), pause=14.0):
            network = _code(f"chez-ferme-{start:%d}")
            found[number] = _seen(at, (NetworkKind.HOME, network), "ferme", "Chrome Mobile · Android", seconds)
    return found


def _insider(
    draw: random.Random, site: Sequence[int], voters: Mapping[int, Voter], ends: datetime
) -> dict[int, Behaviour]:
    """Somebody with the list of a site, who goes down it on a campus and clears the browser after each vote."""
    line = site[4 : 4 + INSIDER]
    found: dict[int, Behaviour] = {}
    for number, at, seconds in _one_by_one(draw, line, _evening(ends, 1, 18), takes=(35.0, 60.0), pause=10.0):
        network = _network(NetworkKind.CAMPUS, voters[number], "")
        found[number] = _seen(at, (NetworkKind.CAMPUS, network), f"efface-{number}", "Firefox · Windows", seconds)
    return found


def _stand(
    draw: random.Random, site: Sequence[int], voters: Mapping[int, Voter], ends: datetime
) -> dict[int, Behaviour]:
    """An association lends its tablet in a hall, and has forgotten to declare a stand: honest, and it looks odd."""
    chosen = draw.sample(site, STAND)
    found: dict[int, Behaviour] = {}
    for number, at, seconds in _one_by_one(draw, chosen, _evening(ends, 2, 12), takes=(70.0, 200.0), pause=40.0):
        network = _network(NetworkKind.CAMPUS, voters[chosen[0]], "")
        found[number] = _seen(at, (NetworkKind.CAMPUS, network), _TABLET, "Mobile Safari · iOS", seconds)
    return found


def _largest_sites(voters: Mapping[int, Voter]) -> list[list[int]]:
    """The voters of each site in the order of the list, the site with most of them first."""
    by_site: dict[str, list[int]] = {}
    for number, voter in sorted(voters.items(), key=lambda pair: pair[1].id):
        by_site.setdefault(voter.site.slug, []).append(number)
    return sorted(by_site.values(), key=len, reverse=True)


def _one_by_one(
    draw: random.Random, numbers: Sequence[int], start: datetime, *, takes: tuple[float, float], pause: float
) -> Iterator[tuple[int, datetime, float]]:
    """Votes that follow each other: each begins after the one before has ended; in seconds."""
    at = start
    for number in numbers:
        seconds = draw.uniform(*takes)
        at += timedelta(seconds=seconds + draw.uniform(pause / 2, pause))
        yield number, at, round(seconds, 1)


def _evening(ends: datetime, days: int, hour: int) -> datetime:
    """An hour in Paris, some days before."""
    return paris(ends - timedelta(days=days)).replace(hour=hour, minute=7, second=0).astimezone(ends.tzinfo)


def _seen(at: datetime, where: tuple[NetworkKind, str], device: str, client: str, seconds: float) -> Behaviour:
    kind, network = where
    prefix = _code(f"autour-de-{network}")
    return Behaviour(Observation(at, network, prefix, kind, _code(device), client, round(seconds, 1), ""))


def _network(kind: NetworkKind, voter: Voter, home: str) -> str:
    if kind is NetworkKind.CAMPUS:
        return f"campus:{voter.site.slug}"[:64]
    return f"mobile:{voter.id % 3 + 1}" if kind is NetworkKind.MOBILE else _code(home)


def _code(text: str) -> str:
    return hashlib.sha256(f"demonstration/{text}".encode()).hexdigest()[:32]


def _pick(draw: random.Random, weighted: Sequence[tuple[Thing, int]]) -> Thing:
    return draw.choices([thing for thing, _weight in weighted], [weight for _thing, weight in weighted])[0]


# What the detection knows of the tablet.
TABLET = _code(_TABLET)

"""What detection looks at and how much it takes to be looked at by people: families, network kinds, parameters. Pure.

Detection decides nothing. It proposes cases; people read them, and two officers may set a ballot aside. The words of
each family are what an officer can read out to a voter. Source: the specification of integrity of this project.
"""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from math import log10
from typing import Any

from participatory.core.labels import N_, register


class NetworkKind(StrEnum):
    """What kind of network an address belongs to, as the operator and the establishments declared it."""

    CAMPUS = "campus"
    MOBILE = "mobile"
    HOME = "home"
    HOSTING = "hosting"


# Networks that thousands share: what is seen there is never enough by itself.
SHARED = frozenset({NetworkKind.CAMPUS, NetworkKind.MOBILE})


class Family(StrEnum):
    """One way of looking at a vote; a case needs at least two of them."""

    DEVICE = "device"
    NETWORK = "network"
    OPERATOR = "operator"
    ADJACENCY = "adjacency"
    SPEED = "speed"
    CLIENT = "client"
    NIGHT = "night"
    RHYTHM = "rhythm"


class Act(StrEnum):
    """What is watched: ballots, and what else can be stuffed."""

    BALLOT = "ballot"
    SUPPORT = "support"
    COMMENT = "comment"
    STATEMENT_VOTE = "statement_vote"


register(
    {
        NetworkKind.CAMPUS: N_("Réseau d’un établissement"),
        NetworkKind.MOBILE: N_("Réseau mobile"),
        NetworkKind.HOME: N_("Réseau domestique"),
        NetworkKind.HOSTING: N_("Hébergeur ou VPN"),
        Family.DEVICE: N_("Un même appareil"),
        Family.NETWORK: N_("Un afflux sur un réseau"),
        Family.OPERATOR: N_("Des votes qui se suivent sans jamais se croiser"),
        Family.ADJACENCY: N_("Des votes dans l’ordre de la liste"),
        Family.SPEED: N_("Un vote trop rapide"),
        Family.CLIENT: N_("Un navigateur ou un réseau d’automates"),
        Family.NIGHT: N_("La nuit"),
        Family.RHYTHM: N_("Une cadence trop régulière"),
    }
)


USUAL_SIZE = 20_000


@dataclass(frozen=True)
class Parameters:
    """Everything that the scores depend on: in the rulebook, hidden during the vote, published after it.

    Scores are tenths of powers of ten of surprise: 1 is something that one honest vote in ten shows, 4 one in ten
    thousand. A ballot is flagged when its scores add up to `flag_at` and `families_at_least` of them are above
    `family_above`.
    """

    flag_at: float = 4.0
    families_at_least: int = 2
    family_above: float = 1.0
    # A mechanised farm is a group: what stands alone is left alone.
    smallest_case: int = 6
    # The most that a family gives: in general, on a network, on one that thousands share, for speed.
    most: float = 6.0
    most_network: float = 2.4
    most_shared: float = 2.0
    most_speed: float = 2.5
    # Identities on one device that mean nothing within an hour, where each more weighs 1, and within a day; how many
    # more weigh 1 within a day, and over weeks.
    device_hour: float = 3.0
    device_free: float = 4.0
    device_step: float = 3.0
    device_slow: float = 6.0
    # How much surprise is expected by chance alone, since so many places are looked at.
    network_offset: float = 2.0
    hosted_offset: float = 2.5
    operator_offset: float = 4.0
    adjacency_offset: float = 4.0
    client_offset: float = 3.5
    rhythm_offset: float = 5.0
    speed_offset: float = 0.3
    client_score: float = 3.0
    night_score: float = 0.7
    # The most for people who vote name after name but at the same time.
    together: float = 1.0
    # The fewest sessions of a chain, and the fewest votes of a run in the list.
    smallest_chain: int = 6
    smallest_run: int = 5

    def among(self, events: int) -> "Parameters":
        """The same for so many events: where ten times as many places are looked at, ten times more surprise is asked.

        The offsets are those of `USUAL_SIZE` events.
        """
        more = log10(max(events / USUAL_SIZE, 1))
        offsets = ("operator_offset", "adjacency_offset", "client_offset", "rhythm_offset", "network_offset")
        return replace(self, **{name: getattr(self, name) + more for name in offsets})

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Parameters":
        """The parameters of a canonical JSON; raises ValueError for another text."""
        data: Any = json.loads(text)
        usual = asdict(cls())
        if not isinstance(data, dict) or not data.keys() <= usual.keys():
            raise ValueError("unknown parameters")
        return cls(**{name: type(usual[name])(value) for name, value in data.items()})

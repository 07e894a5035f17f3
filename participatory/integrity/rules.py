"""What detection looks at and how much it takes to be looked at by people: families, network kinds, parameters. Pure.

Detection decides nothing. It proposes cases; people read them, and two officers may set a ballot aside. The words of
each family are what an officer can read out to a voter. Source: the specification of integrity of this project.
"""

import json
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
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
    most: float = 6.0
    most_shared: float = 2.0

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Parameters":
        """The parameters of a canonical JSON; raises ValueError for another text."""
        data: Any = json.loads(text)
        known = {each.name: each.type for each in fields(cls)}
        if not isinstance(data, dict) or not data.keys() <= known.keys():
            raise ValueError("unknown parameters")
        values: dict[str, Any] = {
            name: int(value) if known[name] is int else float(value) for name, value in data.items()
        }
        return cls(**values)

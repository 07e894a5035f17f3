"""What is read from one request, and how long somebody has been in the booth. Pure."""

from dataclasses import dataclass
from datetime import datetime

from participatory.integrity.rules import NetworkKind

# Without a page of the booth for so long (seconds), the person was elsewhere: what came before is another sitting.
LONGEST_GAP = 30 * 60


@dataclass(frozen=True)
class Observation:
    """How an act is done: fields as in `models.Signal`, `at` in UTC, `seconds` in the booth."""

    at: datetime
    network: str
    prefix: str
    network_kind: NetworkKind
    device: str
    client: str
    seconds: float | None
    stand: str


@dataclass(frozen=True)
class Sitting:
    """The pages of the booth that one person read without a long pause: the first and the last, in seconds (Unix).

    `first` is None once the clock of the server went back: nobody knows the length any more.
    """

    first: float | None
    last: float

    @classmethod
    def begun(cls, moment: float) -> "Sitting":
        """A sitting that begins with this page."""
        return cls(moment, moment)

    def read(self, moment: float) -> "Sitting":
        """The sitting after one more page, another one after a long pause."""
        if moment - self.last > LONGEST_GAP:
            return Sitting.begun(moment)
        return Sitting(self.first if moment >= self.last else None, moment)

    def seconds(self, moment: float) -> float | None:
        """How long it lasted, to a tenth of a second; None where that is not known."""
        if self.first is None or not 0 <= moment - self.last <= LONGEST_GAP:
            return None
        return round(moment - self.first, 1)

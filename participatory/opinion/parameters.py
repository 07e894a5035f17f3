"""What a map is made with: every threshold and every number of draws, kept beside the result."""

from dataclasses import asdict, dataclass

# No cell that holds fewer people than this is ever shown.
SMALLEST_CELL = 5
# Below this many participants, who voted how is not published line by line.
ROWS_FROM = 30


@dataclass(frozen=True, slots=True)
class Parameters:
    """The thresholds of the specification; a test or a trial may take others, and the snapshot then says so."""

    seed: int = 20_190_922
    min_votes: int = 7
    largest_k: int = 5
    starts: int = 20
    smallest_group: int = SMALLEST_CELL
    smallest_share: float = 0.02
    min_eligible: int = 30
    samples: int = 20
    sample_share: float = 0.8
    stable_mean: float = 0.70
    stable_min: float = 0.40
    null_runs: int = 20
    null_percentile: float = 95.0
    significant: float = 1.2816
    shown: int = 5

    def needed_votes(self, statements: int) -> int:
        """How many votes make somebody eligible."""
        return min(self.min_votes, statements)

    def needed_people(self, eligible: int) -> float:
        """The size that no group may be under."""
        return max(self.smallest_group, self.smallest_share * eligible)

    def as_json(self) -> dict[str, int | float]:
        """All of them by their names."""
        return asdict(self)


def may_publish_rows(participants: int) -> bool:
    """Whether a file with a line for each participant may be published: few people recognise one another."""
    return participants >= ROWS_FROM

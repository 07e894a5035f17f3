"""Parameters under discussion, run on the ballots of a past election, beside those of its own count. Pure.

A workshop moves a few parameters of a rulebook (rule of count, envelope, reserved part, caps, threshold) and sees
what enters, what leaves, where the money goes. Articles 2, 3 and 12 of the model rulebook name each of them. Amounts
are in the integer units of the election.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from participatory.tally.compare import Alternative, compare, compared_with
from participatory.tally.methods import Method
from participatory.tally.profile import Profile
from participatory.tally.terms import Cap, Floor, Terms

# The key of what the simulator adds to the terms; no rulebook of ours uses it.
_RESERVED = "simulated"
_CEILING = "ceiling"

# For each project, the places and categories to which it belongs.
Tags = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Parameters:
    """What is tried; each None, empty or 100 leaves what the count had.

    `method` is the place of a rule in `methods_for`. `budget` is in per cent of the envelope. `reserved` per cent of it
    are kept first for the projects of `reserved_for`, instead of the reserved parts of the count. `most_each` is the
    per cent of it that the projects of one category or place may cost together. `ceiling` is the highest cost of a
    project. `threshold` is the lowest score.
    """

    method: int = 0
    budget: int = 100
    reserved: int = 0
    reserved_for: str = ""
    most_each: int | None = None
    ceiling: int | None = None
    threshold: int | None = None

    @property
    def changes(self) -> bool:
        """Whether anything differs from the count."""
        return self != Parameters(reserved_for=self.reserved_for)


@dataclass(frozen=True)
class Share:
    """What one place or category receives, before and after."""

    tag: str
    before: int
    after: int

    @property
    def gain(self) -> int:
        """How much more it receives; negative for less."""
        return self.after - self.before


@dataclass(frozen=True)
class Simulation:
    """The count as it was, and as the parameters would have made it; ids in the order of selection."""

    before: Alternative
    after: Alternative
    budget: int
    ballots: int
    shares: tuple[Share, ...]

    @property
    def entering(self) -> tuple[str, ...]:
        """Who would be funded and was not."""
        known = frozenset(self.before.winners)
        return tuple(each for each in self.after.winners if each not in known)

    @property
    def leaving(self) -> tuple[str, ...]:
        """Who was funded and would not be."""
        known = frozenset(self.after.winners)
        return tuple(each for each in self.before.winners if each not in known)

    @property
    def staying(self) -> int:
        """How many are funded both ways."""
        return len(self.before.winners) - len(self.leaving)


def methods_for(method: Method) -> tuple[Method, ...]:
    """The rules that may be tried on an election counted by `method`, which comes first."""
    return compared_with(method)


def tags_in(tags: Tags) -> list[str]:
    """The places and categories that hold some projects and not all, the largest first: those that divide them."""
    counted = Counter(tag for held in tags.values() for tag in held)
    dividing = [(-number, tag) for tag, number in counted.items() if 1 < number < len(tags)]
    return [tag for _, tag in sorted(dividing)]


def simulate(profile: Profile, method: Method, terms: Terms, tags: Tags, tried: Parameters) -> Simulation:
    """Count twice, once as the rulebook had it and once as it is tried.

    Raises IndexError for a method that is not among `methods_for`.
    """
    each = {standing.project: standing.project for standing in profile.standings}
    changed = changed_terms(profile, terms, tags, tried)
    other = methods_for(method)[tried.method]
    (before,) = compare(profile, terms, each, (method,))
    (after,) = compare(profile, changed, each, (other,))
    return Simulation(before, after, changed.budget, profile.ballots, _shares(before, after, tags))


def changed_terms(profile: Profile, terms: Terms, tags: Tags, tried: Parameters) -> Terms:
    """The terms of the count with what is tried in place of what it had."""
    budget = terms.budget * tried.budget // 100
    floors = tuple(replace(floor, budget=floor.budget * tried.budget // 100) for floor in terms.floors)
    if tried.reserved and tried.reserved_for:
        held = _holding(tags, tried.reserved_for)
        floors = (Floor(_RESERVED, budget * tried.reserved // 100, held),)
    caps = terms.caps
    if tried.most_each is not None:
        most = budget * tried.most_each // 100
        caps += tuple(Cap(f"{_RESERVED}:{tag}", most, _holding(tags, tag)) for tag in tags_in(tags))
    if tried.ceiling is not None:
        # A cap on one project alone, under its cost, keeps it out in every rule; the ballots stay as they were cast.
        dear = [each for each in profile.standings if each.cost > tried.ceiling]
        caps += tuple(Cap(f"{_CEILING}:{p.project}", tried.ceiling, frozenset({p.project})) for p in dear)
    threshold = terms.threshold if tried.threshold is None else tried.threshold or None
    return replace(terms, budget=budget, floors=floors, caps=caps, threshold=threshold)


def _holding(tags: Tags, tag: str) -> frozenset[str]:
    return frozenset(project for project, held in tags.items() if tag in held)


def _shares(before: Alternative, after: Alternative, tags: Tags) -> tuple[Share, ...]:
    def received(alternative: Alternative, tag: str) -> int:
        return sum(paid for project, paid in alternative.by_category.items() if tag in tags.get(project, ()))

    found = [Share(tag, received(before, tag), received(after, tag)) for tag in tags_in(tags)]
    return tuple(share for share in found if share.before or share.after)

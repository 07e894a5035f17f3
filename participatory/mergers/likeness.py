"""Which projects look like one that is being written.

Candidates share at least two meaningful stems; rapidfuzz then says how close the titles and the texts are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from participatory.core.search import stems

SHARED_LEAST = 2
SCORE_LEAST = 45.0
SHOWN_MOST = 4
# Stems that say nothing of what a project is about, or that most of them hold.
_COMMON = frozenset(
    stems(
        "les des une pour dans avec sur par aux nos plus tous toutes chaque entre sans leur leurs que qui est sont "
        "etudiant etudiante etudiants campus projet université site ville lieu nouveau créer mettre place installer "
        "ouvrir proposer permettre sera son ses notre cette ces deux trois"
    ).split()
)


@dataclass(frozen=True)
class Text:
    """A project as it is compared: its row, its title and the rest in the words of people."""

    number: int
    title: str
    rest: str

    @property
    def meaning(self) -> frozenset[str]:
        """The stems that say what it is about."""
        return meaningful(f"{self.title} {self.rest}")


def meaningful(text: str) -> frozenset[str]:
    """The stems of a text that say what it is about."""
    return frozenset(stem for stem in stems(text).split() if len(stem) > 2 and stem not in _COMMON)


def _score(one: Text, other: Text) -> float:
    titles = fuzz.token_set_ratio(*(" ".join(sorted(meaningful(each.title))) for each in (one, other)))
    whole = fuzz.token_set_ratio(*(" ".join(sorted(each.meaning)) for each in (one, other)))
    return 0.6 * titles + 0.4 * whole


def alike(written: Text, candidates: Iterable[Text]) -> list[int]:
    """The rows of the projects that look like the one that is written, the closest first; a few at most."""
    ours = written.meaning
    close = [each for each in candidates if len(ours & each.meaning) >= SHARED_LEAST]
    scored = sorted(((_score(written, each), each.number) for each in close), key=lambda pair: (-pair[0], pair[1]))
    return [number for score, number in scored if score >= SCORE_LEAST][:SHOWN_MOST]

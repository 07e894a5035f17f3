"""Whether groups may be shown, and why not: said in words, with the figures."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from participatory.core.labels import N_
from participatory.opinion.parameters import Parameters
from participatory.opinion.stability import Stability


class Reason(StrEnum):
    """Why groups are shown, or one of the things that forbid it."""

    STABLE = "stable"
    GIVEN = "given"
    FEW_PEOPLE = "few_people"
    NO_SPLIT = "no_split"
    UNLIKE = "unlike"
    SOMETIMES_UNLIKE = "sometimes_unlike"
    CHANCE = "chance"


_FRENCH: dict[Reason, str] = {
    Reason.STABLE: N_(
        "Les groupes sont stables : des échantillons tirés au sort les retrouvent, et le hasard ne les produit pas."
    ),
    Reason.GIVEN: N_("Les groupes ont été donnés : leur stabilité n’a pas été mesurée."),
    Reason.FEW_PEOPLE: N_(
        "%(eligible)s personnes ont assez voté pour être placées sur la carte : il en faut %(needed)s."
    ),
    Reason.NO_SPLIT: N_("Aucun partage ne donne des groupes assez grands."),
    Reason.UNLIKE: N_(
        "Les groupes changent d’un échantillon à l’autre : ressemblance de %(found)s en moyenne, il faut %(needed)s."
    ),
    Reason.SOMETIMES_UNLIKE: N_(
        "Un échantillon au moins donne d’autres groupes : la ressemblance y descend à %(found)s, il faut %(needed)s."
    ),
    Reason.CHANCE: N_(
        "Des votes mélangés au hasard donnent des groupes aussi séparés : "
        "silhouette de %(found)s, le hasard atteint %(needed)s."
    ),
}

_ENGLISH: dict[Reason, str] = {
    Reason.STABLE: "the groups are stable: samples find them again, and chance does not make them",
    Reason.GIVEN: "the groups were given: their stability was not measured",
    Reason.FEW_PEOPLE: "%(eligible)s people voted enough to stand on the map, %(needed)s are needed",
    Reason.NO_SPLIT: "no split gives groups that are large enough",
    Reason.UNLIKE: "the groups change from sample to sample: alike by %(found)s on average, %(needed)s is needed",
    Reason.SOMETIMES_UNLIKE: "a sample at least gives other groups: likeness falls to %(found)s, %(needed)s is needed",
    Reason.CHANCE: "shuffled votes give groups as far apart: a silhouette of %(found)s, chance reaches %(needed)s",
}


def sentence_of(reason: Reason) -> str:
    """A reason in French, still to be translated and filled."""
    return _FRENCH[reason]


@dataclass(frozen=True)
class Why:
    """One reason with its figures."""

    reason: Reason
    values: dict[str, Any]

    @property
    def english(self) -> str:
        """For the command and its files."""
        return _ENGLISH[self.reason] % self.values


def judge(
    eligible: int, silhouette: float | None, stability: Stability | None, parameters: Parameters
) -> tuple[Why, ...]:
    """Everything that forbids to show groups, or nothing."""
    against = []
    if eligible < parameters.min_eligible:
        against.append(Why(Reason.FEW_PEOPLE, {"eligible": eligible, "needed": parameters.min_eligible}))
    if silhouette is None or stability is None:
        return (*against, Why(Reason.NO_SPLIT, {}))
    if stability.mean < parameters.stable_mean:
        against.append(Why(Reason.UNLIKE, _figures(stability.mean, parameters.stable_mean)))
    if stability.least < parameters.stable_min:
        against.append(Why(Reason.SOMETIMES_UNLIKE, _figures(stability.least, parameters.stable_min)))
    if silhouette <= stability.null_p95:
        against.append(Why(Reason.CHANCE, _figures(silhouette, stability.null_p95)))
    return tuple(against)


def _figures(found: float, needed: float) -> dict[str, Any]:
    return {"found": f"{found:.3f}", "needed": f"{needed:.3f}"}

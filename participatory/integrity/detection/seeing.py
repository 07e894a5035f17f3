"""What each family saw in a case, in words that an officer can read out, and what is usual on the same sites. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from participatory.core.labels import N_
from participatory.integrity.detection.background import Background
from participatory.integrity.detection.streams import Members
from participatory.integrity.events import UNKNOWN, Events, Numbers
from participatory.integrity.rules import Family, NetworkKind

# What a family gave must be this much, to this part of a case at least, to be said.
_WORTH_SAYING, _PART = 0.5, 0.25


@dataclass(frozen=True)
class Seen:
    """What one family saw in a case, and what is usual: French catalogue keys and their values.

    `said` and `normal` are said with `values` in the place of their `%(name)s`; values are numbers and short texts.
    """

    family: Family
    score: float
    said: str
    normal: str
    values: Mapping[str, object]


def seen_in(events: Events, usual: Background, scores: Mapping[Family, Numbers], members: Members) -> Iterator[Seen]:
    """The families that gave something to at least a quarter of a case, the strongest first."""
    beside = np.isin(events.site, np.unique(events.site[members]))
    beside[members] = False
    others = np.flatnonzero(beside)
    given = {family: float(score[members].mean()) for family, score in scores.items()}
    for family in sorted(given, key=lambda each: -given[each]):
        if (scores[family][members] >= _WORTH_SAYING).mean() >= _PART:
            said, normal, values = _TOLD[family](events, usual, members, others)
            yield Seen(family, round(given[family], 1), said, normal, values)


Told = tuple[str, str, dict[str, object]]


def _device(events: Events, usual: Background, members: Members, others: Members) -> Told:
    used = np.unique(events.device[members])
    return (
        N_("Votes de %(people)s identités sur très peu d’appareils (%(devices)s), hors de tout stand déclaré."),
        N_("D’ordinaire, un appareil sert à une personne, parfois à deux ou trois."),
        {"people": len(np.unique(events.person[members])), "devices": int((used != UNKNOWN).sum())},
    )


def _network(events: Events, usual: Background, members: Members, others: Members) -> Told:
    busiest = int(np.bincount(usual.hour[members]).max())
    counts = np.bincount(usual.hour[others]) if len(others) else np.zeros(1)
    return (
        N_("À l’heure la plus forte, %(votes)s de ces votes sont venus ensemble (réseaux : %(networks)s)."),
        N_("Votes d’une heure ordinaire sur les mêmes sites : %(usual)s."),
        {
            "votes": busiest,
            "networks": len(np.unique(events.network[members])),
            "usual": round(float(np.median(counts[counts > 0]))) if (counts > 0).any() else 0,
        },
    )


def _operator(events: Events, usual: Background, members: Members, others: Members) -> Told:
    order = members[np.argsort(usual.starts[members], kind="stable")]
    start, end = usual.starts[order], events.at[order]
    crossed = int((start[1:] < end[:-1]).sum())
    pauses = np.maximum(start[1:] - end[:-1], 0)
    return (
        N_(
            "Ces %(votes)s votes se suivent : le plus souvent, %(pause)s secondes de la fin de l’un au début du "
            "suivant. Passages en même temps : %(crossed)s."
        ),
        N_(
            "Des personnes qui votent chacune de leur côté au même moment se croisent sans cesse : aucune n’attend "
            "qu’une autre ait fini."
        ),
        {"votes": len(members), "crossed": crossed, "pause": int(np.median(pauses)) if len(pauses) else 0},
    )


def _adjacency(events: Events, usual: Background, members: Members, others: Members) -> Told:
    near = int((np.abs(np.diff(events.rank[members])) <= 5).sum())
    size = max(float(np.nanmax(events.rank[members], initial=1.0)), 10.0)
    return (
        N_("%(near)s de ces %(votes)s votes viennent juste après celui d’une personne voisine dans la liste."),
        N_("Au hasard, dans une liste de cette taille, il y en aurait environ %(usual)s."),
        {"near": near, "votes": len(members), "usual": round(len(members) * 10 / size)},
    )


def _speed(events: Events, usual: Background, members: Members, others: Members) -> Told:
    return (
        N_("La moitié de ces votes ont pris moins de %(seconds)s secondes, de l’entrée au dépôt."),
        N_("Dans ce budget, la moitié des votes prennent plus de %(usual)s secondes."),
        {"seconds": _median(events.seconds[members]), "usual": round(float(np.exp(usual.pace)))},
    )


def _client(events: Events, usual: Background, members: Members, others: Members) -> Told:
    hosting = events.kind.index(NetworkKind.HOSTING)
    return (
        N_(
            "%(votes)s votes de navigateurs presque toujours très rapides (sortes : %(clients)s), ou venus d’un "
            "hébergeur de machines (%(hosted)s)."
        ),
        N_("Sur ces sites, %(usual)s autres votes viennent d’un hébergeur ; la moitié prennent plus de %(pace)s s."),
        {
            "votes": len(members),
            "clients": len(np.unique(events.client[members])),
            "hosted": int((events.kind_code[members] == hosting).sum()),
            "usual": int((events.kind_code[others] == hosting).sum()),
            "pace": round(float(np.exp(usual.pace))),
        },
    )


def _night(events: Events, usual: Background, members: Members, others: Members) -> Told:
    dark = (usual.clock >= 1) & (usual.clock < 6)
    share = round(100 * float(dark[others].mean())) if len(others) else 0
    return (
        N_("%(votes)s de ces votes ont eu lieu entre 1 h et 6 h du matin."),
        N_("Sur les mêmes sites, %(usual)s votes sur cent ont lieu à ces heures."),
        {"votes": int(dark[members].sum()), "usual": share},
    )


def _rhythm(events: Events, usual: Background, members: Members, others: Members) -> Told:
    pauses = np.diff(np.sort(events.at[members]))
    low, middle, high = np.quantile(pauses, [0.25, 0.5, 0.75]) if len(pauses) else (0.0, 0.0, 0.0)
    return (
        N_(
            "Les votes arrivent à cadence presque égale : une fois sur deux, de %(low)s à %(high)s secondes d’un dépôt "
            "au suivant."
        ),
        N_("Entre des personnes sans lien, ce serait d’environ %(few)s à %(many)s secondes."),
        {
            "low": int(low),
            "high": int(high),
            # The quartiles of the exponential law of the same median.
            "few": round(float(middle) * 0.415),
            "many": round(float(middle) * 2),
        },
    )


def _median(values: Numbers) -> int:
    known = values[~np.isnan(values)]
    return round(float(np.median(known))) if len(known) else 0


_TOLD = {
    Family.DEVICE: _device,
    Family.NETWORK: _network,
    Family.OPERATOR: _operator,
    Family.ADJACENCY: _adjacency,
    Family.SPEED: _speed,
    Family.CLIENT: _client,
    Family.NIGHT: _night,
    Family.RHYTHM: _rhythm,
}

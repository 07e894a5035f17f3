"""Votes that are too fast: one by one, then as a kind of browser that is fast as a whole; and hosted machines."""

from collections.abc import Iterator

import numpy as np
from scipy.special import bdtrc, pdtrc

from participatory.integrity.detection.background import Background
from participatory.integrity.detection.finding import Finding, Sheet
from participatory.integrity.detection.overlaps import crowded
from participatory.integrity.detection.streams import Members, Stream, counted, streams
from participatory.integrity.events import UNKNOWN, Codes, Events, Numbers
from participatory.integrity.rules import NetworkKind, Parameters

WIDTHS = (8, 12, 25, 60)
# How much more surprise is asked on a campus, and the shares of honest people that the fastest are compared with.
_LECTURE = 1.0
_FEW_HONEST = 0.02
_MOST_OF_THEM, _HARDLY_LONGER = 0.85, 1.25
# How many fast votes make a pile, the shares of people among whom one is looked for, how much more there may be where
# people are quicker than elsewhere, and the part of honest votes that a pile may hold.
_PILES = (12, 16, 24, 36, 50, 75, 110, 160)
_FASTEST, _UNLIKE, _AS_WELL, _STRANGERS, _ABOUT = 0.25, 2.0, 2.0, 0.05, 1.05
_QUICK = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)


def speed(events: Events, usual: Background, rules: Parameters) -> Finding:
    """How surprising it is that an honest vote took no longer; never more than 2.5, nor 1.5 from 5 seconds on."""
    timed = ~np.isnan(events.seconds)
    seconds = np.where(timed, events.seconds, np.inf)
    rarity = -np.log10(np.maximum(usual.quick, 1e-12)) - rules.speed_offset
    most = np.where(seconds < 5, rules.most_speed, rules.most_speed - 1)
    return Finding(np.where(timed, np.clip(rarity, 0, most), 0.0))


def clients(events: Events, usual: Background, rules: Parameters) -> Finding:
    """3 on a hosting network; as much where nearly all of a browser's votes, running, are as fast as few people are."""
    hosted = events.kind_code == events.kind.index(NetworkKind.HOSTING)
    sheet = Sheet(len(events))
    sheet.score = np.where(hosted & usual.away, rules.client_score, 0.0)
    timed = ~np.isnan(events.seconds) & usual.away
    # A campus hurries together, at the end of a lecture: there, what is fast is looked at as it follows, and with care.
    campus = events.kind_code == events.kind.index(NetworkKind.CAMPUS)
    explained = np.zeros(len(events), dtype=bool)
    # From what people share most to what they share least: a farm behind one address says nothing of other addresses.
    for columns in (
        (events.network, events.client),
        (events.network,),
        (events.site, events.client),
        (events.client, events.kind_code),
        (events.client,),
        (events.site,),
        (events.kind_code,),
        (),
    ):
        stream = streams(events, columns, events.at, timed & ~explained)
        before = len(sheet.groups)
        for share in _QUICK:
            quick = usual.quick[stream.order] <= share
            for width in WIDTHS:
                for members, value in _fast(stream, quick, share, width, rules):
                    kept = _in_pace(members, events.seconds)
                    worth = value - (_LECTURE if 2 * campus[kept].sum() > len(kept) else 0.0)
                    if worth > 0 and not crowded(events, usual, kept):
                        sheet.write(kept, min(worth, rules.client_score))
        for members in sheet.groups[before:]:
            explained[members] = True
    _hidden(events, usual, timed & ~explained & ~campus, rules, sheet)
    return sheet.finding()


def _hidden(events: Events, usual: Background, among: np.ndarray, rules: Parameters, sheet: Sheet) -> None:
    """Machines that spread over the whole vote: of all that share something, far too many take nearly the same time.

    However thinly they come, the fastest votes of a browser pile up where those of people do not.
    """
    everybody = np.sort(events.seconds[among])
    for columns in (
        (events.client, events.kind_code, usual.hour),
        (events.site, events.client, usual.day),
        (events.site, events.kind_code, usual.day),
        (events.client, events.kind_code, usual.day),
        (events.site, events.client, events.kind_code),
        (events.site, events.client),
        (events.site, events.kind_code),
        (events.client, events.kind_code),
        (events.client,),
        (events.site,),
        (events.kind_code,),
    ):
        stream = streams(events, columns, events.seconds, among)
        for many in _PILES:
            for pile, value in _piles(events, stream, usual, rules, many=many, everybody=everybody):
                if not crowded(events, usual, pile):
                    sheet.write(pile, min(value, rules.client_score))


def _piles(
    events: Events, stream: Stream, usual: Background, rules: Parameters, *, many: int, everybody: Numbers
) -> Iterator[tuple[Members, float]]:
    """So many votes of one key that took about as long, where few of the others did, and what that is worth."""
    first = stream.windows(many, 1)
    order = stream.order
    first = first[usual.quick[order[first + many - 1]] <= _FASTEST] if len(first) else first
    if not len(first):
        return
    least = np.searchsorted(everybody, events.seconds[order[first]] / _ABOUT)
    most = np.searchsorted(everybody, events.seconds[order[first + many - 1]] * _ABOUT, side="right")
    sizes = counted(stream.key)[first]
    others = np.maximum(len(everybody) - sizes, 1)
    honest = (sizes - many) * np.maximum(most - least - many, _AS_WELL) / others
    surprise = -np.log10(np.maximum(pdtrc(many - 1, _UNLIKE * honest), 1e-300)) - rules.client_offset - 1
    for place in np.flatnonzero((surprise > 0) & (honest <= _STRANGERS * many)):
        yield _one_way(events.network, order[first[place] : first[place] + many]), float(surprise[place]) + 1


def _one_way(network: Codes, pile: Members) -> Members:
    """Where a good part of a pile came by one address, the others are strangers."""
    known, place, seen = np.unique(network[pile], return_inverse=True, return_counts=True)
    usual = int(np.argmax(seen))
    found: Members = pile[place == usual] if known[usual] != UNKNOWN and 4 * seen[usual] >= len(pile) else pile
    return found


def _in_pace(members: Members, seconds: Numbers) -> Members:
    """A machine keeps to its pace: who takes clearly longer than most of them is somebody else."""
    taken = seconds[members]
    found: Members = members[taken <= np.quantile(taken, _MOST_OF_THEM) * _HARDLY_LONGER]
    return found


def _fast(
    stream: Stream, quick: np.ndarray, share: float, width: int, rules: Parameters
) -> Iterator[tuple[Members, float]]:
    """The fast votes of windows of which nearly all are, and what that is worth."""
    first = stream.windows(width, max(1, width // 4))
    if not len(first):
        return
    sums = np.concatenate(([0], np.cumsum(quick)))
    hits = sums[first + width] - sums[first]
    # Crowds differ: in a lecture hall, three times as many may be as fast.
    chance = min(3 * share, 0.5)
    surprise = -np.log10(np.maximum(bdtrc(hits - 1, width, chance), 1e-300)) - rules.client_offset
    # Of the fast ones, as many are honest as the others of the window announce: they must be very few.
    mostly = (width - hits) * share / (1 - share) <= _FEW_HONEST * hits
    for place in np.flatnonzero((surprise > 0) & mostly):
        window = slice(int(first[place]), int(first[place]) + width)
        yield stream.order[window][quick[window]], float(surprise[place]) + 1

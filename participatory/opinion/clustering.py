"""Groups of people who stand close to one another: k-means from many starts, k by the best mean silhouette."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from participatory.opinion.parameters import Parameters
from participatory.opinion.votes import Labels, Matrix

# Lloyd's steps end long before; the bound is for points placed by somebody who wants them never to.
_MOST_STEPS = 300
# Distances are taken so many rows at a time: 20,000 people need megabytes, not gigabytes.
_ROWS_AT_ONCE = 512


@dataclass(frozen=True, eq=False)
class Clustering:
    """How many groups, who is in which (the largest is 0), and how well they are set apart."""

    k: int
    labels: Labels
    silhouette: float


def find_groups(points: Matrix, parameters: Parameters, seed: Sequence[int]) -> Clustering | None:
    """The k whose groups are best set apart, among those without a group that is too small; None if there is none."""
    smallest = parameters.needed_people(len(points))
    distinct = len(np.unique(points, axis=0))
    candidates = []
    for k in range(2, min(parameters.largest_k, distinct) + 1):
        labels = k_means(points, k, parameters.starts, np.random.default_rng([*seed, k]))
        if np.bincount(labels, minlength=k).min() >= smallest:
            candidates.append(labels)
    if not candidates:
        return None
    scores = silhouettes(points, candidates)
    best = int(np.argmax(scores))
    labels = _largest_first(candidates[best], points)
    return Clustering(int(labels.max()) + 1, labels, scores[best])


def k_means(points: Matrix, k: int, starts: int, drawn: np.random.Generator) -> Labels:
    """The labels of least inertia over so many k-means++ starts."""
    best, least = np.zeros(len(points), dtype=np.intp), np.inf
    for _ in range(starts):
        labels, inertia = _lloyd(points, _first_centres(points, k, drawn))
        # A start must be better by more than rounding, so that the first of equal ones stays.
        if inertia < least * (1 - 1e-12):
            best, least = labels, inertia
    return best


def silhouettes(points: Matrix, candidates: Sequence[Labels]) -> list[float]:
    """The mean silhouette of each labelling of the same points; somebody alone in a group counts as zero."""
    members = [np.eye(int(labels.max()) + 1)[labels] for labels in candidates]
    edges = np.cumsum([0, *(each.shape[1] for each in members)])
    sums = _summed_distances(points, np.hstack(members))
    return [
        _mean_silhouette(sums[:, edges[place] : edges[place + 1]], labels) for place, labels in enumerate(candidates)
    ]


def _first_centres(points: Matrix, k: int, drawn: np.random.Generator) -> Matrix:
    """k-means++: each next centre is drawn in proportion to the squared distance from those before it."""
    centres = np.empty((k, points.shape[1]))
    centres[0] = points[drawn.integers(len(points))]
    nearest = _squared_distances(points, centres[:1])[:, 0]
    for place in range(1, k):
        steps = np.cumsum(nearest)
        chosen = min(int(np.searchsorted(steps, drawn.random() * steps[-1], side="right")), len(points) - 1)
        centres[place] = points[chosen]
        nearest = np.minimum(nearest, _squared_distances(points, centres[place : place + 1])[:, 0])
    return centres


def _lloyd(points: Matrix, centres: Matrix) -> tuple[Labels, float]:
    labels = np.full(len(points), -1, dtype=np.intp)
    for _ in range(_MOST_STEPS):
        distances = _squared_distances(points, centres)
        nearest = _nearest(distances)
        if np.array_equal(nearest, labels):
            return labels, float(distances.min(axis=1).sum())
        labels = nearest
        counts = np.bincount(labels, minlength=len(centres))
        for axis in range(points.shape[1]):
            totals = np.bincount(labels, weights=points[:, axis], minlength=len(centres))
            # A centre that lost everybody stays where it was.
            centres[:, axis] = np.where(counts > 0, totals / np.maximum(counts, 1), centres[:, axis])
    return labels, float(_squared_distances(points, centres).min(axis=1).sum())


def _nearest(distances: Matrix) -> Labels:
    """The first of the nearest centres: argmin, but column by column, which is faster for few centres."""
    labels = np.zeros(len(distances), dtype=np.intp)
    least = distances[:, 0]
    for place in range(1, distances.shape[1]):
        nearer = distances[:, place] < least
        labels[nearer] = place
        least = np.minimum(least, distances[:, place])
    return labels


def _squared_distances(points: Matrix, centres: Matrix) -> Matrix:
    # A column for each centre, each of them whole in memory: with few centres this is several times faster.
    total = np.zeros((len(centres), len(points)))
    for axis in range(points.shape[1]):
        gap = points[None, :, axis] - centres[:, axis, None]
        gap *= gap
        total += gap
    return total.T


def _summed_distances(points: Matrix, members: Matrix) -> Matrix:
    sums = np.empty((len(points), members.shape[1]))
    for start in range(0, len(points), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        sums[rows] = np.sqrt(_squared_distances(points[rows], points)) @ members
    return sums


def _mean_silhouette(sums: Matrix, labels: Labels) -> float:
    sizes = np.bincount(labels, minlength=sums.shape[1])
    people = np.arange(len(labels))
    own = sizes[labels]
    within = sums[people, labels] / np.maximum(own - 1, 1)
    others = sums / np.maximum(sizes, 1)
    others[:, sizes == 0] = np.inf
    others[people, labels] = np.inf
    nearest = others.min(axis=1)
    widest = np.maximum(within, nearest)
    scores = np.where((own > 1) & (widest > 0), (nearest - within) / np.where(widest > 0, widest, 1), 0.0)
    return float(scores.mean())


def _largest_first(labels: Labels, points: Matrix) -> Labels:
    """Number the groups by their size, then by where they stand."""
    found = [(-int((labels == each).sum()), *points[labels == each].mean(axis=0), each) for each in np.unique(labels)]
    places = {key[-1]: place for place, key in enumerate(sorted(found))}
    return np.array([places[label] for label in labels], dtype=np.intp)

"""From votes to two dimensions: the directions along which people differ most, and where each person stands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from participatory.opinion.votes import Matrix

# Beyond these decimals there is only the noise of a processor, which must not set apart people who voted the same.
_DECIMALS = 12
_NOISE = 1e-6


@dataclass(frozen=True, eq=False)
class Space:
    """The means of the statements and two directions, one coefficient for each statement."""

    means: Matrix
    components: Matrix

    @classmethod
    def of(cls, values: Matrix) -> "Space":
        """Centre on the means of what was seen, impute the rest by them, keep two components of the exact SVD.

        The sign of a component is fixed: its loading of the largest size is positive.
        """
        seen = ~np.isnan(values)
        totals = np.where(seen, values, 0).sum(axis=0)
        means = totals / np.maximum(seen.sum(axis=0), 1)
        centred = np.where(seen, values - means, 0)
        found = _directions(centred)
        components = np.zeros((2, values.shape[1]))
        if found.size:
            largest = np.abs(found).argmax(axis=1)
            components[: len(found)] = found * np.where(found[np.arange(len(found)), largest] < 0, -1, 1)[:, None]
        return cls(means, components)

    def project(self, values: Matrix, left_out: int = 0) -> Matrix:
        """Where people stand: what they saw, drawn out so that few votes do not mean the middle.

        Statements that moderation left out weigh on nobody's place, but they count as passed by
        everybody in how far places are drawn out. Polis does so, and its published groups show it.
        """
        seen = ~np.isnan(values)
        votes = np.maximum(seen.sum(axis=1), 1) + left_out
        points = np.where(seen, values - self.means, 0) @ self.components.T
        drawn_out = np.sqrt((values.shape[1] + left_out) / votes)
        rounded: Matrix = np.round(points * drawn_out[:, None], _DECIMALS) + 0.0
        return rounded

    def extremities(self) -> NDArray[np.float64]:
        """For each statement, how far from the middle somebody stands who agreed with it and saw nothing else."""
        places = (1 - self.means) * self.components * np.sqrt(max(len(self.means), 1))
        norms: NDArray[np.float64] = np.sqrt((places**2).sum(axis=0))
        return norms


def _directions(centred: Matrix) -> Matrix:
    """The first two right singular vectors, or fewer where there are not two, from the smaller of the two products.

    The eigenvectors of a product are those of the SVD, exactly, and are found ten times sooner.
    """
    people, statements = centred.shape
    if statements <= people:
        found: Matrix = np.linalg.eigh(centred.T @ centred)[1].T[::-1][:2]
        return found
    squares, vectors = np.linalg.eigh(centred @ centred.T)
    directions = vectors.T[::-1][:2] @ centred
    lengths = np.sqrt(np.maximum(squares[::-1][:2], 0))[:, None]
    scaled: Matrix = np.divide(directions, lengths, out=np.zeros_like(directions), where=lengths > _NOISE)
    return scaled

"""What is published of a map, once and for all: no name, no single place, no cell of fewer than five people."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from participatory import __version__
from participatory.opinion.analysis import Analysis, Group
from participatory.opinion.parameters import SMALLEST_CELL
from participatory.opinion.told import GROUPS, NONE, as_written, majority_as_json, representative_as_json
from participatory.opinion.verdict import Why
from participatory.opinion.votes import Matrix

FORMAT = 1
# A map of thousands is read by its shape: about as many dots as this, however many people.
_DOTS = 60
# Fewer decimals than any processor's noise, so that the same votes give the same digest everywhere.
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published map as canonical JSON; its digest is what a page or a journal may quote."""

    text: str

    @classmethod
    def of(cls, analysis: Analysis) -> "Snapshot":
        """What may be shown of an analysis, with everything that is needed to make it again from the votes."""
        told = _rounded(_told(analysis))
        return cls(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")))

    @classmethod
    def kept(cls, text: str, digest: str) -> "Snapshot":
        """One that was kept; raises ValueError if it is no longer what it was."""
        found = cls(text)
        if found.digest != digest:
            raise ValueError("the snapshot is not the one that was kept")
        return found

    @property
    def digest(self) -> str:
        """The SHA-256 of the text."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def told(self) -> dict[str, Any]:
        """The content, read anew each time: whoever changes it changes nothing here."""
        content: dict[str, Any] = json.loads(self.text)
        return content


def code_version() -> str:
    """The version of the program and a digest of the modules that make maps."""
    hashed = sha256()
    for module in sorted(Path(__file__).parent.glob("*.py")):
        hashed.update(module.name.encode() + b"\0" + module.read_bytes() + b"\0")
    return f"{__version__}+{hashed.hexdigest()[:12]}"


def _told(analysis: Analysis) -> dict[str, Any]:
    statements = as_written(analysis.votes.statements)
    stability = analysis.stability
    groups = [group for group in analysis.groups if group.size >= SMALLEST_CELL]
    # Shares of all groups would let those of a group that is not shown be worked out.
    shared = analysis.consensus if len(groups) == len(analysis.groups) else ()
    return {
        "format": FORMAT,
        "votes_sha256": analysis.votes.digest(),
        "moderated_out": analysis.votes.left_out,
        "parameters": analysis.parameters.as_json(),
        "code": code_version(),
        "participants": _cell(len(analysis.votes.participants)),
        "eligible": _cell(analysis.eligible),
        "statements": len(statements),
        "verdict": GROUPS if groups else NONE,
        "why": [_why(each) for each in analysis.why],
        "k": analysis.k,
        "silhouette": analysis.silhouette,
        "null_p95": stability and stability.null_p95,
        "stability_mean": stability and stability.mean,
        "stability_min": stability and stability.least,
        "groups": [_group(group, statements, _people_in_a_dot(groups)) for group in groups],
        "consensus": [
            {"statement": statements[each.statement], "value": each.value}
            for each in shared
            if each.seen >= SMALLEST_CELL
        ],
        "majority": [majority_as_json(each, statements) for each in analysis.majority if each.seen >= SMALLEST_CELL],
    }


def _cell(people: int) -> int | None:
    """A number of people, None where it is too small to be shown."""
    return None if 0 < people < SMALLEST_CELL else people


def _why(each: Why) -> dict[str, Any]:
    values = {
        name: f"< {SMALLEST_CELL}" if value in range(1, SMALLEST_CELL) else value for name, value in each.values.items()
    }
    return {"reason": each.reason.value, "values": values}


def _group(group: Group, statements: list[str | int], least: int) -> dict[str, Any]:
    shown = [each for each in group.representative if each.seen >= SMALLEST_CELL]
    return {
        "id": group.id,
        "size": group.size,
        "dots": [
            {"x": float(x), "y": float(y), "people": len(cell)}
            for cell in cells(group.points, least)
            for x, y in [cell.mean(axis=0)]
        ],
        "representative": [representative_as_json(each, statements) for each in shown],
    }


def _people_in_a_dot(groups: Iterable[Group]) -> int:
    return max(SMALLEST_CELL, sum(group.size for group in groups) // _DOTS)


def cells(points: Matrix, least: int) -> list[Matrix]:
    """Cut people who stand together into cells of at least so many, halving along the longer side."""
    if len(points) < 2 * least:
        return [points]
    axis = int(np.ptp(points, axis=0).argmax())
    order = np.lexsort((points[:, 1 - axis], points[:, axis]))
    half = len(points) // 2
    return [*cells(points[order[:half]], least), *cells(points[order[half:]], least)]


def _rounded(told: Any) -> Any:
    if isinstance(told, float):
        return round(told, _DECIMALS) + 0.0
    if isinstance(told, dict):
        return {name: _rounded(value) for name, value in told.items()}
    return [_rounded(each) for each in told] if isinstance(told, list) else told

"""The forms of a frozen document over time: an old one still reads, and a count begun under it still publishes.

Schema 1 knew greedy by votes alone. Everything that it said stands in schema 2 under
the same keys, so one is made of the other by leaving out or by filling in.
"""

import json
from typing import Any

from participatory.journal.rules import canonical
from participatory.tally.outcome import MAIN_STAGE, Part, Reason, State

FIRST, SCHEMA = "participatory/result/1", "participatory/result/2"

Data = dict[str, Any]

# What schema 2 added: to the document, to its `count` and to each of its projects.
_NEW = frozenset({"stages", "caps", "sites", "exhaustive", "alternatives"})
_NEW_IN_COUNT = frozenset({"method"})
_NEW_IN_PROJECT = frozenset({"order", "part", "paid_cents", "price_cents", "partial_min_cents", "by", "purse"})


def in_edition(content: Data, schema: str) -> str:
    """The canonical text of a document in the schema asked for. Raises ValueError for an unknown one."""
    if schema == SCHEMA:
        return canonical(content)
    if schema != FIRST:
        raise ValueError(f"no such schema: {schema!r}")
    return canonical(
        _without(content, _NEW)
        | {
            "schema": FIRST,
            "count": _without(content["count"], _NEW_IN_COUNT),
            "projects": [_first(project) for project in content["projects"]],
        }
    )


def read_document(text: str) -> Data:
    """A document of any schema as the newest one says it; what an old one does not know stays empty."""
    content: Data = json.loads(text)
    if content["schema"] == SCHEMA:
        return content
    return content | {
        "count": content["count"] | {"method": {"rule": content["count"]["rule"]}},
        "projects": _second(content),
        "stages": _stages(content),
        "caps": [],
        "sites": [],
        "exhaustive": None,
        "alternatives": [],
    }


def _without(data: Data, keys: frozenset[str]) -> Data:
    return {key: value for key, value in data.items() if key not in keys}


def _first(project: Data) -> Data:
    # Schema 1 did not tell apart those whom a reserved part kept out.
    apart = project["reason"] == Reason.OUTSIDE_FLOOR.value
    return _without(project, _NEW_IN_PROJECT) | ({"reason": Reason.NO_MONEY.value} if apart else {})


def _second(content: Data) -> list[Data]:
    ids = content["count"]["winners"]
    order = {project: place for place, project in enumerate(ids, start=1)}
    return [
        project
        | dict.fromkeys(_NEW_IN_PROJECT)
        | {
            "order": order.get(project["id"]),
            "part": Part.RULE.value if project["id"] in order else None,
            "paid_cents": project["cost_cents"] if project["state"] == State.FUNDED.value else 0,
        }
        for project in content["projects"]
    ]


def _stages(content: Data) -> list[Data]:
    """The reserved parts in their order, then the common one with what they left."""
    nothing: Data = dict.fromkeys(("endowment", "increment", "raises", "runs"))
    paid = sum(floor["spent_cents"] for floor in content["floors"])
    floors = [
        {"key": floor["key"], "budget_cents": floor["amount_cents"], "spent_cents": floor["spent_cents"]} | nothing
        for floor in content["floors"]
    ]
    rest = {"budget_cents": content["budget_cents"] - paid, "spent_cents": content["cost_cents"] - paid}
    return [*floors, {"key": MAIN_STAGE} | rest | nothing]

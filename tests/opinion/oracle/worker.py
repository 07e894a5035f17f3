"""red-dwarf behind a pipe: a question as one line of JSON on stdin, its answer as one line on stdout.

It runs in the environment of the tally's oracle (requirements-oracle.txt). Only its statistics
are asked for, so what they never call, scikit-learn first, is replaced by empty modules.

A question is {votes: [[1 | 0 | -1 | null]], labels: [group of each row, or null]}, with columns as statements. An
answer is {groups: [{statement: {na, nd, ns, pa, …}}], consensus: [value], representative: [[…]],
majority: {agree: […], disagree: […]}} or {error}.
"""

import json
import sys
from statistics import NormalDist
from types import ModuleType, SimpleNamespace


class _Nothing(ModuleType):
    """A module of which every name exists and none does anything."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


for _absent in (
    "reddwarf.models",
    "sklearn",
    "sklearn.base",
    "sklearn.cluster",
    "sklearn.decomposition",
    "sklearn.impute",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "sklearn.utils",
    "sklearn.utils.validation",
):
    sys.modules[_absent] = _Nothing(_absent)

# Of scipy, one quantile of the normal law.
sys.modules["scipy"] = ModuleType("scipy")
sys.modules["scipy.stats"] = ModuleType("scipy.stats")
sys.modules["scipy.stats"].norm = SimpleNamespace(ppf=NormalDist().inv_cdf)

import pandas as pd  # noqa: E402
from reddwarf.utils.consensus import select_consensus_statements  # noqa: E402
from reddwarf.utils.stats import (  # noqa: E402
    calculate_comment_statistics_dataframes,
    select_representative_statements,
)


def answer(question: dict) -> dict:
    everybody = pd.DataFrame(question["votes"], dtype="float64").rename_axis(columns="statement_id")
    grouped = [row for row, label in enumerate(question["labels"]) if label is not None]
    labels = [question["labels"][row] for row in grouped]
    members = everybody.loc[grouped].reset_index(drop=True)
    figures, shared = calculate_comment_statistics_dataframes(members, labels)
    chosen = select_representative_statements(figures)
    most = select_consensus_statements(everybody)
    return {
        "groups": [
            {int(place): row for place, row in figures.loc[group].to_dict("index").items()}
            for group in range(len(set(labels)))
        ],
        "consensus": shared["group-aware-consensus"].tolist(),
        "representative": [
            [[each["tid"], each["repful-for"]] for each in chosen[group]] for group in range(len(set(labels)))
        ],
        "majority": {way: [each["tid"] for each in most[way]] for way in ("agree", "disagree")},
    }


def main() -> None:
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 — the answer to a question that red-dwarf cannot take is its error.
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)  # noqa: T201 — stdout is the pipe.


if __name__ == "__main__":
    main()

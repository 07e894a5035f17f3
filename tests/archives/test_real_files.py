"""Real elections become rounds, where their folder is present (it is not part of the repository)."""

import json
import os
from pathlib import Path

import pytest
from flask import Flask

from participatory.archives.actions import import_election
from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.results.queries import publication_of
from participatory.rounds.queries import round_by_slug
from participatory.tally.declared_method import declared_method
from participatory.tally.declared_terms import declared_terms, items_of
from participatory.tally.pabulib import read_election
from participatory.tally.rules import run

SHARED = Path(os.environ.get("PARTICIPATORY_SHARED", Path(__file__).parents[3] / "shared"))
FOLDER = SHARED / "data" / "pabulib"
if not FOLDER.is_dir():
    pytest.skip("left out: the folder of real Pabulib elections is absent", allow_module_level=True)

# File, number of funded projects, and projects that only our count funds.
ELECTIONS = [
    ("France_Toulouse_2019.pb", 14, None),
    ("France_Toulouse_2022.pb", 81, None),
    ("France_Toulouse_2022_6_-_Saint-Cyprien.pb", 4, None),
    ("Poland_Wroclaw_2024.pb", 9, ["105", "219"]),
    ("Poland_Katowice_2020.pb", 6, []),
    # Counted by equal shares, as the files name it: the winners that the towns declared.
    ("Poland_Swiecie_2023.pb", 17, []),
    ("Poland_Wieliczka_2023_Green_Budget.pb", 30, []),
    ("Netherlands_Assen_2024.pb", 9, []),
]


@pytest.mark.parametrize(("name", "funded", "only_counted"), ELECTIONS, ids=[each[0] for each in ELECTIONS])
def test_a_real_election_is_imported_counted_and_compared(
    app: Flask, name: str, funded: int, only_counted: list[str] | None
) -> None:
    with transaction():
        report = import_election((FOLDER / name).read_bytes(), now())
    publication = publication_of(round_by_slug(report.slug))
    document = json.loads(publication.document)
    assert report.winners == len(document["count"]["winners"]) == funded
    assert document["cost_cents"] <= document["budget_cents"]
    if only_counted is None:
        assert document["declared"] is None
    else:
        assert (document["declared"]["only_counted"], document["declared"]["only_declared"]) == (only_counted, [])
    election = read_election(publication.election)
    method = declared_method(items_of(election), election.unit)
    assert list(run(election, method, declared_terms(election)).winners) == document["count"]["winners"]

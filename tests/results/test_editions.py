"""A result in the first form (the file beside this one, as the first version wrote it) still reads and renders."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.results.actions import keep_urn, record_count
from participatory.results.counting import Edition
from participatory.results.document import digest_of
from participatory.results.editions import FIRST, in_edition
from participatory.results.exports import as_csv
from participatory.results.queries import publication_of
from participatory.results.reading import Result
from tests.results.conftest import bring_out
from tests.results.making import World, allowed, counted_now, opened_urn

OLD = (Path(__file__).parent / "first-edition.json").read_text(encoding="utf-8")


@pytest.fixture
def old(published: World) -> World:
    """A round whose publication is the old document."""
    with transaction():
        row = db.session.merge(publication_of(published.round))
        row.document, row.digest = OLD, digest_of(OLD)
    return published


def test_it_reads_as_the_newest_one() -> None:
    result = Result.of(OLD)
    assert (result.rule, result.comparison, len(result.winners)) == ("greedy", None, 3)
    assert [project["order"] for project in sorted(result.winners, key=lambda p: p["order"])] == [1, 2, 3]
    assert sum(brick["cost_cents"] for brick in result.bricks) == result.data["cost_cents"]
    assert [(stage["key"], stage["spent_cents"]) for stage in result.data["stages"]] == [
        ("vue", 25_000_00),
        ("main", 60_000_00),
    ]
    assert as_csv(result).count("\n") == len(result.data["projects"]) + 1


def test_its_pages_render_without_a_comparison(old: World, client: FlaskClient) -> None:
    address = f"/budgets/{old.round.slug}/resultats"
    page = client.get(address).text
    assert "Ceux qui ne le sont pas" in page
    assert "comparaison" not in page
    for extension in ("csv", "json", "pb", "sqlite"):
        with client.get(f"{address}.{extension}") as answer:
            assert answer.status_code == 200
    for path in ("/comparaison", "/comparaison.csv"):
        answer = client.get(address + path)
        assert answer.status_code == 404
        assert "il n’y a pas de comparaison" in answer.text


def test_a_count_begun_under_the_first_form_is_published_in_it(control: World) -> None:
    opened = opened_urn(allowed(control).round)
    with transaction():
        keep_urn(control.round, opened, now())
    first = counted_now(control.round, edition=Edition("0.1.0", FIRST))
    with transaction():
        record_count(control.round, {"main": first}, opened, control.officer.public_id, now())
    assert publication_of(bring_out(control).round).document == first.document
    assert json.loads(first.document)["schema"] == FIRST


def test_the_first_form_has_exactly_its_keys(control: World) -> None:
    ours, theirs = json.loads(counted_now(control.round, edition=Edition("0.1.0", FIRST)).document), json.loads(OLD)
    assert ours.keys() == theirs.keys()
    assert ours["count"].keys() == theirs["count"].keys()
    assert ours["projects"][0].keys() == theirs["projects"][0].keys()
    what = ("title", "state", "stage", "reason", "cost_would_pass_cents")
    # The lot of each round is its own: of the equal workshops another may come first.
    assert [[p[name] for name in what] for p in ours["projects"] if "Atelier" not in p["title"]] == [
        [p[name] for name in what] for p in theirs["projects"] if "Atelier" not in p["title"]
    ]


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="no such schema"):
        in_edition({}, "participatory/result/9")

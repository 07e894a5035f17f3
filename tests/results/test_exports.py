import csv
import hashlib
import io
import json
import sqlite3
from pathlib import Path

from flask.testing import FlaskClient

from participatory.identity.rules import Role
from participatory.results.queries import publication_of
from participatory.rounds.rules import Phase
from participatory.tally.declared_terms import declared_terms, items_of
from participatory.tally.methods import RuleName
from participatory.tally.pabulib import read_election
from participatory.tally.rules import greedy
from tests.factories import make_person, make_proposal, make_round, move_round
from tests.results.conftest import bring_out, count
from tests.results.making import PROJECTS, World, put_ballots, voted_round


def fetch(client: FlaskClient, world: World, extension: str) -> bytes:
    with client.get(f"/budgets/{world.round.slug}/resultats.{extension}") as answer:
        assert answer.status_code == 200
        assert f"resultats-{world.round.slug}.{extension}" in answer.headers["Content-Disposition"]
        return answer.data


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def database_of(data: bytes, folder: Path) -> sqlite3.Connection:
    file = folder / "result.sqlite"
    file.write_bytes(data)
    return sqlite3.connect(file)


def hostile_world() -> World:
    round_ = make_round(Phase.VOTING, floors=())
    titles = ('=HYPERLINK("http://x")', "+1", "-2", "@sum", "\ttab", "Robert'); DROP TABLE projects;--", "007")
    projects = {title: make_proposal(round_, title=title, cost_cents=1_000_00) for title in titles}
    put_ballots(round_, [list(projects.values())[:3]])
    move_round(round_, Phase.CONTROL)
    return bring_out(count(World(round_, projects, make_person(roles=(Role.OFFICER,)))))


def test_the_json_is_the_frozen_document_byte_for_byte(published: World, client: FlaskClient) -> None:
    data = fetch(client, published, "json")
    assert hashlib.sha256(data).hexdigest() == publication_of(published.round).digest


def test_the_csv_has_a_row_for_each_project_with_what_it_missed(published: World, client: FlaskClient) -> None:
    rows = rows_of(fetch(client, published, "csv"))
    assert [row["rank"] for row in rows] == [str(n + 1) for n in range(len(PROJECTS))]
    garden = next(row for row in rows if row["title"] == "Jardin d’Albi")
    assert (garden["state"], garden["stage"], garden["cost"], garden["floors"]) == ("funded", "vue", "25000.00", "vue")
    forgotten = next(row for row in rows if row["title"] == "Oublié")
    assert (forgotten["reason"], forgotten["votes_missing"]) == ("threshold", "1")


def test_the_csv_and_the_database_tell_the_money_of_equal_shares(app, client: FlaskClient, tmp_path: Path) -> None:
    world = bring_out(count(voted_round(count_rule=RuleName.MES, min_votes=0)))
    document = json.loads(publication_of(world.round).document)
    rows = {row["id"]: row for row in rows_of(fetch(client, world, "csv"))}
    for project in document["projects"]:
        row, purse = rows[project["id"]], project["purse"]
        assert row["paid"] == f"{project['paid_cents'] // 100}.{project['paid_cents'] % 100:02d}"
        assert row["position"] == str(project["order"] or "")
        missing = purse and f"{purse['missing_cents'] // 100}.{purse['missing_cents'] % 100:02d}"
        assert row["supporters_missing"] == (missing or "")
        assert bool(row["price"]) == (project["price_cents"] is not None)
    database = database_of(fetch(client, world, "sqlite"), tmp_path)
    assert database.execute("select count(*) from winners").fetchone() == (len(document["count"]["winners"]),)
    assert dict(database.execute("select rule, count(*) from comparison group by rule")) == {
        each["method"]["label"]: len(each["winners"]) for each in document["alternatives"] if each["winners"]
    }
    assert database.execute("select sum(paid_cents) from projects").fetchone() == (document["cost_cents"],)
    database.close()


def test_no_spreadsheet_runs_a_title(app, client: FlaskClient) -> None:
    for row in rows_of(fetch(client, hostile_world(), "csv")):
        assert row["title"][0] not in "=+-@\t"


def test_the_published_file_declares_its_result_and_its_terms(published: World, client: FlaskClient) -> None:
    election = read_election(fetch(client, published, "pb").decode())
    document = json.loads(publication_of(published.round).document)
    assert greedy(election, declared_terms(election)).winners == tuple(document["count"]["winners"])
    assert election.declared_winners == frozenset(document["count"]["winners"])
    assert {"floors": "vue:40000", "tie_seed": "c0ffee"}.items() <= items_of(election).items()
    assert election.meta["min_project_score_threshold"] == "2"


def test_the_order_of_the_ballots_reveals_nothing(published: World, client: FlaskClient) -> None:
    ballots = read_election(fetch(client, published, "pb").decode()).ballots
    assert [ballot.choices for ballot in ballots] == sorted(ballot.choices for ballot in ballots)
    assert [ballot.voter for ballot in ballots] == [str(n + 1) for n in range(len(ballots))]


def test_the_database_can_be_asked(published: World, client: FlaskClient, tmp_path: Path) -> None:
    data = fetch(client, published, "sqlite")
    assert data == fetch(client, published, "sqlite")
    database = database_of(data, tmp_path)
    votes = database.execute(
        "select title, votes, (select count(*) from choices where project = projects.id) from projects"
    ).fetchall()
    assert {title: asked for title, asked, _ in votes} == {title: number for title, _, _, number in PROJECTS}
    assert all(asked == found for _, asked, found in votes)
    assert database.execute("select count(*) from ballots").fetchone() == (36,)
    found = database.execute(
        "select title from projects where rowid in (select rowid from projects_fts where projects_fts match 'epicerie')"
    ).fetchall()
    assert found == [("Épicerie solidaire",)]
    assert database.execute("select typeof(id), typeof(department) from projects limit 1").fetchone() == (
        "text",
        "text",
    )
    database.close()


def test_hostile_titles_are_data_in_the_database(app, client: FlaskClient, tmp_path: Path) -> None:
    world = hostile_world()
    database = database_of(fetch(client, world, "sqlite"), tmp_path)
    stored = {title for (title,) in database.execute("select title from projects")}
    assert stored == set(world.projects)
    assert database.execute("select typeof(title) from projects where title = '007'").fetchone() == ("text",)
    database.close()


def test_a_file_that_has_not_changed_is_not_sent_again(published: World, client: FlaskClient) -> None:
    for extension in ("csv", "json", "pb", "sqlite"):
        address = f"/budgets/{published.round.slug}/resultats.{extension}"
        with (
            client.get(address) as first,
            client.get(address, headers={"If-None-Match": first.headers["ETag"]}) as second,
        ):
            assert second.status_code == 304


def test_an_unknown_round_has_no_export(app, client: FlaskClient) -> None:
    assert client.get("/budgets/nulle-part/resultats.csv").status_code == 404

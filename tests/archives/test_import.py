import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from participatory.archives.actions import import_election
from participatory.archives.cli import import_group
from participatory.ballots.models import OpenedBallot
from participatory.ballots.queries import closing_of
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.proposals.models import Proposal
from participatory.results.counting import count_round
from participatory.results.queries import count_of, publication_of
from participatory.rounds.models import Round
from participatory.rounds.queries import round_by_slug
from participatory.rounds.rules import Phase
from participatory.tally.pabulib import PabulibError, read_election
from participatory.tally.rules import greedy
from tests.archives.making import pabulib
from tests.factories import make_person, sign_in


def bring_in(text: str = "", **options: str) -> Round:
    with transaction():
        report = import_election((text or pabulib()).encode(), now(), **options)
    return round_by_slug(report.slug)


def total(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_file_becomes_a_finished_round_on_both_databases(app_on_each_database: Flask) -> None:
    round_ = bring_in(origin="Ville de Val-Clair, domaine public.")
    assert (round_.title, round_.slug, round_.currency, round_.imported) == (
        "Val-Clair 2021",
        "val-clair-2021",
        "EUR",
        True,
    )
    assert round_.phase(now()) is Phase.DELIVERY
    proposals = db.session.scalars(sa.select(Proposal).where(Proposal.round_id == round_.id)).all()
    assert {p.external_ref: (p.title, p.cost_cents, p.author_id, p.theme) for p in proposals} == {
        "a": ("Le banc", 60_00, None, None),
        "b": ("Le phare", 40_00, None, None),
        "c": ("Le quai", 50_00, None, None),
    }
    assert (closing_of(round_).figures, total(OpenedBallot)) == ({"signatures": 4, "ballots": 4}, 4)
    assert publication_of(round_).document == count_of(round_).document
    verbs = db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)).all()
    assert verbs == ["election.imported", "vote.counted", "result.published"]
    assert list(faults()) == []


def test_the_count_is_compared_with_the_declared_result(app: Flask) -> None:
    document = json.loads(publication_of(bring_in()).document)
    # a with 3 votes, c with 2 does not fit in the 40 that are left, b with 1 does.
    assert document["count"]["winners"] == ["a", "b"]
    assert document["declared"] == {"winners": 2, "only_counted": ["b"], "only_declared": ["c"]}


def test_the_published_file_gives_back_the_election(app: Flask) -> None:
    election = read_election(publication_of(bring_in()).election)
    assert greedy(election).winners == ("a", "b")
    assert (election.meta["unit"], election.meta["country"], election.meta["date_begin"]) == (
        "Val-Clair",
        "France",
        "01.03.2021",
    )


def test_ballots_are_in_an_order_that_says_nothing_and_have_no_code(app: Flask) -> None:
    bring_in()
    wanted = sa.select(OpenedBallot.choices, OpenedBallot.tracker).order_by(OpenedBallot.position)
    ballots = db.session.execute(wanted).all()
    assert [choices for choices, _ in ballots] == sorted(choices for choices, _ in ballots)
    assert {tracker for _, tracker in ballots} == {""}


def test_points_are_kept(app: Flask) -> None:
    text = pabulib(vote_type="cumulative")
    text = text[: text.index("voter_id")] + "voter_id;vote;points\n1;a,c;1,4\n2;a;1\n3;b,a;5,1\n4;c;3\n"
    document = json.loads(publication_of(bring_in(text)).document)
    assert [(p["id"], p["score"], p["votes"]) for p in document["projects"]] == [("c", 7, 2), ("b", 5, 1), ("a", 3, 3)]
    assert document["count"]["winners"] == ["c", "b"]


def test_the_same_file_twice_is_refused_unless_it_has_another_address(app: Flask) -> None:
    bring_in()
    with pytest.raises(Refusal, match="val-clair-2021"):
        bring_in()
    assert bring_in(slug="val-clair-bis", title="Le même").slug == "val-clair-bis"
    assert (total(Round), total(OpenedBallot)) == (2, 8)


def test_a_bad_file_leaves_nothing_behind(app: Flask) -> None:
    with pytest.raises(PabulibError):
        bring_in(pabulib().replace("4;c", "4;nowhere"))
    assert (total(Round), total(Proposal), total(OpenedBallot), total(JournalEntry)) == (0, 0, 0, 0)


def test_the_command_prints_what_differs(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "election.pb"
    file.write_text(pabulib(), encoding="utf-8")
    result = app.test_cli_runner().invoke(import_group, ["pabulib", str(file)])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "Val-Clair 2021: 3 projects, 4 ballots, 2 funded",
        "/budgets/val-clair-2021/resultats",
        "The count differs from the declared result:",
        "  funded by the count only: b Le phare",
        "  declared only: c Le quai",
    ]
    again = app.test_cli_runner().invoke(import_group, ["pabulib", str(file)])
    assert (again.exit_code, "val-clair-2021" in again.output) == (2, True)


def test_the_command_names_the_line_of_a_bad_file(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "bad.pb"
    file.write_text(pabulib().replace("4;c", "4;nowhere"), encoding="utf-8")
    result = app.test_cli_runner().invoke(import_group, ["pabulib", str(file)])
    assert result.exit_code == 2
    assert ":25: the vote names project 'nowhere'" in result.output
    assert total(Round) == 0


def test_the_page_says_where_the_count_differs_and_where_it_comes_from(app: Flask, client: FlaskClient) -> None:
    round_ = bring_in(pabulib(currency="PLN"), origin="Ville de Val-Clair, <b>licence</b> libre.")
    page = client.get(f"/budgets/{round_.slug}/resultats").text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Notre dépouillement diffère du résultat déclaré." in page
    assert "&lt;b&gt;licence&lt;/b&gt; libre." in page
    assert "2 projets financés pour 100 PLN" in page
    assert "€" not in page[page.index("<h1>") : page.index("Recomptez vous-même")]
    assert "Cadre de vie" in page


def test_an_imported_round_tells_when_people_voted_and_invents_no_other_phase(app: Flask, client: FlaskClient) -> None:
    round_ = bring_in(origin="Ville de Val-Clair, domaine public.")
    page = client.get(f"/budgets/{round_.slug}").text
    assert "Vote clos le" in page
    assert "Calendrier" not in page[page.index("<h1>") :]
    assert "Les thèmes" not in page


def test_a_file_whose_titles_are_hostile_is_shown_as_text(app: Flask, client: FlaskClient) -> None:
    round_ = bring_in(pabulib().replace("Le banc", "<script>alert(1)</script>"))
    assert "<script>alert" not in client.get(f"/budgets/{round_.slug}/resultats").text


def test_an_imported_round_is_neither_closed_nor_counted_nor_published_again(app: Flask, client: FlaskClient) -> None:
    round_ = bring_in()
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    for deed in ("proposer/cloturer", "proposer/sceller", "autoriser", "ouvrir", "publier"):
        answer = client.post(f"/gestion/budgets/{round_.slug}/depouillement/{deed}")
        assert answer.status_code == 409, deed
    assert client.get(f"/gestion/budgets/{round_.slug}/depouillement").status_code == 200


def test_counting_again_from_the_database_gives_the_same_projects(app: Flask) -> None:
    round_ = bring_in()
    again, published = json.loads(count_round(round_).document), json.loads(publication_of(round_).document)
    assert again | {"declared": published["declared"]} == published


def test_an_election_by_equal_shares_tells_its_rule_and_what_greedy_would_have_given(
    app: Flask, client: FlaskClient
) -> None:
    round_ = bring_in(pabulib(rule="equalshares/add1"))
    document = json.loads(publication_of(round_).document)
    assert document["count"]["method"]["label"] == "mes/cost/add1"
    assert document["alternatives"][1]["method"]["label"] == "greedy"
    page = client.get(f"/budgets/{round_.slug}/resultats").text
    assert "par la règle" in page
    assert "Parts égales" in page
    assert client.get(f"/budgets/{round_.slug}/resultats/comparaison").status_code == 200


def test_the_categories_of_a_file_are_shown_as_text(app: Flask, client: FlaskClient) -> None:
    """A category with a per cent sign broke the comparison, and one with markup ran on it."""
    text = pabulib().replace("Le banc;Cadre de vie", "Le banc;<script>alert(1)</script>")
    round_ = bring_in(text.replace("c;50;Le quai;;1", "c;40;Le quai;100 % bio %(x)s;1"))
    page = client.get(f"/budgets/{round_.slug}/resultats/comparaison")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_an_imported_round_has_no_bundle_and_says_so(app: Flask, client: FlaskClient) -> None:
    round_ = bring_in()
    answer = client.get(f"/budgets/{round_.slug}/resultats/dossier.zip")
    assert answer.status_code == 404
    assert "il n’a pas d’urne scellée ici" in answer.text
    assert "dossier.zip" not in client.get(f"/budgets/{round_.slug}/resultats").text

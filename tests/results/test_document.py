import json

import sqlalchemy as sa

from participatory.ballots.models import OpenedBallot
from participatory.core.database import db, transaction
from participatory.journal.rules import canonical
from participatory.results.document import SCHEMA, digest_of
from participatory.results.queries import count_of
from participatory.results.reading import Result
from tests.factories import make_proposal, make_round
from tests.results.making import World, compute, counted_now, put_ballots, voted_round


def test_the_document_is_canonical_and_reproducible(counted: World) -> None:
    first, second = compute(counted.round), compute(counted.round)
    assert first == second == canonical(json.loads(first))
    assert digest_of(first) == count_of(counted.round).digest


def test_one_ballot_that_is_altered_changes_the_digest(counted: World) -> None:
    before = compute(counted.round)
    concert = counted.projects["Concert"].public_id
    ballot = db.session.scalars(sa.select(OpenedBallot).where(OpenedBallot.round_id == counted.round.id)).first()
    other = next(id_ for id_ in (concert, counted.projects["Oublié"].public_id) if id_ not in ballot.choices)
    with transaction():
        db.session.merge(ballot).choices = f"{other}:1"
    assert digest_of(compute(counted.round)) != digest_of(before)


def test_it_says_everything_that_the_page_shows(control: World) -> None:
    data = json.loads(compute(control.round))
    assert data["schema"] == SCHEMA
    assert data["budget_cents"] == 100_000_00
    assert data["cost_cents"] + data["remainder_cents"] == data["budget_cents"]
    assert data["rulebook"] == {"version": 1, "digest": control.round.current_version.digest}
    assert data["floors"] == [
        {
            "key": "vue",
            "name": "Villes universitaires d’équilibre",
            "amount_cents": 40_000_00,
            "spent_cents": 25_000_00,
            "projects": 2,
            "funded_by_it": 1,
            "funded": 1,
        }
    ]
    forgotten = next(p for p in data["projects"] if p["title"] == "Oublié")
    assert (forgotten["reason"], forgotten["votes_missing"]) == ("threshold", 1)
    garden = next(p for p in data["projects"] if p["title"] == "Jardin d’Albi")
    assert (garden["stage"], garden["site"], garden["department"]) == ("vue", "Albi", "81")
    # 75,000 € for all: the grocery and the bicycles leave 15,000 €, too little for a workshop.
    assert data["line"]["left_cents"] == 15_000_00
    assert data["line"]["rank"] == 4


def test_every_missing_vote_is_true_when_counted_again(control: World) -> None:
    data = json.loads(compute(control.round))
    for loser in [p for p in data["projects"] if p["votes_missing"]]:
        title = loser["title"]
        again = voted_round()
        put_ballots(again.round, [[again.projects[title]]] * loser["votes_missing"])
        outcome = counted_now(again.round).outcome
        # Equal scores may be drawn by another lot in the other round: then one vote more decides.
        if again.projects[title].public_id not in outcome.winners:
            put_ballots(again.round, [[again.projects[title]]])
            assert again.projects[title].public_id in counted_now(again.round).outcome.winners


def test_small_sites_are_not_published(app) -> None:
    round_ = make_round()
    project = make_proposal(round_)
    put_ballots(round_, [[project]] * 6, "toulouse")
    put_ballots(round_, [[project]] * 3, "albi")
    put_ballots(round_, [[project]] * 8, "rodez")
    cells = {cell["site"]: cell["signatures"] for cell in json.loads(compute(round_))["electorate"]["by_site"]}
    # Albi is small; Toulouse is hidden with it, or the total would give Albi away.
    assert cells == {"Albi": None, "Rodez et Ouest Aveyron": 8, "Toulouse": None}


def test_the_reading_adds_up(control: World) -> None:
    result = Result.of(compute(control.round))
    assert sum(pot.paid for pot in result.pots) == result.data["cost_cents"]
    assert sum(pot.projects for pot in result.pots) == len(result.winners)
    assert len(result.winners) + len(result.losers) == len(result.data["projects"])
    assert sum(result.winners_by_department.values()) == len(result.winners)
    assert result.stopped["title"].startswith("Atelier")


def test_a_lot_that_decided_shows_its_tickets(app) -> None:
    round_ = make_round(budget_cents=20_000_00, floors=(), tie_seed="c0ffee")
    pair = [make_proposal(round_, cost_cents=20_000_00) for _ in range(2)]
    put_ballots(round_, [[pair[0]], [pair[1]]])
    result = Result.of(compute(round_))
    (tie,) = result.drawn_ties
    tickets = [tie["tickets"][id_] for id_ in tie["projects"]]
    assert tickets == sorted(tickets)


def test_a_round_without_projects_or_ballots_is_counted(app) -> None:
    data = json.loads(compute(make_round()))
    assert (data["projects"], data["cost_cents"], data["line"], data["electorate"]["ballots"]) == ([], 0, None, 0)

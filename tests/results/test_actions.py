import json
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from participatory.ballots.models import OpenedBallot, UrnState
from participatory.ballots.queries import step_of
from participatory.ballots.steps import Officers
from participatory.checkpoints.models import Checkpoint
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.secrets import SecretStore
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.proposals.rules import State
from participatory.results.actions import (
    Digests,
    allow_count,
    count_contests,
    keep_urn,
    publish,
    record_count,
    recount,
)
from participatory.results.counting import Edition
from participatory.results.models import Count, Publication
from participatory.results.queries import count_of, publication_of
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from participatory.urn.published import ballots_digest
from tests.factories import make_person, make_proposal, make_round, move_round
from tests.results.conftest import bring_out, count
from tests.results.making import (
    OFFICERS,
    World,
    allowed,
    count_allowed,
    counted_now,
    opened_urn,
    put_ballots,
    voted_round,
)


def store() -> SecretStore:
    found: SecretStore = current_app.extensions["secrets"]
    return found


def last_of(verb: str) -> dict[str, object]:
    wanted = sa.select(JournalEntry.payload).where(JournalEntry.verb == verb).order_by(JournalEntry.position.desc())
    return json.loads(db.session.scalars(wanted.limit(1)).one())


def published_now(round_: Round) -> None:
    with transaction():
        publish(round_, OFFICERS, store(), now())


def test_a_round_is_counted_and_published_on_both_databases(app_on_each_database: Flask) -> None:
    world = bring_out(count(voted_round()))
    published = publication_of(world.round)
    assert (published.document, published.election) == (count_of(world.round).document, count_of(world.round).election)
    assert (published.edition, published.published_by) == (1, OFFICERS.second)
    told = {"round": world.round.public_id, "digests": {"main": published.digest}, "edition": 1}
    assert last_of("result.published") == told
    assert list(faults()) == []


def test_the_journal_says_of_the_count_what_the_bundle_will_hold(counted: World) -> None:
    opened = opened_urn(counted.round)
    assert last_of("vote.counted") == {
        "round": counted.round.public_id,
        "digests": {"main": count_of(counted.round).digest},
        "ballots": ballots_digest(opened.rows),
        "void": 0,
        "blanked": 0,
    }


def test_the_publication_signs_the_head_of_the_journal(published: World) -> None:
    wanted = sa.select(JournalEntry.position).where(JournalEntry.verb == "result.published")
    (position,) = db.session.scalars(wanted)
    assert db.session.scalar(sa.select(sa.func.max(Checkpoint.position))) >= position


def test_the_count_bears_the_names_of_the_two_who_allowed_it(counted: World) -> None:
    step = step_of(counted.round, UrnState.COUNTED)
    assert (step.first_by, step.second_by) == (OFFICERS.first, OFFICERS.second)


def test_nobody_does_it_alone(control: World) -> None:
    alone = Officers("officer-one", "officer-one")
    allowed(control)
    other = count(voted_round())
    move_round(other.round, Phase.RESULTS)
    with pytest.raises(Refusal, match="Deux personnes") as refused, transaction():
        publish(other.round, alone, store(), now())
    assert refused.value.kind is Kind.FORBIDDEN
    sealed = voted_round()
    with pytest.raises(Refusal, match="vient après une autre"), transaction():
        allow_count(sealed.round, OFFICERS, now())


def test_steps_are_done_in_their_order(control: World) -> None:
    opened = opened_urn(allowed(voted_round()).round)
    for deed in (
        lambda: allow_count(control.round, OFFICERS, now()),
        lambda: keep_urn(control.round, opened, now()),
        lambda: record_count(control.round, {}, opened, "somebody", now()),
    ):
        with pytest.raises(Refusal, match="vient après une autre"), transaction():
            deed()


def test_the_result_is_not_published_before_its_date_nor_before_the_count(counted: World) -> None:
    with pytest.raises(Refusal, match="ne peuvent pas paraître") as refused:
        published_now(counted.round)
    assert refused.value.values["start"] == counted.round.results_at
    other = voted_round(Phase.RESULTS)
    with pytest.raises(Refusal, match="vient après une autre"):
        published_now(other.round)


def test_each_deed_is_done_once(published: World) -> None:
    opened, counted = opened_urn(published.round), count_contests(published.round)
    for deed in (
        lambda: allow_count(published.round, OFFICERS, now()),
        lambda: record_count(published.round, counted, opened, "somebody", now()),
        lambda: publish(published.round, OFFICERS, store(), now()),
    ):
        with pytest.raises(Refusal, match="déjà"), transaction():
            deed()


def at_once(app: Flask, times: int, number: int, deed: Callable[[Round], object]) -> list[str]:
    """Do a deed in as many threads; what each one was told."""
    told: list[str] = []
    gate = threading.Barrier(times)

    def act() -> None:
        with app.app_context():
            round_ = db.session.get(Round, number)
            gate.wait()
            try:
                with transaction():
                    deed(round_)
                told.append("done")
            except Refusal as refusal:
                told.append(str(refusal))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_two_who_act_at_once_do_it_once(app_on_each_database: Flask) -> None:
    app, world = app_on_each_database, allowed(voted_round())
    number, opened = world.round.id, opened_urn(world.round)
    with transaction():
        keep_urn(world.round, opened, now())
    counts = count_contests(world.round)
    counted = at_once(app, 2, number, lambda round_: record_count(round_, counts, opened, "somebody", now()))
    move_round(world.round, Phase.RESULTS)
    published = at_once(app, 2, number, lambda round_: publish(round_, OFFICERS, store(), now()))
    for told in (counted, published):
        assert told.count("done") == 1
        assert any("déjà" in words for words in told)
    for table in (Count, Publication):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 1


def test_a_ballot_altered_after_the_count_stops_the_publication(counted: World) -> None:
    move_round(counted.round, Phase.RESULTS)
    concert = counted.projects["Concert"].public_id
    with transaction():
        held = OpenedBallot.round_id == counted.round.id
        db.session.execute(sa.update(OpenedBallot).where(held).values(choices=f"{concert}:1"))
    with pytest.raises(Refusal, match="ne redonne pas le premier"):
        published_now(counted.round)
    assert publication_of(counted.round) is None


@pytest.mark.parametrize("text", ["document", "election"])
def test_a_count_altered_in_the_database_stops_the_publication(counted: World, text: str) -> None:
    move_round(counted.round, Phase.RESULTS)
    again = Digests.of(recount(counted.round))
    with transaction():
        row = db.session.merge(count_of(counted.round))
        setattr(row, text, getattr(row, text).replace("Concert", "Conquête"))
    with pytest.raises(Refusal, match="ne redonne pas le premier"), transaction():
        publish(counted.round, OFFICERS, store(), now(), again)


def test_an_update_of_the_software_between_count_and_publication_is_no_other_result(control: World) -> None:
    opened = opened_urn(allowed(control).round)
    with transaction():
        keep_urn(control.round, opened, now())
    first = counted_now(control.round, edition=Edition("0.0.1"))
    with transaction():
        record_count(control.round, {"main": first}, opened, "somebody", now())
    assert publication_of(bring_out(control).round).document == first.document


def test_a_project_whose_cost_or_title_changed_after_the_opening_is_counted_as_it_was(control: World) -> None:
    allowed(control)
    with transaction():
        grocery = db.session.merge(control.projects["Épicerie solidaire"])
        grocery.final_cents, grocery.title = 90_000_00, "Autre chose"
    document = json.loads(count_of(count_allowed(control).round).document)
    told = next(each for each in document["projects"] if each["proposal"] == grocery.public_id)
    assert (told["cost_cents"], told["title"], told["state"]) == (30_000_00, "Épicerie solidaire", "funded")


def test_a_project_that_became_feasible_after_the_opening_is_not_counted(control: World) -> None:
    late = make_proposal(control.round, title="Trop tard")
    document = count_of(count(control).round).document
    assert late.public_id not in document


def test_the_choices_of_a_project_that_left_the_ballot_are_dropped_and_told(app: Flask) -> None:
    round_ = make_round()
    kept, gone = make_proposal(round_), make_proposal(round_)
    put_ballots(round_, [[kept, gone], [gone]])
    move_round(round_, Phase.CONTROL)
    with transaction():
        db.session.merge(gone).state_code = State.UNFEASIBLE.value
    world = count(World(round_, {}, make_person(roles=(Role.OFFICER,))))
    electorate = json.loads(count_of(world.round).document)["electorate"]
    assert (electorate["ballots"], electorate["choices_set_aside"]) == (2, 2)
    rows = step_of(world.round, UrnState.COUNTED).figures["projects"]
    assert {row[1]: row[-1] for row in rows} == {kept.public_id: "", gone.public_id: "unfeasible"}

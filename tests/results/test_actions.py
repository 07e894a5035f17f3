import json
import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from participatory.ballots.actions import close_vote
from participatory.ballots.models import Ballot
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.results.actions import compute, publish, record_count, recount
from participatory.results.models import Count, Publication
from participatory.results.queries import count_of, publication_of
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_round, move_round
from tests.results.conftest import bring_out, count
from tests.results.making import World, voted_round

NOT_OFFICERS = [(), (Role.ADMINISTRATOR,), (Role.MODERATOR,), (Role.APPRAISER,)]


def last_deed() -> JournalEntry:
    return db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc()).limit(1)).one()


def test_a_round_is_closed_counted_and_published_on_both_databases(app_on_each_database: Flask) -> None:
    world = bring_out(count(voted_round()))
    published = publication_of(world.round)
    assert published.document == count_of(world.round).document
    assert (published.edition, published.published_by) == (1, world.officer.public_id)
    assert last_deed().verb == "result.published"
    assert json.loads(last_deed().payload) == {
        "round": world.round.public_id,
        "digest": published.digest,
        "edition": 1,
    }
    assert list(faults()) == []


@pytest.mark.parametrize("roles", NOT_OFFICERS, ids=str)
def test_only_an_officer_counts_and_publishes(control: World, roles: tuple[Role, ...]) -> None:
    person, document = make_person(roles=roles), compute(control.round)
    for deed in (
        lambda: close_vote(control.round, person, now()),
        lambda: record_count(control.round, document, person, now()),
        lambda: publish(control.round, person, now()),
    ):
        with pytest.raises(Refusal) as refused, transaction():
            deed()
        assert refused.value.kind is Kind.FORBIDDEN


@pytest.mark.parametrize("phase", [Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING])
def test_nobody_counts_or_publishes_before_the_vote_is_over(app: Flask, phase: Phase) -> None:
    world = voted_round(phase)
    document = compute(world.round)
    for deed in (
        lambda: close_vote(world.round, world.officer, now()),
        lambda: record_count(world.round, document, world.officer, now()),
        lambda: publish(world.round, world.officer, now()),
    ):
        with pytest.raises(Refusal) as refused, transaction():
            deed()
        assert refused.value.kind is Kind.CONFLICT
        assert refused.value.values["start"] in {world.round.control_at, world.round.results_at}
    assert count_of(world.round) is None


def test_the_vote_is_closed_before_it_is_counted(control: World) -> None:
    document = compute(control.round)
    with pytest.raises(Refusal, match="clôturez"), transaction():
        record_count(control.round, document, control.officer, now())


def test_the_result_is_not_published_before_its_date_nor_before_the_count(control: World, counted: World) -> None:
    with pytest.raises(Refusal, match="ne peuvent pas paraître"), transaction():
        publish(counted.round, counted.officer, now())
    other = voted_round(Phase.RESULTS)
    with pytest.raises(Refusal, match="dépouillez"), transaction():
        publish(other.round, other.officer, now())


def test_each_deed_is_done_once(published: World) -> None:
    document = compute(published.round)
    for deed in (
        lambda: close_vote(published.round, published.officer, now()),
        lambda: record_count(published.round, document, published.officer, now()),
        lambda: publish(published.round, published.officer, now()),
    ):
        with pytest.raises(Refusal, match="déjà"), transaction():
            deed()


def at_once(app: Flask, times: int, deed) -> list[str]:
    """Do a deed in as many threads; what each one was told."""
    told: list[str] = []
    gate = threading.Barrier(times)

    def act() -> None:
        with app.app_context():
            round_, officer = db.session.get(Round, app.round_id), db.session.get(Person, app.officer_id)
            gate.wait()
            try:
                with transaction():
                    deed(round_, officer)
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


def test_two_officers_who_act_at_once_do_it_once(app_on_each_database: Flask) -> None:
    app = app_on_each_database
    world = voted_round()
    app.round_id, app.officer_id = world.round.id, world.officer.id
    closed = at_once(app, 2, lambda round_, officer: close_vote(round_, officer, now()))
    # A new request reads what the others have written meanwhile.
    db.session.rollback()
    document = compute(world.round)
    counted = at_once(app, 2, lambda round_, officer: record_count(round_, document, officer, now()))
    move_round(world.round, Phase.RESULTS)
    published = at_once(app, 2, lambda round_, officer: publish(round_, officer, now()))
    for told in (closed, counted, published):
        assert told.count("done") == 1
        assert any("déjà" in words for words in told)
    for table in (Count, Publication):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 1


def test_a_ballot_altered_after_the_count_stops_the_publication(counted: World) -> None:
    move_round(counted.round, Phase.RESULTS)
    concert = counted.projects["Concert"].public_id
    with transaction():
        for ballot in db.session.scalars(sa.select(Ballot).where(Ballot.round_id == counted.round.id)):
            ballot.document = json.dumps({"choices": [[concert, 1]]})
    with pytest.raises(Refusal, match="ne redonne pas le premier"), transaction():
        publish(counted.round, counted.officer, now())
    assert publication_of(counted.round) is None


def test_a_count_altered_in_the_database_stops_the_publication(counted: World) -> None:
    move_round(counted.round, Phase.RESULTS)
    with transaction():
        row = db.session.merge(count_of(counted.round))
        row.document = row.document.replace("Concert", "Conquête")
    with pytest.raises(Refusal, match="ne redonne pas le premier"), transaction():
        publish(counted.round, counted.officer, now(), recount(counted.round))


def test_an_update_of_the_software_between_count_and_publication_is_no_other_result(control: World) -> None:
    with transaction():
        close_vote(control.round, control.officer, now())
    data = json.loads(compute(control.round)) | {"software": "0.0.1"}
    document = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    with transaction():
        record_count(control.round, document, control.officer, now())
    assert publication_of(bring_out(control).round).document == document


def test_the_document_of_another_round_is_not_recorded(control: World) -> None:
    with transaction():
        close_vote(control.round, control.officer, now())
    document = compute(make_round())
    with pytest.raises(ValueError, match="another round"), transaction():
        record_count(control.round, document, control.officer, now())


def test_a_count_made_before_the_closing_is_not_recorded(control: World) -> None:
    document = compute(control.round)
    with transaction():
        close_vote(control.round, control.officer, now())
    with pytest.raises(ValueError, match="still open"), transaction():
        record_count(control.round, document, control.officer, now())

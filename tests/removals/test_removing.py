"""A project taken out of an open vote: two people, one reason, ballots that stay valid, letters that leave once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from participatory.ballots.booth import can_be_done
from participatory.ballots.models import Signature
from participatory.ballots.queries import prices_on_ballot
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.deeds.actions import confirm
from participatory.deeds.kinds import kind_named
from participatory.deeds.models import Deed
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.removals import actions, deed, jobs
from participatory.removals.models import Removal
from participatory.results.queries import count_of
from participatory.rolls.keys import pseudonyms_of
from participatory.rolls.models import Voter, VoterKey
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.rounds.rules import Phase
from participatory.web.settings import secret_store
from tests.factories import make_association, make_person, move_round, sign_in
from tests.results.making import World, count, voted_round

REASON = "Le toit du bâtiment s’est effondré dans la nuit."
LINK = "https://b.example/gestion/actes"


@pytest.fixture
def world(app: Flask) -> World:
    with app.test_request_context():
        return voted_round(Phase.VOTING)


def officer() -> Person:
    return make_person(roles=(Role.OFFICER,))


def ask(world: World, title: str = "Épicerie solidaire", by: Person | None = None, reason: str = REASON) -> Deed:
    with transaction():
        return deed.ask(world.projects[title], reason, by or world.officer, now(), link=LINK)


def settle(asked: Deed, by: Person) -> None:
    kind = kind_named(deed.NAME)
    with transaction():
        confirm(asked.public_id, kind, by, now(), seen=kind.describe(asked.payload).digest())


def removed(world: World, title: str = "Épicerie solidaire") -> Removal:
    settle(ask(world, title), officer())
    return db.session.scalars(sa.select(Removal)).one()


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask):
    with app.test_request_context():
        yield


def test_two_people_take_a_project_out_and_its_authors_are_told(world: World) -> None:
    project, author = world.projects["Épicerie solidaire"], make_person()
    with transaction():
        project.author_id = author.id
    asked = ask(world)
    assert project.state is State.FEASIBLE
    with pytest.raises(Refusal):
        settle(asked, world.officer)
    settle(asked, officer())
    assert project.state is State.UNFEASIBLE
    assert db.session.scalars(sa.select(Removal)).one().reason == REASON
    letter = db.session.scalars(sa.select(Letter).where(Letter.template == "project_removed")).one()
    assert letter.recipient == author.email
    entry = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "vote.project_removed")).one()
    assert REASON in json.dumps(entry.payload, ensure_ascii=False)
    assert list(faults()) == []


def test_the_booth_stops_offering_it_and_a_new_ballot_cannot_name_it(world: World) -> None:
    project = world.projects["Épicerie solidaire"]
    removed(world)
    assert project.public_id not in can_be_done(world.round)
    assert project.public_id not in prices_on_ballot(world.round, MAIN_CONTEST)


def test_ballots_of_the_urn_keep_their_other_choices_and_the_count_leaves_it_out(world: World) -> None:
    project = world.projects["Épicerie solidaire"]
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Signature))
    removed(world)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Signature)) == before
    move_round(world.round, Phase.CONTROL)
    count(world)
    document = json.loads(count_of(world.round).document)
    assert project.public_id not in [each["proposal"] for each in document["projects"]]
    assert document["count"]["winners"]


@pytest.mark.parametrize("phase", [Phase.REVIEW, Phase.CONTROL, Phase.RESULTS])
def test_it_is_for_the_time_of_the_vote_alone(world: World, phase: Phase) -> None:
    asked = ask(world)
    move_round(world.round, phase)
    with pytest.raises(Refusal):
        ask(world, "Vélos partagés")
    with pytest.raises(Refusal):
        settle(asked, officer())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Removal)) == 0


def test_who_is_tied_to_the_project_neither_proposes_nor_confirms(world: World) -> None:
    project, association = world.projects["Épicerie solidaire"], make_association()
    with transaction():
        project.association_id = association.id
    member = make_person(roles=(Role.OFFICER,), association=association)
    with pytest.raises(Refusal) as caught:
        ask(world, by=member)
    assert caught.value.kind is Kind.FORBIDDEN
    asked = ask(world)
    with pytest.raises(Refusal):
        settle(asked, member)
    with pytest.raises(Refusal):
        ask(world, by=make_person())


@pytest.mark.parametrize("reason", ["", "Trop tard.", "\0 \n", "   "])
def test_a_reason_that_says_nothing_is_refused(world: World, reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        ask(world, reason=reason)
    assert caught.value.field == "reason"


def test_the_same_project_is_not_removed_twice(world: World) -> None:
    asked = ask(world)
    with pytest.raises(Refusal):
        ask(world)
    settle(asked, officer())
    with pytest.raises(Refusal):
        ask(world)


def known_voters(world: World, number: int) -> list[Person]:
    """People with an account who have signed."""
    pepper, number_of = secret_store().get("pepper", world.round.public_id), world.round.id
    people = [make_person() for _ in range(number)]
    lines = db.session.scalars(sa.select(Voter).join(Signature, Signature.voter_id == Voter.id)).all()
    with transaction():
        for person, line in zip(people, lines, strict=False):
            name = pseudonyms_of(pepper, person)[0]
            db.session.add(VoterKey(round_id=number_of, pseudonym=name, voter_id=line.id))
    return people


def written_to() -> list[str]:
    wanted = sa.select(Letter.recipient).where(Letter.template == "vote_project_removed")
    return sorted(str(each) for each in db.session.scalars(wanted))


def test_everybody_who_voted_is_written_to_once_and_nobody_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    voters = known_voters(world, 5)
    make_person()
    removal = removed(world)
    monkeypatch.setattr(jobs, "BATCH", 2)
    assert jobs.tell_voters() == 5
    assert written_to() == sorted(str(each.email) for each in voters)
    assert jobs.tell_voters() == 0
    db.session.refresh(removal)
    assert removal.told_at is not None


def test_a_job_that_is_killed_halfway_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    voters = known_voters(world, 5)
    removal = removed(world)
    number, said = removal.id, []

    def dies(of: Removal, person: Person) -> dict[str, str]:
        said.append(person)
        if len(said) == 4:
            raise OSError("killed")
        return jobs.words(of, person)

    def one_batch() -> None:
        with transaction():
            actions.tell_some(number, secret_store(), dies, now(), size=8)

    for _ in range(20):
        try:
            one_batch()
        except OSError:
            break
    assert len(written_to()) < 5
    assert jobs.tell_voters() + len(set(written_to())) >= 5
    assert written_to() == sorted(str(each.email) for each in voters)


def test_two_workers_at_once_write_to_nobody_twice(
    app_on_each_database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_on_each_database
    with app.test_request_context():
        world = voted_round(Phase.VOTING)
        voters = sorted(str(each.email) for each in known_voters(world, 6))
        removed(world)
    monkeypatch.setattr(jobs, "BATCH", 2)

    def work(_number: int) -> None:
        with app.app_context():
            jobs.tell_voters()
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    with app.app_context():
        assert written_to() == voters


def test_no_letter_leaves_once_the_vote_is_over(world: World) -> None:
    known_voters(world, 2)
    removed(world)
    move_round(world.round, Phase.CONTROL)
    assert jobs.tell_voters() == 0
    assert written_to() == []


def test_the_pages_say_it(world: World, client: FlaskClient) -> None:
    project: Proposal = world.projects["Épicerie solidaire"]
    slug = world.round.slug
    removed(world)
    for path in (f"/budgets/{slug}", f"/projets/{project.slug}", f"/budgets/{slug}/vote"):
        assert "toit du bâtiment" in client.get(path).text


def test_the_form_proposes_and_keeps_what_was_typed(world: World, client: FlaskClient) -> None:
    project = world.projects["Épicerie solidaire"]
    path = f"/gestion/budgets/{world.round.slug}/retirer-un-projet"
    sign_in(client, world.officer)
    assert "Proposer le retrait" in client.get(path).text
    short = client.post(path, data={"project": project.public_id, "reason": "Trop court"})
    assert short.status_code == 422
    assert "Trop court" in short.text
    unknown = client.post(path, data={"project": "inconnu", "reason": REASON})
    assert unknown.status_code == 422
    done = client.post(path, data={"project": project.public_id, "reason": REASON})
    assert done.status_code == 303
    assert project.title in client.get(done.location).text
    assert client.post(path, data={"project": project.public_id, "reason": REASON}).status_code == 409

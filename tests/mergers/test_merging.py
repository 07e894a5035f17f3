"""Two projects become one when everybody who writes them agrees; supports count once, addresses lead on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.following.models import Follow
from participatory.following.queries import followers
from participatory.identity.models import Person
from participatory.mergers.models import JoinRequest, Merger
from participatory.mergers.rules import Outcome
from participatory.notifications.models import Notification
from participatory.privacy.holdings import erase_all, holdings_of
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from participatory.supports.models import SupportLeftOut
from participatory.supports.queries import count_of
from tests.factories import add_voter, make_person, make_proposal, make_round, move_round, sign_in
from tests.supports.making import student, support


class World:
    def __init__(self):
        self.round = make_round(Phase.REVIEW)
        self.ada, self.bob, self.zoe = make_person(name="Ada"), make_person(name="Bob"), make_person(name="Zoé")
        self.kept = make_proposal(self.round, State.ADMITTED, author=self.ada, title="Le verger")
        self.other = make_proposal(self.round, State.ADMITTED, author=self.bob, title="Les pommiers")


@pytest.fixture
def world(app):
    return World()


def proposed(client, world, **changes):
    sign_in(client, world.ada)
    data = {"other": world.other.public_id, "kept": "this", "message": "C’est la même idée."} | changes
    return client.post(f"/projets/{world.kept.slug}/reunir", data=data)


def merger():
    return db.session.scalars(sa.select(Merger)).one()


def answered(client, person, act="yes"):
    sign_in(client, person)
    return client.post(f"/reunions/{merger().public_id}", data={"act": act})


def state(proposal):
    return db.session.get(Proposal, proposal.id, populate_existing=True).state


def test_everybody_agrees_and_the_old_address_leads_to_the_project_it_became(client, world):
    assert proposed(client, world).status_code == 303
    assert state(world.other) is State.ADMITTED
    sign_in(client, world.bob)
    assert "C’est la même idée." in client.get(f"/reunions/{merger().public_id}").text
    assert answered(client, world.bob).status_code == 303
    assert (state(world.kept), state(world.other)) == (State.ADMITTED, State.MERGED)
    moved = client.get(f"/projets/{world.other.slug}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/projets/{world.kept.slug}")
    html = client.get(f"/projets/{world.kept.slug}").text
    assert "Les pommiers" in html
    assert {each.id for each in db.session.get(Proposal, world.kept.id).people} == {world.ada.id, world.bob.id}


def test_supports_are_the_union_and_those_left_out_stay_left_out(client, world):
    both, one, out = student(world.round), student(world.round), student(world.round)
    for project, person in ((world.kept, both), (world.other, both), (world.other, one), (world.other, out)):
        support(project, person)
    add_voter(world.round, world.bob)
    support(world.kept, world.bob)
    with transaction():
        voter = db.session.scalars(sa.text("select voter_id from support order by id desc limit 1 offset 1")).one()
        db.session.add(SupportLeftOut(proposal_id=world.other.id, voter_id=voter))
    proposed(client, world)
    answered(client, world.bob)
    kept = db.session.get(Proposal, world.kept.id)
    # Bob writes it now: his own support is no more; the one left out is given, not counted.
    assert (count_of(kept, now()).given, count_of(kept, now()).counted) == (3, 2)
    assert count_of(db.session.get(Proposal, world.other.id), now()).given == 0


def test_followers_go_along_and_are_told(client, world):
    with transaction():
        db.session.add(Follow(proposal_id=world.other.id, person_id=world.zoe.id, at=now()))
    proposed(client, world)
    answered(client, world.bob)
    assert [each.id for each in followers(world.kept)] == [world.zoe.id]
    told = sa.select(Notification).where(Notification.person_id == world.zoe.id)
    assert "réuni" in db.session.scalars(told).one().values["said"]


def test_one_no_ends_it_and_nothing_moves(client, world):
    proposed(client, world)
    answered(client, world.bob, "no")
    assert merger().outcome is Outcome.REFUSED
    assert state(world.other) is State.ADMITTED
    assert answered(client, world.bob).status_code == 409


def test_whoever_proposed_may_take_it_back_and_nobody_else(client, world):
    proposed(client, world)
    assert answered(client, world.bob, "withdraw").status_code == 403
    assert answered(client, world.ada, "withdraw").status_code == 303
    assert merger().outcome is Outcome.WITHDRAWN


def test_a_stranger_neither_reads_nor_proposes_nor_answers(client, world):
    proposed(client, world)
    sign_in(client, world.zoe)
    assert client.get(f"/reunions/{merger().public_id}").status_code == 404
    assert answered(client, world.zoe).status_code == 404
    assert client.post(f"/projets/{world.kept.slug}/reunir", data={}).status_code == 403
    assert client.get(f"/projets/{world.kept.slug}/reunir").status_code == 403


def test_nothing_is_merged_once_the_vote_is_open(client, world):
    proposed(client, world)
    move_round(world.round, Phase.VOTING)
    assert answered(client, world.bob).status_code == 409
    assert state(world.other) is State.ADMITTED
    sign_in(client, world.ada)
    assert client.get(f"/projets/{world.kept.slug}/reunir").status_code == 409


def test_a_text_that_changed_since_is_not_what_people_agreed_to(client, world):
    proposed(client, world)
    with transaction():
        db.session.get(Proposal, world.other.id).version += 1
    assert answered(client, world.bob).status_code == 409
    assert state(world.other) is State.ADMITTED


def test_whoever_began_to_write_it_meanwhile_is_asked_too(client, world):
    from participatory.proposals.models import CoAuthor

    proposed(client, world)
    with transaction():
        db.session.add(CoAuthor(proposal_id=world.other.id, person_id=world.zoe.id, joined_at=now()))
    answered(client, world.bob)
    assert state(world.other) is State.ADMITTED
    answered(client, world.zoe)
    assert state(world.other) is State.MERGED


@pytest.mark.parametrize(
    "changes", [{"other": ""}, {"other": "inconnu"}, {"kept": "both"}, {"message": ""}, {"message": "a" * 1001}]
)
def test_a_form_that_is_not_whole_is_given_back(client, world, changes):
    assert proposed(client, world, **changes).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Merger.id))) == 0


def test_a_project_waits_for_one_merger_at_a_time(client, world):
    assert proposed(client, world).status_code == 303
    assert proposed(client, world).status_code == 409
    merger()


def test_an_admitted_project_does_not_become_one_that_is_not_read_yet(client, world):
    waiting = make_proposal(world.round, State.SUBMITTED, author=world.ada)
    sign_in(client, world.ada)
    data = {"other": world.kept.public_id, "kept": "this", "message": "La même."}
    assert client.post(f"/projets/{waiting.slug}/reunir", data=data).status_code == 422


def test_whoever_writes_both_alone_makes_them_one_at_once(client, world):
    second = make_proposal(world.round, State.SUBMITTED, author=world.ada)
    assert proposed(client, world, other=second.public_id).status_code == 303
    assert state(second) is State.MERGED


def test_answered_twice_it_is_done_once(app_on_each_database):
    app_on_each_database.config["WTF_CSRF_ENABLED"] = False
    world, client = World(), app_on_each_database.test_client()
    proposed(client, world)
    assert answered(client, world.bob).status_code == 303
    assert answered(client, world.bob).status_code == 409
    assert len(db.session.get(Proposal, world.kept.id).people) == 2


def test_one_asks_to_join_instead_of_submitting_a_double(client, world):
    sign_in(client, world.zoe)
    address = f"/projets/{world.kept.slug}/rejoindre"
    assert client.post(address, data={"message": ""}).status_code == 422
    assert client.post(address, data={"message": "J’ai des outils."}).status_code == 303
    assert client.post(address, data={"message": "J’ai des outils."}).status_code == 303
    asked = db.session.scalars(sa.select(JoinRequest)).one()
    answer = f"{address}/{asked.public_id}"
    assert client.post(answer, data={"act": "accept"}).status_code == 403
    sign_in(client, world.ada)
    assert "J’ai des outils." in client.get(f"/projets/{world.kept.slug}").text
    assert client.post(answer, data={"act": "accept"}).status_code == 303
    assert client.post(answer, data={"act": "accept"}).status_code == 409
    assert {each.id for each in db.session.get(Proposal, world.kept.id).people} == {world.ada.id, world.zoe.id}


def test_after_a_no_one_may_support_and_follow_and_does_not_ask_again(client, world):
    sign_in(client, world.zoe)
    address = f"/projets/{world.kept.slug}/rejoindre"
    client.post(address, data={"message": "J’ai des outils."})
    asked = db.session.scalars(sa.select(JoinRequest)).one()
    sign_in(client, world.ada)
    client.post(f"{address}/{asked.public_id}", data={"act": "decline"})
    sign_in(client, world.zoe)
    assert "Soutenir ce projet" in client.get(address).text
    assert client.post(address, data={"message": "Encore."}).status_code == 409


def test_a_project_that_is_not_public_is_joined_by_nobody(client, world):
    hidden = make_proposal(world.round, State.SUBMITTED)
    sign_in(client, world.zoe)
    assert client.get(f"/projets/{hidden.slug}/rejoindre").status_code == 404


def test_my_data_show_it_and_deleting_the_account_takes_it_along(client, world):
    proposed(client, world)
    held = next(holding for line, holding in holdings_of(world.bob, now()) if line.key == "mergers")
    assert held.rows
    with transaction():
        erase_all(db.session.get(Person, world.zoe.id), now())
        erase_all(db.session.get(Person, world.ada.id), now())

"""People follow a project that they may read, and are told when it moves; nobody else learns of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.following.actions import carry_over, follow
from participatory.following.models import Follow
from participatory.following.queries import followers
from participatory.identity.models import Person
from participatory.notifications.models import Notification
from participatory.privacy.holdings import erase_all, foreseen, holdings_of
from participatory.proposals.actions import move
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_proposal, make_round, sign_in


@pytest.fixture
def project(app):
    return make_proposal(make_round(Phase.REVIEW), State.ADMITTED, title="Le verger", author=make_person())


def following(project, person):
    with transaction():
        return follow(db.session.merge(person), db.session.merge(project), now())


def told(person):
    return list(db.session.scalars(sa.select(Notification).where(Notification.person_id == person.id)))


def test_who_follows_a_project_finds_it_among_theirs_and_may_leave_it(client, project):
    sign_in(client, make_person())
    assert "Suivre ce projet" in client.get("/projets/" + project.slug).text
    assert client.post(f"/projets/{project.slug}/suivre", data={"act": "add"}).status_code == 303
    assert client.post(f"/projets/{project.slug}/suivre", data={"act": "add"}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(Follow.id))) == 1
    assert "Le verger" in client.get("/mes-suivis").text
    assert "Ne plus suivre" in client.get("/projets/" + project.slug).text
    client.post(f"/projets/{project.slug}/suivre", data={"act": "remove", "from": "list"})
    assert "Vous ne suivez aucun projet" in client.get("/mes-suivis").text


def test_htmx_is_given_the_button_alone(client, project):
    sign_in(client, make_person())
    answer = client.post(f"/projets/{project.slug}/suivre", data={"act": "add"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Ne plus suivre" in answer.text


def test_followers_are_told_when_the_project_moves_and_its_author_is_not_told_twice(project):
    person, stranger = make_person(), make_person()
    following(project, person)
    with transaction():
        move(db.session.get(Proposal, project.id), State.FEASIBLE, "system", now())
    (notice,) = told(person)
    assert notice.values["title"] == "Le verger"
    assert "réalisable" in notice.values["said"]
    assert notice.link.endswith(project.slug)
    assert not told(stranger)
    assert not told(db.session.get(Person, project.author_id))


def test_what_stays_between_author_and_moderators_is_not_told(app):
    waiting = make_proposal(make_round(Phase.REVIEW), State.SUBMITTED)
    person = make_person()
    with transaction():
        db.session.add(Follow(proposal_id=waiting.id, person_id=person.id, at=now()))
    with transaction():
        move(db.session.get(Proposal, waiting.id), State.CHANGES_REQUESTED, "system", now())
    assert not told(person)


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.WITHDRAWN])
def test_a_project_that_is_not_public_is_followed_by_nobody(client, state):
    hidden = make_proposal(make_round(Phase.REVIEW), state)
    sign_in(client, make_person())
    assert client.post(f"/projets/{hidden.slug}/suivre", data={"act": "add"}).status_code == 404


def test_an_author_does_not_follow_their_own_project(client, project):
    sign_in(client, db.session.get(Person, project.author_id))
    assert "Suivre ce projet" not in client.get("/projets/" + project.slug).text
    assert client.post(f"/projets/{project.slug}/suivre", data={"act": "add"}).status_code == 409


def test_followers_go_along_each_once_and_the_authors_are_none_of_them(project):
    into = make_proposal(project.round, State.ADMITTED, author=make_person())
    both, one = make_person(), make_person()
    following(project, both)
    following(into, both)
    following(project, one)
    following(project, db.session.get(Person, into.author_id))
    with transaction():
        carry_over(db.session.get(Proposal, project.id), db.session.get(Proposal, into.id), now())
    assert {each.id for each in followers(into)} == {both.id, one.id}
    assert followers(project) == []


def test_my_data_show_what_i_follow_and_deleting_my_account_takes_it_along(project):
    person = make_person()
    following(project, person)
    held = next(holding for line, holding in holdings_of(person, now()) if line.key == "following")
    assert held.rows[0][0] == "Le verger"
    assert "Le suivi de 1 projet." in str(foreseen(person, now()))
    with transaction():
        erase_all(db.session.get(Person, person.id), now())
    assert db.session.scalar(sa.select(sa.func.count(Follow.id))) == 0

"""What moderators read of supports: a plain line, no name, what they can do, and nothing done by a machine."""

from __future__ import annotations

import pytest

from participatory.core.database import db
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_association, make_person, make_proposal, make_round, sign_in
from tests.moderation.making import moderator
from tests.supports.making import crowd, project, student, support
from tests.supports.test_looking import flag


@pytest.fixture
def person(client):
    someone = moderator()
    sign_in(client, someone)
    return someone


def plain(html: str) -> str:
    return html.replace("\u202f", " ").replace("\xa0", " ")


def test_the_queue_says_which_supports_look_alike_and_that_nothing_was_done(client, person):
    proposal = project(title="La laverie")
    crowd(proposal, 9)
    flag(proposal, 5)
    html = plain(client.get("/moderation").text)
    assert "Des soutiens à regarder" in html
    assert "La laverie" in html
    assert "5 soutiens sur 9 se ressemblent (un même appareil, une cadence trop régulière) : à regarder" in html
    assert "rien n’est retiré" in html


def test_a_quiet_queue_says_nothing_of_supports(client, person):
    proposal = project()
    crowd(proposal, 3)
    flag(proposal, 0)
    assert "Des soutiens à regarder" not in client.get("/moderation").text


def test_supports_of_a_round_whose_vote_has_opened_are_no_longer_in_the_queue(client, person):
    proposal = make_proposal(make_round(Phase.VOTING), state=State.FEASIBLE)
    crowd(proposal, 3)
    flag(proposal, 3)
    assert "Des soutiens à regarder" not in client.get("/moderation").text


def test_the_queue_shows_the_supports_of_the_round_that_was_asked_for(client, person):
    first, second = project(title="La laverie"), project(title="Le verger")
    for each in (first, second):
        crowd(each, 3)
        flag(each, 3)
    html = client.get(f"/moderation?budget={first.round.slug}").text
    assert "La laverie" in html
    assert "Le verger" not in html


def test_the_case_tells_the_number_the_wish_of_the_rulebook_and_whom_to_tell(client, person):
    round_ = make_round(Phase.REVIEW, supports_needed=20)
    proposal = make_proposal(round_, state=State.ADMITTED, author=make_person(), association=make_association())
    supporter = student(round_)
    support(proposal, supporter)
    crowd(proposal, 4)
    html = plain(client.get(f"/moderation/{proposal.public_id}").text)
    assert "5 soutiens sur 20 souhaités" in html
    assert "Rien ne se ressemble" in html
    assert "Prévenir la Région" not in html
    flag(proposal, 3)
    html = plain(client.get(f"/moderation/{proposal.public_id}").text)
    assert "3 soutiens sur 5 se ressemblent" in html
    assert "Prévenir la Région" in html
    assert supporter.display_name not in html


def test_a_case_that_waits_for_its_decision_has_no_supports_yet(client, person):
    proposal = project(state=State.SUBMITTED)
    html = client.get(f"/moderation/{proposal.public_id}").text
    assert 'aria-labelledby="soutiens"' not in html


def test_the_queue_asks_as_many_questions_whatever_the_number_of_supported_projects(client, person, count_queries):
    def asked() -> int:
        # A session without anything in it, as each request has.
        db.session.remove()
        with count_queries() as found:
            assert client.get("/moderation").status_code == 200
        return len(found.statements)

    first = project()
    crowd(first, 2)
    flag(first, 2)
    round_, few = first.round, asked()
    for _each in range(5):
        more = make_proposal(round_, state=State.ADMITTED, author=make_person())
        crowd(more, 3)
        flag(more, 2)
    assert asked() == few

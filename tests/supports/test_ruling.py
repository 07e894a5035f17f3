"""An officer leaves supports out of a count and puts them back: with a reason, journalled, told to the author."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rolls.models import Voter
from participatory.rounds.rules import Phase
from participatory.supports.actions import Ruling, rule
from participatory.supports.jobs import look
from participatory.supports.models import Support, SupportDeed, SupportLeftOut
from participatory.supports.queries import count_of
from participatory.supports.rules import REASON_MOST, Count
from tests.factories import limit_role, make_association, make_person, make_proposal, make_round, move_round, sign_in
from tests.supports.making import FACTS, REASON, crowd, project, student, support, take_back
from tests.supports.test_looking import flag

HANDS = 8


@pytest.fixture
def proposal(app):
    made = project(state=State.FEASIBLE)
    crowd(made, 6)
    flag(made, 4)
    return made


@pytest.fixture
def officer(app):
    return make_person(roles=(Role.OFFICER,))


def decide(proposal, officer, *, left_out=True, seen=4, reason=REASON):
    with transaction():
        return rule(proposal.public_id, Ruling(left_out, seen, reason), officer, FACTS, now())


def counted(proposal) -> Count:
    return count_of(db.session.get(Proposal, proposal.id), now())


def post(client, proposal, deed="laisser-hors-du-compte", **data):
    return client.post(f"/gestion/soutiens/{proposal.public_id}/{deed}", data=data)


def plain(html: str) -> str:
    return html.replace("\u202f", " ").replace("\xa0", " ")


def test_what_looks_alike_is_left_out_and_put_back_and_nothing_is_lost(proposal, officer):
    assert decide(proposal, officer) == 4
    assert counted(proposal) == Count(6, 4)
    assert decide(proposal, officer, left_out=False) == 4
    assert counted(proposal) == Count(6, 0)
    assert db.session.scalar(sa.select(sa.func.count(Support.id))) == 6


def test_each_deed_is_journalled_with_its_reason_and_told_to_the_author(proposal, officer):
    decide(proposal, officer)
    decide(proposal, officer, left_out=False, reason="Le porteur a montré sa table à la rentrée.")
    rows = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb.startswith("supports."))).all()
    assert [(row.verb, row.actor) for row in rows] == [
        ("supports.left_out", officer.public_id),
        ("supports.put_back", officer.public_id),
    ]
    payload = json.loads(rows[0].payload)
    assert payload == {
        "round": proposal.round.public_id,
        "proposal": proposal.public_id,
        "supports": 4,
        "reason": REASON,
    }
    letters = db.session.scalars(sa.select(Letter).order_by(Letter.id)).all()
    assert [(each.template, each.recipient) for each in letters] == [
        ("supports_left_out", proposal.author.email),
        ("supports_put_back", proposal.author.email),
    ]


@pytest.mark.parametrize("reason", ["", "Trop court."])
def test_a_reason_is_a_sentence(proposal, officer, reason):
    with pytest.raises(Refusal) as refused:
        decide(proposal, officer, reason=reason)
    assert refused.value.field == "reason"
    assert counted(proposal) == Count(6, 0)


@pytest.mark.parametrize("left_out", [True, False])
@pytest.mark.parametrize("seen", [0, 3, 5])
def test_only_what_the_page_showed_is_decided(proposal, officer, left_out, seen):
    with pytest.raises(Refusal, match="ont changé entre-temps"):
        decide(proposal, officer, left_out=left_out, seen=seen)
    assert db.session.scalars(sa.select(SupportDeed)).all() == []


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.APPRAISER,), (Role.ADMINISTRATOR,)])
def test_other_roles_decide_nothing(client, proposal, roles):
    person = make_person(roles=roles, association=make_association())
    with pytest.raises(Refusal) as refused:
        decide(proposal, person)
    assert refused.value.kind is Kind.FORBIDDEN
    sign_in(client, person)
    assert client.get("/gestion/soutiens").status_code == 403
    assert client.get(f"/gestion/soutiens/{proposal.public_id}").status_code == 403
    assert post(client, proposal, **{"leave-reason": REASON, "leave-seen": "4"}).status_code == 403
    assert counted(proposal) == Count(6, 0)


def test_an_officer_of_another_round_reads_and_decides_nothing(client, proposal, officer):
    limit_role(officer, Role.OFFICER, make_round().scope)
    sign_in(client, officer)
    assert proposal.title not in client.get("/gestion/soutiens").text
    assert client.get(f"/gestion/soutiens/{proposal.public_id}").status_code == 403
    assert post(client, proposal, **{"leave-reason": REASON, "leave-seen": "4"}).status_code == 403
    limit_role(officer, Role.OFFICER, proposal.round.scope)
    assert proposal.title in client.get("/gestion/soutiens").text


def test_an_officer_decides_nothing_about_their_own_project(app, officer):
    own = project(author=officer)
    crowd(own, 3)
    flag(own, 3)
    with pytest.raises(Refusal, match="une autre personne en décide"):
        decide(own, officer, seen=3)


def test_after_the_vote_has_opened_nothing_more_is_left_out(proposal, officer):
    move_round(proposal.round, Phase.VOTING)
    with pytest.raises(Refusal, match="les soutiens sont clos"):
        decide(proposal, officer)


@pytest.mark.parametrize("settled", [True, False])
def test_what_one_officer_left_out_may_be_put_back_after_the_opening_too(proposal, officer, client, settled):
    decide(proposal, officer)
    move_round(proposal.round, Phase.VOTING)
    if settled:
        look()
    other = make_person(roles=(Role.OFFICER,))
    sign_in(client, other)
    assert proposal.title in client.get("/gestion/soutiens").text
    page = client.get(f"/gestion/soutiens/{proposal.public_id}").text
    assert "remettre-dans-le-compte" in page
    assert "laisser-hors-du-compte" not in page
    decide(proposal, other, left_out=False)
    assert counted(proposal) == Count(6, 0)
    look()
    assert counted(proposal) == Count(6, 0)


def test_giving_again_what_was_left_out_is_no_way_around(app, officer):
    proposal = project()
    person = student(proposal.round)
    support(proposal, person)
    flag(proposal, 1)
    decide(proposal, officer, seen=1)
    take_back(proposal, person)
    assert counted(proposal) == Count(0, 0)
    support(proposal, person)
    assert counted(proposal) == Count(1, 1)


def test_two_officers_at_once_decide_once(app_on_each_database):
    application = app_on_each_database
    proposal = project()
    crowd(proposal, 5)
    flag(proposal, 5)
    officers, gate = [make_person(roles=(Role.OFFICER,)).id for _each in range(HANDS)], Barrier(HANDS)
    public_id = proposal.public_id

    def hand(number: int) -> str:
        with application.app_context():
            gate.wait()
            try:
                with transaction():
                    rule(public_id, Ruling(True, 5, REASON), db.session.get(Person, number), FACTS, now())
            except Refusal as refused:
                return refused.message
            finally:
                db.session.remove()
            return ""

    with ThreadPoolExecutor(HANDS) as pool:
        answers = list(pool.map(hand, officers))
    db.session.rollback()
    assert answers.count("") == 1
    assert all("ont changé" in answer for answer in answers if answer)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SupportLeftOut)) == 5
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SupportDeed)) == 1


# The pages


def test_the_page_of_the_project_says_how_many_are_not_counted_and_why(client, proposal, officer):
    decide(proposal, officer)
    html = plain(client.get(f"/projets/{proposal.slug}").text)
    assert "2 soutiens<" in html
    assert "4 soutiens ne sont pas comptés." in html
    assert "d’un même appareil, en dix minutes" in html
    assert "Le vôtre en fait partie" not in html
    assert officer.display_name not in html


def test_whoever_is_not_counted_is_told_on_the_page(client, officer):
    proposal = project()
    person = student(proposal.round)
    support(proposal, person)
    flag(proposal, 1)
    decide(proposal, officer, seen=1)
    sign_in(client, person)
    assert "Le vôtre en fait partie" in client.get(f"/projets/{proposal.slug}").text


def test_an_officer_goes_through_the_pages(client, proposal, officer):
    sign_in(client, officer)
    assert "4 soutiens sur 6 se ressemblent" in plain(client.get("/gestion/soutiens").text)
    html = plain(client.get(f"/gestion/soutiens/{proposal.public_id}").text)
    assert "Laisser 4 soutiens hors du compte" in html
    assert "Remettre" not in html
    answer = post(client, proposal, **{"leave-reason": REASON, "leave-seen": "4"})
    assert answer.status_code == 303
    html = plain(client.get(answer.location).text)
    assert "Ces soutiens ne sont plus comptés" in html
    assert "Remettre 4 soutiens dans le compte" in html
    back = {"put-reason": "Le porteur a montré sa table.", "put-seen": "4"}
    assert post(client, proposal, "remettre-dans-le-compte", **back).status_code == 303
    assert counted(proposal) == Count(6, 0)


def test_pages_of_supports_name_no_voter(client, proposal, officer):
    sign_in(client, officer)
    html = client.get(f"/gestion/soutiens/{proposal.public_id}").text
    for voter in db.session.scalars(sa.select(Voter)):
        assert voter.pseudonym not in html
    for given in db.session.scalars(sa.select(Support)):
        assert given.key not in html


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"leave-reason": REASON},
        {"leave-seen": "4"},
        {"leave-reason": REASON, "leave-seen": "quatre"},
        {"leave-reason": REASON, "leave-seen": "-4"},
        {"leave-reason": REASON, "leave-seen": "9" * 40},
        {"leave-reason": "\x00" * 30, "leave-seen": "4"},
        {"leave-reason": "a" * (REASON_MOST + 1), "leave-seen": "4"},
    ],
)
def test_a_torn_or_hostile_form_is_refused_and_given_back(client, proposal, officer, data):
    sign_in(client, officer)
    answer = post(client, proposal, **data)
    assert answer.status_code == 422
    if data.get("leave-reason") == REASON:
        assert REASON in answer.text
    assert counted(proposal) == Count(6, 0)


def test_a_reason_is_shown_as_text(client, proposal, officer):
    decide(proposal, officer, reason="<script>alert(1)</script> et une phrase.")
    html = client.get(f"/projets/{proposal.slug}").text
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;" in html


def test_an_unknown_project_has_no_page(client, officer):
    sign_in(client, officer)
    assert client.get("/gestion/soutiens/inconnu").status_code == 404
    assert client.get("/gestion/soutiens/%00").status_code == 404


def test_a_project_without_anything_alike_says_so(client, officer):
    quiet = make_proposal(make_round(Phase.REVIEW), state=State.ADMITTED)
    sign_in(client, officer)
    assert "Rien ne se ressemble" in client.get(f"/gestion/soutiens/{quiet.public_id}").text
    assert "Rien à regarder" in client.get("/gestion/soutiens").text

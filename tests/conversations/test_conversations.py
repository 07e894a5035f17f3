"""One card at a time, the last answer counts, statements are read first, the map is published once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from participatory.conversations import actions, holdings, jobs
from participatory.conversations.models import Conversation, OpinionMap, Statement, StatementVote
from participatory.conversations.queries import cast_in, map_of, said_by
from participatory.conversations.rules import MOST_WAITING, UNSEEN, State, Vote, drawn, map_is_due
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.opinion.parameters import Parameters
from tests.factories import make_person, sign_in
from tests.opinion.making import conversation as drawn_votes

TEXTS = tuple(f"Affirmation numéro {number} sur la vie étudiante" for number in range(1, 13))


@pytest.fixture
def officer(app: Flask) -> Person:
    return make_person(roles=(Role.OFFICER,))


def opened(officer: Person, days: int = 10, begun: int = -1, title: str = "Le règlement") -> Conversation:
    moment = now()
    basics = actions.Basics(
        title, "Ce que vous répondez éclaire la Région.", moment + timedelta(days=begun),
        moment + timedelta(days=days), TEXTS,
    )  # fmt: skip
    with transaction():
        return actions.open_conversation(basics, officer, moment)


@pytest.fixture
def talk(officer: Person) -> Conversation:
    return opened(officer)


def said(talk: Conversation, person: Person) -> dict[int, int]:
    return said_by(talk, holdings.own_name(talk, person))


def test_a_card_is_answered_and_the_next_one_comes(client: FlaskClient, talk: Conversation) -> None:
    person = make_person()
    sign_in(client, person)
    path = f"/conversations/{talk.slug}"
    for number in range(1, len(TEXTS) + 1):
        page = client.get(path).text
        assert "D’accord" in page
        assert client.post(f"{path}/repondre", data={"statement": number, "act": "agree"}).status_code == 303
    assert "Vous avez répondu à tout" in client.get(path).text
    assert said(talk, person) == dict.fromkeys(range(1, 13), 1)


def test_the_last_answer_counts_and_is_corrected_from_the_page(client: FlaskClient, talk: Conversation) -> None:
    person = make_person()
    sign_in(client, person)
    path = f"/conversations/{talk.slug}"
    for act in ("agree", "pass", "disagree"):
        answer = client.post(f"{path}/repondre", data={"statement": 3, "act": act})
    assert "Changer ma réponse précédente" in client.get(answer.location).text
    assert said(talk, person) == {3: -1}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StatementVote)) == 1


def test_htmx_gets_the_next_card_alone(client: FlaskClient, talk: Conversation) -> None:
    sign_in(client, make_person())
    answer = client.post(
        f"/conversations/{talk.slug}/repondre", data={"statement": 1, "act": "pass"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="affirmation"' in answer.text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"statement": "1"}, 422),
        ({"statement": "1", "act": "love"}, 422),
        ({"statement": "99", "act": "agree"}, 404),
        ({"statement": "-1", "act": "agree"}, 404),
        ({"statement": "²", "act": "agree"}, 404),
        ({"statement": "9" * 400, "act": "agree"}, 404),
        ({"act": "agree"}, 404),
    ],
)
def test_what_no_card_sends_is_refused(
    client: FlaskClient, talk: Conversation, data: dict[str, str], status: int
) -> None:
    sign_in(client, make_person())
    assert client.post(f"/conversations/{talk.slug}/repondre", data=data).status_code == status
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StatementVote)) == 0


@pytest.mark.parametrize(("begun", "days"), [(2, 5), (-5, -1)])
def test_nobody_votes_or_proposes_before_or_after(client: FlaskClient, officer: Person, begun: int, days: int) -> None:
    talk = opened(officer, days=days, begun=begun)
    sign_in(client, make_person())
    path = f"/conversations/{talk.slug}"
    assert client.get(path).status_code == 200
    assert client.post(f"{path}/repondre", data={"statement": 1, "act": "agree"}).status_code == 409
    assert client.post(f"{path}/proposer", data={"text": "Une affirmation de plus"}).status_code == 409


def test_a_statement_waits_until_it_is_read(client: FlaskClient, talk: Conversation, officer: Person) -> None:
    person = make_person()
    sign_in(client, person)
    path = f"/conversations/{talk.slug}"
    assert client.post(f"{path}/proposer", data={"text": "Les repas  devraient\nêtre à un euro"}).status_code == 303
    made = db.session.scalars(sa.select(Statement).where(Statement.author_id == person.id)).one()
    assert (made.number, made.text, made.state) == (13, "Les repas devraient être à un euro", State.WAITING)
    assert client.post(f"{path}/repondre", data={"statement": 13, "act": "agree"}).status_code == 404
    sign_in(client, officer)
    desk = f"/gestion/conversations/{talk.slug}"
    assert "repas devraient" in client.get(desk).text
    silent = client.post(f"{desk}/affirmations/13", data={"act": "leave_out", "reason": "Non"})
    assert silent.status_code == 422
    assert "Dites pourquoi" in silent.text
    assert client.post(f"{desk}/affirmations/13", data={"act": "show"}).status_code == 303
    assert client.post(f"{path}/repondre", data={"statement": 13, "act": "agree"}).status_code == 303
    assert list(faults()) == []


@pytest.mark.parametrize("text", ["", "Court", "x" * 141, "\0\0\0\0", "   \n  "])
def test_a_statement_that_cannot_be_voted_on_comes_back(client: FlaskClient, talk: Conversation, text: str) -> None:
    sign_in(client, make_person())
    answer = client.post(f"/conversations/{talk.slug}/proposer", data={"text": text})
    assert answer.status_code == 422
    assert 'class="resume-erreur"' in answer.text


def test_the_same_sentence_is_proposed_once_and_few_wait_at_a_time(talk: Conversation) -> None:
    person = make_person()

    def propose(text: str) -> None:
        with transaction():
            actions.propose(talk, text, person, now())

    with pytest.raises(Refusal, match="existe déjà"):
        propose(TEXTS[0].upper())
    for number in range(MOST_WAITING):
        propose(f"Une autre affirmation, la {number}")
    with pytest.raises(Refusal, match="attendent"):
        propose("Une affirmation de trop, hélas")


def test_only_those_who_conduct_everywhere_open_and_read(client: FlaskClient, talk: Conversation) -> None:
    moderator = make_person(roles=(Role.MODERATOR,))
    for person in (None, make_person(), moderator):
        if person is not None:
            sign_in(client, person)
        for path in ("/gestion/conversations", f"/gestion/conversations/{talk.slug}"):
            assert client.get(path).status_code in {302, 303, 403}
    with pytest.raises(Refusal) as caught, transaction():
        actions.judge(talk, 1, actions.Judgement(State.LEFT_OUT, "Une raison assez longue"), moderator, now())
    assert caught.value.kind is Kind.FORBIDDEN


def test_votes_at_once_leave_one_row_and_numbers_stay_apart(app_on_each_database: Flask) -> None:
    app = app_on_each_database
    with app.app_context():
        talk = opened(make_person(roles=(Role.OFFICER,)))
        person, number = make_person(), talk.id

    def work(place: int) -> None:
        with app.app_context():
            own = db.session.get(Conversation, number)
            with transaction():
                actions.vote(own, 1, Vote(place % 3 - 1), "one", now())
            with transaction():
                actions.propose(own, f"Une affirmation écrite en même temps {place}", make_one(), now())
            db.session.remove()

    def make_one() -> Person:
        return db.session.get(Person, person.id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(MOST_WAITING)))
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StatementVote)) == 1
        numbers = db.session.scalars(sa.select(Statement.number).order_by(Statement.number)).all()
        assert numbers == list(range(1, 13 + MOST_WAITING))


def voted(talk: Conversation, sizes: tuple[int, ...]) -> None:
    rows = drawn_votes(7, sizes, statements=12)
    ids = {row.number: row.id for row in db.session.scalars(sa.select(Statement))}
    with transaction():
        db.session.add_all(
            StatementVote(statement_id=ids[int(number) + 1], participant=name, value=value)
            for name, number, value in rows
        )


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Parameters(starts=4, samples=5, null_runs=5)
    monkeypatch.setattr(jobs, "analyse", lambda votes, out: jobs_analyse(votes, out, quick))


jobs_analyse = jobs.analyse


@pytest.mark.usefixtures("_quick")
def test_the_map_is_made_at_the_close_once_and_read_by_everybody(client: FlaskClient, officer: Person) -> None:
    talk = opened(officer, days=-1, begun=-5)
    voted(talk, (40, 30))
    assert client.get(f"/conversations/{talk.slug}/carte").status_code == 404
    assert jobs.keep_up() == 1
    assert jobs.keep_up() == 0
    kept = map_of(talk)
    page = client.get(f"/conversations/{talk.slug}/carte")
    assert page.status_code == 200
    assert kept.digest[:8] in page.text or "groupes" in page.text
    file = client.get(f"/conversations/{talk.slug}/carte.json")
    assert file.text == kept.text
    assert json.loads(file.text)["participants"] == 70
    assert list(faults()) == []


@pytest.mark.usefixtures("_quick")
def test_a_map_may_be_asked_for_before_and_the_first_one_stays(
    client: FlaskClient, talk: Conversation, officer: Person
) -> None:
    voted(talk, (20, 20))
    sign_in(client, officer)
    assert client.post(f"/gestion/conversations/{talk.slug}/carte").status_code == 303
    assert jobs.keep_up() == 1
    first = map_of(talk).text
    assert client.post(f"/gestion/conversations/{talk.slug}/carte").status_code == 303
    assert jobs.keep_up() == 1
    texts = db.session.scalars(sa.select(OpinionMap.text).order_by(OpinionMap.id)).all()
    assert (len(texts), texts[0]) == (2, first)


def test_what_is_left_out_counts_no_more(talk: Conversation, officer: Person) -> None:
    voted(talk, (10, 10))
    with transaction():
        actions.judge(talk, 2, actions.Judgement(State.LEFT_OUT, "Elle met en cause une personne."), officer, now())
    jobs.weigh(talk)
    db.session.refresh(talk)
    assert set(talk.weights) == {str(number) for number in range(1, 13) if number != 2}


def test_deleting_an_account_takes_the_votes_and_leaves_the_statement_without_name(talk: Conversation) -> None:
    person, other = make_person(), make_person()
    for each in (person, other):
        with transaction():
            actions.vote(talk, 1, Vote.AGREE, holdings.own_name(talk, each), now())
    with transaction():
        made = actions.propose(talk, "Une affirmation que je laisse", person, now())
    held = holdings._held(person, now())
    assert held is not None
    assert held.data["votes"][0]["votes"] == {1: 1}
    with transaction():
        holdings._erase(person, now())
    assert (said(talk, person), len(cast_in(talk))) == ({}, 1)
    db.session.refresh(made)
    assert made.author_id is None


def test_no_column_joins_a_vote_to_a_person(app: Flask) -> None:
    assert not [key for key in StatementVote.__table__.foreign_keys if key.column.table.name == "person"]


@settings(deadline=None)
@given(
    numbers=st.sets(st.integers(1, 9), min_size=1, max_size=9),
    seen=st.sets(st.integers(1, 9), max_size=9),
    weights=st.dictionaries(st.integers(1, 9), st.integers(1, 100).map(float), max_size=9),
    seed=st.binary(min_size=4, max_size=4),
)
def test_the_draw_gives_a_statement_not_yet_seen_and_the_same_again(
    numbers: set[int], seen: set[int], weights: dict[int, float], seed: bytes
) -> None:
    found = drawn(weights, seen, numbers, seed)
    assert found == drawn(dict(sorted(weights.items(), reverse=True)), seen, list(numbers), seed)
    assert (found is None) if numbers <= seen else (found in numbers - seen)


def test_what_nobody_has_seen_comes_up_as_the_formula_says() -> None:
    found = [drawn({1: UNSEEN}, (), (1, 2), number.to_bytes(16)) for number in range(400)]
    assert 160 < found.count(2) < 240


def test_when_a_map_is_due() -> None:
    moment = now()
    before, after = moment - timedelta(hours=1), moment + timedelta(hours=1)
    assert map_is_due(before, None, None, moment)
    assert not map_is_due(before, None, moment, after)
    assert not map_is_due(after, None, None, moment)
    assert map_is_due(after, before, None, moment)
    assert not map_is_due(after, before, moment, moment)

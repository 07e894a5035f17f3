"""Comments: one by form, by people of the roll, changed for a quarter of an hour and taken back at any time."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.comments import actions
from participatory.comments.jobs import look
from participatory.comments.models import Comment
from participatory.comments.queries import count_of, reading_of, stance_of, threads_of, to_look_at, with_answers
from participatory.comments.rules import PER_PAGE, Order, Stance
from participatory.comments.words import said_alike
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.core.veils import Veil
from participatory.identity.models import Person
from participatory.integrity.models import Signal
from participatory.journal.models import JournalEntry
from participatory.notifications.models import Notification
from participatory.privacy.holdings import erase_all
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.comments.making import comment, manner, project, student, typed
from tests.factories import add_voter, make_person, move_round, sign_in

HANDS = 8


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_comment_is_read_and_the_journal_names_neither_person_nor_hour(app):
    proposal = project()
    person = student(proposal.round)
    written = comment(proposal, person)
    (thread,) = with_answers(threads_of(proposal, Order.NEWEST, 1).items)
    assert (thread.root.public_id, thread.answers) == (written.public_id, [])
    entry = db.session.scalars(sa.select(JournalEntry)).one()
    assert (entry.verb, entry.actor, entry.at.hour, entry.at.minute) == ("comment.written", "system", 0, 0)
    assert person.public_id not in entry.payload
    signal = db.session.scalars(sa.select(Signal)).one()
    assert (signal.act, signal.key, signal.target) == ("comment", written.key, proposal.public_id)


def test_the_same_form_sent_eight_times_at_once_makes_one_comment(app_on_each_database):
    application = app_on_each_database
    proposal = project()
    person = student(proposal.round)
    address, who, said, gate = proposal.public_id, person.id, typed(), Barrier(HANDS)
    how = manner(proposal)

    def click(_hand: int) -> str:
        with application.app_context():
            gate.wait()
            with transaction():
                made = actions.write(address, db.session.get(Person, who), said, how, now()).public_id
            db.session.remove()
            return made

    with ThreadPoolExecutor(HANDS) as pool:
        assert len(set(pool.map(click, range(HANDS)))) == 1
    db.session.rollback()
    assert (count(Comment), count(Signal), count(JournalEntry)) == (1, 1, 1)


def test_another_person_who_sends_the_same_form_is_refused(app):
    proposal = project()
    said = typed()
    comment(proposal, student(proposal.round), said)
    with pytest.raises(Refusal, match="rechargez"):
        comment(proposal, student(proposal.round), said)


def test_off_the_roll_one_reads_and_the_author_of_the_project_answers(app):
    author = make_person()
    proposal = project(author=author)
    with pytest.raises(Refusal, match="liste électorale"):
        comment(proposal, make_person())
    comment(proposal, author)
    assert count_of(proposal) == 1


@pytest.mark.parametrize("state", [State.SUBMITTED, State.REFUSED, State.UNFEASIBLE, State.WITHDRAWN])
def test_only_a_project_that_may_be_voted_on_is_commented(app, state):
    proposal = project(state=state)
    with pytest.raises(Refusal):
        comment(proposal, student(proposal.round))


@pytest.mark.parametrize("phase", [Phase.ANNOUNCEMENT, Phase.CONTROL, Phase.RESULTS])
def test_comments_are_open_from_the_deposit_to_the_end_of_the_vote(app, phase):
    proposal = project()
    person = student(proposal.round)
    move_round(proposal.round, Phase.VOTING)
    comment(proposal, person)
    move_round(proposal.round, phase)
    with pytest.raises(Refusal):
        comment(proposal, person)


def test_one_answers_to_a_comment_and_not_to_an_answer(app):
    proposal = project()
    first, second = student(proposal.round), student(proposal.round)
    root = comment(proposal, first)
    answer = comment(proposal, second, typed("Au rez-de-chaussée.", Stance.REMARK, answers_to=root.public_id))
    with pytest.raises(Refusal, match="pas à une réponse"):
        comment(proposal, first, typed("Merci", answers_to=answer.public_id))
    elsewhere = project()
    with pytest.raises(Refusal, match="n’existe"):
        comment(elsewhere, student(elsewhere.round), typed("Ailleurs", answers_to=root.public_id))
    # The question told the author of the project, the answer whoever had asked; nobody is told of their own words.
    told = [(each.template, each.person_id) for each in db.session.scalars(sa.select(Notification))]
    assert told == [("comment_question", proposal.author_id), ("comment_answered", first.id)]


def test_a_comment_changes_for_a_quarter_of_an_hour_then_may_only_be_taken_back(app):
    proposal = project()
    person = student(proposal.round)
    written = comment(proposal, person, moment=now() - timedelta(minutes=14))
    with transaction():
        actions.edit(written.public_id, person, typed("Autrement dit.", Stance.FOR), now())
    assert (written.text, written.stance, bool(written.edited_at)) == ("Autrement dit.", Stance.FOR, True)
    with transaction():
        written.written_at -= timedelta(minutes=2)
    with pytest.raises(Refusal, match="15 minutes"), transaction():
        actions.edit(written.public_id, person, typed("Trop tard."), now())
    with transaction():
        actions.take_back(written.public_id, person, now())
    assert (written.text, count_of(proposal), count(Signal)) == ("", 0, 0)
    # Having spoken for a project still keeps one from judging it.
    assert stance_of(person, proposal) is Stance.FOR


def test_nobody_changes_nor_takes_back_what_another_wrote(app):
    proposal = project()
    written = comment(proposal, student(proposal.round))
    other = student(proposal.round)
    with pytest.raises(Refusal, match="Seule la personne"), transaction():
        actions.edit(written.public_id, other, typed("À moi"), now())
    with pytest.raises(Refusal, match="Seule la personne"), transaction():
        actions.take_back(written.public_id, other, now())


def test_what_was_reported_is_not_rewritten_and_no_longer_counted(app):
    proposal = project()
    person = student(proposal.round)
    written = comment(proposal, person)
    with transaction():
        actions.veil(written.public_id, Veil.PENDING)
    assert count_of(proposal) == 0
    with pytest.raises(Refusal, match="signalé"), transaction():
        actions.edit(written.public_id, person, typed("Rien dit."), now())


def test_an_account_that_goes_takes_its_words_and_leaves_the_answers(app):
    proposal = project()
    person = student(proposal.round)
    root = comment(proposal, person, typed("Texte de départ"))
    comment(proposal, student(proposal.round), typed("Une réponse", answers_to=root.public_id))
    with transaction():
        erase_all(db.session.get(Person, person.id), now())
    db.session.expire_all()
    assert (root.text, root.person_id) == ("", None)
    (thread,) = with_answers(threads_of(proposal, Order.NEWEST, 1).items)
    assert [each.text for each in thread.answers] == ["Une réponse"]


def test_a_crowd_on_one_device_is_told_to_moderators_and_nothing_is_hidden(app):
    proposal = project()
    move_round(proposal.round, Phase.REVIEW)
    start = now() - timedelta(days=3)
    for number in range(30):
        own = {"at": start + timedelta(hours=1.9 * number), "device": f"{number}", "network": f"n{number}"}
        comment(proposal, student(proposal.round), typed("Pour"), **own)
    for number in range(20):
        same = {"at": start + timedelta(seconds=20 * number), "device": "le-meme", "network": "maison"}
        comment(proposal, student(proposal.round), typed("Pour", Stance.FOR), **same)
    assert look() >= 15
    assert count_of(proposal) == 50
    (alike,) = to_look_at(now())
    assert alike.proposal.id == proposal.id
    assert "un même appareil" in said_alike(reading_of(proposal))


# The pages


def say(client, proposal, **data):
    form = {"stance": "for", "text": "Je soutiens.", "key": "0" * 32} | data
    return client.post(f"/projets/{proposal.slug}/commentaires", data=form)


def test_the_page_of_a_project_shows_its_comments_and_marks_its_author(client):
    author = make_person()
    proposal = project(author=author)
    add_voter(proposal.round, author)
    comment(proposal, author)
    sign_in(client, student(proposal.round))
    answer = say(client, proposal)
    assert answer.status_code == 303
    html = client.get(client.get(answer.location).location.partition("#")[0]).text
    assert html.count("Porte ce projet") == 1
    assert "Je soutiens." in client.get(f"/projets/{proposal.slug}").text
    assert "Écrire un commentaire" in html


def test_markdown_is_shown_and_html_and_hx_attributes_do_nothing(client):
    proposal = project()
    text = '**fort** <script>alert(1)</script> <b hx-get="/x" hx-trigger="load">a</b> [lien](javascript:alert(2))'
    comment(proposal, student(proposal.round), typed(text))
    html = client.get(f"/projets/{proposal.slug}/commentaires").text
    said = re.search(r'commentaire__texte">(.*?)</div>', html, re.DOTALL)[1]
    assert "<strong>fort</strong>" in said
    assert not re.search(r"<(script|b)\b|<[^>]*hx-|href=\"javascript", said)


def test_an_empty_comment_comes_back_with_what_was_chosen(client):
    proposal = project()
    sign_in(client, student(proposal.round))
    answer = say(client, proposal, text=" ", stance="against")
    assert answer.status_code == 422
    assert "Écrivez votre commentaire." in answer.text
    assert re.search(r'value="against"[^>]*checked|checked[^>]*value="against"', answer.text)
    assert say(client, proposal, stance="inconnu").status_code == 422
    long = "x" * 2001
    answer = say(client, proposal, text=long)
    assert answer.status_code == 422
    assert long in answer.text


def test_threads_are_paged_the_latest_first_or_the_oldest(client):
    proposal = project()
    person = student(proposal.round)
    texts = [f"Numéro-{number}-" for number in range(PER_PAGE + 2)]
    written = [comment(proposal, person, typed(text)) for text in texts]
    address = f"/projets/{proposal.slug}/commentaires"
    first, last = client.get(address).text, client.get(f"{address}?page=2").text
    assert texts[-1] in first
    assert texts[0] not in first
    assert texts[0] in last
    assert texts[0] in client.get(f"{address}?ordre=anciens&avis=question").text
    assert f"page=2#commentaire-{written[0].public_id}" in client.get(f"/commentaires/{written[0].public_id}").location
    assert client.get(f"{address}?page=-3&ordre=x&avis=y").status_code == 200


def test_what_is_hidden_is_not_read_and_what_is_folded_opens(client):
    proposal = project()
    person = student(proposal.round)
    hidden, folded = comment(proposal, person, typed("Caché-là")), comment(proposal, person, typed("Plié-là"))
    with transaction():
        actions.veil(hidden.public_id, Veil.PENDING)
        actions.veil(folded.public_id, Veil.RESTRICTED)
    html = client.get(f"/projets/{proposal.slug}").text
    assert "Caché-là" not in html
    assert "Masqué en attente d’une décision" in html
    assert "lire quand même" in html
    sign_in(client, person)
    assert "Caché-là" in client.get(f"/projets/{proposal.slug}").text


def test_one_changes_and_takes_back_on_pages_of_their_own(client):
    proposal = project()
    person = student(proposal.round)
    written = comment(proposal, person)
    other = client.application.test_client()
    sign_in(other, student(proposal.round))
    sign_in(client, person)
    address = f"/commentaires/{written.public_id}"
    assert "Une laverie" in client.get(f"{address}/modifier").text
    assert client.post(f"{address}/modifier", data={"stance": "for", "text": "Mieux dit."}).status_code == 303
    assert "Mieux dit." in client.get(f"{address}/reprendre").text
    assert other.post(f"{address}/reprendre").status_code == 403
    assert other.get(f"{address}/modifier").status_code == 403
    assert other.post(f"{address}/repondre", data={"stance": "remark", "text": "Bien."}).status_code == 303
    assert client.post(f"{address}/reprendre").status_code == 303
    assert "Commentaire repris par son auteur" in client.get(f"/projets/{proposal.slug}").text
    assert client.post(f"{address}/reprendre").status_code == 409

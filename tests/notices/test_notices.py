"""From a notice to its decision and back: who is told what, who may decide, what hides, what is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.ballots.policy import can_vote
from participatory.comments.models import Comment
from participatory.comments.queries import count_of
from participatory.comments.rules import Stance
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.core.veils import Veil
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.identity.speaking import may_speak
from participatory.journal.models import JournalEntry
from participatory.mergers import policy as mergers
from participatory.notices import blocking, deciding, holdings
from participatory.notices.figures import as_document, figures_of
from participatory.notices.jobs import tell_of_late
from participatory.notices.models import Notice, NoticeDecision, SpeakingBlock
from participatory.notices.queries import queue
from participatory.notices.rules import HIDES_PER_NETWORK, KEPT, Ground, Outcome, Side
from participatory.notifications.models import Notification
from participatory.outbox.models import Letter
from participatory.privacy.holdings import erase_all
from participatory.proposals.models import Proposal
from participatory.proposals.policy import can_amend
from participatory.proposals.rules import State
from participatory.rolls.models import Voter
from participatory.rounds.rules import Phase
from tests.comments.making import comment, project, student, typed
from tests.factories import make_person, make_proposal, move_round, sign_in
from tests.notices.making import FACTS, LETTERS, decide, judge, moderator, officer, report, said

HANDS = 4


def letters(template: str) -> list[Letter]:
    return list(db.session.scalars(sa.select(Letter).where(Letter.template == template)))


def told(template: str) -> list[Notification]:
    return list(db.session.scalars(sa.select(Notification).where(Notification.template == template)))


def test_an_urgent_notice_hides_at_once_and_goes_to_a_person_with_the_hour(app):
    text, decider = said(), moderator()
    notice = report(text, Ground.HARASSMENT, contact="temoin@b.example")
    assert (text.veil, notice.hid, notice.assigned_id) == (Veil.PENDING, True, decider.id)
    assert notice.due_at - notice.received_at == timedelta(hours=24)
    assert [each.person_id for each in told("notice_urgent")] == [decider.id]
    assert [each.person_id for each in told("notice_pending")] == [text.person_id]
    (acknowledged,) = letters("notice_urgent_received")
    assert acknowledged.recipient == "temoin@b.example"


def test_no_number_of_notices_hides_a_text(app):
    text = said()
    for _each in range(12):
        report(text, Ground.INSULT)
    assert text.veil is Veil.NONE
    (waiting,) = queue(moderator())
    assert len(waiting.notices) == 12


def test_a_brigade_of_urgent_notices_from_one_network_is_paced(app):
    proposal = project(Phase.REVIEW)
    person = student(proposal.round)
    texts = [comment(proposal, person) for _each in range(HIDES_PER_NETWORK + 2)]
    for text in texts:
        report(text, Ground.HATE, network="le-meme")
    veils = [text.veil for text in texts]
    assert veils == [Veil.PENDING] * HIDES_PER_NETWORK + [Veil.NONE] * 2
    # Another network is not held back, and every text waits for a person within the day.
    report(texts[-1], Ground.HATE)
    assert texts[-1].veil is Veil.PENDING
    assert len(queue(moderator())) == len(texts)


def test_a_text_that_a_person_kept_is_not_hidden_at_once_again(app):
    text, decider = said(), moderator()
    report(text, Ground.HATE)
    decide(text, decider, Outcome.KEPT)
    assert text.veil is Veil.NONE
    report(text, Ground.HATE)
    assert text.veil is Veil.NONE


def test_the_same_form_sent_twice_makes_one_notice(app):
    text = said()
    first, second = report(text, form_key="a" * 32), report(text, form_key="a" * 32)
    assert first.id == second.id
    assert db.session.scalar(sa.select(sa.func.count(Notice.id))) == 1


def test_a_decision_gives_its_reasons_to_both_sides_and_the_address_goes(app):
    text = said()
    report(text, contact="temoin@b.example")
    decision = decide(text, moderator())
    assert (text.veil, decision.by != "") == (Veil.HIDDEN, True)
    (letter,) = letters("notice_decided")
    assert (letter.recipient, letter.values["facts"]) == ("temoin@b.example", FACTS)
    assert "RGPD" in letter.values["basis"]
    (notification,) = told("notice_decided_author")
    assert notification.person_id == text.person_id
    assert db.session.scalars(sa.select(Notice.contact)).all() == [""]
    assert count_of(text.proposal) == 0


def test_nobody_decides_on_their_own_case(app):
    author = moderator()
    proposal = make_proposal(project(Phase.REVIEW).round, author=author)
    mate = make_person(roles=(Role.MODERATOR,), association=author.association)
    partisan = moderator()
    text = said(proposal)
    with transaction():
        db.session.add(_spoken(proposal, partisan))
    report(text, contact="auteur.du.signalement@b.example")
    teller = moderator()
    with transaction():
        db.session.get(Person, teller.id).email = "auteur.du.signalement@b.example"
    for person, why in ((author, "votre projet"), (mate, "association"), (partisan, "pris parti"), (teller, "signalé")):
        with pytest.raises(Refusal, match=why) as refused:
            decide(text, person)
        assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refusal):
        decide(text, student(proposal.round))
    decide(text, moderator())


def _spoken(proposal: Proposal, person: Person) -> Comment:
    return Comment(
        key="f" * 32, proposal_id=proposal.id, person_id=person.id, stance_code=Stance.AGAINST.value, text="Non.",
        written_at=now(),
    )  # fmt: skip


def test_a_decision_taken_twice_at_once_is_taken_once(app_on_each_database):
    application = app_on_each_database
    text, people, gate = said(), [moderator() for _each in range(HANDS)], Barrier(HANDS)
    report(text)
    where, ruling = ("comment", text.public_id), deciding.Ruling(Outcome.HIDDEN, Ground.INSULT, FACTS, 1)
    numbers = [each.id for each in people]

    def click(hand: int) -> bool:
        with application.app_context():
            gate.wait()
            try:
                with transaction():
                    deciding.decide(where, ruling, db.session.get(Person, numbers[hand]), LETTERS, now())
            except Refusal:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(HANDS) as pool:
        assert sorted(pool.map(click, range(HANDS))) == [False] * (HANDS - 1) + [True]
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(NoticeDecision.id))) == 1


def test_who_decides_has_read_every_notice(app):
    text, decider = said(), moderator()
    report(text)
    report(text)
    with pytest.raises(Refusal, match="Un autre signalement"):
        decide(text, decider, seen=1)
    with pytest.raises(Refusal, match="une phrase"):
        decide(text, decider, seen=2, facts="Non.")


def test_a_contested_decision_goes_to_another_person_of_another_association(app):
    text, first = said(), moderator()
    report(text)
    decision = decide(text, first)
    with pytest.raises(Refusal, match="va dans votre sens"), transaction():
        deciding.contest(decision.public_id, Side.NOTIFIER, "Je suis d’accord.", now())
    with transaction():
        deciding.contest(decision.public_id, Side.AUTHOR, "C’est le numéro de l’accueil.", now())
    with pytest.raises(Refusal, match="déjà contestée"), transaction():
        deciding.contest(decision.public_id, Side.AUTHOR, "Encore une fois, non.", now())
    mate = make_person(roles=(Role.MODERATOR,), association=first.association)
    for person in (first, mate):
        with pytest.raises(Refusal, match="une autre"):
            judge(decision, person, Outcome.KEPT)
    judge(decision, moderator(), Outcome.KEPT)
    assert text.veil is Veil.NONE
    assert told("notice_reviewed_author")
    with pytest.raises(Refusal, match="tranchée"):
        judge(decision, moderator(), Outcome.HIDDEN)


def test_the_time_to_contest_ends_after_six_months(app):
    text = said()
    report(text)
    decision = decide(text, moderator(), Outcome.KEPT)
    with pytest.raises(Refusal, match="passé"), transaction():
        deciding.contest(decision.public_id, Side.NOTIFIER, "Relisez le début.", now() + timedelta(days=184))


def test_officers_are_told_once_of_an_urgent_notice_whose_day_has_passed_and_the_text_stays_hidden(app):
    text, person = said(), officer()
    notice = report(text, Ground.HATE, now() - timedelta(hours=25))
    assert (tell_of_late(), tell_of_late()) == (1, 0)
    assert [each.person_id for each in told("notice_overdue")] == [person.id]
    assert text.veil is Veil.PENDING
    assert figures_of(notice.round, now()).overdue == 1


def test_somebody_blocked_writes_nothing_and_votes_all_the_same(app):
    text, judge_ = said(), officer()
    proposal, person = text.proposal, text.person
    report(text)
    decision = decide(text, moderator())
    with transaction():
        measure = blocking.Measure(30, "Trois textes masqués en une semaine, malgré deux avis.")
        block = blocking.block(decision.public_id, measure, judge_, LETTERS, now())
    assert told("speaking_blocked")
    with pytest.raises(Refusal, match="Vous pouvez toujours voter"):
        comment(proposal, person, typed("Encore"))
    own = make_proposal(proposal.round, state=State.ADMITTED, author=person)
    another = make_proposal(proposal.round, state=State.ADMITTED)
    for stopped in (
        can_amend(another, person, now()),
        mergers.can_ask(another, person, now()),
        mergers.can_begin(own, person, now()),
        mergers.can_begin_split(own, person, now()),
        mergers.can_unite(own, another, person, now()),
    ):
        assert "Vous pouvez toujours voter" in stopped.message
    move_round(proposal.round, Phase.VOTING)
    voter = db.session.scalars(sa.select(Voter).where(Voter.round_id == proposal.round_id)).one()
    assert can_vote(proposal.round, voter, now()) is None
    with transaction():
        blocking.contest_block(db.session.get(Person, person.id), "Le premier texte n’était pas de moi.", now())
    with pytest.raises(Refusal, match="une autre personne"), transaction():
        blocking.judge_block(block.public_id, blocking.Verdict(True, FACTS), judge_, LETTERS, now())
    other = officer()
    with transaction():
        blocking.judge_block(block.public_id, blocking.Verdict(False, FACTS), other, LETTERS, now())
    assert may_speak(person, now()) is None


def test_a_block_ends_by_itself(app):
    text = said()
    report(text)
    decision, by = decide(text, moderator()), officer()
    with transaction():
        blocking.block(decision.public_id, blocking.Measure(7, FACTS), by, LETTERS, now())
    assert may_speak(text.person, now()) is not None
    assert may_speak(text.person, now() + timedelta(days=7, minutes=1)) is None


def test_a_kept_text_blocks_nobody_and_a_moderator_blocks_nobody(app):
    text, decider = said(), moderator()
    report(text)
    decision = decide(text, decider, Outcome.KEPT)
    for person in (officer(), decider):
        with pytest.raises(Refusal), transaction():
            blocking.block(decision.public_id, blocking.Measure(7, FACTS), person, LETTERS, now())


def test_the_figures_come_from_the_journal_which_names_nobody(app):
    text = said()
    urgent = report(text, Ground.HATE, now() - timedelta(hours=3))
    round_ = urgent.round
    decision = decide(text, moderator())
    with transaction():
        deciding.contest(decision.public_id, Side.AUTHOR, "Ce n’est pas ce que je dis.", now())
    judge(decision, moderator(), Outcome.RESTRICTED)
    figures = figures_of(round_, now())
    assert (figures.received, figures.urgent, figures.hidden_at_once, figures.decided) == (1, 1, 1, 1)
    assert (figures.median_minutes, figures.in_time, figures.contested, figures.overturned) == (180, 1, 1, 1)
    assert dict(figures.by_outcome) == {Outcome.KEPT: 0, Outcome.HIDDEN: 1, Outcome.RESTRICTED: 0}
    assert as_document(figures, 5)["by_outcome"] == {"kept": 0, "hidden": 1, "restricted": 0}
    payloads = "".join(db.session.scalars(sa.select(JournalEntry.payload)))
    assert text.person.public_id not in payloads
    assert urgent.public_id not in payloads


def test_decisions_go_after_a_year_and_seals_of_networks_after_two_days(app):
    text = said()
    report(text)
    decide(text, moderator())
    assert db.session.scalars(sa.select(Notice.network)).one()
    with transaction():
        assert holdings._networks_batch(now() + timedelta(days=2, minutes=1), 10).number == 1
        assert holdings._batch(now() + KEPT - timedelta(days=1), 10) is None
        assert holdings._batch(now() + KEPT + timedelta(days=1), 10).number == 1
    assert db.session.scalar(sa.select(sa.func.count(Notice.id))) == 0


def test_an_account_that_goes_leaves_decisions_without_it(app):
    text = said()
    person = text.person
    report(text)
    decision, by = decide(text, moderator()), officer()
    with transaction():
        blocking.block(decision.public_id, blocking.Measure(7, FACTS), by, LETTERS, now())
    with transaction():
        erase_all(db.session.get(Person, person.id), now())
    db.session.expire_all()
    kept = db.session.scalars(sa.select(NoticeDecision)).one()
    assert (kept.person_id, kept.shown) == (None, "")
    assert db.session.scalar(sa.select(sa.func.count(SpeakingBlock.id))) == 0


# The pages


def send(client, text, **data):
    form = {"ground": "insult", "explanation": "Ce passage vise une personne."} | data
    return client.post(f"/signaler/comment/{text.public_id}", data=form)


def test_anybody_reports_without_an_account_and_follows_by_a_number(client):
    text = said()
    assert f"/signaler/comment/{text.public_id}" in client.get(f"/projets/{text.proposal.slug}").text
    assert "Qu’est-ce qui ne va pas" in client.get(f"/signaler/comment/{text.public_id}").text
    answer = send(client, text, ground="harassment")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Le texte est masqué jusque-là" in page
    for number in ("3018", "3919", "17", "114"):
        assert f":{number}" in page
    shown = client.get(f"/projets/{text.proposal.slug}").text
    assert "Masqué en attente d’une décision" in shown
    assert text.text not in shown


def test_what_was_typed_comes_back(client):
    text = said()
    answer = send(client, text, ground="", explanation="Un passage.<b hx-get=/>", contact="pas une adresse")
    assert answer.status_code == 422
    assert "Un passage.&lt;b hx-get=/&gt;" in answer.text
    assert send(client, text, contact="pas une adresse").status_code == 422
    assert send(client, text, ground="inconnu").status_code == 422
    assert client.get("/signaler/comment/inconnu").status_code == 404
    assert client.get(f"/signaler/sondage/{text.public_id}").status_code == 404


def test_the_text_of_a_project_is_hidden_and_the_project_stays(client):
    proposal = project(Phase.REVIEW)
    person = moderator()
    data = {"ground": "hate", "explanation": "Le second paragraphe vise un groupe."}
    answer = client.post(f"/signaler/proposal/{proposal.public_id}", data=data)
    html = client.get(f"/projets/{proposal.slug}").text
    assert proposal.title in html
    assert proposal.solution not in html
    sign_in(client, person)
    number = answer.location.rpartition("/")[2]
    case = client.get(f"/gestion/textes-signales/{number}")
    assert "vise un groupe" in case.text
    ruling = {"outcome": "kept", "ground": "hate", "facts": FACTS, "seen": "1"}
    assert client.post(f"/gestion/textes-signales/{number}", data=ruling).status_code == 303
    assert proposal.solution in client.get(f"/projets/{proposal.slug}").text
    assert client.post(f"/gestion/textes-signales/{number}", data=ruling).status_code == 409


def test_the_queue_says_the_hour_and_who_is_late(client):
    text, person = said(), moderator()
    notice = report(text, Ground.HATE)
    with transaction():
        notice.due_at -= timedelta(hours=25)
    sign_in(client, person)
    html = client.get("/gestion/textes-signales").text
    assert "En retard" in html
    assert "Envoyé à vous" in html


def test_both_sides_read_the_reasons_and_contest_and_another_person_decides(client):
    text, first, second = said(), moderator(), moderator()
    notice = report(text)
    decision = decide(text, first)
    followed = client.get(f"/signaler/suivi/{notice.public_id}").text
    assert FACTS in followed
    assert "Défenseur des droits" in followed
    contest = {"words": "Ce numéro est celui de l’accueil."}
    assert client.post(f"/signaler/suivi/{notice.public_id}", data=contest).status_code == 422
    address = f"/decisions-sur-mes-textes/{decision.public_id}"
    author, other = client.application.test_client(), client.application.test_client()
    sign_in(author, text.person)
    sign_in(other, student(text.proposal.round))
    assert other.get(address).status_code == 403
    assert "une personne a lu et décidé" in author.get(address).text
    assert author.post(address, data={"words": ""}).status_code == 422
    assert author.post(address, data=contest).status_code == 303
    sign_in(client, second)
    review = f"/gestion/decisions-contestees/{decision.public_id}"
    assert "accueil" in client.get(review).text
    ruling = {"outcome": "kept", "ground": "other", "facts": "Un accueil public n’est pas une personne.", "seen": "1"}
    assert client.post(review, data=ruling).status_code == 303
    assert "Un accueil public" in author.get(address).text


def test_an_officer_blocks_from_the_case_and_the_person_contests_in_their_account(client):
    text, judge_ = said(), officer()
    report(text)
    decision = decide(text, moderator())
    sign_in(client, judge_)
    address = f"/gestion/personnes-bloquees/nouveau/{decision.public_id}"
    assert client.post(address, data={"days": "3000", "reason": FACTS}).status_code == 422
    assert client.post(address, data={"days": "7", "reason": FACTS}).status_code == 303
    assert client.post(address, data={"days": "7", "reason": FACTS}).status_code == 409
    assert FACTS[:30] in client.get("/gestion/personnes-bloquees").text
    person = client.application.test_client()
    sign_in(person, text.person)
    mine = person.get("/mon-compte/blocage").text
    assert "Vous pouvez toujours voter" in mine
    assert person.post("/mon-compte/blocage", data={"words": "Ce n’était pas moi."}).status_code == 303
    block = db.session.scalars(sa.select(SpeakingBlock.public_id)).one()
    case = f"/gestion/personnes-bloquees/{block}"
    assert client.post(case, data={"verdict": "uphold", "words": FACTS}).status_code == 403
    assert client.post(case, data={"verdict": "lift", "words": FACTS}).status_code == 303

"""Two associations for a refusal, ties, appeals drawn and late, claims, second readings, the report."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participatory.comments.models import Comment
from participatory.comments.rules import Stance
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.moderation.actions import decide, settle
from participatory.moderation.appealing import answer, appeal, decide_appeal, pending
from participatory.moderation.beside import brought_before
from participatory.moderation.claiming import claim, recuse
from participatory.moderation.drawing import kappa, ranked, sample, share_of
from participatory.moderation.jobs import escalate_what_is_late
from participatory.moderation.keeping import declare_link
from participatory.moderation.letters import Links
from participatory.moderation.models import Appeal, Claim, Decision, Opinion
from participatory.moderation.policy import can_appeal, can_decide, can_decide_appeal, can_settle, tie
from participatory.moderation.queries import Sieve, queue, refusal_of
from participatory.moderation.readings import agreement, draw_readings, read_again, readings_for
from participatory.moderation.report import as_rows, report_of
from participatory.moderation.rules import Judgement, LinkKind, Outcome, Reason, Step, step_of
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_association, make_person, make_proposal, make_round, sign_in
from tests.moderation.making import ADMIT, FACTS, REFUSE, SENTENCE, judge, moderator, submitted

LINKS = Links("https://b.example/p", "https://b.example/m", "https://b.example/r")


def once(proposal: Proposal, person: Person, judgement: Judgement = REFUSE) -> Decision | Opinion:
    with transaction():
        return decide(proposal.public_id, judgement, person, FACTS, now())


def refused() -> tuple[Proposal, Person]:
    """A refused project and its author."""
    author = make_person()
    proposal = submitted(author=author)
    judge(proposal, moderator(), REFUSE)
    return proposal, author


def appealed(proposal: Proposal, author: Person) -> Appeal:
    with transaction():
        return appeal(proposal.public_id, author, SENTENCE, LINKS, now())


def drawn_person(waiting: Appeal) -> Person:
    found = db.session.scalars(sa.select(Person).where(Person.association_id == waiting.drawn_id))
    return found.unique().one()


def test_a_draw_can_be_done_again_whatever_the_order_of_the_names():
    names = [f"association-{n}" for n in range(12)]
    assert ranked("a" * 64, names) == ranked("a" * 64, reversed(names))
    assert ranked("a" * 64, names) != ranked("b" * 64, names)
    assert len(sample("a" * 64, names, 20)) == 3
    assert share_of("case", []) is None


def test_an_association_that_leaves_moves_no_case_of_another():
    names = [f"association-{n}" for n in range(6)]
    before = {case: share_of(str(case), names) for case in range(60)}
    after = {case: share_of(str(case), names[1:]) for case in range(60)}
    assert all(after[case] == owner for case, owner in before.items() if owner != names[0])
    assert len(set(before.values())) == 6


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], None),
        ([("a", "a")] * 4, None),
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "b"), ("b", "a")], -1.0),
        # The example of the field's textbooks: 50 readings, observed 0.7, by chance 0.5.
        ([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15, 0.4),
    ],
)
def test_kappa_says_how_far_two_readings_agree_beyond_chance(pairs, expected):
    found = kappa(pairs)
    assert found == expected if expected is None else found == pytest.approx(expected)


def test_a_refusal_is_proposed_then_confirmed_or_disputed_then_settled():
    refuse, admit = Outcome.REFUSE, Outcome.ADMIT
    assert [step_of(refuse, []), step_of(admit, [])] == [Step.PROPOSE, Step.DECIDE]
    assert [step_of(refuse, [refuse]), step_of(admit, [refuse])] == [Step.CONFIRM, Step.DISPUTE]
    assert step_of(Outcome.ASK_CHANGES, [refuse, admit]) is Step.SETTLE


def test_one_association_alone_refuses_nothing_and_the_author_is_not_told(app):
    proposal = submitted()
    assert isinstance(once(proposal, moderator()), Opinion)
    assert proposal.state is State.SUBMITTED
    assert db.session.scalars(sa.select(Letter)).all() == []


def test_a_colleague_does_not_confirm_and_another_association_does(app):
    proposal, first = submitted(), moderator()
    once(proposal, first)
    colleague = make_person(roles=(Role.MODERATOR,), association=first.association)
    for person in (first, colleague):
        with pytest.raises(Refusal, match="Votre association a donné son avis"):
            once(proposal, person)
    second = moderator()
    decision = once(proposal, second)
    assert isinstance(decision, Decision)
    assert proposal.state is State.REFUSED
    assert (decision.association_id, decision.second_association_id) == (first.association_id, second.association_id)
    assert list(faults()) == []


def test_when_two_disagree_a_third_association_settles(app):
    proposal = submitted()
    once(proposal, moderator())
    assert isinstance(once(proposal, moderator(), ADMIT), Opinion)
    assert isinstance(once(proposal, moderator(), ADMIT), Decision)
    assert proposal.state is State.ADMITTED


def test_the_officer_settles_a_disagreement_and_nothing_else(app):
    proposal, officer, stranger = submitted(), make_person(roles=(Role.OFFICER,)), make_person()
    once(proposal, moderator())
    with pytest.raises(Refusal, match="ne tranche que"), transaction():
        settle(proposal.public_id, ADMIT, officer, FACTS, now())
    once(proposal, moderator(), ADMIT)
    with pytest.raises(Refusal) as stopped, transaction():
        settle(proposal.public_id, ADMIT, stranger, FACTS, now())
    assert stopped.value.kind is Kind.FORBIDDEN
    with transaction():
        decision = settle(proposal.public_id, REFUSE, officer, FACTS, now())
    assert (proposal.state, decision.association_id) == (State.REFUSED, None)


def _carried(person: Person) -> Proposal:
    return submitted(association=make_association())


def _by_link(kind: LinkKind):
    def arrange(person: Person) -> Proposal:
        proposal = _carried(person)
        with transaction():
            declare_link(db.session.merge(person), kind, proposal.association.slug, "", now())
        return proposal

    return arrange


def _by_the_other_side(person: Person) -> Proposal:
    carrying = moderator()
    with transaction():
        declare_link(carrying, LinkKind.FUNDING, person.association.slug, "", now())
    return submitted(association=carrying.association)


def _by_word(person: Person) -> Proposal:
    proposal = submitted()
    with transaction():
        recuse(proposal.public_id, person, "Je connais très bien ce groupe.", LINKS, now())
    return proposal


def _by_comment(person: Person) -> Proposal:
    proposal = submitted()
    with transaction():
        db.session.add(
            Comment(
                key="k" * 32,
                proposal_id=proposal.id,
                person_id=person.id,
                stance_code=Stance.AGAINST.value,
                text="Non.",
                written_at=now(),
            )
        )
    return proposal


def _by_co_author(person: Person) -> Proposal:
    proposal = submitted()
    with transaction():
        db.session.add(CoAuthor(proposal_id=proposal.id, person_id=person.id, joined_at=now()))
    db.session.expire_all()
    return proposal


@pytest.mark.parametrize(
    "arrange",
    [*map(_by_link, LinkKind), _by_the_other_side, _by_word, _by_comment, _by_co_author],
    ids=["membership", "mandate", "funding", "funding declared by them", "a word", "a comment", "co-authorship"],
)
def test_what_ties_somebody_keeps_them_out_on_the_page_and_in_the_queue(app, arrange):
    person = moderator()
    proposal = arrange(person)
    assert tie(person, proposal).kind is Kind.FORBIDDEN
    assert can_decide(person, proposal, now()).kind is Kind.FORBIDDEN
    assert queue(person, now(), Sieve(), 1).total == 0
    assert queue(moderator(), now(), Sieve(), 1).total == 1


def test_funding_ties_colleagues_and_membership_does_not(app):
    person = moderator()
    colleague = make_person(roles=(Role.MODERATOR,), association=person.association)
    member, funded = _by_link(LinkKind.MEMBERSHIP)(person), _by_link(LinkKind.FUNDING)(person)
    assert tie(colleague, member) is None
    assert tie(colleague, funded) is not None


def test_a_case_is_read_by_one_person_at_a_time_until_the_time_is_up(app):
    proposal, first, second = submitted(), moderator(), moderator()
    with transaction():
        claim(proposal.public_id, first, now())
    with pytest.raises(Refusal, match="lit ce projet"):
        once(proposal, second, ADMIT)
    later = now() + timedelta(hours=1)
    with transaction():
        claim(proposal.public_id, second, later)
    held = db.session.scalars(sa.select(Claim).order_by(Claim.id)).all()
    assert held[0].released_at == held[0].ends_at
    assert held[1].released_at is None


def test_only_the_author_answers_once_with_a_sentence_and_in_time(app):
    proposal, author = refused()
    for person, words, moment in (
        (moderator(), SENTENCE, now()),
        (author, "Non.", now()),
        (author, SENTENCE, now() + timedelta(days=15)),
    ):
        with pytest.raises(Refusal), transaction():
            answer(proposal.public_id, person, words, moment)
    with transaction():
        answer(proposal.public_id, author, SENTENCE, now())
    with pytest.raises(Refusal, match="déjà publiée"), transaction():
        answer(proposal.public_id, author, SENTENCE, now())


def test_an_appeal_is_drawn_among_those_that_have_not_judged_and_can_be_drawn_again(app):
    proposal, author = refused()
    others = {moderator().association.slug for _ in range(3)}
    waiting = appealed(proposal, author)
    assert set(waiting.candidates) == others
    assert ranked(waiting.seed, waiting.candidates)[0] == waiting.drawn.slug
    assert proposal.state is State.APPEALED
    assert can_appeal(author, refusal_of(proposal), now()) is not None
    assert list(faults()) == []
    letters = [
        compose(each).body for each in db.session.scalars(sa.select(Letter).where(Letter.recipient == author.email))
    ]
    assert any(waiting.drawn.name in body for body in letters)


@pytest.mark.parametrize(
    ("outcome", "state"), [(Outcome.ADMIT, State.ADMITTED), (Outcome.REFUSE, State.REFUSED_FINALLY)]
)
def test_the_association_drawn_answers_and_nobody_else(app, outcome, state):
    proposal, author = refused()
    moderator()
    waiting = appealed(proposal, author)
    drawn = drawn_person(waiting)
    with pytest.raises(Refusal), transaction():
        decide_appeal(proposal.public_id, outcome, SENTENCE, moderator_in_time(), links=LINKS, now=now())
    with transaction():
        decide_appeal(proposal.public_id, outcome, SENTENCE, drawn, links=LINKS, now=now())
    assert proposal.state is state
    with pytest.raises(Refusal), transaction():
        decide_appeal(proposal.public_id, outcome, SENTENCE, drawn, links=LINKS, now=now())


def moderator_in_time() -> Person:
    """A moderator who was already there: transactions do not nest."""
    found = sa.select(Person).join(Decision, Decision.moderator_id == Person.id)
    return db.session.scalars(found).unique().first()


def test_when_the_association_drawn_steps_back_the_next_one_of_the_draw_is_asked(app):
    proposal, author = refused()
    for _ in range(2):
        moderator()
    waiting = appealed(proposal, author)
    first = drawn_person(waiting)
    order = ranked(waiting.seed, waiting.candidates)
    with transaction():
        recuse(proposal.public_id, first, "Je connais très bien ce groupe.", LINKS, now())
    assert pending(proposal).drawn.slug == order[1]


def test_a_late_appeal_goes_to_the_region_which_answers(app):
    proposal, author = refused()
    moderator()
    officer = make_person(roles=(Role.OFFICER,))
    waiting = appealed(proposal, author)
    drawn = drawn_person(waiting)
    assert escalate_what_is_late() == 0
    with transaction():
        db.session.get_one(Appeal, waiting.id).due_at = now() - timedelta(hours=1)
    assert escalate_what_is_late() == 1
    assert escalate_what_is_late() == 0
    with pytest.raises(Refusal, match="la Région"), transaction():
        decide_appeal(proposal.public_id, Outcome.ADMIT, SENTENCE, drawn, links=LINKS, now=now())
    with transaction():
        decide_appeal(proposal.public_id, Outcome.ADMIT, SENTENCE, officer, links=LINKS, now=now())
    assert db.session.get_one(Proposal, proposal.id).state is State.ADMITTED


def _by_colleague(person: Person) -> Proposal:
    return submitted(author=make_person(association=person.association))


def _by_carrier(person: Person) -> Proposal:
    return submitted(association=person.association)


@pytest.mark.parametrize(
    "arrange",
    [
        _by_carrier,
        _by_colleague,
        _by_comment,
        _by_co_author,
        _by_link(LinkKind.MEMBERSHIP),
        _by_link(LinkKind.MANDATE),
        _by_the_other_side,
    ],
    ids=["the carrier", "an author's", "a comment", "co-authorship", "membership", "mandate", "funding"],
)
def test_an_officer_who_is_tied_to_a_project_neither_settles_it_nor_answers_its_appeal(client, arrange):
    tied, free = make_person(roles=(Role.OFFICER,), association=make_association()), make_person(roles=(Role.OFFICER,))
    proposal = arrange(tied)
    officer, other = db.session.merge(tied), db.session.merge(free)
    author = proposal.author
    once(proposal, moderator())
    once(proposal, moderator(), ADMIT)
    with pytest.raises(Refusal) as stopped, transaction():
        settle(proposal.public_id, REFUSE, officer, FACTS, now())
    assert stopped.value.kind is Kind.FORBIDDEN
    with transaction():
        settle(proposal.public_id, REFUSE, other, FACTS, now())
    appealed(proposal, author)
    addresses = set(db.session.scalars(sa.select(Letter.recipient)))
    assert other.email in addresses
    assert officer.email not in addresses - {each.email for each in proposal.people}
    sign_in(client, officer)
    assert f"/gestion/arbitrages/{proposal.public_id}" not in client.get("/gestion/arbitrages").text
    with pytest.raises(Refusal) as stopped, transaction():
        decide_appeal(proposal.public_id, Outcome.ADMIT, SENTENCE, officer, links=LINKS, now=now())
    assert stopped.value.kind is Kind.FORBIDDEN
    with transaction():
        decide_appeal(proposal.public_id, Outcome.ADMIT, SENTENCE, other, links=LINKS, now=now())
    assert proposal.state is State.ADMITTED


def test_without_a_free_association_the_region_answers_at_once(app):
    proposal, author = refused()
    waiting = appealed(proposal, author)
    assert (waiting.drawn_id, waiting.candidates, waiting.escalated_at is not None) == (None, [], True)


def _round_with_decisions(count: int):
    round_, first = make_round(Phase.SUBMISSION), moderator()
    for _ in range(count):
        judge(make_proposal(round_, state=State.SUBMITTED, author=make_person()), first, ADMIT)
    return round_, first


def test_second_readings_are_drawn_once_and_read_by_another_association(app):
    round_, first = _round_with_decisions(4)
    with transaction():
        assert draw_readings(round_, now()) is None
    judge(make_proposal(round_, state=State.SUBMITTED, author=make_person()), first, ADMIT)
    with transaction():
        draw = draw_readings(round_, now())
    assert sample(draw.seed, draw.decisions, 20) == draw.drawn
    with transaction():
        assert draw_readings(round_, now()) is None
    second = moderator()
    assert readings_for(first) == []
    (reading,) = readings_for(second)
    with pytest.raises(Refusal, match="motif"), transaction():
        read_again(reading.public_id, second, Outcome.REFUSE, None, now())
    with transaction():
        read_again(reading.public_id, second, Outcome.REFUSE, Reason.OFF_TOPIC, now())
    told = agreement(round_)
    assert (told.drawn, told.read, told.agreed) == (1, 1, 0)


def test_the_second_reader_does_not_see_the_first_decision(client):
    round_, _first = _round_with_decisions(5)
    with transaction():
        draw_readings(round_, now())
    second = moderator()
    sign_in(client, second)
    (reading,) = readings_for(second)
    html = client.get(f"/moderation/relectures/{reading.public_id}").text
    main = html[html.index("<main") :]
    for word in ("Recevable, à l’instruction", "Décision de", "state"):
        assert word not in main
    answered = client.post(f"/moderation/relectures/{reading.public_id}", data={"outcome": "admit", "reason": ""})
    assert answered.status_code == 303
    assert client.get(f"/moderation/relectures/{reading.public_id}").status_code == 409


def test_the_report_agrees_with_the_journal_and_hides_small_counts(client):
    proposal, author = refused()
    moderator()
    round_, waiting = proposal.round, appealed(proposal, author)
    judge(
        make_proposal(round_, state=State.SUBMITTED, author=make_person()),
        moderator(),
        Judgement(Outcome.ASK_CHANGES, Reason.INCOMPLETE, SENTENCE, 1),
    )
    told = report_of(round_)
    assert (told.received, told.refused, told.appealed, told.changes) == (2, 1, 1, None)
    assert told.reasons == {Reason.OUTSIDE_REGION: 1}
    assert told.journal_agrees
    assert dict(as_rows(told))["readings.kappa"] is None
    html = client.get(f"/budgets/{round_.slug}/moderation").text
    assert waiting.seed in html
    document = client.get(f"/budgets/{round_.slug}/moderation.json").json
    assert document["appeals"][0]["drawn"] == waiting.drawn.slug
    table = client.get(f"/budgets/{round_.slug}/moderation.csv").text
    assert "changes," in table
    assert "reported_texts.received,0" in table
    assert "reported_texts.by_outcome." in table


def test_an_author_contests_on_the_page_and_keeps_what_was_typed(client):
    proposal, author = refused()
    moderator()
    sign_in(client, author)
    address = f"/projets/{proposal.slug}/contester"
    assert address in client.get(f"/projets/{proposal.slug}").text
    short = client.post(address, data={"act": "appeal", "appeal-words": "<b>Non</b>"})
    assert short.status_code == 422
    assert "&lt;b&gt;Non&lt;/b&gt;" in short.text
    assert client.post(address, data={"act": "reply", "reply-words": SENTENCE}).status_code == 303
    assert client.post(address, data={"act": "appeal", "appeal-words": SENTENCE}).status_code == 303
    assert client.post(address, data={"act": "appeal", "appeal-words": SENTENCE}).status_code == 409
    html = client.get(f"/projets/{proposal.slug}").text
    assert "En réexamen" in html
    assert "La réponse des auteurs" in html
    sign_in(client, make_person())
    assert client.post(address, data={"act": "appeal", "appeal-words": SENTENCE}).status_code == 403


def test_a_batch_is_shown_first_and_leaves_alone_what_has_changed(client):
    person, round_ = moderator(), make_round(Phase.SUBMISSION)
    same, changed = (make_proposal(round_, state=State.SUBMITTED, author=make_person()) for _ in range(2))
    sign_in(client, person)
    ticked = [f"{each.public_id}:1" for each in (same, changed)]
    assert client.post("/moderation/lot", data={"act": "admit"}).status_code == 422
    assert client.post("/moderation/lot", data={"case": ticked, "act": "refuse"}).status_code == 422
    shown = client.post("/moderation/lot", data={"case": ticked, "act": "admit"})
    assert shown.text.count("sera déclaré recevable") == 2
    assert db.session.get_one(Proposal, same.id).state is State.SUBMITTED
    with transaction():
        db.session.get_one(Proposal, changed.id).version = 2
    assert client.post("/moderation/lot", data={"case": ticked, "act": "admit", "sure": "yes"}).status_code == 303
    db.session.expire_all()
    assert [db.session.get_one(Proposal, each.id).state for each in (same, changed)] == [
        State.ADMITTED,
        State.SUBMITTED,
    ]


def test_a_moderator_takes_notes_leaves_and_reuses_texts(client):
    person, proposal = moderator(), submitted()
    sign_in(client, person)
    case = f"/moderation/{proposal.public_id}"
    assert client.post(f"{case}/prendre").status_code == 303
    assert "Vous lisez ce projet" in client.get(case).text
    assert client.post(f"{case}/rendre").status_code == 303
    assert client.post(f"{case}/notes", data={"text": "Voir le <b>devis</b>"}).status_code == 303
    assert "Voir le &lt;b&gt;devis&lt;/b&gt;" in client.get(case).text
    model = {"title": "Lieu", "outcome": "ask_changes", "reason": "incomplete", "text": SENTENCE}
    assert client.post("/moderation/modeles", data=model).status_code == 303
    assert client.post("/moderation/modeles", data=model).status_code == 409
    assert client.post(f"{case}/deport", data={"words": "Court."}).status_code == 422
    assert client.post(f"{case}/deport", data={"words": "Je connais très bien ce groupe."}).status_code == 303
    html = client.get(case).text
    assert "Vous vous êtes déporté" in html
    assert "devis" not in html


def test_of_two_who_confirm_at_once_one_decides(app_on_each_database):
    proposal = submitted()
    once(proposal, moderator())
    identifier, people = proposal.public_id, [moderator().public_id for _ in range(2)]
    db.session.remove()

    def attempt(name: str) -> bool:
        with app_on_each_database.app_context():
            try:
                with transaction():
                    person = db.session.scalars(sa.select(Person).where(Person.public_id == name)).one()
                    decide(identifier, REFUSE, person, FACTS, now())
            except Refusal:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, people)) == [False, True]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1
    verbs = db.session.scalars(sa.select(JournalEntry.verb)).all()
    assert verbs.count("moderation.refused") == 1


def test_the_queue_says_that_another_association_reads_what_one_proposed_to_refuse(client):
    person, proposal = moderator(), submitted()
    once(proposal, person)
    sign_in(client, person)
    assert "une autre doit la lire" in client.get("/moderation").text


def _escalated() -> tuple[Proposal, Appeal, Person]:
    """An appeal that the Region answers, with the project's author."""
    author = make_person()
    proposal = submitted(author=author, association=make_association())
    judge(proposal, moderator(), REFUSE)
    waiting = appealed(proposal, author)
    with transaction():
        waiting.escalated_at = now()
    return proposal, waiting, author


def test_an_officer_of_the_association_that_carries_a_project_answers_no_appeal(app: Flask) -> None:
    proposal, waiting, author = _escalated()
    free, member = (make_person(roles=(Role.OFFICER,)) for _ in range(2))
    assert can_decide_appeal(free, waiting, now()) is None
    with transaction():
        member.association_id = proposal.association_id
    refusal = can_decide_appeal(member, waiting, now())
    assert refusal is not None
    assert refusal.kind is Kind.FORBIDDEN
    assert "Votre association est celle de ce projet" in str(refusal)
    # The one of somebody who wrote it counts as much as the one that carries it.
    other = make_association()
    with transaction():
        author.association_id = member.association_id = other.id
    assert can_decide_appeal(member, waiting, now()) is not None


@pytest.mark.parametrize("kind", [LinkKind.MEMBERSHIP, LinkKind.MANDATE])
def test_an_officer_who_declared_a_link_or_took_sides_settles_nothing(app: Flask, kind: LinkKind) -> None:
    proposal, waiting, _author = _escalated()
    linked = make_person(roles=(Role.OFFICER,), association=make_association())
    sided = make_person(roles=(Role.OFFICER,))
    told = Comment(
        proposal_id=proposal.id,
        person_id=sided.id,
        stance_code=Stance.FOR.value,
        text="Oui.",
        written_at=now(),
        key="k" * 20,
    )
    with transaction():
        declare_link(linked, kind, proposal.association.slug, "", now())
        db.session.add(told)
    for officer in (linked, sided):
        assert can_decide_appeal(officer, waiting, now()) is not None
        refusal = can_settle(officer, proposal, 2, now())
        assert refusal is not None
        assert refusal.kind is Kind.FORBIDDEN


def test_what_a_co_author_wrote_with_others_stands_beside_the_case(app: Flask) -> None:
    proposal, other = submitted(), submitted()
    friend = make_person()
    with transaction():
        for each in (proposal, other):
            each.co_authors.append(CoAuthor(person=friend, joined_at=now()))
    assert list(brought_before(proposal)) == [other]
    assert list(brought_before(submitted())) == []

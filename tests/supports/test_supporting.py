"""Supporting a project: one support for each voter, before the vote, taken back at will; it names nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.core.clock import now, paris
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.models import Person
from participatory.integrity.models import Signal
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.proposals.models import Proposal
from participatory.proposals.rules import PUBLIC, State
from participatory.rolls.merging import settle
from participatory.rolls.models import Voter
from participatory.rounds.rules import Phase
from participatory.supports import actions
from participatory.supports.models import Support, SupportLeftOut
from participatory.supports.queries import count_of
from participatory.supports.rules import SUPPORTABLE, Count
from tests.factories import add_voter, make_person, make_proposal, make_round, move_round, sign_in
from tests.supports.making import manner, pepper, project, student, support, take_back

HANDS = 20


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_voter_supports_a_project_once_and_takes_it_back(app):
    proposal = project()
    person = student(proposal.round)
    assert support(proposal, person) is not None
    assert support(proposal, person) is None
    assert count_of(proposal, now()) == Count(1, 0)
    assert take_back(proposal, person)
    assert not take_back(proposal, person)
    assert count_of(proposal, now()) == Count(0, 0)
    assert (count(Support), count(Signal)) == (0, 0)


def test_the_journal_says_that_a_support_was_given_and_names_neither_person_nor_hour(app):
    proposal = project()
    person = student(proposal.round)
    support(proposal, person)
    take_back(proposal, person)
    entries = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position)).all()
    assert [entry.verb for entry in entries] == ["support.given", "support.taken_back"]
    for entry in entries:
        assert entry.actor == "system"
        assert person.public_id not in entry.payload
        assert proposal.public_id in entry.payload
        midnight = entry.at.astimezone(UTC)
        assert (midnight.date(), midnight.hour, midnight.minute, midnight.second) == (paris(now()).date(), 0, 0, 0)
    assert list(faults()) == []


def test_the_signal_of_a_support_names_its_project_and_neither_voter_nor_account(app):
    proposal = project()
    person = student(proposal.round)
    given = support(proposal, person)
    (signal,) = db.session.scalars(sa.select(Signal))
    assert (signal.act, signal.key, signal.target, signal.site) == (
        "support",
        given.key,
        proposal.public_id,
        "toulouse",
    )
    assert person.public_id not in vars(signal).values()
    assert db.session.scalars(sa.select(Voter.pseudonym)).one() not in vars(signal).values()


def test_twenty_clicks_at_once_leave_one_support(app_on_each_database):
    application = app_on_each_database
    proposal = project()
    person = student(proposal.round)
    number, who, secret, gate = proposal.id, person.id, pepper(proposal.round), Barrier(HANDS)

    def click(_hand: int) -> bool:
        with application.app_context():
            gate.wait()
            with transaction():
                held = db.session.get(Proposal, number)
                given = actions.support(held, db.session.get(Person, who), secret, now(), manner(now()))
            db.session.remove()
            return given is not None

    with ThreadPoolExecutor(HANDS) as pool:
        given = list(pool.map(click, range(HANDS)))
    db.session.rollback()
    assert sorted(given) == [False] * (HANDS - 1) + [True]
    assert (count(Support), count(Signal)) == (1, 1)
    assert [entry.verb for entry in db.session.scalars(sa.select(JournalEntry))] == ["support.given"]


def test_supports_and_their_withdrawals_at_once_end_in_agreement(app_on_each_database):
    application = app_on_each_database
    proposal = project()
    person = student(proposal.round)
    number, who, secret, gate = proposal.id, person.id, pepper(proposal.round), Barrier(HANDS)

    def click(hand: int) -> None:
        with application.app_context():
            gate.wait()
            with transaction():
                held, asking = db.session.get(Proposal, number), db.session.get(Person, who)
                if hand % 2:
                    actions.support(held, asking, secret, now(), manner(now()))
                else:
                    actions.take_back(held, asking, secret, now())
            db.session.remove()

    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(click, range(HANDS)))
    db.session.rollback()
    verbs = [entry.verb for entry in db.session.scalars(sa.select(JournalEntry))]
    assert count(Support) == count(Signal) == verbs.count("support.given") - verbs.count("support.taken_back")


@pytest.mark.parametrize("phase", [Phase.VOTING, Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY])
def test_once_the_vote_has_opened_nothing_is_given_nor_taken_back(app, phase):
    proposal = project(state=State.FEASIBLE)
    person, other = student(proposal.round), student(proposal.round)
    support(proposal, person)
    move_round(proposal.round, phase)
    with pytest.raises(Refusal, match="les soutiens sont clos"):
        support(proposal, other)
    with pytest.raises(Refusal, match="les soutiens sont clos"):
        take_back(proposal, person)
    assert count_of(proposal, now()).counted == 1


@pytest.mark.parametrize("state", [each for each in State if each not in SUPPORTABLE])
def test_only_a_project_that_may_go_to_the_vote_is_supported(app, state):
    proposal = project(state=state)
    person = student(proposal.round)
    with pytest.raises(Refusal) as refused:
        support(proposal, person)
    public = state in PUBLIC
    assert refused.value.kind is (Kind.CONFLICT if public else Kind.NOT_FOUND)
    assert count(Support) == 0


def test_nobody_supports_their_own_project(app):
    author = make_person()
    proposal = project(author=author)
    add_voter(proposal.round, author)
    with pytest.raises(Refusal, match="C’est votre projet"):
        support(proposal, author)


def test_whoever_is_off_the_roll_supports_nothing(app):
    proposal = project()
    elsewhere = project().round
    person = make_person()
    add_voter(elsewhere, person)
    with pytest.raises(Refusal, match="vous n’y êtes pas") as refused:
        support(proposal, person)
    assert refused.value.kind is Kind.FORBIDDEN


def two_lines(round_):
    """Two lines of the roll, each of an account of its own, that will turn out to be one person."""
    people = [make_person(), make_person()]
    return people, [add_voter(round_, person) for person in people]


def test_two_lines_of_one_person_that_both_supported_are_one_support(app_on_each_database):
    proposal = project()
    other = make_proposal(proposal.round, state=State.ADMITTED, author=make_person())
    people, voters = two_lines(proposal.round)
    for person in people:
        support(proposal, person)
    support(other, people[1])
    assert count_of(proposal, now()).given == 2
    with transaction():
        kept, _deeds = settle([db.session.get(Voter, voter.id) for voter in voters], now())
    rows = {(each.proposal_id, each.voter_id) for each in db.session.scalars(sa.select(Support))}
    assert rows == {(proposal.id, kept.id), (other.id, kept.id)}
    # Whichever account comes back, the support is there already.
    assert [support(proposal, person) for person in people] == [None, None]


def test_a_support_left_out_stays_left_out_when_two_lines_become_one(app):
    proposal = project()
    people, voters = two_lines(proposal.round)
    for person, voter in zip(people, voters, strict=True):
        support(proposal, person)
        with transaction():
            db.session.add(SupportLeftOut(proposal_id=proposal.id, voter_id=voter.id))
    assert count_of(proposal, now()) == Count(2, 2)
    with transaction():
        settle([db.session.get(Voter, voter.id) for voter in voters], now())
    assert count_of(proposal, now()) == Count(1, 1)


# The page and its button


def click(client, proposal, **data):
    return client.post(f"/projets/{proposal.slug}/soutien", data=data)


def plain(html: str) -> str:
    return html.replace("\u202f", " ").replace("\xa0", " ")


def test_the_page_offers_the_button_and_says_what_was_done(client):
    proposal = project()
    sign_in(client, student(proposal.round))
    address = f"/projets/{proposal.slug}"
    before = plain(client.get(address).text)
    assert "Soutenir ce projet" in before
    assert "0 soutien<" in before
    assert "Soutenir n’est pas voter" in before
    answer = click(client, proposal, act="add")
    assert (answer.status_code, answer.location) == (303, f"{address}#soutiens")
    after = plain(client.get(address).text)
    assert "1 soutien<" in after
    assert "Reprendre mon soutien" in after
    click(client, proposal, act="remove")
    assert "Soutenir ce projet" in client.get(address).text


def test_a_click_sent_twice_counts_once(client):
    proposal = project()
    sign_in(client, student(proposal.round))
    assert [click(client, proposal).status_code for _each in range(2)] == [303, 303]
    assert count(Support) == 1
    assert [click(client, proposal, act="remove").status_code for _each in range(2)] == [303, 303]
    assert count(Support) == 0


def test_htmx_gets_the_supports_alone(client):
    proposal = project()
    sign_in(client, student(proposal.round))
    answer = client.post(f"/projets/{proposal.slug}/soutien", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert answer.text.lstrip().startswith("<section")
    assert "Vous soutenez ce projet" in answer.text


def test_a_support_from_the_page_leaves_a_signal_of_how_it_was_given(client):
    proposal = project()
    sign_in(client, student(proposal.round))
    click(client, proposal)
    (signal,) = db.session.scalars(sa.select(Signal))
    assert signal.device
    assert signal.person
    assert signal.target == proposal.public_id


def test_a_visitor_is_led_to_sign_in_and_reads_the_number(client):
    proposal = project()
    support(proposal, student(proposal.round))
    html = plain(client.get(f"/projets/{proposal.slug}").text)
    assert "Se connecter pour soutenir" in html
    assert "1 soutien<" in html
    assert click(client, proposal).status_code == 303
    assert count(Support) == 1


def test_whoever_cannot_support_reads_why_instead_of_a_button(client):
    author = make_person()
    proposal = project(author=author)
    sign_in(client, author)
    html = client.get(f"/projets/{proposal.slug}").text
    assert "aux autres de le soutenir" in html
    assert 'id="soutenir"' not in html
    sign_in(client, make_person())
    assert "vous n’y êtes pas" in client.get(f"/projets/{proposal.slug}").text
    assert click(client, proposal).status_code == 403


def test_the_number_wished_for_by_the_rulebook_is_told_and_bars_nothing(client):
    round_ = make_round(Phase.REVIEW, supports_needed=20)
    proposal = make_proposal(round_, state=State.ADMITTED, author=make_person())
    for _each in range(2):
        support(proposal, student(round_))
    assert "2 soutiens sur 20 souhaités" in plain(client.get(f"/projets/{proposal.slug}").text)
    for _each in range(18):
        support(proposal, student(round_))
    assert "20 soutiens, pour 20 souhaités" in plain(client.get(f"/projets/{proposal.slug}").text)
    assert "devrait recueillir 20 soutiens" in plain(client.get(f"/budgets/{round_.slug}/reglement").text)


@pytest.mark.parametrize("act", ["", "add", "remove", "\x00", "<script>", "a" * 5000])
def test_a_hostile_act_breaks_nothing(client, act):
    proposal = project()
    sign_in(client, student(proposal.round))
    assert click(client, proposal, act=act).status_code == 303


@pytest.mark.parametrize("slug", ["rien", "%00", "..%2f..", "é" * 300])
def test_an_unknown_address_is_refused(client, slug):
    sign_in(client, make_person())
    assert client.post(f"/projets/{slug}/soutien").status_code == 404


def test_a_draft_is_not_supported_by_guessing_its_address(client):
    proposal = project(state=State.DRAFT)
    sign_in(client, student(proposal.round))
    assert click(client, proposal).status_code == 404


def test_after_the_vote_has_opened_the_page_says_so_and_shows_no_button(client):
    proposal = project(state=State.FEASIBLE)
    person = student(proposal.round)
    support(proposal, person)
    move_round(proposal.round, Phase.VOTING)
    sign_in(client, person)
    html = plain(client.get(f"/projets/{proposal.slug}").text)
    assert "1 soutien<" in html
    assert "les soutiens sont clos" in html
    assert 'id="soutenir"' not in html
    assert click(client, proposal, act="remove").status_code == 409

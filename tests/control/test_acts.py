"""The steps after the vote: by two people, in their order, once, with the figures before their eyes."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from participatory.ballots.actions import cast
from participatory.ballots.models import Challenge, Envelope, SealedBallot, Signature, SpentKey, UrnState
from participatory.ballots.opening import open_vote as open_urn
from participatory.ballots.policy import voting_is_open
from participatory.ballots.queries import step_of
from participatory.control.acts import ACTS, ask
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.deeds import actions as deeds
from participatory.identity.models import Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from participatory.urn.sealing import OVERHEAD
from participatory.urn.tree import root
from tests.control.conftest import WHY, World, make_world
from tests.factories import add_voter, limit_role, make_person, make_round, move_round

STEPS = ("cloturer", "controler", "sceller")


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)))


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_vote_is_closed_controlled_and_sealed_by_two_people(over_on_each_database: World):
    world = over_on_each_database
    world.do(*STEPS)
    sealed = step_of(world.round, UrnState.SEALED)
    assert (sealed.first_by, sealed.second_by) == (world.first.public_id, world.second.public_id)
    assert sealed.figures["ballots"] == sealed.figures["signatures"] == 3
    assert sealed.figures["root"] == root([bytes.fromhex(each) for each in sorted(world.receipts)]).hex()
    assert [verb for verb in verbs() if verb.startswith("vote.")] == [
        "vote.opened",
        "vote.closed",
        "vote.under_control",
        "vote.sealed",
    ]
    assert sorted(db.session.scalars(sa.select(SealedBallot.receipt))) == sorted(world.receipts)
    assert count(Envelope) == count(Challenge) == count(SpentKey) == 0
    assert world.store.find("link", world.round.public_id) is None


def test_closing_writes_the_figures_down(over: World):
    over.do("cloturer")
    assert step_of(over.round, UrnState.CLOSED).figures == {"signatures": 3, "ballots": 3}
    row = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "vote.closed")).one()
    assert row.actor == over.second.public_id


def test_nobody_proposes_or_confirms_a_closing_before_the_vote_is_over(open_vote: World):
    with pytest.raises(Refusal):
        open_vote.propose("cloturer")
    move_round(open_vote.round, Phase.CONTROL)
    deed = open_vote.propose("cloturer")
    move_round(open_vote.round, Phase.VOTING)
    with pytest.raises(Refusal):
        open_vote.confirm("cloturer", deed)
    assert step_of(open_vote.round, UrnState.CLOSED) is None


@pytest.mark.parametrize("phase", [Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY])
def test_closing_late_is_possible(open_vote: World, phase: Phase):
    move_round(open_vote.round, phase)
    open_vote.do("cloturer")


@pytest.mark.parametrize("word", ["controler", "sceller", "archiver"])
def test_a_step_before_its_turn_is_refused(over: World, word: str):
    with pytest.raises(Refusal):
        over.propose(word)


def test_a_vote_that_never_opened_is_neither_closed_nor_annulled(app: Flask):
    round_ = make_round(Phase.CONTROL)
    officer = make_person(roles=(Role.OFFICER,))
    for word in ("cloturer", "annuler"):
        with pytest.raises(Refusal), transaction():
            ask(ACTS[word], round_, officer, now(), link="", reason=WHY)


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.APPRAISER,), (Role.ADMINISTRATOR,), (Role.OBSERVER,)])
def test_only_officers_propose_and_confirm(over: World, roles):
    other = make_person(roles=roles)
    for word in ("cloturer", "annuler"):
        with pytest.raises(Refusal) as caught:
            over.propose(word, by=other, reason=WHY)
        assert caught.value.kind is Kind.FORBIDDEN
    deed = over.propose("cloturer")
    with pytest.raises(Refusal) as caught:
        over.confirm("cloturer", deed, by=other)
    assert caught.value.kind is Kind.FORBIDDEN


def test_an_officer_of_another_round_proposes_and_confirms_nothing(over: World):
    elsewhere = make_person(roles=(Role.OFFICER,))
    limit_role(elsewhere, Role.OFFICER, Scope(ScopeKind.ROUND, make_round().public_id))
    with pytest.raises(Refusal):
        over.propose("cloturer", by=elsewhere)
    with pytest.raises(Refusal):
        over.confirm("cloturer", over.propose("cloturer"), by=elsewhere)


def test_one_person_does_not_do_it_twice_nor_under_a_former_account(over_on_each_database: World):
    world = over_on_each_database
    deed = world.propose("cloturer")
    with pytest.raises(Refusal) as caught:
        world.confirm("cloturer", deed, by=world.first)
    assert caught.value.kind is Kind.FORBIDDEN
    with transaction():
        db.session.get(Person, world.first.id).merged_into_id = world.second.id
    with pytest.raises(Refusal) as caught:
        world.confirm("cloturer", deed)
    assert caught.value.kind is Kind.FORBIDDEN
    assert step_of(world.round, UrnState.CLOSED) is None


def test_a_deed_that_was_renewed_is_that_of_whoever_renewed_it(over: World):
    deed = over.propose("cloturer")
    with transaction():
        deeds.renew(deed.public_id, ACTS["cloturer"].kind, over.second, now())
    over.confirm("cloturer", deed, by=over.first)
    closed = step_of(over.round, UrnState.CLOSED)
    assert (closed.first_by, closed.second_by) == (over.second.public_id, over.first.public_id)


def test_each_step_is_done_once(over: World):
    over.do("cloturer")
    with pytest.raises(Refusal):
        over.propose("cloturer")


def test_two_confirmations_at_once_do_it_once(over_on_each_database: World):
    world = over_on_each_database
    deed = world.propose("cloturer")
    third = make_person(roles=(Role.OFFICER,))
    name, kind, people = deed.public_id, ACTS["cloturer"].kind, (world.second.id, third.id)

    def confirm(person: int) -> None:
        with transaction():
            seen = kind.describe({"round": world_key}).digest()
            deeds.confirm(name, kind, db.session.get(Person, person), now(), seen=seen)

    world_key = world.round.public_id
    results = at_once([lambda person=person: confirm(person) for person in people])
    assert sorted(results) == ["done", "refused"]
    assert verbs().count("vote.closed") == 1


def test_a_closing_that_races_with_votes_counts_each_ballot_that_was_acknowledged(app_on_each_database: Flask):
    world = make_world()
    late = [make_person() for _ in range(4)]
    for person in late:
        add_voter(world.round, person)
    with transaction():
        opening = open_urn(world.round, now())
    during, after = now(), world.round.control_at
    deed = propose_at(world, after).public_id
    size, kind, key = opening.padded_size + OVERHEAD, ACTS["cloturer"].kind, world.round.id
    ids, second, payload = [person.id for person in late], world.second.id, {"round": world.round.public_id}

    def vote(number: int) -> None:
        with transaction():
            letter = dict.fromkeys(("round", "closes", "publishes", "link", "again", "help"), "")
            person, round_ = db.session.get(Person, ids[number]), db.session.get(Round, key)
            text, store = bytes([number]) * size, world.store
            cast(round_, person, text, key=f"key-of-a-race-{number}", now=during, store=store, **letter)

    def close() -> None:
        with transaction():
            seen = kind.describe(payload).digest()
            deeds.confirm(deed, kind, db.session.get(Person, second), after, seen=seen)

    results = at_once([lambda number=number: vote(number) for number in range(4)] + [close])
    assert results[-1] == "done"
    figures = step_of(db.session.get(Round, key), UrnState.CLOSED).figures
    acknowledged = 3 + results[:4].count("done")
    assert figures == {"signatures": acknowledged, "ballots": acknowledged}
    assert count(Signature) == count(Envelope) == acknowledged


def propose_at(world: World, moment):
    with transaction():
        return ask(ACTS["cloturer"], world.round, world.first, moment, link="")


def at_once(deeds_to_do) -> list[str]:
    """What became of deeds done by as many threads at the same time."""
    app, barrier = current_app._get_current_object(), threading.Barrier(len(deeds_to_do))
    results = [""] * len(deeds_to_do)

    def run(number: int) -> None:
        with app.app_context():
            try:
                barrier.wait(10)
                deeds_to_do[number]()
                results[number] = "done"
            except Refusal:
                results[number] = "refused"
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds_to_do))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_a_signature_without_its_envelope_refuses_the_sealing(over_on_each_database: World):
    world = over_on_each_database
    world.do("cloturer", "controler")
    with transaction():
        db.session.execute(sa.delete(Envelope).where(Envelope.receipt == world.receipts[0]))
    with pytest.raises(Refusal) as caught:
        world.do("sceller")
    assert caught.value.values["missing"] == 1
    assert count(SealedBallot) == 0
    assert world.store.find("link", world.round.public_id) is not None


def test_an_envelope_whose_slot_was_moved_refuses_the_sealing(over_on_each_database: World):
    world = over_on_each_database
    world.do("cloturer", "controler")
    with transaction():
        moved = sa.update(Envelope).where(Envelope.receipt == world.receipts[0]).values(slot="0" * 64)
        db.session.execute(moved)
    with pytest.raises(Refusal) as caught:
        world.do("sceller")
    assert (caught.value.values["missing"], caught.value.values["strays"]) == (1, 1)


def test_an_envelope_without_a_signature_refuses_the_sealing(over: World):
    over.do("cloturer", "controler")
    with transaction():
        db.session.execute(sa.delete(Signature).where(Signature.voter_id == over.voters[0].id))
    with pytest.raises(Refusal) as caught:
        over.do("sceller")
    assert caught.value.values["strays"] == 1


def test_without_its_link_key_an_urn_is_not_sealed_and_no_key_is_made(over: World):
    over.do("cloturer", "controler")
    over.store.destroy("link", over.round.public_id)
    with pytest.raises(Refusal):
        over.do("sceller")
    assert over.store.find("link", over.round.public_id) is None


def test_what_is_to_be_finished_before_refuses_the_sealing(over: World, monkeypatch):
    monkeypatch.setattr("participatory.control.obstacles._KNOWN", [lambda _round: Refusal("Un lot reste ouvert.")])
    over.do("cloturer", "controler")
    with pytest.raises(Refusal, match="Un lot"):
        over.propose("sceller")


def test_keys_that_were_spent_stay_while_another_vote_is_open(over: World):
    other = make_world()
    with transaction():
        db.session.add(SpentKey(digest="a" * 64))
    over.do(*STEPS)
    assert count(SpentKey) == 1
    move_round(other.round, Phase.CONTROL)
    other.do(*STEPS)
    assert count(SpentKey) == 0


# Annulment


@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_a_vote_is_annulled_from_any_state_with_a_reason_that_is_published(open_vote: World, done: int):
    world = open_vote
    if done:
        move_round(world.round, Phase.CONTROL)
        world.do(*STEPS[:done])
    envelopes, signatures = count(Envelope), count(Signature)
    world.do("annuler")
    row = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "vote.annulled")).one()
    assert WHY in row.payload
    assert (count(Envelope), count(Signature)) == (envelopes, signatures)
    assert world.store.find("link", world.round.public_id) is None
    move_round(world.round, Phase.VOTING)
    assert "annulé" in str(voting_is_open(world.round, now()))
    move_round(world.round, Phase.CONTROL)
    for word in (*STEPS, "archiver", "annuler"):
        with pytest.raises(Refusal):
            world.propose(word, reason=WHY)


def test_those_who_voted_are_told_of_an_annulment_and_nobody_else(open_vote: World):
    absent = make_person()
    add_voter(open_vote.round, absent)
    with transaction():
        db.session.execute(sa.delete(Letter))
    open_vote.do("annuler")
    told = db.session.scalars(sa.select(Letter).where(Letter.template == "vote_annulled")).all()
    assert sorted(letter.recipient for letter in told) == sorted(person.email for person in open_vote.people)
    assert {letter.values["reason"] for letter in told} == {WHY}


@pytest.mark.parametrize("reason", ["", "Parce que.", "\0" * 40, " " * 40])
def test_an_annulment_without_a_reason_is_refused(open_vote: World, reason: str):
    with pytest.raises(Refusal) as caught:
        open_vote.propose("annuler", reason=reason)
    assert caught.value.field == "reason"


def test_a_result_that_is_published_is_not_annulled_and_may_be_archived(published_world):
    world = published_world
    first, second = (make_person(roles=(Role.OFFICER,)) for _ in range(2))
    conducting = World(world.round, [], first, second)
    with pytest.raises(Refusal):
        conducting.propose("annuler", reason=WHY)
    conducting.do("archiver")
    assert verbs()[-2:] == ["vote.archived", "deed.confirmed"]
    with pytest.raises(Refusal):
        conducting.propose("archiver")


def test_an_act_says_what_will_happen_and_changes_when_what_is_settled_changes(over: World):
    over.do("cloturer", "controler")
    shown = ACTS["sceller"].kind.describe({"round": over.round.public_id})
    assert ("Enveloppes en ligne à la clôture", 3) in shown.facts
    assert ("Bulletins qui seraient scellés", 3) in shown.present
    assert shown.warnings


def test_a_deed_waits_a_week_at_most(over: World):
    deed = over.propose("cloturer")
    with pytest.raises(Refusal), transaction():
        kind = ACTS["cloturer"].kind
        late = now() + timedelta(days=8)
        deeds.confirm(deed.public_id, kind, over.second, late, seen=kind.describe(deed.payload).digest())

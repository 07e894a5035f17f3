"""Setting a ballot aside: for a motive of the rulebook, after the voter was heard, by two people, never by accident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from participatory.ballots.models import Envelope, SealedBallot, SettingAside, Signature, UrnState
from participatory.ballots.queries import step_of
from participatory.ballots.steps import Officers
from participatory.control.actions import answer_case, decide_case, open_case, seal_urn
from participatory.control.acts import ACTS
from participatory.control.cases import cases_of
from participatory.control.casework import case_digest
from participatory.control.finding import own_cases, pairs_of
from participatory.control.rules import Outcome, Wish, answer_until, evidence_fault
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.deeds.rules import Description
from participatory.identity.models import Person, PersonIdentifier, RoleGrant
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.rolls.models import TwoSignatures, VoterKey
from participatory.rounds.rulebook import SetAsideMotive
from participatory.rounds.rules import Phase
from tests.control.conftest import World, make_world
from tests.factories import let_appeals_lapse, make_person, make_round, move_round

EVIDENCE = "Lettre de l’établissement du 3 mars : inscription annulée en février."
LINK = "https://vote.example/mon-compte/bulletin/{case}"


@pytest.fixture
def world(over_on_each_database: World) -> World:
    """A vote under control."""
    over_on_each_database.do("cloturer", "controler")
    return over_on_each_database


def envelope(world: World, number: int = 0) -> Envelope:
    return db.session.scalars(sa.select(Envelope).where(Envelope.receipt == world.receipts[number])).one()


def opened(
    world: World, number: int = 0, motive=SetAsideMotive.PROOF_WITHDRAWN, by=None, days=5, **more
) -> SettingAside:
    moment = more.pop("moment", now())
    settings = {"evidence": EVIDENCE, "until": answer_until(moment, days), "link": LINK} | more
    with transaction():
        return open_case(
            world.round,
            envelope(world, number).id,
            motive,
            author=by or world.first,
            now=moment,
            store=world.store,
            **settings,
        )


def answered(world: World, case: SettingAside, person: Person, wish=Wish.KEEP, words="", moment=None, keep=""):
    with transaction():
        return answer_case(
            world.round,
            case.public_id,
            person,
            wish=wish,
            words=words,
            now=moment or now(),
            store=world.store,
            keep=keep,
        )


def decided(world: World, case: SettingAside, outcome=Outcome.SET_ASIDE, by=None, moment=None, seen=None):
    with transaction():
        seen = seen if seen is not None else case_digest(db.session.get(SettingAside, case.id))
        return decide_case(
            world.round,
            case.public_id,
            outcome,
            by=by or world.second,
            now=moment or now(),
            store=world.store,
            seen=seen,
        )


def pair_up(world: World, *numbers: int) -> None:
    """Have two people turn out to be one, under the account of the first."""
    first, second = sorted(world.voters[number].id for number in numbers)
    kept, gone = (world.people[number] for number in numbers)
    with transaction():
        db.session.add(TwoSignatures(voter_id=first, other_id=second, round_id=world.round.id, found_on=now().date()))
        address, person = gone.email, db.session.get(Person, gone.id)
        person.email, person.merged_into_id = None, kept.id
        db.session.flush()
        db.session.add(PersonIdentifier(person_id=kept.id, value=address, source="mail", added_at=now()))


def letters(template: str) -> list[Letter]:
    return list(db.session.scalars(sa.select(Letter).where(Letter.template == template)))


def test_a_case_goes_from_the_evidence_to_the_sealing(world: World):
    case = opened(world)
    (letter,) = letters("set_aside_notice")
    assert letter.recipient == world.people[0].email
    assert letter.values["link"].endswith(case.public_id)
    answered(world, case, world.people[0], words="J’étais encore inscrit le jour du vote.")
    decided(world, case)
    assert envelope(world).status == "set_aside"
    (told,) = letters("set_aside_decided")
    assert told.recipient == world.people[0].email
    move_round(world.round, Phase.CONTROL)
    # The voter has answered, and may still appeal.
    with pytest.raises(Refusal, match="recours"):
        world.propose("sceller")
    let_appeals_lapse()
    world.do("sceller")
    figures = step_of(world.round, UrnState.SEALED).figures
    assert (figures["ballots"], figures["signatures"], figures["set_aside"]) == (2, 3, 1)
    assert figures["motives"] == {"proof_withdrawn": 1}
    sealed = list(db.session.scalars(sa.select(SealedBallot.receipt)))
    assert sorted(sealed) == sorted(world.receipts[1:])


def test_a_voter_who_is_silent_has_the_whole_delay_before_the_sealing(world: World):
    case = opened(world)
    with transaction():
        # Decided behind the pages, which wait too.
        held = db.session.get(SettingAside, case.id)
        held.outcome, held.second_by, held.decided_at = Outcome.SET_ASIDE.value, "another", now()
        db.session.get(Envelope, held.envelope_id).status = "set_aside"
    move_round(world.round, Phase.CONTROL)
    with pytest.raises(Refusal, match="peut répondre"):
        world.propose("sceller")


def test_after_the_sealing_no_case_leads_to_an_envelope_nor_to_a_voter(world: World):
    case = opened(world, moment=now() - timedelta(days=6))
    before = case.envelope_id
    decided(world, case, Outcome.KEPT)
    world.do("sceller")
    held = db.session.get(SettingAside, case.id)
    assert held.envelope_id == held.public_id != before
    assert own_cases(world.round, world.people[0], world.store) == []
    assert pairs_of(world.round, world.store) == []


def test_no_row_of_a_case_names_its_voter(world: World):
    case = opened(world)
    answered(world, case, world.people[0])
    decided(world, case, Outcome.KEPT)
    named = {world.people[0].public_id, world.people[0].email, world.voters[0].pseudonym}
    rows = [str(each.__dict__) for each in cases_of(world.round)]
    chained = sa.select(JournalEntry).where(JournalEntry.verb.startswith("set_aside."))
    rows += [each.actor + each.payload for each in db.session.scalars(chained)]
    assert not [name for name in named for row in rows if name in row]


def test_a_case_is_opened_under_control_alone(open_vote: World):
    world = open_vote
    with pytest.raises(Refusal):
        opened(world)
    move_round(world.round, Phase.CONTROL)
    world.do("cloturer")
    with pytest.raises(Refusal):
        opened(world)
    world.do("controler")
    key = envelope(world).id
    world.do("sceller")
    with pytest.raises(Refusal), transaction():
        until = answer_until(now(), 5)
        author, store, moment = world.first, world.store, now()
        motive = SetAsideMotive.USURPATION
        open_case(world.round, key, motive, evidence=EVIDENCE, author=author, until=until, now=moment, store=store)


def test_a_motive_that_the_rulebook_does_not_name_is_refused(app):
    round_ = make_round(Phase.VOTING, set_aside_motives=(SetAsideMotive.USURPATION,))
    world = make_world(round_)
    move_round(round_, Phase.CONTROL)
    world.do("cloturer", "controler")
    with pytest.raises(Refusal) as caught:
        opened(world, motive=SetAsideMotive.PROOF_WITHDRAWN)
    assert caught.value.field == "motive"
    assert opened(world, motive=SetAsideMotive.USURPATION)


@pytest.mark.parametrize(
    "evidence",
    ["", "court", "x" * 601, "Écrit à lea@univ.example le 3 mars dernier.", "L’INE 0123456789A a été prêté à un ami."],
)
def test_evidence_that_is_none_or_names_somebody_is_refused(over: World, evidence: str):
    over.do("cloturer", "controler")
    with pytest.raises(Refusal) as caught:
        opened(over, evidence=evidence)
    assert caught.value.field == "evidence"


def test_evidence_may_name_days_and_papers():
    assert evidence_fault("Attestation du 03/03/2026, courrier n° 2026-118 de l’établissement.") is None


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.ADMINISTRATOR,), (Role.OBSERVER,)])
def test_only_officers_open_and_decide(over: World, roles):
    over.do("cloturer", "controler")
    other = make_person(roles=roles)
    with pytest.raises(Refusal) as caught:
        opened(over, by=other)
    assert caught.value.kind is Kind.FORBIDDEN
    case = opened(over)
    answered(over, case, over.people[0])
    with pytest.raises(Refusal) as caught:
        decided(over, case, by=other)
    assert caught.value.kind is Kind.FORBIDDEN


def test_a_ballot_has_one_case_whatever_was_decided(world: World):
    case = opened(world)
    with pytest.raises(Refusal):
        opened(world, by=world.second)
    answered(world, case, world.people[0])
    decided(world, case, Outcome.KEPT)
    with pytest.raises(Refusal):
        opened(world, by=world.second)


def test_the_author_does_not_decide_nor_under_another_account(world: World):
    case = opened(world)
    answered(world, case, world.people[0])
    with pytest.raises(Refusal) as caught:
        decided(world, case, by=world.first)
    assert caught.value.kind is Kind.FORBIDDEN
    with transaction():
        db.session.get(Person, world.first.id).merged_into_id = world.second.id
    with pytest.raises(Refusal) as caught:
        decided(world, case)
    assert caught.value.kind is Kind.FORBIDDEN


def test_nobody_opens_or_decides_a_case_about_their_own_ballot(over: World):
    voter = over.people[0]
    with transaction():
        held = make_officer_of(voter)
    over.do("cloturer", "controler")
    with pytest.raises(Refusal) as caught:
        opened(over, by=held)
    assert caught.value.kind is Kind.FORBIDDEN
    case = opened(over)
    answered(over, case, voter)
    with pytest.raises(Refusal) as caught:
        decided(over, case, by=held)
    assert caught.value.kind is Kind.FORBIDDEN


def make_officer_of(person: Person) -> Person:
    held = db.session.get(Person, person.id)
    db.session.add(RoleGrant(person_id=held.id, role="officer", granted_by="system", granted_at=now()))
    db.session.flush()
    db.session.refresh(held)
    return held


def test_nothing_is_decided_before_the_answer_or_the_end_of_the_delay(world: World):
    case = opened(world)
    with pytest.raises(Refusal):
        decided(world, case)
    with pytest.raises(Refusal):
        decided(world, case, moment=case.answer_until)
    decided(world, case, moment=case.answer_until + timedelta(seconds=1))


def test_an_answer_that_comes_while_somebody_decides_has_them_read_again(world: World):
    case = opened(world)
    answered(world, case, world.people[0], words="Premier mot.")
    seen = case_digest(db.session.get(SettingAside, case.id))
    answered(world, case, world.people[0], words="Second mot.")
    with pytest.raises(Refusal):
        decided(world, case, seen=seen)
    assert decided(world, case).outcome == "set_aside"


def test_a_case_is_decided_once_and_answered_no_more(world: World):
    case = opened(world)
    answered(world, case, world.people[0])
    decided(world, case)
    with pytest.raises(Refusal):
        decided(world, case, Outcome.KEPT, by=make_person(roles=(Role.OFFICER,)))
    with pytest.raises(Refusal):
        answered(world, case, world.people[0])


def test_a_voter_answers_their_own_case_alone_and_in_time(world: World):
    case = opened(world)
    with pytest.raises(Refusal) as caught:
        answered(world, case, world.people[1])
    assert caught.value.kind is Kind.NOT_FOUND
    with pytest.raises(Refusal):
        answered(world, case, world.people[0], moment=case.answer_until + timedelta(seconds=1))
    answered(world, case, world.people[0], moment=case.answer_until)
    assert db.session.get(SettingAside, case.id).wish == "keep"


def test_nobody_seals_while_a_case_is_open(world: World):
    deed = world.propose("sceller")
    case = opened(world, moment=now() - timedelta(days=6))
    with pytest.raises(Refusal):
        world.confirm("sceller", deed)
    decided(world, case)
    # What is settled has changed: two people agree on it again.
    with pytest.raises(Refusal):
        world.confirm("sceller", deed)


def test_a_delay_shorter_than_that_of_the_rulebook_is_a_fault_of_the_caller(over: World):
    over.do("cloturer", "controler")
    with pytest.raises(ValueError, match="delay"):
        opened(over, days=4)


def test_the_delay_ends_with_a_day_of_paris_whatever_the_clocks_do():
    def ends(moment: datetime, days: int) -> datetime:
        return answer_until(moment, days)

    assert ends(datetime(2026, 3, 24, 22, 59, tzinfo=UTC), 5) == datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)
    assert ends(datetime(2026, 3, 24, 23, 1, tzinfo=UTC), 5) == datetime(2026, 3, 30, 21, 59, 59, tzinfo=UTC)
    assert ends(datetime(2026, 10, 20, 8, 0, tzinfo=UTC), 5) == datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)


# Two signatures of one person


def test_of_two_ballots_of_one_person_one_alone_may_go(world: World):
    pair_up(world, 0, 1)
    (pair,) = pairs_of(world.round, world.store)
    assert len(pair.envelopes) == 2
    case = opened(world, 0, SetAsideMotive.DUPLICATE_IDENTITY)
    with pytest.raises(Refusal):
        opened(world, 1, SetAsideMotive.DUPLICATE_IDENTITY)
    answered(world, case, world.people[0], Wish.LEAVE)
    decided(world, case)
    with pytest.raises(Refusal):
        opened(world, 1, SetAsideMotive.DUPLICATE_IDENTITY)
    assert sorted(envelope(world, number).status for number in (0, 1)) == ["cast", "set_aside"]


def test_the_voter_says_which_of_the_two_shall_count(world: World):
    pair_up(world, 0, 1)
    case = opened(world, 0, SetAsideMotive.DUPLICATE_IDENTITY)
    answered(world, case, world.people[0], keep=envelope(world, 0).id)
    decided(world, case)
    assert [envelope(world, number).status for number in (0, 1)] == ["cast", "set_aside"]


def test_nobody_loses_both_ballots_for_a_duplicate_whatever_the_second_motive(world: World):
    pair_up(world, 0, 1)
    case = opened(world, 0, SetAsideMotive.DUPLICATE_IDENTITY)
    with pytest.raises(Refusal, match="un seul des deux"):
        opened(world, 1, SetAsideMotive.USURPATION)
    answered(world, case, world.people[0], Wish.LEAVE)
    decided(world, case)
    with pytest.raises(Refusal, match="un seul des deux"):
        opened(world, 1, SetAsideMotive.USURPATION)
    assert sorted(envelope(world, number).status for number in (0, 1)) == ["cast", "set_aside"]


def test_a_ballot_is_no_duplicate_of_one_that_is_in_question_for_another_motive(world: World):
    pair_up(world, 0, 1)
    other = opened(world, 1, SetAsideMotive.USURPATION)
    with pytest.raises(Refusal, match="un seul des deux"):
        opened(world, 0, SetAsideMotive.DUPLICATE_IDENTITY)
    answered(world, other, world.people[0])
    decided(world, other, Outcome.KEPT)
    case = opened(world, 0, SetAsideMotive.DUPLICATE_IDENTITY)
    # Keeping this one would put the other in question a second time.
    with pytest.raises(Refusal, match="votre autre bulletin"):
        answered(world, case, world.people[0], keep=envelope(world, 0).id)
    answered(world, case, world.people[0], Wish.KEEP)


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_cases_on_one_person_one_alone_is_decided_against_them_when_one_is_a_duplicate(world: World, first: int):
    pair_up(world, 0, 1)
    cases = [opened(world, number, SetAsideMotive.USURPATION) for number in (0, 1)]
    with transaction():
        db.session.get(SettingAside, cases[0].id).motive = SetAsideMotive.DUPLICATE_IDENTITY.value
    for case in cases:
        answered(world, case, world.people[0])
    decided(world, cases[first])
    with pytest.raises(Refusal, match="un seul des deux"):
        decided(world, cases[1 - first])
    decided(world, cases[1 - first], Outcome.KEPT)


def test_both_ballots_of_one_person_may_go_when_neither_is_a_duplicate(world: World):
    pair_up(world, 0, 1)
    for number in (0, 1):
        case = opened(world, number, SetAsideMotive.PROOF_WITHDRAWN, moment=now() - timedelta(days=6))
        decided(world, case)
    let_appeals_lapse()
    world.do("sceller")
    assert step_of(world.round, UrnState.SEALED).figures["set_aside"] == 2


def test_of_three_ballots_of_one_person_one_stays(world: World):
    pair_up(world, 0, 1)
    pair_up(world, 0, 2)
    for number in (1, 2):
        case = opened(world, number, SetAsideMotive.DUPLICATE_IDENTITY, moment=now() - timedelta(days=6))
        decided(world, case)
    with pytest.raises(Refusal, match="un seul des deux"):
        opened(world, 0, SetAsideMotive.DUPLICATE_IDENTITY)
    let_appeals_lapse()
    world.do("sceller")


def test_a_ballot_whose_twin_was_withdrawn_is_no_duplicate(open_vote: World):
    pair_up(open_vote, 0, 1)
    with transaction():
        for table, column in ((Envelope, Envelope.receipt), (Signature, Signature.voter_id)):
            gone = open_vote.receipts[1] if table is Envelope else open_vote.voters[1].id
            db.session.execute(sa.delete(table).where(column == gone))
    move_round(open_vote.round, Phase.CONTROL)
    open_vote.do("cloturer", "controler")
    with pytest.raises(Refusal, match="signé deux fois"):
        opened(open_vote, 0, SetAsideMotive.DUPLICATE_IDENTITY)
    open_vote.do("sceller")


PAIRS = "Paires de signatures d’une même personne, sans décision"


def described(world: World) -> Description:
    return ACTS["sceller"].kind.describe({"round": world.round.public_id})


@pytest.mark.parametrize("outcome", Outcome)
def test_an_urn_is_not_sealed_with_two_ballots_of_one_person_that_nobody_decided_about(world: World, outcome: Outcome):
    usual = described(world)
    assert (PAIRS, 0) in usual.facts
    pair_up(world, 0, 1)
    assert (PAIRS, 1) in described(world).facts
    assert len(described(world).warnings) == len(usual.warnings) + 1
    with pytest.raises(Refusal) as caught:
        world.propose("sceller")
    assert (caught.value.values["count"], caught.value.values["slug"]) == (1, world.round.slug)
    case = opened(world, 1, SetAsideMotive.DUPLICATE_IDENTITY, moment=now() - timedelta(days=6))
    with pytest.raises(Refusal):
        world.propose("sceller")
    decided(world, case, outcome)
    assert (PAIRS, 0) in described(world).facts
    let_appeals_lapse()
    world.do("sceller")
    assert step_of(world.round, UrnState.SEALED).figures["ballots"] == (3 if outcome is Outcome.KEPT else 2)


def test_the_sealing_itself_refuses_an_undecided_pair(world: World):
    pair_up(world, 0, 1)
    with pytest.raises(Refusal, match="Paires"), transaction():
        officers = Officers(world.first.public_id, world.second.public_id)
        seal_urn(world.round, officers, world.store, now())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SealedBallot)) == 0


def test_a_case_of_another_motive_that_was_kept_does_not_decide_about_a_pair_until_none_can_be_opened(world: World):
    pair_up(world, 0, 1)
    for number, refused in ((0, True), (1, False)):
        decided(world, opened(world, number, SetAsideMotive.USURPATION, moment=now() - timedelta(days=6)), Outcome.KEPT)
        assert (ACTS["sceller"].possible(world.round, now()) is not None) is refused
    assert (PAIRS, 1) in described(world).facts


def test_a_pair_that_no_motive_of_the_rulebook_covers_is_told_and_holds_nothing_up(app):
    world = make_world(make_round(Phase.VOTING, set_aside_motives=(SetAsideMotive.USURPATION,)))
    move_round(world.round, Phase.CONTROL)
    world.do("cloturer", "controler")
    pair_up(world, 0, 1)
    assert (PAIRS, 1) in described(world).facts
    world.do("sceller")


def test_a_ballot_on_paper_beside_one_online_is_a_pair_to_decide_and_two_on_paper_hold_nothing_up(over: World):
    over.do("cloturer", "controler")
    pair_up(over, 0, 1)
    for number, refused in ((1, True), (0, False)):
        with transaction():
            signed = sa.update(Signature).where(Signature.voter_id == over.voters[number].id)
            db.session.execute(signed.values(batch="lot"))
            of_paper = sa.update(Envelope).where(Envelope.receipt == over.receipts[number])
            db.session.execute(of_paper.values(batch="lot", slot=f"{number}" * 64))
        assert (ACTS["sceller"].possible(over.round, now()) is not None) is refused
        assert (PAIRS, 1) in described(over).facts


def test_a_duplicate_is_not_said_of_somebody_who_signed_once(world: World):
    with pytest.raises(Refusal):
        opened(world, 2, SetAsideMotive.DUPLICATE_IDENTITY)


def test_somebody_whom_no_letter_reaches_is_told_otherwise_and_the_case_says_so(over: World):
    with transaction():
        db.session.get(Person, over.people[0].id).email = "autre@etu.exemple.example"
        assert db.session.scalar(sa.select(VoterKey).where(VoterKey.voter_id == over.voters[0].id)) is not None
    over.do("cloturer", "controler")
    with pytest.raises(Refusal) as caught:
        opened(over)
    assert caught.value.field == "told"
    case = opened(over, told="Vue au guichet le 4 mars par la référente.")
    assert case.told.startswith("Vue au guichet")
    assert letters("set_aside_notice") == []

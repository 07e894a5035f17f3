"""Sending a list, approving it, and what enters the roll, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.deeds import actions as deeds
from participatory.deeds.models import Deed
from participatory.deeds.queries import overdue_deeds
from participatory.identity.identifiers import Sealed, sealed
from participatory.identity.merging import join
from participatory.identity.models import PersonIdentifier
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.rolls import queries
from participatory.rolls.actions import end_list, import_list, send_list, staged_people
from participatory.rolls.approval import APPROVE, ask_approval, take_back
from participatory.rolls.comparing import compare
from participatory.rolls.models import RollImport, RollList, RollListRow, Voter, VoterKey, VoterPlace
from participatory.rolls.rules import ListState, Place
from participatory.rolls.sending import can_approve, can_send
from participatory.rounds.rules import Phase
from tests.factories import limit_role, make_person, make_round, move_round
from tests.rolls.making import PEPPERS, bea, csv_of, people, read

INE_HEAD = ("INE", "e-mail", "site", "établissement")
PEPPER = PEPPERS.round


def officer():
    return make_person(roles=(Role.OFFICER,))


def send(round_, content, by=None, establishment=None, **options):
    """A list sent and waiting, with its deed."""
    found = read(content, only=establishment)
    with transaction():
        sent = send_list(round_, establishment, found, by, now(), **{"without_bad_rows": False, **options})
        ask_approval(sent, by, now())
    return sent


def approve(sent, by=None):
    by = by or officer()
    with transaction():
        return import_list(sent, by, now())


def bring_in(round_, content, **options):
    return approve(send(round_, content, **options))


def confirm(sent, by):
    """The approval as the page of deeds does it."""
    deed = deed_of(sent)
    with transaction():
        seen = APPROVE.describe(deed.payload).digest()
        deeds.confirm(deed.public_id, APPROVE, by, now(), seen=seen)


def deed_of(sent):
    return db.session.scalars(sa.select(Deed).where(Deed.subject == sent.public_id)).one()


def counted(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def verbs():
    return [entry.verb for entry in db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position))]


def test_a_list_enters_the_roll_when_a_second_person_approves_it(app_on_each_database):
    round_, referent, approver = make_round(), officer(), officer()
    sent = send(round_, csv_of(*people(3)), referent)
    assert (queries.roll_size(round_), counted(RollListRow), sent.state) == (0, 3, ListState.WAITING)
    confirm(sent, approver)
    assert (queries.roll_size(round_), counted(RollListRow), sent.state) == (3, 0, ListState.IMPORTED)
    assert (sent.imported.added, sent.imported.known, sent.imported.imported_by) == (3, 0, approver.public_id)
    assert verbs() == ["roll.sent", "deed.proposed", "roll.imported", "deed.confirmed"]
    assert sent.file_digest in db.session.scalars(sa.select(JournalEntry.payload)).first()
    assert list(faults()) == []


def test_what_waits_holds_pseudonyms_and_places_and_nothing_of_the_order_of_the_file(app):
    rows = [(bea(n), f"a{n}@etu.exemple.example", "Albi", "INUC") for n in range(20)]
    sent = send(make_round(), csv_of(*rows, head=INE_HEAD))
    kept = db.session.scalars(sa.select(RollListRow.pseudonyms).order_by(RollListRow.id)).all()
    assert kept == sorted(kept)
    assert all(len(names) == 64 + 1 + 64 for names in kept)
    assert [person.pseudonyms for person in staged_people(sent)] == [tuple(names.split()) for names in kept]


def test_the_voter_is_found_by_each_identifier_of_the_list(app):
    round_, other = make_round(), make_round()
    bring_in(round_, csv_of((bea(1), "Camille@etu.exemple.example", "Sète", "UM"), head=INE_HEAD))
    camille, sacha = make_person(email="camille@etu.exemple.example"), make_person()
    voter = queries.voter_of(round_, PEPPER, camille)
    assert (voter.site.slug, voter.establishment.acronym, voter.source) == ("sete", "UM", "import")
    with transaction():
        ine = sealed(PEPPERS.identity, Sealed.INE, bea(1))
        db.session.add(PersonIdentifier(person_id=sacha.id, value=ine, source="oidc", added_at=now()))
    db.session.refresh(sacha)
    assert queries.voter_of(round_, PEPPER, sacha) is voter
    assert queries.voter_of(other, PEPPER, camille) is None
    assert queries.voter_of(round_, b"q" * 32, camille) is None


def test_bad_rows_stop_everything_unless_they_are_left_out(app):
    round_ = make_round()
    content = csv_of(*people(60), ("personne", "Albi", "INUC"))
    with pytest.raises(Refusal) as refused:
        send(round_, content)
    assert (refused.value.kind, refused.value.field) == (Kind.INVALID, "without_bad_rows")
    assert (counted(RollList), verbs()) == (0, [])
    sent = send(round_, content, without_bad_rows=True)
    assert (sent.people, sent.rejected, sent.rows) == (60, 1, 61)


@pytest.mark.parametrize(("good", "taken"), [(49, True), (48, False)])
def test_two_percent_of_bad_rows_is_taken_and_more_is_not(app, good, taken):
    content = csv_of(*people(good), ("personne", "Albi", "INUC"))
    if taken:
        assert send(make_round(), content, without_bad_rows=True).rejected == 1
        return
    with pytest.raises(Refusal, match="Lignes fautives : 1 sur 49, plus de 2 %"):
        send(make_round(), content, without_bad_rows=True)
    assert counted(RollListRow) == 0


def test_the_same_file_does_not_wait_twice(app):
    round_ = make_round()
    send(round_, csv_of(*people(1)))
    with pytest.raises(Refusal, match="attend déjà"):
        send(round_, csv_of(*people(1)))


def test_a_later_list_shows_its_difference_and_removes_nobody(app):
    round_ = make_round()
    bring_in(round_, csv_of(*people(3)))
    content = csv_of(*people(1), ("etudiant1@etu.exemple.example", "Toulouse", "UT3"), *people(4, 10))
    change = compare(round_, read(content).reading.people)
    assert (change.added, change.known, change.moved, change.absent) == (4, 2, 1, 1)
    done = bring_in(round_, content)
    assert (done.added, done.known) == (4, 2)
    assert [count.value for count in queries.count_by_site(round_) if count.value] == [7]
    again = compare(round_, read(content).reading.people)
    assert (again.added, again.known, again.moved, again.absent) == (0, 6, 0, 1)


def test_somebody_of_two_establishments_is_one_voter_with_two_places(app_on_each_database):
    round_ = make_round()
    bring_in(round_, csv_of((bea(1), "a@etu.exemple.example", "Albi", "INUC"), head=INE_HEAD))
    done = bring_in(round_, csv_of((bea(1), "a@autre.example", "Toulouse", "UT3"), head=INE_HEAD))
    assert (done.added, done.known, queries.roll_size(round_), counted(VoterKey)) == (0, 1, 1, 3)
    [voter] = db.session.scalars(sa.select(Voter)).all()
    [places] = queries.listed_places(round_).values()
    assert (voter.site.slug, len(places)) == ("albi", 2)
    assert Place(voter.site_id, voter.establishment_id) in places
    for address in ("a@etu.exemple.example", "a@autre.example"):
        assert queries.voter_of(round_, PEPPER, make_person(email=address)).id == voter.id


def test_two_places_in_one_list_are_two_places_of_one_voter(app):
    round_ = make_round()
    rows = [("a@etu.exemple.example", "Albi", "INUC"), ("a@etu.exemple.example", "Toulouse", "UT3")]
    assert bring_in(round_, csv_of(*rows)).added == 1
    assert counted(VoterPlace) == 2


def test_two_voters_whom_a_list_shows_to_be_one_become_one(app_on_each_database):
    round_ = make_round()
    bring_in(round_, csv_of((bea(1), "", "Albi", "INUC"), head=INE_HEAD))
    bring_in(round_, csv_of(("a@etu.exemple.example", "Toulouse", "UT3")))
    assert queries.roll_size(round_) == 2
    done = bring_in(round_, csv_of((bea(1), "a@etu.exemple.example", "Albi", "INUC"), head=INE_HEAD))
    assert (done.added, done.known, queries.roll_size(round_)) == (0, 1, 1)
    assert set(queries.keys_of(round_).values()) == {db.session.scalars(sa.select(Voter.id)).one()}
    assert len(next(iter(queries.listed_places(round_).values()))) == 2
    assert "roll.joined" in verbs()
    assert list(faults()) == []


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.ANNOUNCEMENT, Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING])
def test_the_roll_grows_until_voting_closes(app, phase):
    assert can_send(officer(), make_round(phase), None, now()) is None


@pytest.mark.parametrize("phase", [Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY])
def test_the_roll_is_closed_with_the_vote_for_everybody(app, phase):
    round_ = make_round()
    sent = send(round_, csv_of(*people(2)))
    move_round(round_, phase)
    for by in (make_person(roles=(Role.OFFICER, Role.ADMINISTRATOR)), None):
        with pytest.raises(Refusal, match="ne change plus"):
            send(round_, csv_of(*people(1)), by)
    with pytest.raises(Refusal, match="ne change plus"):
        approve(sent)
    assert queries.roll_size(round_) == 0


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER, Role.ADMINISTRATOR, Role.REFERENT])
def test_only_officers_send_a_list_of_several_establishments(app, role):
    with pytest.raises(Refusal) as refused:
        send(make_round(), csv_of(*people(1)), make_person(roles=(role,) if role else ()))
    assert refused.value.kind is Kind.FORBIDDEN


def test_a_referent_sends_for_their_own_establishment_alone(app):
    round_, referent = make_round(), make_person(roles=(Role.REFERENT,))
    own, other = queries.establishments_with([referent.held[0].scope.key])[0], None
    other = next(each for each in queries.establishments() if each.id != own.id)
    assert can_send(referent, round_, own, now()) is None
    assert can_send(referent, round_, other, now()).kind is Kind.FORBIDDEN
    row = ("a@etu.exemple.example", own.site.name)
    sent = send(round_, csv_of(row, head=("mail", "site")), referent, own)
    assert (sent.establishment_id, sent.sent_by) == (own.id, referent.public_id)
    confirm(sent, officer())
    assert db.session.scalars(sa.select(Voter)).one().establishment_id == own.id


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER, Role.ADMINISTRATOR, Role.REFERENT])
def test_only_officers_approve(app, role):
    sent = send(make_round(), csv_of(*people(1)))
    with pytest.raises(Refusal) as refused:
        confirm(sent, make_person(roles=(role,) if role else ()))
    assert refused.value.kind is Kind.FORBIDDEN
    assert counted(Voter) == 0


def test_an_officer_of_another_round_does_not_approve(app):
    by, sent = officer(), send(make_round(), csv_of(*people(1)))
    limit_role(by, Role.OFFICER, make_round().scope)
    for attempt in (confirm, approve):
        with pytest.raises(Refusal) as refused:
            attempt(sent, by)
        assert refused.value.kind is Kind.FORBIDDEN
    limit_role(by, Role.OFFICER, sent.round.scope)
    confirm(sent, by)
    assert counted(Voter) == 1


def test_nobody_approves_the_list_that_they_sent(app):
    by = officer()
    sent = send(make_round(), csv_of(*people(1)), by)
    for attempt in (confirm, approve):
        with pytest.raises(Refusal, match="une autre personne"):
            attempt(sent, by)
    assert can_approve(by, sent, now()).kind is Kind.FORBIDDEN
    assert counted(Voter) == 0


def test_nobody_approves_what_they_sent_under_an_account_that_became_part_of_theirs(app):
    former, by = officer(), officer()
    sent = send(make_round(), csv_of(*people(1)), former)
    with transaction():
        held = db.session.merge(former)
        held.grants[0].revoked_at = now()
        join(db.session.merge(by), held, "cas", now())
    whole = db.session.merge(by)
    assert can_approve(whole, sent, now()).kind is Kind.FORBIDDEN
    with transaction():
        take_back(sent, whole, now())
    assert sent.state is ListState.WITHDRAWN


def test_a_list_is_approved_once_even_by_two_at_once(app_on_each_database):
    round_ = make_round()
    round_id, list_id = round_.id, send(round_, csv_of(*people(300))).id
    approvers = [officer().id for _ in range(2)]

    def attempt(person_id):
        with app_on_each_database.app_context():
            try:
                sent, by = db.session.get(RollList, list_id), db.session.get(type(officer_type), person_id)
                confirm(sent, by)
            except Refusal as refused:
                return str(refused)
            return "done"

    officer_type = officer()
    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(attempt, approvers))
    db.session.rollback()
    db.session.expire_all()
    assert queries.roll_size(db.session.get(type(round_), round_id)) == 300
    assert results == sorted(["done", "Cet acte est déjà confirmé."])
    assert (counted(RollImport), counted(RollListRow)) == (1, 0)
    assert list(faults()) == []


def test_two_overlapping_lists_approved_at_once_count_nobody_twice(app_on_each_database):
    round_ = make_round()
    by = officer().id
    lists = [send(round_, csv_of(*people(400))).id, send(round_, csv_of(*people(400, 200))).id]

    def bring(list_id):
        with app_on_each_database.app_context(), transaction():
            done = import_list(db.session.get(RollList, list_id), db.session.get(person_type, by), now())
            return done.added, done.known

    person_type = type(officer())
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(bring, lists))
    db.session.rollback()
    assert queries.roll_size(round_) == 600
    assert sorted(results) == [(200, 200), (400, 0)]


def test_a_list_that_is_withdrawn_refused_or_expired_leaves_its_counts_alone(app):
    round_, sender, other = make_round(), officer(), officer()
    withdrawn, refused, expired = (send(round_, csv_of(*people(2, start)), sender) for start in (0, 10, 20))
    with pytest.raises(Refusal), transaction():
        take_back(withdrawn, other, now())
    with transaction():
        take_back(withdrawn, sender, now())
    with transaction():
        deeds.withdraw(deed_of(refused).public_id, APPROVE, other, "Il manque Albi", now())
    with time_machine.travel(now() + timedelta(days=8)):
        assert overdue_deeds(now()) == [deed_of(expired).public_id]
        with transaction():
            deeds.expire(deed_of(expired).public_id, APPROVE, now())
    states = [each.state for each in (withdrawn, refused, expired)]
    assert states == [ListState.WITHDRAWN, ListState.REFUSED, ListState.EXPIRED]
    assert (refused.reason, refused.people) == ("Il manque Albi", 2)
    assert (counted(RollListRow), counted(Voter)) == (0, 0)
    for each in (withdrawn, refused, expired):
        with pytest.raises(Refusal, match="n’attend plus"):
            approve(each)
    assert list(faults()) == []


def test_a_list_given_up_by_the_service_itself_is_journalled(app):
    sent = send(make_round(), csv_of(*people(1)))
    with transaction():
        end_list(sent, ListState.EXPIRED, "system", now())
    assert verbs()[-1] == "roll.list_ended"


def test_what_is_described_stays_the_same_while_people_enrol(app):
    round_ = make_round()
    sent = send(round_, csv_of(*people(5)))
    payload = {"list": sent.public_id}
    before = APPROVE.describe(payload)
    bring_in(round_, csv_of(*people(2)))
    after = APPROVE.describe(payload)
    assert before.digest() == after.digest()
    assert [value for _, value in before.present] == [5, 0, 0, 0]
    assert [value for _, value in after.present] == [3, 2, 0, 0]
    [(place, size)] = after.tables[0].rows
    assert (place.endswith(" – Albi"), size) == (True, 5)


def test_sixty_thousand_people_take_a_handful_of_statements(app, count_queries):
    round_ = make_round()
    found = read(csv_of(*people(60_000)))
    with count_queries() as sent, transaction():
        waiting = send_list(round_, None, found, None, now(), without_bad_rows=False)
    assert len(sent.statements) < 40
    by = officer()
    with count_queries() as entered, transaction():
        import_list(waiting, by, now())
    assert queries.roll_size(round_) == 60_000
    assert len(entered.statements) < 80

"""The life of a sheet, from the printer to the drawer of counted sheets."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.doors.models import EnrolmentProof
from participatory.identity.models import Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.printed_codes.actions import (
    close_package,
    draw_codes,
    hand_over,
    keep_codes,
    make_package,
    take_back,
)
from participatory.printed_codes.models import CodePackage, PrintedCode
from participatory.printed_codes.queries import figures_of
from participatory.printed_codes.rules import CodeState, Outcome
from participatory.printed_codes.secret import code_key, peppers
from participatory.rolls.queries import voter_of
from participatory.rounds.rules import Phase
from tests.factories import establishment, limit_role, make_person, make_round, move_round
from tests.printed_codes.making import (
    CAMILLE,
    MAIL,
    SACHA,
    add_number,
    enrol,
    other_establishment,
    plan,
    set_up,
    use,
)


def refused(call, *arguments, **options) -> Refusal:
    with pytest.raises(Refusal) as found:
        call(*arguments, **options)
    return found.value


def sheets():
    return db.session.scalars(sa.select(PrintedCode).order_by(PrintedCode.position)).all()


def test_a_student_signs_in_with_the_sheet_of_the_counter_and_may_vote(app):
    counter = set_up()
    assert isinstance(use(counter.code()), Refusal)
    counter.hand()
    person, code = use(counter.code().lower())
    assert code.serial == counter.codes[0][0]
    proof = db.session.scalars(sa.select(EnrolmentProof)).one()
    assert (proof.person_id, proof.source, proof.establishment_id) == (person.id, "printed", establishment().id)
    pepper = app.extensions["secrets"].get("pepper", counter.round.public_id)
    assert voter_of(counter.round, pepper, person) is not None
    assert person.email is None


def test_a_code_serves_once(app):
    counter = set_up()
    counter.hand()
    use(counter.code())
    again = use(counter.code())
    assert isinstance(again, Refusal)
    assert "déjà servi" in again.message


def test_the_second_sheet_of_a_student_leads_to_the_same_account_and_the_same_line_of_the_roll(app):
    counter = set_up()
    counter.hand(1)
    first, _code = use(counter.code(1))
    counter.hand(2)
    second, _code = use(counter.code(2))
    assert first.id == second.id


def test_nothing_joins_a_sheet_to_a_person_once_it_has_served(app):
    counter = set_up()
    counter.hand()
    held = sheets()[0]
    assert held.holder.startswith("ine:")
    assert CAMILLE not in held.holder
    use(counter.code())
    db.session.expire_all()
    assert (sheets()[0].holder, sheets()[0].voter) == (None, None)
    assert sheets()[0].used_on is not None


def test_no_code_can_be_read_in_the_database_or_the_journal(app):
    counter = set_up()
    counter.hand()
    written = [each.code_mac for each in sheets()] + [
        each.payload for each in db.session.scalars(sa.select(JournalEntry))
    ]
    for _serial, code in counter.codes:
        assert all(code not in text for text in written)


def test_the_journal_names_sheets_and_never_says_when_one_was_used(app):
    counter = set_up()
    counter.hand()
    use(counter.code())
    verbs = list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)))
    assert verbs == ["codes.planned", "codes.printed", "codes.handed", "person.created"]
    handed = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "codes.handed")).one()
    assert counter.codes[0][0] in handed.payload
    assert handed.actor == counter.clerk.public_id


def test_a_sheet_handed_over_on_sight_of_an_address_asks_for_it_again(app):
    counter = set_up()
    counter.hand(1, MAIL)
    assert MAIL not in sheets()[0].holder
    assert use(counter.code()).field == "address"
    assert use(counter.code(), "sacha@etu.exemple.example").field == "address"
    assert use(counter.code(), "pas une adresse").field == "address"
    person, _code = use(counter.code(), " Camille.DURAND@etu.exemple.example")
    assert person.email == MAIL


def test_an_address_finds_the_account_that_it_already_has(app):
    known = make_person(email=MAIL)
    counter = set_up()
    counter.hand(1, MAIL)
    person, _code = use(counter.code(), MAIL)
    assert person.id == known.id


def test_five_wrong_addresses_spend_the_sheet(app):
    counter = set_up()
    counter.hand(1, MAIL)
    for _turn in range(5):
        last = use(counter.code(), "autre@etu.exemple.example")
    assert "Trop d’adresses" in last.message
    assert isinstance(use(counter.code(), MAIL), Refusal)


def test_a_student_number_of_the_establishment_does_too(app):
    counter = set_up()
    uai = counter.place.uai
    assert uai
    voter = enrol(counter.round, "autre@etu.exemple.example")
    add_number(counter.round, voter, uai, "22104567")
    counter.hand(1, "22104567")
    assert sheets()[0].holder.startswith("num:")
    person, _code = use(counter.code())
    assert person.email is None


@pytest.mark.parametrize("identifier", ["personne@etu.exemple.example", "12345678", "9999999999R"])
def test_whoever_is_not_on_the_roll_gets_no_sheet(app, identifier):
    counter = set_up()
    refusal = refused(counter.hand, 1, identifier)
    assert refusal.field == "identifier"
    assert sheets()[0].handed_on is None


def test_a_student_of_another_establishment_gets_no_sheet_here(app):
    counter = set_up()
    enrol(counter.round, "zoe@etu.exemple.example", other_establishment())
    assert refused(counter.hand, 1, "zoe@etu.exemple.example").field == "identifier"


def test_the_roll_of_another_round_is_no_use(app):
    counter = set_up()
    enrol(make_round(), "zoe@etu.exemple.example")
    assert refused(counter.hand, 1, "zoe@etu.exemple.example").field == "identifier"


def test_one_student_holds_one_live_sheet(app):
    counter = set_up()
    counter.hand(1)
    refusal = refused(counter.hand, 2)
    assert refusal.field == "identifier"
    assert refusal.values["serial"] == counter.codes[0][0]
    with transaction():
        take_back(counter.package, counter.codes[0][0], Outcome.VOID, counter.clerk, now())
    counter.hand(2)
    assert isinstance(use(counter.code(1)), Refusal)
    assert not isinstance(use(counter.code(2)), Refusal)


def test_one_sheet_goes_to_one_student(app):
    counter = set_up()
    counter.hand(1, CAMILLE)
    assert refused(counter.hand, 1, SACHA).field == "serial"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_sheet_that_was_given_back_or_lost_opens_nothing_and_is_not_handed_again(app, outcome):
    counter = set_up()
    counter.hand()
    with transaction():
        take_back(counter.package, counter.codes[0][0], outcome, counter.clerk, now())
    assert "annulé" in use(counter.code()).message
    assert refused(counter.hand, 1, SACHA).field == "serial"
    with transaction():
        again = refused(take_back, counter.package, counter.codes[0][0], outcome, counter.clerk, now())
    assert again.field == "serial"


def test_a_sheet_in_reserve_cannot_be_given_back_and_can_be_void(app):
    counter = set_up()
    with transaction():
        refusal = refused(take_back, counter.package, "2", Outcome.RETURNED, counter.clerk, now())
        assert refusal.field == "serial"
        take_back(counter.package, "2", Outcome.VOID, counter.clerk, now())
    assert refused(counter.hand, 2).field == "serial"


def test_a_used_sheet_is_not_taken_back(app):
    counter = set_up()
    counter.hand()
    use(counter.code())
    with transaction():
        assert refused(take_back, counter.package, "1", Outcome.VOID, counter.clerk, now()).field == "serial"


def test_codes_expire(app):
    counter = set_up()
    counter.hand()
    with time_machine.travel(counter.package.expires_at + timedelta(seconds=1)):
        assert "périmé" in use(counter.code()).message
        assert refused(counter.hand, 2, SACHA)
        assert figures_of([counter.package], now())[counter.package.id].of(CodeState.EXPIRED) == 1


def test_the_code_of_a_round_whose_vote_is_over_opens_nothing(app):
    counter = set_up()
    counter.hand()
    move_round(counter.round, Phase.CONTROL)
    assert "clos" in use(counter.code()).message
    assert refused(counter.hand, 2, SACHA)


@pytest.mark.parametrize("typed", ["", "AAAA-AAAA-AAAA", "x" * 3000, "'; DROP TABLE", "é" * 12])
def test_an_unknown_code_opens_nothing(app, typed):
    set_up()
    answer = use(typed)
    assert (answer.kind, answer.field) == (Kind.INVALID, "code")


def test_a_package_is_printed_once(app):
    counter = set_up()
    with transaction():
        refusal = refused(keep_codes, counter.package, counter.codes, code_key(), counter.officer, now())
    assert "déjà été imprimées" in refusal.message


def test_a_sheet_is_not_handed_over_before_its_package_is_printed(app):
    counter = set_up()
    counter.package = plan(counter.round, counter.officer)
    assert refused(counter.hand)


@pytest.mark.parametrize(("size", "field"), [(0, "size"), (201, "size"), (-1, "size")])
def test_a_package_has_a_size_that_can_be_counted(app, size, field):
    round_, officer = make_round(), make_person(roles=(Role.OFFICER,))
    ends = now() + timedelta(days=1)
    with transaction():
        assert refused(make_package, round_, establishment(), officer, now(), size=size, expires_at=ends).field == field


@pytest.mark.parametrize("days", [-1, 400])
def test_codes_hold_until_the_end_of_the_vote_at_most(app, days):
    round_, officer = make_round(), make_person(roles=(Role.OFFICER,))
    ends = now() + timedelta(days=days)
    with transaction():
        refusal = refused(make_package, round_, establishment(), officer, now(), size=3, expires_at=ends)
    assert refusal.field == "expires_at"


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.APPRAISER,), (Role.ADMINISTRATOR,), (Role.REFERENT,)])
def test_only_officers_make_packages(app, roles):
    round_ = make_round()
    with transaction():
        refusal = refused(
            make_package,
            round_,
            establishment(),
            make_person_now(roles),
            now(),
            size=3,
            expires_at=now() + timedelta(days=1),
        )
    assert refusal.kind is Kind.FORBIDDEN


def make_person_now(roles):
    """A person with roles, within a transaction that somebody else holds."""
    return next(person for person in db.session.scalars(sa.select(Person)) if person.roles == {*roles})


@pytest.fixture(autouse=True)
def people_of_every_role(request):
    if "roles" in request.fixturenames:
        request.getfixturevalue("app")
        make_person(roles=request.getfixturevalue("roles"))


def test_the_clerk_of_another_establishment_finds_no_package(app):
    counter = set_up()
    stranger = make_person(roles=(Role.REFERENT,))
    limit_role(stranger, Role.REFERENT, Scope(ScopeKind.ESTABLISHMENT, other_establishment().key))
    assert refused(counter.hand, 1, by=stranger).kind is Kind.NOT_FOUND
    with transaction():
        assert refused(take_back, counter.package, "1", Outcome.VOID, stranger, now()).kind is Kind.NOT_FOUND
        assert refused(close_package, counter.package, {}, "", stranger, now()).kind is Kind.NOT_FOUND


def test_an_officer_of_another_round_finds_no_package(app):
    counter = set_up()
    stranger = make_person(roles=(Role.OFFICER,))
    limit_role(stranger, Role.OFFICER, make_round().scope)
    assert refused(counter.hand, 1, by=stranger).kind is Kind.NOT_FOUND


def test_a_package_is_closed_once_its_sheets_are_counted(app):
    counter = set_up()
    counter.hand(1)
    use(counter.code(1))
    counter.hand(2, SACHA)
    with transaction():
        take_back(counter.package, "3", Outcome.VOID, counter.clerk, now())
    figures = figures_of([counter.package], now())[counter.package.id]
    assert figures.printed == figures.accounted == 4
    counted = {CodeState.STOCK: 1, CodeState.RETURNED: 0, CodeState.VOID: 1}
    with transaction():
        assert close_package(counter.package, counted, "", counter.clerk, now()) == []
    assert isinstance(use(counter.code(2)), Refusal)
    assert refused(counter.hand, 4, MAIL)
    closed = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "codes.closed")).one()
    assert '"counted":{"returned":0,"stock":1,"void":1}' in closed.payload
    with transaction():
        assert refused(close_package, counter.package, counted, "", counter.clerk, now())


def test_a_difference_must_be_explained(app):
    counter = set_up()
    counted = {CodeState.STOCK: 3, CodeState.RETURNED: 0, CodeState.VOID: 0}
    with transaction():
        assert refused(close_package, counter.package, counted, "  ", counter.clerk, now()).field == "note"
        found = close_package(counter.package, counted, "Une feuille a été mouillée.", counter.clerk, now())
    assert [(each.register, each.counted) for each in found] == [(4, 3)]


def in_two_threads(app, work):
    def run(turn):
        with app.app_context():
            try:
                return work(turn)
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(run, range(4)))


def test_two_at_once_use_a_code_once(app_on_each_database):
    counter = set_up()
    counter.hand()
    code = counter.code()

    def work(_turn):
        answer = use(code)
        return answer if isinstance(answer, Refusal) else "in"

    answers = in_two_threads(app_on_each_database, work)
    assert answers.count("in") == 1


def test_two_counters_at_once_give_one_student_one_sheet(app_on_each_database):
    counter = set_up()
    # Packages are held one by one: two of them meet only at the constraint of the database.
    second = plan(counter.round, counter.officer)
    with transaction():
        keep_codes(second, draw_codes(second), code_key(), counter.officer, now())
    clerk_id, packages = counter.clerk.id, [counter.package.id, second.id]

    def work(turn):
        clerk = db.session.get_one(Person, clerk_id)
        package = db.session.get_one(CodePackage, packages[turn % 2])
        keys = peppers(package.round)
        with transaction():
            hand_over(package, clerk, now(), serial=str(turn + 1), identifier=CAMILLE, peppers=keys)
        return "handed"

    assert in_two_threads(app_on_each_database, work).count("handed") == 1
    db.session.rollback()
    assert sum(1 for each in sheets() if each.handed_on) == 1


def test_two_at_once_print_a_package_once(app_on_each_database):
    counter = set_up()
    package = plan(counter.round, counter.officer)
    package_id, officer_id = package.id, counter.officer.id

    def work(_turn):
        held = db.session.get_one(CodePackage, package_id)
        officer = db.session.get_one(Person, officer_id)
        codes = draw_codes(held)
        with transaction():
            keep_codes(held, codes, code_key(), officer, now())
        return "printed"

    assert in_two_threads(app_on_each_database, work).count("printed") == 1


def test_who_printed_a_package_hands_none_of_it_over(app):
    counter = set_up()
    with pytest.raises(Refusal, match="une autre personne"):
        counter.hand(by=counter.officer)
    other = make_person(roles=(Role.OFFICER,))
    counter.hand(by=other)

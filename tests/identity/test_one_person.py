"""Somebody who comes through several doors has one account, and nobody else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import Base, db, transaction
from participatory.core.errors import Refusal
from participatory.core.joining import is_partial, references
from participatory.doors.models import EnrolmentProof
from participatory.identity.actions import enter_code, person_for, send_letter
from participatory.identity.codes import sign_in_key
from participatory.identity.models import Person, PersonIdentifier, RoleGrant, SecondFactor, SignInSession
from participatory.identity.queries import people_like, person_by_email, person_by_public_id
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.proposals.models import Proposal
from tests.factories import establishment, make_person, make_proposal, make_round, sign_in

INE, OTHER_INE, NUMBER = "ine:" + "a" * 64, "ine:" + "b" * 64, "num:" + "c" * 64
MAIL = "camille@etu.exemple.example"
KEY = sign_in_key("a secret")


def through(*identifiers: str, email: str | None = None, source: str = "cas", present: Person | None = None) -> Person:
    """Come in by the door of an establishment."""
    with transaction():
        here = db.session.merge(present) if present else None
        return person_for(identifiers, email, source, "fr", now(), present=here)


def refused(*identifiers: str, **values: object) -> str:
    with pytest.raises(Refusal) as caught:
        through(*identifiers, **values)
    return str(caught.value)


def by_letter(email: str) -> Person:
    """Come in with the code of a letter."""
    with transaction():
        attempt = send_letter(email, KEY, now(), token=f"t{now()}", link="l", next_path="", locale="fr").public_id
    code = db.session.scalars(sa.select(Letter).order_by(Letter.id.desc())).first().values["code"]
    with transaction():
        return enter_code(attempt, code, KEY, "fr", now())


def accounts() -> list[Person]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Person).where(Person.merged_into_id.is_(None)).order_by(Person.id)))


def verbs() -> list[str]:
    return list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)))


def test_two_doors_of_one_student_lead_to_one_account(app):
    first = through(INE, NUMBER, email=MAIL)
    second = through(INE, source="oidc")
    third = through(NUMBER, source="saml")
    assert first.id == second.id == third.id
    assert len(accounts()) == 1
    assert first.identifiers == (INE, NUMBER, MAIL)


def test_a_code_then_an_establishment_with_the_same_address_is_one_account(app):
    mailed = by_letter(MAIL)
    assert through(INE, email=MAIL).id == mailed.id
    assert accounts()[0].identifiers == (INE, MAIL)
    assert by_letter(MAIL).id == mailed.id


def test_an_establishment_then_a_code_at_its_address_is_one_account(app):
    known = through(INE, email=MAIL)
    assert by_letter(MAIL).id == known.id


def test_a_second_address_leads_to_the_same_account(app):
    known = through(INE, email=MAIL)
    assert through(INE, email="c.exemple@univ.example").id == known.id
    assert by_letter("c.exemple@univ.example").id == known.id
    assert accounts()[0].identifiers == (INE, MAIL, "c.exemple@univ.example")


def test_two_accounts_of_one_person_become_one_with_all_they_had(app):
    student, mailed = through(INE), make_person(email=MAIL, name="Camille")
    round_ = make_round()
    proposal = make_proposal(round_, author=mailed)
    client = app.test_client()
    sign_in(client, mailed)
    with transaction():
        for person, days in ((student, 1), (mailed, 100)):
            db.session.add(
                EnrolmentProof(
                    person_id=person.id,
                    establishment_id=establishment().id,
                    source="cas",
                    proved_at=now(),
                    expires_at=now() + timedelta(days=days),
                )
            )
    joined = through(INE, email=MAIL)
    assert joined.id == student.id
    (kept,) = accounts()
    assert (kept.email, kept.display_name) == (MAIL, "Camille")
    assert db.session.get(Proposal, proposal.id).author_id == kept.id
    (proof,) = db.session.scalars(sa.select(EnrolmentProof))
    assert proof.person_id == kept.id
    assert proof.expires_at > now() + timedelta(days=50)
    assert person_by_public_id(mailed.public_id).id == kept.id
    assert person_by_email(MAIL).id == kept.id
    assert client.get("/mon-compte").status_code == 200, "the open session follows"
    left = db.session.get(Person, mailed.id)
    assert (left.email, left.display_name, left.association_id) == (None, "", None)
    assert [each.id for each in people_like("camille")] == [kept.id]
    assert verbs()[-1] == "person.joined"
    assert list(faults()) == []


def test_both_are_told_by_letter_when_two_accounts_become_one(app):
    through(INE, email="autre@univ.example")
    make_person(email=MAIL)
    through(INE, email=MAIL)
    letters = list(db.session.scalars(sa.select(Letter).where(Letter.template == "accounts_joined")))
    assert {letter.recipient for letter in letters} == {MAIL, "autre@univ.example"}
    with app.test_request_context():
        message = compose(letters[0])
    assert "qu’un" in message.subject
    assert "répondez" in message.body


def test_nothing_in_any_table_still_points_to_the_account_that_went(app):
    student, mailed = through(INE), make_person(email=MAIL)
    sign_in(app.test_client(), mailed)
    make_proposal(make_round(), author=mailed)
    through(INE, email=MAIL)
    for table, column in references(Person):
        rows = db.session.scalar(sa.select(sa.func.count()).select_from(table).where(column == mailed.id))
        assert rows == 0, f"{table.name}.{column.name}"
    assert student.id


def test_an_account_that_became_part_of_two_others_in_turn_leads_to_the_last(app):
    first, second, third = make_person(email="un@etu.example"), through(NUMBER), through(INE)
    through(NUMBER, email="un@etu.example")
    through(INE, NUMBER)
    assert {person_by_public_id(each.public_id).id for each in (first, second, third)} == {third.id}


def test_the_only_partial_unique_index_on_people_is_about_roles():
    partial = {
        index.name
        for table, column in references(Person)
        for index in table.indexes
        if index.unique and is_partial(index) and column.name in index.columns
    }
    assert partial == {"uq_role_grant_held_within"}
    assert "person" in Base.metadata.tables


def test_two_accounts_with_different_ine_are_two_people_and_it_is_journalled(app):
    one = through(INE, email=MAIL)
    other = through(OTHER_INE, email="dominique@etu.example")
    before = len(verbs())
    assert "deux personnes" in refused(INE, email="dominique@etu.example")
    assert "deux personnes" in refused(OTHER_INE, email=MAIL)
    assert len(accounts()) == 2
    entries = list(db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position)))[before:]
    assert [entry.verb for entry in entries] == ["person.joining_refused"] * 2
    assert one.public_id in entries[0].payload
    assert other.public_id in entries[0].payload
    assert MAIL not in entries[0].payload
    assert "a" * 64 not in entries[0].payload


def test_a_student_number_known_with_another_ine_opens_nothing(app):
    through(INE, NUMBER)
    assert "deux personnes" in refused(OTHER_INE, NUMBER)
    assert len(accounts()) == 1


@pytest.mark.parametrize("starts", [timedelta(days=-1), timedelta(days=30)])
def test_an_account_with_a_role_present_or_to_come_is_not_reached_by_an_asserted_address(app, starts):
    staff = make_person(email=MAIL, roles=(Role.OFFICER,))
    with transaction():
        db.session.merge(staff).grants[0].starts_at = now() + starts
    assert "code envoyé à cette adresse" in refused(INE, email=MAIL)
    assert accounts()[0].identifiers == (MAIL,)
    assert verbs()[-1] == "person.joining_refused"


def test_a_role_that_is_over_protects_nothing_any_more(app):
    former = make_person(email=MAIL, roles=(Role.APPRAISER,))
    with transaction():
        db.session.merge(former).grants[0].ends_at = now() - timedelta(days=1)
    assert through(INE, email=MAIL).id == former.id


def test_who_is_signed_in_to_the_account_with_a_role_may_add_their_establishment(app):
    staff = make_person(email=MAIL, roles=(Role.MODERATOR,))
    student = through(INE)
    assert "rôle" in refused(INE, email=MAIL, present=make_person())
    assert through(INE, email=MAIL, present=staff).id == staff.id
    assert [each.id for each in accounts() if INE in each.identifiers] == [staff.id]
    assert person_by_public_id(student.public_id).id == staff.id
    assert through(INE).id == staff.id


def test_an_account_with_a_role_known_by_its_number_takes_the_other_but_not_its_keys(app):
    staff, mailed = through(INE), make_person(email=MAIL)
    with transaction():
        db.session.merge(staff).grants.append(RoleGrant(role="officer", granted_by="system", granted_at=now()))
        db.session.add(SecondFactor(person_id=mailed.id, kind="totp", name="a", created_at=now()))
    sign_in(app.test_client(), mailed)
    assert through(INE, email=MAIL).id == staff.id
    assert db.session.scalars(sa.select(SecondFactor)).all() == []
    assert db.session.scalars(sa.select(SignInSession)).all() == []
    (kept,) = accounts()
    assert kept.roles == {"officer"}


def test_two_accounts_with_roles_are_left_to_the_administration(app):
    staff = through(INE)
    with transaction():
        db.session.merge(staff).grants.append(RoleGrant(role="officer", granted_by="system", granted_at=now()))
    make_person(email=MAIL, roles=(Role.APPRAISER,))
    assert "administration" in refused(INE, email=MAIL)
    assert len(accounts()) == 2


def test_ended_roles_of_both_accounts_stay_in_the_register(app):
    student, mailed = through(INE), make_person(email=MAIL, roles=(Role.OFFICER,))
    with transaction():
        past = now() - timedelta(days=1)
        db.session.merge(mailed).grants[0].ends_at = past
        db.session.merge(student).grants.append(
            RoleGrant(role="officer", granted_by="system", granted_at=past, ends_at=past)
        )
    through(INE, email=MAIL)
    assert len(db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == student.id)).all()) == 2


@pytest.mark.parametrize(
    "hostile", ["' OR 1=1 --", "%", "_", "é" * 200, "camille@etu.exemple.example\u0000"[:-1] + "x"]
)
def test_an_identifier_is_compared_whole(app, hostile):
    known = through(INE, email=MAIL)
    assert through(f"num:{hostile}"[:250]).id != known.id


def test_eight_doors_at_once_make_one_account(app_on_each_database):
    barrier = Barrier(8)

    def arrive(number: int) -> object:
        with app_on_each_database.app_context():
            barrier.wait()
            try:
                with transaction():
                    names = (INE,) if number % 2 else (NUMBER, INE)
                    return person_for(names, MAIL if number % 3 else None, "cas", "fr", now()).id
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(arrive, range(8)))
    assert len(set(answers)) == 1
    assert len(accounts()) == 1
    assert list(faults()) == []


def test_two_accounts_joined_by_two_doors_at_once_become_one(app_on_each_database):
    student, number = through(INE), through(NUMBER)
    make_person(email=MAIL)
    barrier = Barrier(2)

    def arrive(name: str) -> object:
        with app_on_each_database.app_context():
            barrier.wait()
            try:
                with transaction():
                    return person_for((INE, NUMBER) if name == INE else (NUMBER,), MAIL, "cas", "fr", now()).id
            except Refusal as refusal:
                return str(refusal)

    with ThreadPoolExecutor(2) as pool:
        assert len(list(pool.map(arrive, (INE, NUMBER)))) == 2
    through(INE, NUMBER, email=MAIL)
    assert len(accounts()) == 1
    assert {each.person_id for each in db.session.scalars(sa.select(PersonIdentifier))} <= {student.id, number.id}
    assert list(faults()) == []


def test_a_joining_that_is_interrupted_leaves_both_accounts_whole(app_on_each_database, monkeypatch):
    through(INE)
    make_person(email=MAIL)

    def fail(*_arguments: object, **_values: object) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr("participatory.identity.merging.enqueue", fail)
    with pytest.raises(RuntimeError):
        through(INE, email=MAIL)
    assert [each.identifiers for each in accounts()] == [(INE,), (MAIL,)]

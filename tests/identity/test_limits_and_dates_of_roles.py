"""Roles within a limit, from a day to a day: given, prolonged, pointed out before their end, kept apart after it."""

import json
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now, paris
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.granting import grant, grant_to, revoke
from participatory.identity.grants import roles_held
from participatory.identity.models import Person, RoleGrant
from participatory.identity.permissions import Permission, Scope, ScopeKind
from participatory.identity.queries import person_by_email
from participatory.identity.rules import Role, masked_email
from participatory.identity.terms import Term, last_day, term_of
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.journal.rules import Link
from participatory.rounds.rules import Phase
from tests.factories import establishment, make_association, make_person, make_round, sign_in

NEW = "nouvelle@region.example"


@pytest.fixture
def administrator(client):
    person = make_person(email="admin@region.example", roles=(Role.ADMINISTRATOR,), name="Alix")
    sign_in(client, person)
    return person


def give(client, role="officer", scope="", email=NEW, **sent):
    return client.post("/gestion/roles/donner", data={"email": email, "role": role, "scope": scope, **sent})


def day(days: int) -> str:
    return (paris(now()).date() + timedelta(days=days)).isoformat()


def held_by(person: Person) -> list[RoleGrant]:
    db.session.expire_all()
    return [each for each in roles_held(now()) if each.person_id == person.id]


def last_deed() -> dict:
    entry = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc()).limit(1)).one()
    return {"verb": entry.verb, **json.loads(entry.payload)}


def test_a_role_bears_its_limit_and_its_dates_and_the_journal_says_them(client, administrator):
    round_ = make_round(Phase.DRAFT, title="Budget de demain")
    assert give(client, scope=f"round:{round_.public_id}", ends=day(40)).status_code == 303
    (grant_,) = held_by(person_by_email(NEW))
    assert grant_.scope == round_.scope
    assert last_day(grant_.ends_at).isoformat() == day(40)
    deed = last_deed()
    assert (deed["verb"], deed["scope_kind"], deed["scope_key"]) == ("role.granted", "round", round_.public_id)
    assert datetime.fromisoformat(deed["ends"]) == grant_.ends_at
    assert "Budget de demain" in client.get("/gestion/roles").text


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("appraiser", "territory:toulouse"),
        ("appraiser", "territory:31"),
        ("appraiser", ""),
        ("officer", ""),
        ("administrator", ""),
    ],
)
def test_each_role_takes_the_limits_that_are_its_own(client, administrator, role, scope):
    assert give(client, role, scope).status_code == 303
    (grant_,) = held_by(person_by_email(NEW))
    assert (f"{grant_.scope_kind}:{grant_.scope_key}" if grant_.scope else "") == scope


def test_a_referent_is_given_an_establishment(client, administrator):
    answer = give(client, "referent")
    assert answer.status_code == 422
    assert "Choisissez l’établissement" in answer.text
    assert give(client, "referent", f"establishment:{establishment().key}").status_code == 303


def test_what_was_typed_stays_in_a_refused_form(client, administrator):
    answer = give(client, "officer", "territory:toulouse", ends=day(5))
    assert answer.status_code == 422
    assert 'selected value="territory:toulouse"' in answer.text
    assert day(5) in answer.text
    assert NEW in answer.text


def test_a_role_given_for_tomorrow_opens_nothing_today(app, client, administrator):
    assert give(client, starts=day(1), ends=day(3)).status_code == 303
    person = person_by_email(NEW)
    assert person.roles == frozenset()
    assert not person.holds(Permission.COUNT)
    browser = app.test_client()
    sign_in(browser, person)
    assert browser.get("/gestion").status_code == 403
    assert "à venir" in client.get("/gestion/roles").text
    tomorrow = now() + timedelta(days=1, hours=2)
    assert all(each.held.is_present(tomorrow) for each in held_by(person))


def test_a_role_that_ends_now_is_over(app, client, administrator):
    person, moment = make_person(email=NEW), now()
    with transaction():
        grant_ = grant_to(person, Role.OFFICER, None, None, moment, term=Term(None, moment + timedelta(days=1)))
    browser = app.test_client()
    sign_in(browser, person)
    assert browser.get("/gestion").status_code == 200
    with transaction():
        db.session.get(RoleGrant, grant_.id).ends_at = now()
    assert browser.get("/gestion").status_code == 403
    assert held_by(person) == []
    assert "terminé le" in client.get("/gestion/roles").text
    with transaction(), pytest.raises(Refusal, match="déjà terminé"):
        grant(NEW, Role.OFFICER, None, None, moment, term=Term(None, moment))


def test_a_role_that_ended_can_be_given_again(client, administrator):
    person, moment = make_person(email=NEW), now()
    with transaction():
        grant_ = grant_to(person, Role.OFFICER, None, None, moment, term=Term(None, moment + timedelta(days=1)))
    with transaction():
        db.session.get(RoleGrant, grant_.id).ends_at = moment
    assert give(client).status_code == 303
    assert len(held_by(person)) == 1
    assert db.session.get(RoleGrant, grant_.id).revoked_at == moment
    page = client.get("/gestion/roles").text
    assert "terminé le" in page
    assert "retiré le" not in page


def test_a_role_is_prolonged_without_a_gap_and_never_shortened_in_silence(client, administrator):
    assert give(client, ends=day(5)).status_code == 303
    assert give(client, ends=day(5)).status_code == 422
    assert give(client, ends=day(4)).status_code == 422
    assert give(client, starts=day(20), ends=day(30)).status_code == 303
    person = person_by_email(NEW)
    (grant_,) = held_by(person)
    assert grant_.held.is_present(now())
    assert last_day(grant_.ends_at).isoformat() == day(30)
    assert give(client).status_code == 303
    assert give(client, ends=day(90)).status_code == 422
    verbs = db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)).all()
    assert verbs == ["person.created", "role.granted", *["role.revoked", "role.granted"] * 2]


def test_the_same_role_is_held_within_two_limits_and_taken_back_from_one(client, administrator):
    one, other = make_round(Phase.VOTING), make_round(Phase.VOTING)
    for round_ in (one, other):
        give(client, scope=f"round:{round_.public_id}")
    person = person_by_email(NEW)
    sent = {"person": person.public_id, "role": "officer"}
    assert client.post("/gestion/roles/retirer", data=sent).status_code == 409
    sent |= {"kind": "round", "key": one.public_id}
    assert client.post("/gestion/roles/retirer", data=sent).status_code == 303
    assert client.post("/gestion/roles/retirer", data=sent).status_code == 409
    assert [each.scope_key for each in held_by(person)] == [other.public_id]
    assert (last_deed()["verb"], last_deed()["scope_key"]) == ("role.revoked", one.public_id)


@pytest.mark.parametrize("sent", [{"kind": "empire"}, {"kind": "round", "key": "x" * 90}])
def test_taking_back_within_a_limit_that_makes_no_sense_is_refused(client, administrator, sent):
    person = make_person(roles=(Role.OFFICER,))
    sent = {"person": person.public_id, "role": "officer", **sent}
    assert client.post("/gestion/roles/retirer", data=sent).status_code in {404, 409}
    assert len(held_by(person)) == 1


def test_a_moderator_acts_for_one_association_at_a_time(client, administrator):
    one, other = make_association(), make_association()
    assert give(client, "moderator", f"association:{one.slug}").status_code == 303
    answer = give(client, "moderator", f"association:{other.slug}")
    assert answer.status_code == 422
    assert "modère déjà pour une autre association" in answer.text
    assert person_by_email(NEW).association_id == one.id


def test_nobody_prolongs_their_own_role(client, administrator):
    with transaction():
        db.session.get(RoleGrant, administrator.grants[0].id).ends_at = now() + timedelta(days=3)
    answer = client.post("/gestion/roles/donner", data={"person": administrator.public_id, "role": "administrator"})
    assert answer.status_code == 422
    assert "Personne ne se donne un rôle" in answer.text


def test_an_administrator_without_an_end_stays_whoever_else_administers_for_a_while(client, administrator):
    give(client, "administrator", ends=day(3))
    sent = {"person": administrator.public_id, "role": "administrator"}
    assert client.post("/gestion/roles/retirer", data=sent).status_code == 409
    sent = {"person": person_by_email(NEW).public_id, "role": "administrator"}
    assert client.post("/gestion/roles/retirer", data=sent).status_code == 303


def test_a_role_near_its_end_is_pointed_out(client, administrator):
    give(client, ends=day(20))
    assert "bientôt terminé" not in client.get("/gestion/roles").text
    give(client, email="autre@region.example", ends=day(13))
    page = client.get("/gestion/roles").text
    assert "bientôt terminé" in page
    assert "1 rôle se termine dans les quatorze jours" in page


def test_the_page_of_roles_spreads_no_address(client, administrator):
    person = make_person(email="dominique.lefort@region.example", roles=(Role.OFFICER,), name="Dominique")
    for path in ("/gestion/roles", f"/gestion/roles?person={person.public_id}", "/gestion/roles?email=domin"):
        page = client.get(path).text
        assert "do•••@region.example" in page
        assert "dominique.lefort" not in page


def test_an_account_without_an_address_can_hold_a_role(client, administrator):
    person = make_person(name="Sans adresse")
    with transaction():
        db.session.get(Person, person.id).email = None
    assert "Sans adresse" in client.get("/gestion/roles?email=sans").text
    sent = {"person": person.public_id, "role": "appraiser"}
    assert client.post("/gestion/roles/donner", data=sent).status_code == 303
    assert "Sans adresse" in client.get(f"/gestion/roles?person={person.public_id}").text
    assert client.post("/gestion/roles/donner", data={**sent, "person": "inconnu"}).status_code == 422


def test_a_moderator_to_come_does_not_change_association(client, administrator):
    association = make_association()
    give(client, "moderator", f"association:{association.slug}", starts=day(2))
    person = person_by_email(NEW)
    sign_in(client, person)
    client.post("/mon-compte", data={"display_name": "N", "locale": "fr", "association": ""})
    db.session.expire_all()
    assert person_by_email(NEW).association_id == association.id


def test_rows_of_the_journal_from_before_roles_had_dates_still_verify(app):
    person = make_person(email=NEW)
    previous, moment = "0" * 64, now()
    link = Link(1, moment, "role.granted", "system", '{"person":"p","role":"officer","scope":""}', previous)
    with transaction():
        fields = {"position": 1, "at": moment, "verb": link.verb, "actor": "system", "payload": link.payload}
        db.session.add(JournalEntry(**fields, previous=previous, digest=link.digest()))
    with transaction():
        grant_to(person, Role.OFFICER, None, None, now())
        revoke(person, Role.OFFICER, None, None, now())
    assert list(faults()) == []


def test_a_command_names_limits_as_the_operator_knows_them(app):
    from participatory.identity.cli import role

    runner, round_ = app.test_cli_runner(), make_round(Phase.VOTING)
    where = ["--round", round_.slug, "--until", day(3)]
    assert "is now officer" in runner.invoke(role, ["grant", NEW, "officer", *where]).output
    later = ["--territory", "31", "--from", day(2)]
    assert "will be appraiser" in runner.invoke(role, ["grant", NEW, "appraiser", *later]).output
    listed = runner.invoke(role, ["list"]).output
    assert f"{NEW}\tofficer\tround:{round_.public_id}\t{day(0)}\t{day(3)}\n" in listed
    assert f"{NEW}\tappraiser\tterritory:31\t{day(2)}\t\n" in listed
    for wrong in (
        ["grant", NEW, "officer", "--round", "inventé"],
        ["grant", NEW, "officer", "--territory", "31"],
        ["grant", NEW, "officer", "--round", round_.slug, "--territory", "31"],
        ["grant", NEW, "officer", "--until", "2020-01-01"],
        ["revoke", NEW, "officer"],
    ):
        assert runner.invoke(role, wrong).exit_code != 0, wrong
    assert runner.invoke(role, ["revoke", NEW, "officer", "--round", round_.slug]).exit_code == 0


def test_days_are_those_of_paris():
    moment = datetime.fromisoformat("2027-03-27T23:30:00+00:00")
    assert term_of(date(2027, 3, 28), date(2027, 3, 28), moment) == Term(
        None, datetime.fromisoformat("2027-03-28T22:00:00+00:00")
    )
    tomorrow = term_of(date(2027, 3, 29), None, moment)
    assert tomorrow == Term(datetime.fromisoformat("2027-03-28T22:00:00+00:00"), None)


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("camille.durand@etu.example", "ca•••@etu.example"),
        ("alix@etu.example", "a•••@etu.example"),
        ("al@etu.example", "•••@etu.example"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_address_is_masked(email, shown):
    assert masked_email(email) == shown


def test_how_far_a_permission_reaches(app):
    person, round_ = make_person(), make_round(Phase.VOTING)
    assert person.reach(Permission.COUNT) == frozenset()
    with transaction():
        grant_to(person, Role.OFFICER, round_.scope, None, now())
        grant_to(person, Role.APPRAISER, Scope(ScopeKind.TERRITORY, "toulouse"), None, now())
    assert person.reach(Permission.COUNT) == {round_.scope}
    assert person.reach(Permission.READ_UNPUBLISHED) == {round_.scope, Scope(ScopeKind.TERRITORY, "toulouse")}
    with transaction():
        grant_to(person, Role.OFFICER, None, None, now())
    assert person.reach(Permission.COUNT) is None


def test_ones_account_says_where_and_until_when(client):
    person, round_ = make_person(), make_round(Phase.VOTING, title="Budget de Tarbes")
    with transaction():
        grant_to(person, Role.OFFICER, round_.scope, None, now(), term=Term(None, now() + timedelta(days=5)))
    sign_in(client, person)
    html = client.get("/mon-compte").text
    assert "Budget de Tarbes" in html
    assert "bientôt terminé" in html


@pytest.mark.parametrize("address", ["?person=%00", "?email=%00", "?email=a%00b%40c.example", "?person=" + "x" * 500])
def test_hostile_searches_find_nobody(app_on_each_database, address):
    client = app_on_each_database.test_client()
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    assert client.get(f"/gestion/roles{address}").status_code == 200

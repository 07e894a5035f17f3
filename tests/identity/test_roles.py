import pytest
import sqlalchemy as sa

from participatory.core.clock import now, paris
from participatory.core.database import db, transaction
from participatory.identity.grants import roles_held
from participatory.identity.models import Association, Person, PersonIdentifier
from participatory.identity.queries import person_by_email
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from tests.factories import make_association, make_person, sign_in

NEW = "nouvelle@region.example"


@pytest.fixture
def administrator(client):
    person = make_person(email="admin@region.example", roles=(Role.ADMINISTRATOR,))
    sign_in(client, person)
    return person


def give(client, email=NEW, role="officer", scope="", **sent):
    return client.post("/gestion/roles/donner", data={"email": email, "role": role, "scope": scope, **sent})


def held():
    db.session.expire_all()
    return sorted((each.person.email, each.role) for each in roles_held(now()))


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER, Role.OFFICER])
def test_only_the_administration_opens_these_pages(client, role):
    sign_in(client, make_person(roles=(role,) if role else ()))
    assert client.get("/gestion/roles").status_code == 403
    for path in ("donner", "retirer", "associations"):
        assert client.post(f"/gestion/roles/{path}", data={"email": NEW, "role": "officer"}).status_code == 403
    assert person_by_email(NEW) is None


def test_a_role_waits_for_somebody_who_never_signed_in(client, administrator):
    assert "ne s’est encore connecté" in client.get("/gestion/roles", query_string={"email": NEW}).text
    assert give(client).status_code == 303
    assert (NEW, "officer") in held()
    assert [entry.verb for entry in db.session.scalars(sa.select(JournalEntry))] == ["person.created", "role.granted"]


def test_a_role_meant_for_an_address_does_not_go_to_the_account_beside_which_an_establishment_put_it(
    client, administrator
):
    student = make_person(email="elle@perso.example")
    with transaction():
        db.session.add(PersonIdentifier(person_id=student.id, value=NEW, source="cas", added_at=now()))
    answer = give(client)
    assert answer.status_code in (409, 422)
    assert "seconde adresse d’un compte" in answer.text
    assert held() == [("admin@region.example", "administrator")]


def test_a_moderator_acts_for_an_association(client, administrator):
    association = make_association()
    answer = give(client, role="moderator")
    assert answer.status_code == 422
    assert "Choisissez l’association" in answer.text
    assert NEW in answer.text
    assert person_by_email(NEW) is None
    assert give(client, role="moderator", scope=f"association:{association.slug}").status_code == 303
    assert person_by_email(NEW).association_id == association.id


@pytest.mark.parametrize(
    "sent",
    [
        {"role": ""},
        {"role": "emperor"},
        {"email": ""},
        {"email": "personne"},
        {"email": "=cmd|x"},
        {"role": "moderator", "scope": "association:inventee"},
        {"role": "officer", "scope": "round:inventé"},
        {"role": "officer", "scope": "territory:toulouse"},
        {"role": "administrator", "scope": "territory:toulouse"},
        {"role": "referent"},
        {"role": "referent", "scope": "territory:toulouse"},
        {"scope": "empire:tout"},
        {"scope": "\0"},
        {"ends": "2020-01-01"},
        {"ends": "demain"},
        {"ends": "9999-12-31"},
        {"starts": "0001-01-01"},
        {"starts": "2099-02-01", "ends": "2099-01-31"},
    ],
)
def test_what_makes_no_role_is_refused(client, administrator, sent):
    assert give(client, **sent).status_code == 422
    assert held() == [("admin@region.example", "administrator")]


def test_a_role_is_given_once(client, administrator):
    give(client)
    answer = give(client)
    assert answer.status_code == 422
    assert "a déjà ce rôle" in answer.text


def test_nobody_gives_themselves_a_role(client, administrator):
    answer = give(client, email=administrator.email)
    assert answer.status_code == 422
    assert "Personne ne se donne un rôle" in answer.text


def test_a_role_is_taken_back_and_the_door_closes(app, client, administrator):
    give(client)
    officer, browser = person_by_email(NEW), app.test_client()
    sign_in(browser, officer)
    assert (
        client.post("/gestion/roles/retirer", data={"person": officer.public_id, "role": "officer"}).status_code == 303
    )
    assert held() == [("admin@region.example", "administrator")]
    assert db.session.scalars(sa.select(JournalEntry.verb)).all()[-1] == "role.revoked"
    again = client.post("/gestion/roles/retirer", data={"person": officer.public_id, "role": "officer"})
    assert again.status_code == 409


def test_the_last_administrator_stays(client, administrator):
    sent = {"person": administrator.public_id, "role": "administrator"}
    answer = client.post("/gestion/roles/retirer", data=sent)
    assert answer.status_code == 409
    assert "dernière personne" in answer.text
    assert "dernière personne" in client.get("/gestion/roles").text
    give(client, role="administrator")
    answer = client.post("/gestion/roles/retirer", data=sent)
    assert (answer.status_code, answer.location) == (303, "/mon-compte")
    assert client.get("/gestion/roles").status_code == 403


@pytest.mark.parametrize("sent", [{}, {"person": "x", "role": "officer"}, {"person": "x" * 90, "role": "emperor"}])
def test_taking_back_what_is_not_there_is_refused(client, administrator, sent):
    assert client.post("/gestion/roles/retirer", data=sent).status_code == 404


def test_people_are_found_by_a_part_of_their_address_or_name_and_shown_under_a_masked_address(client, administrator):
    person = make_person(email="camille.durand@etu.exemple.example", name="Camille")
    for wanted in ("DURAND", "camil"):
        text = client.get(f"/gestion/roles?email={wanted}").text
        assert "ca•••@etu.exemple.example" in text
        assert "camille.durand" not in text
        assert f"person={person.public_id}" in text
    assert "Aucune adresse et aucun nom" in client.get("/gestion/roles?email=%25").text


def test_an_association_is_created_once(client, administrator):
    for status in (303, 422):
        answer = client.post("/gestion/roles/associations", data={"name": "  Vélo  et compagnie "})
        assert answer.status_code == status
    association = db.session.scalars(sa.select(Association)).one()
    assert (association.name, association.slug) == ("Vélo et compagnie", "velo-et-compagnie")
    assert client.post("/gestion/roles/associations", data={"name": "\u200b"}).status_code == 422
    assert db.session.scalars(sa.select(JournalEntry.verb)).all() == ["association.created"]


def test_the_page_asks_as_much_for_twenty_roles_as_for_two(client, administrator, count_queries):
    make_person(roles=(Role.MODERATOR,))
    with count_queries() as few:
        client.get("/gestion/roles?email=exemple")
    for _each in range(18):
        make_person(roles=(Role.MODERATOR,))
    with count_queries() as many:
        assert client.get("/gestion/roles?email=exemple").status_code == 200
    assert len(many.statements) == len(few.statements)


def test_the_first_administrator_is_named_by_command(app):
    runner = app.test_cli_runner()
    from participatory.identity.cli import role

    association = make_association()
    assert "is now administrator" in runner.invoke(role, ["grant", "Admin@region.example", "administrator"]).output
    runner.invoke(role, ["grant", NEW, "moderator", "--association", association.slug])
    today = paris(now()).date().isoformat()
    assert runner.invoke(role, ["list"]).output == (
        f"{NEW}\tmoderator\tassociation:{association.slug}\t{today}\t\n"
        f"admin@region.example\tadministrator\t\t{today}\t\n"
    )
    for wrong in (["grant", NEW, "moderator"], ["grant", "nobody", "officer"], ["grant", NEW, "emperor"]):
        assert runner.invoke(role, wrong).exit_code != 0
    assert runner.invoke(role, ["revoke", "admin@region.example", "administrator"]).exit_code == 1
    assert runner.invoke(role, ["revoke", "unknown@region.example", "officer"]).exit_code == 1
    assert runner.invoke(role, ["revoke", NEW, "moderator"]).exit_code == 1
    assert runner.invoke(role, ["revoke", NEW, "moderator", "--association", association.slug]).exit_code == 0
    assert {entry.actor for entry in db.session.scalars(sa.select(JournalEntry))} == {"system"}
    assert len(db.session.scalars(sa.select(Person)).all()) == 2

"""The pages of an establishment's referent: their own establishment, figures, never votes, never others."""

import io
import re

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.deeds.actions import withdraw
from participatory.deeds.models import Deed
from participatory.deeds.queries import waiting_for
from participatory.identity.rules import Role
from participatory.rolls import queries
from participatory.rolls.actions import import_list
from participatory.rolls.approval import APPROVE, NAME
from participatory.rolls.models import RollList, RollListRow, Voter
from participatory.rounds.rules import Phase
from tests.factories import establishment, make_person, make_round, move_round, sign_in
from tests.rolls.making import bea, csv_of, read
from tests.rolls.test_lists import send as send_at_once

HEAD = ("INE", "e-mail", "site")
COLUMNS = {"tete": "1", "c": ["ine", "email", "site"]}


@pytest.fixture
def referent(client):
    person = make_person(roles=(Role.REFERENT,))
    sign_in(client, person)
    return person


@pytest.fixture
def round_(app):
    return make_round()


def home(round_, key=""):
    return f"/etablissement/{key or establishment().key}/listes/{round_.slug}"


def rows(count, site="Toulouse", start=0):
    return [(bea(n), f"a{n}@etu.exemple.example", site) for n in range(start, start + count)]


def send(client, round_, content, key=""):
    return client.post(f"{home(round_, key)}/apercu", data={"file": (io.BytesIO(content), "liste")})


def through(client, round_, content):
    upload = send(client, round_, content).location.split("/")[-2]
    assert client.get(f"{home(round_)}/apercu/{upload}", query_string=COLUMNS).status_code == 200
    return client.post(f"{home(round_)}/importer", data={"upload": upload, **COLUMNS})


def approve(sent):
    by = make_person(roles=(Role.OFFICER,))
    with transaction():
        import_list(sent, by, now())


def lists():
    db.session.expire_all()
    return db.session.scalars(sa.select(RollList).order_by(RollList.id)).all()


def test_a_referent_sends_the_list_of_their_establishment_and_follows_it(client, referent, round_):
    text = client.get(home(round_)).text
    assert "Aucune liste pour le moment" in text
    assert through(client, round_, csv_of(*rows(6), head=HEAD)).status_code == 303
    [sent] = lists()
    assert (sent.establishment_id, sent.people, sent.sent_by) == (establishment().id, 6, referent.public_id)
    assert "Attend l’accord de la Région" in client.get(home(round_)).text
    deed = waiting_for(NAME, sent.public_id)
    assert deed.title["values"] == {"place": establishment().name, "round": round_.title}
    approve(sent)
    text = client.get(home(round_)).text
    assert "Importée" in text
    assert re.search(r"Toulouse</th><td class=\"nombre\">6<", text)


def test_a_list_that_the_region_refuses_says_why(client, referent, round_):
    through(client, round_, csv_of(*rows(2), head=HEAD))
    by, deed = make_person(roles=(Role.OFFICER,)), db.session.scalars(sa.select(Deed)).one()
    with transaction():
        withdraw(deed.public_id, APPROVE, by, "Il manque le site d’Albi", now())
    text = client.get(home(round_)).text
    assert "Refusée par la Région" in text
    assert "Il manque le site d’Albi" in text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RollListRow)) == 0


def test_a_referent_takes_back_their_own_list_and_no_other(client, referent, round_):
    through(client, round_, csv_of(*rows(2), head=HEAD))
    [sent] = lists()
    other = send_at_once(round_, csv_of(("z@etu.exemple.example", "Albi", "INUC")))
    assert client.post(f"{home(round_)}/envoyees/{other.public_id}/retirer").status_code == 404
    assert client.post(f"{home(round_)}/envoyees/{sent.public_id}/retirer").status_code == 303
    assert [each.state for each in lists()] == ["withdrawn", "waiting"]


def test_another_establishment_does_not_exist_for_a_referent(client, referent, round_):
    other = next(each for each in queries.establishments() if each.id != establishment().id)
    for path in ("", "/apercu", "/apercu/x", "/apercu/x/colonnes", "/apercu/x/lignes-fautives.csv"):
        assert client.get(home(round_, other.key) + path).status_code == 404
        assert client.get(home(round_, "inconnu") + path).status_code == 404
    assert send(client, round_, csv_of(*rows(1), head=HEAD), other.key).status_code == 404
    assert client.post(f"{home(round_, other.key)}/importer", data={"upload": "x"}).status_code == 404
    assert other.name not in client.get(home(round_)).text
    assert other.name not in client.get("/etablissement/listes").text
    mixed = [(*row, name) for row, name in zip(rows(2), (establishment().name, other.name), strict=True)]
    upload = send(client, round_, csv_of(*mixed, head=(*HEAD, "établissement"))).location.split("/")[-2]
    query = {"tete": "1", "c": [*COLUMNS["c"], "establishment"]}
    assert (
        "un autre établissement que le vôtre" in client.get(f"{home(round_)}/apercu/{upload}", query_string=query).text
    )


def test_a_file_sent_at_one_desk_is_not_found_at_another(client, round_):
    both = make_person(roles=(Role.REFERENT, Role.OFFICER))
    sign_in(client, both)
    upload = send(client, round_, csv_of(*rows(1), head=HEAD)).location.split("/")[-2]
    region = f"/gestion/budgets/{round_.slug}/liste-electorale"
    assert client.get(f"{region}/apercu/{upload}/colonnes").status_code == 404
    assert client.get(f"{home(round_)}/apercu/{upload}/colonnes").status_code == 200


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER, Role.ADMINISTRATOR])
def test_the_pages_are_not_for_others(client, round_, role):
    sign_in(client, make_person(roles=(role,) if role else ()))
    for path in ("/etablissement/listes", "/etablissement/listes/modele.csv", home(round_)):
        assert client.get(path).status_code == 403
    assert send(client, round_, csv_of(*rows(1), head=HEAD)).status_code == 403


def test_staff_without_their_second_factor_are_led_to_it(client, round_):
    sign_in(client, make_person(roles=(Role.REFERENT,)), second_factor=False)
    answer = client.get(home(round_))
    assert answer.status_code == 303
    assert "double-verification" in answer.location


def test_a_referent_whose_role_has_ended_sees_nothing(client, referent, round_):
    with transaction():
        referent.grants[0].revoked_at = now()
    assert client.get(home(round_)).status_code == 403


def test_small_counts_are_hidden_from_the_referent(client, referent, round_):
    content = csv_of(*rows(7), *rows(2, "Albi", 50), *rows(9, "Tarbes", 80), head=HEAD)
    through(client, round_, content)
    approve(lists()[0])
    text = client.get(home(round_)).text
    assert re.search(r"Tarbes</th><td class=\"nombre\">9<", text)
    assert re.search(r"Toulouse, Albi</th><td class=\"nombre\">non montré<", text)


def test_a_list_of_one_person_does_not_tell_whether_they_are_on_the_roll(client, referent, round_):
    content = csv_of(*rows(1), head=HEAD)
    pages = []
    for _each in range(2):
        upload = send(client, round_, content).location.split("/")[-2]
        text = client.get(f"{home(round_)}/apercu/{upload}", query_string=COLUMNS).text
        pages.append(text)
        if not lists():
            through(client, round_, content)
            approve(lists()[0])
            content = csv_of(*rows(1, start=5), head=HEAD)
    assert not any("déjà inscrite" in text or "serait ajoutée" in text for text in pages)
    assert "Votre dernière liste importée avait une personne" in pages[1]
    assert "Ajoutées" not in client.get(home(round_)).text


def test_the_page_of_a_referent_tells_nothing_of_votes(client, referent, round_):
    text = client.get(home(round_)).text
    assert not re.search(r"participation|votant", text)


@pytest.mark.parametrize("phase", [Phase.CONTROL, Phase.RESULTS])
def test_once_voting_is_closed_nothing_is_sent(client, referent, round_, phase):
    move_round(round_, phase)
    assert "la liste électorale ne change plus" in client.get(home(round_)).text
    assert send(client, round_, csv_of(*rows(1), head=HEAD)).status_code == 409


def test_a_round_that_is_not_announced_is_not_there_for_referents(client, referent):
    draft = make_round(Phase.DRAFT)
    assert client.get(home(draft)).status_code == 404
    assert draft.title not in client.get("/etablissement/listes").text


def test_the_index_leads_to_each_round(client, referent, round_):
    text = client.get("/etablissement/listes").text
    assert f'href="{home(round_)}"' in text
    assert "liste-electorale" not in text


def test_the_index_leads_officers_to_the_roll_of_each_round(client, round_):
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    send_at_once(round_, csv_of(("z@etu.exemple.example", "Albi", "INUC")))
    text = client.get("/etablissement/listes").text
    assert f'href="/gestion/budgets/{round_.slug}/liste-electorale"' in text
    assert "Une liste attend" in text


@pytest.mark.parametrize("name", ["modele.csv", "modele.xlsx"])
def test_the_model_to_fill_is_a_list_that_we_read_without_a_fault(client, referent, name):
    answer = client.get(f"/etablissement/listes/{name}")
    assert name.replace("modele", "modele-liste") in answer.headers["Content-Disposition"]
    found = read(answer.data).reading
    assert (len(found.people), found.bad, found.warnings) == (3, (), ())


def test_the_same_student_sent_by_two_referents_is_one_voter(client, referent, round_):
    officer = make_person(roles=(Role.OFFICER,))
    sign_in(client, officer)
    region, kinds = f"/gestion/budgets/{round_.slug}/liste-electorale", [*COLUMNS["c"], "establishment"]
    other = csv_of((bea(1), "b@autre.example", "Albi", "INUC"), head=(*HEAD, "établissement"))
    sent = client.post(f"{region}/apercu", data={"file": (io.BytesIO(other), "liste")})
    upload = sent.location.split("/")[-2]
    client.post(f"{region}/importer", data={"upload": upload, "tete": "1", "c": kinds})
    approve(lists()[-1])
    sign_in(client, referent)
    through(client, round_, csv_of((bea(1), "a@etu.exemple.example", "Toulouse"), head=HEAD))
    approve(lists()[-1])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Voter)) == 1
    assert [count.label for count in queries.count_by_site_of(round_, establishment())] == ["Toulouse"]

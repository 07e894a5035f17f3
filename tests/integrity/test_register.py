"""The register of networks: who declares what, what is refused, a file that is imported whole or not at all."""

from __future__ import annotations

from io import BytesIO
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.models import Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.integrity.models import NetworkRange
from participatory.integrity.registering import declare
from participatory.journal.models import JournalEntry
from participatory.rounds.rules import Phase
from participatory.territories.models import Establishment
from tests.factories import limit_role, make_person, make_round, sign_in

PAGE = "/gestion/reseaux"


def places() -> list[Establishment]:
    return list(db.session.scalars(sa.select(Establishment).where(Establishment.acronym != "").order_by("id").limit(2)))


def ranges() -> list[tuple[str, str, bool]]:
    db.session.expire_all()
    rows = db.session.scalars(sa.select(NetworkRange).order_by(NetworkRange.id))
    return [(row.cidr, row.kind, row.ended_at is None) for row in rows]


def deeds() -> list[str]:
    return list(db.session.scalars(sa.select(JournalEntry.verb).where(JournalEntry.verb.like("network.%"))))


def words(answer) -> str:
    return answer.text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.fixture
def referent(client):
    person = make_person(roles=(Role.REFERENT,))
    limit_role(person, Role.REFERENT, Scope(ScopeKind.ESTABLISHMENT, places()[0].key))
    sign_in(client, person)
    return person


@pytest.fixture
def officer(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person)
    return person


def fill(**different: str) -> dict[str, str]:
    return {
        "cidr": "192.0.2.0/24",
        "name": "Wifi eduroam",
        "kind": "campus",
        "establishment": places()[0].key,
        "origin": "service informatique",
    } | different


def send(client, content: str | bytes, name: str = "reseaux.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(f"{PAGE}/import", data={"file": (BytesIO(data), name)}, content_type="multipart/form-data")


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER, Role.OBSERVER])
def test_other_roles_find_no_register(client, role):
    sign_in(client, make_person(roles=(role,) if role else ()))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data=fill()).status_code == 403
    assert send(client, "plage;nom\n192.0.2.0/24;Wifi\n").status_code == 403
    assert ranges() == []


def test_a_referent_declares_a_range_of_their_establishment_and_takes_it_back(client, referent):
    assert client.post(PAGE, data=fill()).status_code == 303
    assert ranges() == [("192.0.2.0/24", "campus", True)]
    page = words(client.get(PAGE))
    assert "192.0.2.0/24 est enregistrée" in page
    assert "Wifi eduroam" in page
    row = db.session.scalars(sa.select(NetworkRange)).one()
    assert client.post(f"{PAGE}/{row.public_id}/fin").status_code == 303
    assert ranges() == [("192.0.2.0/24", "campus", False)]
    assert client.post(f"{PAGE}/{row.public_id}/fin").status_code == 409
    assert deeds() == ["network.declared", "network.ended"]
    # What was ended may be declared again.
    assert client.post(PAGE, data=fill()).status_code == 303


def test_a_referent_touches_no_other_establishment(client, referent):
    other, officer = places()[1], make_person(roles=(Role.OFFICER,))
    with transaction():
        row = declare("198.51.100.0/24", other, officer, now(), name="Ailleurs")
    assert client.post(PAGE, data=fill(establishment=other.key)).status_code == 422
    assert client.post(PAGE, data=fill(establishment="")).status_code == 422
    assert client.post(f"{PAGE}/{row.public_id}/fin").status_code == 404
    assert "198.51.100.0/24" not in client.get(PAGE).text
    assert ranges() == [("198.51.100.0/24", "campus", True)]


def test_a_referent_cannot_call_a_campus_something_else(client, referent):
    assert client.post(PAGE, data=fill(kind="hosting")).status_code == 303
    assert ranges() == [("192.0.2.0/24", "campus", True)]


def test_an_officer_of_one_round_declares_nothing_and_is_told_who_does(client):
    person = make_person(roles=(Role.OFFICER,))
    limit_role(person, Role.OFFICER, make_round(Phase.VOTING).scope)
    sign_in(client, person)
    assert "limité à un budget" in words(client.get(PAGE))
    assert client.post(PAGE, data=fill()).status_code == 422
    assert ranges() == []


def test_an_officer_declares_networks_of_nobody_too(client, officer):
    mobile = fill(cidr="198.51.100.0/24", kind="mobile", establishment="", name="Un opérateur")
    assert client.post(PAGE, data=mobile).status_code == 303
    assert ranges() == [("198.51.100.0/24", "mobile", True)]
    assert "n’est d’aucun établissement" in words(client.post(PAGE, data=fill(kind="hosting")))
    assert "Choisissez l’établissement" in words(client.post(PAGE, data=fill(establishment="")))


@pytest.mark.parametrize(
    ("cidr", "said"),
    [
        ("wifi", "n’est pas une plage d’adresses"),
        ("192.0.2.9/24", "Vouliez-vous dire 192.0.2.0/24"),
        ("10.0.0.0/8", "trop large"),
        ("2001:db8::/20", "trop large"),
        ("127.0.0.1", "le réseau de personne"),
        ("<b>x</b>", "n’est pas une plage d’adresses"),
        ("9" * 300, ""),
        ("192.0.2.0/24\x00", ""),
    ],
)
def test_what_was_typed_comes_back_with_what_is_wrong(client, officer, cidr, said):
    answer = client.post(PAGE, data=fill(cidr=cidr))
    if cidr.endswith("\x00"):
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert said in words(answer)
    assert "<b>x</b>" not in answer.text
    assert 'value="Wifi eduroam"' in answer.text
    assert ranges() == []


def test_a_range_is_not_declared_twice_nor_over_that_of_another_establishment(client, officer):
    one, other = places()
    client.post(PAGE, data=fill())
    assert "déjà dans le registre" in words(client.post(PAGE, data=fill()))
    for cidr in ("192.0.2.0/24", "192.0.2.128/25", "192.0.0.0/16"):
        answer = client.post(PAGE, data=fill(cidr=cidr, establishment=other.key))
        assert answer.status_code == 422
        assert f"déjà déclarée pour {one.name}" in words(answer).replace("&#39;", "'")
    # Inside one's own, a smaller one may have its name.
    assert client.post(PAGE, data=fill(cidr="192.0.2.128/25", name="Résidence")).status_code == 303
    assert len(ranges()) == 2


def test_private_addresses_are_taken_with_a_warning(client, officer):
    answer = client.post(PAGE, data=fill(cidr="10.3.0.0/16"), follow_redirects=True)
    assert "Ce sont des adresses privées" in words(answer)
    assert ranges() == [("10.3.0.0/16", "campus", True)]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("192.0.2.77", "Réseau d’un établissement"),
        ("37.165.0.1", "Réseau mobile"),
        ("51.15.0.1", "Hébergeur ou VPN"),
        ("203.0.113.5", "personne n’a déclaré"),
        ("unix:", "ne voit pas d’où vient"),
    ],
)
def test_the_page_says_on_which_kind_of_network_one_is(client, officer, address, said):
    client.post(PAGE, data=fill())
    html = words(client.get(PAGE, environ_base={"REMOTE_ADDR": address}))
    here = html.partition('id="ici"')[2].partition("</section>")[0]
    assert said in here
    assert (address in here) is (address != "unix:")


def test_a_file_is_imported_whole_whatever_its_separator_and_encoding(client, officer):
    one, other = places()
    rows = f"192.0.2.0/24;Wifi;{one.acronym};mars\n\n198.51.100.7;Résidence;{other.name};\n"
    text = f"Plage;Nom;Établissement;Origine\n{rows}"
    assert send(client, text.encode("cp1252")).status_code == 303
    assert ranges() == [("192.0.2.0/24", "campus", True), ("198.51.100.7/32", "campus", True)]
    comma = f"\ufeffcidr,name,establishment\n203.0.113.0/24,Labos,{one.key}\n"
    assert send(client, comma).status_code == 303
    assert len(ranges()) == 3
    assert deeds() == ["network.declared"] * 3


def test_a_referent_need_not_name_their_establishment_in_a_file(client, referent):
    assert send(client, "plage;nom\n192.0.2.0/24;Wifi\n").status_code == 303
    assert db.session.scalars(sa.select(NetworkRange)).one().establishment.key == places()[0].key


def test_every_bad_row_of_a_file_is_said_by_its_line_and_nothing_is_imported(client, referent):
    other, officer = places()[1], make_person(roles=(Role.OFFICER,))
    with transaction():
        declare("203.0.113.0/24", other, officer, now(), name="Ailleurs")
    rows = (
        "192.0.2.0/24;Wifi;",
        "pas une plage;Wifi;",
        "192.0.2.0/24;Wifi encore;",
        "198.51.100.0/24;;",
        f"198.51.100.0/24;Wifi;{other.name}",
        "203.0.113.128/25;Wifi;",
        "198.51.100.0/24;<script>;<script>",
    )
    answer = send(client, "plage;nom;établissement\n" + "\n".join(rows) + "\n")
    assert answer.status_code == 422
    html = words(answer)
    assert [f'<td class="nombre">{line}</td>' in html for line in range(1, 9)] == [False, False, *[True] * 6]
    assert "Rien n’est importé" in html
    assert "<script>;" not in answer.text
    assert ranges() == [("203.0.113.0/24", "campus", True)]
    assert deeds() == ["network.declared"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"plage;nom\n",
        b"colonne;autre\n1;2\n",
        b"PK\x03\x04" + bytes(200),
        b"plage;nom\n" + b"192.0.2.0/24;x\n" * 501,
        b"x" * 200_001,
        b"\x81\x8d\x8f",
        b'plage;nom\n"192.0.2.0/24;x\n',
    ],
)
def test_a_file_that_is_no_list_is_refused(client, officer, content):
    assert send(client, content).status_code == 422
    assert ranges() == []


def test_an_import_without_a_file_asks_for_one(client, officer):
    answer = client.post(f"{PAGE}/import", data={})
    assert answer.status_code == 422
    assert "Choisissez le fichier" in words(answer)
    assert client.get(f"{PAGE}/import").status_code == 303


def test_a_range_that_is_not_there_is_not_found(client, officer):
    assert client.post(f"{PAGE}/inconnu/fin").status_code == 404


def test_the_page_speaks_english_and_keeps_one_heading(client, officer):
    text = client.get(PAGE, query_string={"lang": "en"}).text
    assert text.count("<h1") == 1


def test_two_officers_at_once_declare_a_range_once(app_on_each_database):
    app, one = app_on_each_database, places()[0].id
    officers = [make_person(roles=(Role.OFFICER,)).id for _ in range(2)]
    db.session.remove()
    start, outcomes = Barrier(2), []

    def go(number: int) -> None:
        with app.app_context():
            officer, place = db.session.get(Person, number), db.session.get(Establishment, one)
            start.wait(10)
            try:
                with transaction():
                    declare("192.0.2.0/24", place, officer, now(), name="Wifi")
                outcomes.append("declared")
            except Refusal:
                outcomes.append("refused")

    threads = [Thread(target=go, args=(number,)) for number in officers]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert sorted(outcomes) == ["declared", "refused"]
    assert len(ranges()) == 1

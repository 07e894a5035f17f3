"""Projects collected elsewhere: each once, every bad row by its number, nothing imported before it was confirmed."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
import sqlalchemy as sa
import xlsxwriter

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.rules import Role
from participatory.intake.actions import Hand, enter_all
from participatory.intake.reading import read_file
from participatory.intake.rules import Brought, Known, next_reference, summary_of
from participatory.outbox.models import Letter
from participatory.proposals.content import Content
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rounds.rulebook import Theme
from participatory.rounds.rules import Phase
from tests.factories import make_association, make_person, make_round, move_round, sign_in

HEAD = "Référence;Titre;Besoin;Solution;Thème;Site;Montant;Association;Adresse du porteur"
WHOLE = "A-1;Un verger;On mange mal.;Planter des arbres.;culture;Toulouse;1 250,50;;porteuse@etu.exemple.example"
KNOWN = Known({"toulouse": 1}, {"les vergers": 2}, {"culture": Theme.CULTURE})


def file_of(*rows: str) -> bytes:
    return "\r\n".join([HEAD, *rows]).encode("utf-8-sig")


def workbook(*rows: list[object]) -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet("Projets")
    for number, row in enumerate([HEAD.split(";"), *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return held.getvalue()


def test_a_whole_row_makes_a_project():
    (row,) = read_file(file_of(WHOLE), KNOWN).rows
    assert row.brought is not None
    content = row.brought.content
    assert (row.number, row.brought.reference, row.brought.address) == (2, "A-1", "porteuse@etu.exemple.example")
    assert (content.site_id, content.theme, content.asked_cents) == (1, Theme.CULTURE, 1_250_50)
    assert content.summary == "On mange mal."


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";Sans référence;;;;;;;", "Il manque la référence."),
        ("A-2;;;;;;;;", "Il manque le titre."),
        ("A-3;=HYPERLINK(1);;;;;;;", "formule"),
        ("A-4;T;@SUM(A1);;;;;;", "formule"),
        ("A-5;T;;;astrologie;;;;", "thème"),
        ("A-6;T;;;;Atlantide;;;", "site"),
        ("A-7;T;;;;;beaucoup;;", "montant"),
        ("A-8;T;;;;;;Inconnue;", "association"),
        ("A-9;T;;;;;;;pas une adresse", "adresse"),
        (f"A-10;{'t' * 121};;;;;;;", "trop long"),
    ],
)
def test_each_bad_row_is_told_by_its_number(row, said):
    read = read_file(file_of(WHOLE, row), KNOWN)
    assert [each.number for each in read.good] == [2]
    (bad,) = read.bad
    assert bad.number == 3
    assert said in bad.faults[0].message


def test_a_reference_that_comes_twice_is_refused_on_both_rows():
    assert [row.number for row in read_file(file_of(WHOLE, WHOLE), KNOWN).bad] == [2, 3]


@pytest.mark.parametrize(
    "content",
    [b"Titre\r\nSans colonne de reference", HEAD.encode(), b"PK\x03\x04garbage", b"%PDF-1.7", b"\x00\x01\x02", b""],
)
def test_a_file_that_says_nothing_is_refused_whole(content):
    with pytest.raises(Refusal):
        read_file(content, KNOWN)


def test_a_workbook_is_read_with_its_long_texts():
    long = "Un besoin. " * 100
    (row,) = read_file(workbook(["A-1", "Un verger", long, "", "", "", 1250.5, "", ""]), KNOWN).rows
    assert row.brought is not None
    assert row.brought.content.need == long.strip()
    assert row.brought.content.asked_cents == 1_250_50


def test_a_workbook_with_a_formula_is_refused():
    with pytest.raises(Refusal, match="formules"):
        read_file(workbook(["A-1", "=1+1", "", "", "", "", "", "", ""]), KNOWN)


def test_a_workbook_that_unpacks_beyond_measure_is_refused():
    held = io.BytesIO()
    with (
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(251):
            part.write(bytes(1024**2))
    with pytest.raises(Refusal):
        read_file(held.getvalue(), KNOWN)


def test_the_next_sheet_bears_the_following_number():
    assert next_reference("Tarbes-009") == "Tarbes-010"
    assert next_reference("sans") == ""
    assert len(summary_of("mot " * 200)) <= 200


@pytest.fixture
def round_(app):
    return make_round(Phase.SUBMISSION)


@pytest.fixture
def officer(round_):
    return make_person(name="Agente", roles=(Role.OFFICER,))


def address(round_, rest=""):
    return f"/gestion/budgets/{round_.slug}/projets-recueillis{rest}"


def projects():
    return list(db.session.scalars(sa.select(Proposal).order_by(Proposal.id)))


def looked_at(client, round_, content):
    data = {"origin": "Atelier de Tarbes", "file": (io.BytesIO(content), "projets.csv")}
    return client.post(address(round_, "/apercu"), data=data, content_type="multipart/form-data")


def confirmed(client, round_, text):
    upload = re.search(r'name="upload"[^>]*value="(\w+)"', text)
    assert upload is not None
    return client.post(address(round_, "/importer"), data={"upload": upload[1], "origin": "Atelier de Tarbes"})


def test_nothing_is_imported_before_it_was_confirmed_and_twice_adds_nothing(round_, officer, client):
    sign_in(client, officer)
    content = file_of(WHOLE, "A-2;Une ruche;;;;;;;", "A-3;Trop;;;astrologie;;;;")
    text = looked_at(client, round_, content).text
    assert "astrologie" in text
    assert not projects()
    assert confirmed(client, round_, text).status_code == 303
    whole, draft = projects()
    assert (whole.external_ref, whole.state, whole.version, whole.author_id) == ("A-1", State.SUBMITTED, 1, None)
    assert (draft.external_ref, draft.state) == ("A-2", State.DRAFT)
    (letter,) = db.session.scalars(sa.select(Letter))
    assert (letter.recipient, letter.template) == ("porteuse@etu.exemple.example", "proposal_brought")
    again = looked_at(client, round_, content).text
    assert "Aucun projet nouveau" in again
    assert len(projects()) == 2


def test_a_confirmation_of_a_file_that_is_no_longer_there_imports_nothing(round_, officer, client):
    sign_in(client, officer)
    answer = client.post(address(round_, "/importer"), data={"upload": "0" * 32, "origin": "Ailleurs"})
    assert answer.status_code == 404
    assert not projects()


def test_who_left_an_address_becomes_an_author_by_the_link(round_, officer, client):
    sign_in(client, officer)
    confirmed(client, round_, looked_at(client, round_, file_of(WHOLE)).text)
    letter = db.session.scalars(sa.select(Letter)).one()
    carrier = make_person(name="Porteuse")
    student = client.application.test_client()
    sign_in(student, carrier)
    path = letter.values["link"].split("localhost", 1)[-1].split("/", 1)[1]
    assert student.get(f"/{path}").status_code == 200


def test_a_sheet_is_kept_and_the_next_one_is_proposed(round_, officer, client):
    sign_in(client, officer)
    sent = {"origin": "Atelier de Tarbes", "reference": "T-09", "title": "Un four à pain", "site": "toulouse",
            "theme": "", "association": "", "need": "Le pain manque."}  # fmt: skip
    answer = client.post(address(round_, "/fiche"), data=sent)
    assert answer.status_code == 303
    assert "reference=T-10" in answer.location
    assert "Atelier de Tarbes" in client.get(answer.location).text
    (draft,) = projects()
    assert draft.state is State.DRAFT
    double = client.post(address(round_, "/fiche"), data=sent | {"need": "Gardé tel quel"})
    assert double.status_code == 422
    assert "Gardé tel quel" in double.text
    whole = sent | {"solution": "Bâtir un four.", "theme": "culture", "amount": "2 000"}
    assert client.post(address(round_, f"/{draft.public_id}"), data=whole).status_code == 303
    db.session.expire_all()
    assert projects()[0].state is State.SUBMITTED
    assert client.post(address(round_, f"/{draft.public_id}"), data=whole).status_code == 409


def test_out_of_the_submission_and_without_the_role_nothing_enters(round_, officer, client):
    member = make_person(name="Modératrice", roles=(Role.MODERATOR,), association=make_association())
    other = client.application.test_client()
    sign_in(other, member)
    assert other.get(address(round_)).status_code == 403
    sign_in(client, officer)
    move_round(round_, Phase.REVIEW)
    assert looked_at(client, round_, file_of(WHOLE)).status_code == 409
    assert client.get(address(round_, "/fiche")).status_code == 409
    assert not projects()


def test_the_same_file_twice_at_once_enters_once_on_each_database(app_on_each_database):
    round_, person = make_round(Phase.SUBMISSION), make_person(roles=(Role.OFFICER,))
    brought = [Brought("A-1", Content(title="Un verger"))]
    hand = Hand(person, "Atelier", lambda token: token, now())
    for expected in (0, 1):
        with transaction():
            assert enter_all(round_, brought, hand).known == expected
    assert len(projects()) == 1

"""What the columns of a list are thought to be."""

import pytest

from participatory.rolls.columns import ColumnKind, Layout, fault_of, letter_of, masked
from participatory.rolls.lists import known_places, look_at
from tests.rolls.making import bea, csv_of, xlsx_of

INE, ESI, NUMBER, EMAIL = ColumnKind.INE, ColumnKind.ESI, ColumnKind.NUMBER, ColumnKind.EMAIL
SITE, ESTABLISHMENT, UNUSED = ColumnKind.SITE, ColumnKind.ESTABLISHMENT, ColumnKind.UNUSED
ROW = ("camille@etu.exemple.example", "Toulouse", "UT2J")


def look(content):
    return look_at(content, known_places())


@pytest.mark.parametrize(
    "head",
    [
        ("e-mail", "site", "établissement"),
        ("E-mail address", "City", "INSTITUTION"),
        ("Courriel", "Ville", "Code UAI"),
        ("Adresse électronique", "Site d’études", "Université"),
        ("MAIL INSTITUTIONNEL", "Campus", "Etab."),
    ],
)
def test_titles_are_known_in_each_language_and_writing(app, head):
    found = look(csv_of(ROW, head=head))
    assert found.layout == Layout(1, (EMAIL, SITE, ESTABLISHMENT))


def test_the_best_column_is_taken_when_two_would_do(app):
    head = ("adresse", "e-mail", "site", "uai")
    assert look(csv_of(("1 rue du Port", *ROW), head=head)).layout.kinds == (UNUSED, EMAIL, SITE, ESTABLISHMENT)


def test_an_export_of_the_registrar_is_understood(app):
    head = ("Nom", "Prénom", "N° INE", "N° étudiant", "Courriel", "Site", "Composante")
    row = ("Durand", "Camille", bea(1), "00123", ROW[0], "Albi", "STAPS")
    kinds = look(xlsx_of(row, head=head)).layout.kinds
    assert kinds == (UNUSED, UNUSED, INE, NUMBER, EMAIL, SITE, UNUSED)


def test_the_titles_are_found_under_the_lines_of_an_export(app):
    content = b"Universit\xc3\xa9 d'exemple;;\nExport du 12/10/2026;;\n\nE-mail;Site;Sigle\n" + csv_of(ROW, head=ROW)
    found = look(content)
    assert found.layout == Layout(4, (EMAIL, SITE, ESTABLISHMENT))


def test_columns_without_a_known_title_go_by_what_they_hold(app):
    esi = "urn:schac:personalUniqueCode:int:esi:fr:"
    rows = [(f"a{n}@etu.exemple.example", bea(n), esi + bea(n), "Nîmes", "0301687W", "x") for n in range(10)]
    found = look(csv_of(*rows, head=("Un", "Deux", "Trois", "Quatre", "Cinq", "Six")))
    assert found.layout == Layout(1, (EMAIL, INE, ESI, SITE, ESTABLISHMENT, UNUSED))


def test_a_list_may_begin_with_a_person(app):
    found = look(csv_of(ROW, head=ROW))
    assert found.layout == Layout(0, (EMAIL, SITE, ESTABLISHMENT))
    assert [column.letter for column in found.columns] == ["A", "B", "C"]


def test_a_file_of_other_things_is_shown_without_any_use(app):
    found = look(csv_of(("Durand", "12"), head=("nom", "note")))
    assert found.layout == Layout(1, (UNUSED, UNUSED))


def test_values_are_masked_but_for_places(app):
    head = ("Nom", "INE", "e-mail", "Site", "Établissement")
    columns = look(csv_of(("Durand", bea(1), *ROW), head=head)).columns
    assert [column.samples[0] for column in columns] == [
        "Du••••",
        "00•••••••••",
        "ca•••••@etu.exemple.example",
        "Toulouse",
        "UT2J",
    ]
    assert [column.title for column in columns] == list(head)


@pytest.mark.parametrize("text", ["a", "ab", "@", "a@b", "x" * 1000, "\x1b[31m"])
def test_a_mask_hides_something_of_any_text(text):
    assert "•" in masked(text)
    assert "\x1b" not in masked(text)
    assert len(masked(text)) < 250


@pytest.mark.parametrize(
    ("kinds", "one", "words"),
    [
        ((SITE, ESTABLISHMENT), False, "identifie les personnes"),
        ((EMAIL, ESTABLISHMENT), False, "site"),
        ((EMAIL, SITE), False, "établissement"),
        ((EMAIL, EMAIL, SITE), True, "Deux colonnes"),
    ],
)
def test_columns_that_make_no_list_are_told_why(kinds, one, words):
    assert words in str(fault_of(Layout(1, kinds), one_establishment=one))


def test_the_establishment_is_not_asked_of_its_own_referent():
    assert fault_of(Layout(1, (INE, UNUSED, UNUSED, SITE)), one_establishment=True) is None


def test_columns_have_the_letters_of_a_spreadsheet():
    assert [letter_of(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]

import pytest

from participatory.core.errors import Refusal
from participatory.rolls.places import MOST_SUGGESTIONS, Gazetteer, folded
from participatory.rolls.reading import read_list

SITES = Gazetteer(
    [
        (1, "Toulouse", ["toulouse", "Castanet-Tolosan"]),
        (2, "Nîmes-Alès", ["nimes-ales", "Nîmes", "Alès"]),
        (3, "Foix et Ariège", ["foix-ariege", "Foix"]),
    ]
)
SCHOOLS = Gazetteer(
    [
        (10, "Université Toulouse – Jean Jaurès", ["UT2J", "0311383K", "universite-toulouse-jean-jaures"]),
        (11, "Université de Nîmes", ["Unîmes", "0301687W", "universite-nimes"]),
        (12, "École d’ingénieurs A", ["EI", ""]),
        (13, "École d’ingénieurs B", ["EI", ""]),
    ]
)
HEAD = "e-mail;site;établissement\n"
ROW = "camille@etu.exemple.example;Toulouse;UT2J\n"


def read(text, encoding="utf-8"):
    return read_list(text.encode(encoding), SITES, SCHOOLS)


def reasons(text):
    return [(bad.line, str(bad.reason)) for bad in read(HEAD + text).bad]


def rows(text, encoding="utf-8"):
    return [(row.email, row.site_id, row.establishment_id) for row in read(text, encoding).good]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lists_are_read_as_spreadsheets_write_them(encoding, delimiter, newline):
    text = (HEAD + "Élodie@etu.exemple.example;Nîmes-Alès;Université de Nîmes\n").replace(";", delimiter)
    assert rows(text.replace("\n", newline), encoding) == [("élodie@etu.exemple.example", 2, 11)]


@pytest.mark.parametrize(
    "head",
    [
        "établissement;site;e-mail",
        "INSTITUTION;City;E-mail address",
        "Code UAI;Ville;Courriel",
        '"Université";"Site d’études";"Adresse électronique"',
    ],
)
def test_columns_come_in_any_order_and_language(head):
    assert rows(f"{head}\nUT2J;Toulouse;a@etu.example\n") == [("a@etu.example", 1, 10)]


def test_the_best_column_is_taken_when_two_would_do():
    text = "adresse;e-mail;site;uai\n1 rue du Port;a@etu.example;Toulouse;0311383K\n"
    assert rows(text) == [("a@etu.example", 1, 10)]


@pytest.mark.parametrize("site", ["Nîmes-Alès", "NIMES ALES", "nimes-ales", " Alès ", "nîmes"])
@pytest.mark.parametrize("school", ["0301687w", "Unimes", "universite de nimes", "universite-nimes"])
def test_places_are_recognised_as_people_write_them(site, school):
    assert rows(f"{HEAD}a@etu.example;{site};{school}\n") == [("a@etu.example", 2, 11)]


def test_each_bad_row_has_its_line_and_a_reason():
    assert reasons(
        ROW
        + ";Toulouse;UT2J\n"
        + "a@etu.example;;UT2J\n"
        + "a@etu.example;Toulouse\n"
        + "pas une adresse;Toulouse;UT2J\n"
        + "\n"
        + "a@etu.example;Toulose;UT2J\n"
        + "a@etu.example;Strasbourg;UT2J\n"
        + "a@etu.example;Toulouse;Universite de Nime\n"
        + "a@etu.example;Toulouse;EI\n"
    ) == [
        (3, "L’adresse électronique manque."),
        (4, "Le site manque."),
        (5, "L’établissement manque."),
        (6, "« pas une adresse » n’est pas une adresse électronique."),
        (8, "Le site « Toulose » est inconnu. Voulez-vous dire « Toulouse » ?"),
        (9, "Le site « Strasbourg » est inconnu."),
        (10, "L’établissement « Universite de Nime » est inconnu. Voulez-vous dire « Université de Nîmes » ?"),
        (11, "« EI » désigne plusieurs lieux : écrivez le nom entier."),
    ]


def test_a_repeated_row_counts_once_and_a_contradictory_one_is_bad():
    reading = read(HEAD + ROW + ROW.upper() + "camille@etu.exemple.example;Foix;UT2J\n")
    assert (len(reading.good), reading.repeated) == (1, 1)
    assert [str(bad.reason) for bad in reading.bad] == [
        "Cette adresse est déjà à la ligne 2, avec un autre site ou un autre établissement."
    ]


@pytest.mark.parametrize("text", ["", "\n\n", ";;\n", "nom;prenom\n", "e-mail;site\na@b.fr;Toulouse\n", ROW])
def test_a_file_without_its_three_columns_is_refused_whole(text):
    with pytest.raises(Refusal) as refused:
        read(text)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"\x00\x01\x02", b"\xff\xfe\x00", b"\x81\x8d"]
)
def test_a_file_that_is_not_a_text_is_refused_whole(content):
    with pytest.raises(Refusal, match="csv"):
        read_list(content, SITES, SCHOOLS)


@pytest.mark.parametrize("email", ["=1+1@etu.example", "+33@etu.example", "-a@etu.example", "@SUM(A1)"])
def test_a_formula_is_not_an_address(email):
    assert reasons(f"{email};Toulouse;UT2J\n") == [(2, f"« {email} » n’est pas une adresse électronique.")]


def test_a_quotation_mark_left_open_spoils_one_row():
    reading = read(HEAD + '"a@etu.example;Toulouse;UT2J\n' + ROW)
    assert [bad.line for bad in reading.bad] == [2]
    assert len(reading.good) == 1


def test_an_endless_line_spoils_one_row_and_is_shown_short():
    reading = read(HEAD + "a" * 500_000 + ";Toulouse;UT2J\n" + ROW)
    [bad] = reading.bad
    assert "trop longue" in str(bad.reason)
    assert len(bad.text) < 200
    assert len(reading.good) == 1


def test_what_is_shown_of_a_row_holds_no_control_character():
    [bad] = read(HEAD + "a\x1b[31m\u202e@x;Toulouse;UT2J\n").bad
    assert "\x1b" not in bad.text + str(bad.reason)
    assert "\u202e" not in bad.text + str(bad.reason)


def test_suggestions_stop_when_the_list_is_none_of_ours():
    places = Gazetteer([(1, "Toulouse", [])])
    for number in range(MOST_SUGGESTIONS):
        places.nearest(f"Toulouse{number}")
    assert places.nearest("Toulous") == ""
    assert places.nearest("Toulouse1") == "Toulouse"


def test_a_code_is_never_offered_for_another_code():
    places = Gazetteer([(1, "Université de Nîmes", ["0301687W"])])
    assert places.nearest("0301687X") == ""
    assert places.find("0301687w") == 1


def test_folding_keeps_what_names_a_place():
    assert folded("  L’Œuvre — de SÈTE  ") == "l oeuvre de sete"

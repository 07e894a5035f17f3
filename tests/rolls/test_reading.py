"""Rows sorted into people, repeats, bad rows with their reason, and warnings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.core.errors import Refusal
from participatory.identity.identifiers import Sealed, numbered, sealed
from participatory.rolls.columns import ColumnKind, Layout
from participatory.rolls.gathering import Gathering
from participatory.rolls.places import MOST_SUGGESTIONS, Gazetteer, folded
from participatory.rolls.queries import establishment_by_key
from participatory.rolls.reading import Known, Peppers, read_rows
from participatory.rolls.rules import Place, Reading, hidden_small, pseudonym
from participatory.rolls.sheets import open_table
from tests.rolls.making import PEPPERS, bea, csv_of, ods_of, xls_of, xlsx_of
from tests.rolls.making import read as read_file

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
KNOWN = Known(SITES, SCHOOLS, {10: "0311383K", 11: "0301687W"})
ROW = "camille@etu.exemple.example;Toulouse;UT2J\n"
PLACES = ("site", "establishment")


def read(text, kinds=("email", *PLACES), known=KNOWN):
    return read_rows(open_table(text.encode()).lines, Layout(0, tuple(map(ColumnKind, kinds))), known, PEPPERS)


def reasons(text, *kinds, known=KNOWN):
    found = read(text, kinds or ("email", *PLACES), known)
    return [(bad.line, str(bad.reason)) for bad in found.bad]


def name(identifier):
    return pseudonym(PEPPERS.round, identifier)


def ine_name(ine):
    return name(sealed(PEPPERS.identity, Sealed.INE, ine))


@pytest.mark.parametrize("site", ["Nîmes-Alès", "NIMES ALES", "nimes-ales", " Alès ", "nîmes"])
@pytest.mark.parametrize("school", ["0301687w", "Unimes", "universite de nimes", "universite-nimes"])
def test_places_are_recognised_as_people_write_them(site, school):
    [person] = read(f"a@etu.example;{site};{school}\n").people
    assert (person.pseudonyms, person.places) == ((name("a@etu.example"),), (Place(2, 11),))


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
        (2, "L’adresse électronique manque."),
        (3, "Le site manque."),
        (4, "L’établissement manque."),
        (5, "« pas une adresse » n’est pas une adresse électronique."),
        (7, "Le site « Toulose » est inconnu. Voulez-vous dire « Toulouse » ?"),
        (8, "Le site « Strasbourg » est inconnu."),
        (9, "L’établissement « Universite de Nime » est inconnu. Voulez-vous dire « Université de Nîmes » ?"),
        (10, "« EI » désigne plusieurs lieux : écrivez le nom entier."),
    ]


def test_every_identifier_of_a_row_becomes_a_key_the_strongest_first():
    kinds = ("email", "number", "ine", *PLACES)
    [person] = read(f"A@etu.example;00123;{bea(7).lower()};Toulouse;UT2J\n", kinds).people
    number = sealed(PEPPERS.identity, Sealed.NUMBER, numbered("0311383K", "00123"))
    assert person.pseudonyms == (ine_name(bea(7)), name(number), name("a@etu.example"))


def test_an_ine_and_the_esi_that_holds_it_are_one_person_in_either_column():
    esi = f"urn:schac:personalUniqueCode:int:esi:fr:{bea(7)}"
    reading = read(f"{bea(7)};;Toulouse;UT2J\n;{esi};Toulouse;UT2J\n{esi};;Toulouse;UT2J\n", ("ine", "esi", *PLACES))
    assert [person.pseudonyms for person in reading.people] == [(ine_name(bea(7)),)]
    assert reading.repeated == 2


def test_wrong_identifiers_are_told_in_plain_words_even_beside_a_right_one():
    kinds = ("ine", "esi", "number", "email", *PLACES)
    rows = [
        (bea(1)[:-1] + "I", "", "", "a@etu.example"),
        ("1234567890", "", "", "a@etu.example"),
        ("", "urn:schac:personalUniqueCode:int:esi:univ.fr:1", "", "a@etu.example"),
        (bea(1), f"urn:schac:personalUniqueCode:int:esi:fr:{bea(2)}", "", ""),
        ("", "", "12 34 !", ""),
        ("", "", "", ""),
    ]
    said = [words for _, words in reasons("".join(";".join(row) + ";Toulouse;UT2J\n" for row in rows), *kinds)]
    assert [
        any(part in words for words in said[at : at + 1])
        for at, part in enumerate(
            [
                "dernier caractère",
                "ôté le zéro",
                "ne contient pas d’INE",
                "d’une même personne",
                "chiffres et de lettres",
                "Rien n’identifie",
            ]
        )
    ] == [True] * 6


def test_a_student_number_needs_the_code_of_its_establishment():
    [(_, words)] = reasons("123;Toulouse;École d’ingénieurs A\n", "number", *PLACES)
    assert "code UAI" in words
    [one, other] = read("123;Toulouse;UT2J\n123;Nîmes;Unîmes\n", ("number", *PLACES)).people
    assert one.pseudonyms != other.pseudonyms


def test_a_code_whose_letter_is_wrong_is_taken_with_a_warning():
    reading = read("a@etu.example;Toulouse;0311383A\n")
    assert [person.places for person in reading.people] == [(Place(1, 10),)]
    [warning] = reading.warnings
    assert (warning.line, "devrait être K" in str(warning.reason)) == (1, True)
    both = read("pas une adresse;Toulouse;0311383A\n")
    assert (len(both.bad), both.warnings) == (1, ())
    assert "est inconnu" in reasons("a@etu.example;Toulouse;9999999A\n")[0][1]


def test_a_repeated_row_counts_once_and_another_place_is_kept():
    reading = read(ROW + ROW.upper() + "camille@etu.exemple.example;Foix;UT2J\n")
    assert (reading.good, reading.repeated, reading.bad) == (2, 1, ())
    assert [person.places for person in reading.people] == [(Place(1, 10), Place(3, 10))]


def test_rows_that_share_an_identifier_are_one_person_even_through_a_third():
    rows = f"{bea(1)};;Toulouse;UT2J\n;a@etu.example;Nîmes;Unîmes\n{bea(1)};a@etu.example;Toulouse;UT2J\n"
    reading = read(rows, ("ine", "email", *PLACES))
    [person] = reading.people
    assert person.pseudonyms == (ine_name(bea(1)), name("a@etu.example"))
    assert person.places == (Place(1, 10), Place(2, 11))
    assert (reading.good, reading.repeated) == (3, 0)


def test_one_address_with_two_ines_is_a_fault_of_the_list():
    rows = f"{bea(1)};a@etu.example;Toulouse;UT2J\n{bea(2)};a@etu.example;Toulouse;UT2J\n"
    [(line, words)] = reasons(rows, "ine", "email", *PLACES)
    assert line == 2
    assert "à la ligne 1, avec un autre INE" in words


def test_the_list_of_an_establishment_takes_nobody_from_another():
    own = Known(SITES, SCHOOLS, {}, only=10)
    assert read("a@etu.example;Toulouse\n", ("email", "site"), own).people[0].places == (Place(1, 10),)
    [(_, words)] = reasons("a@etu.example;Toulouse;Unîmes\n", known=own)
    assert words == "« Unîmes » est un autre établissement que le vôtre."


@pytest.mark.parametrize("email", ["=1+1@etu.example", "+33@etu.example", "-a@etu.example", "@SUM(A1)"])
def test_a_formula_is_not_an_address(email):
    assert reasons(f"{email};Toulouse;UT2J\n") == [(1, f"« {email} » n’est pas une adresse électronique.")]


def test_what_is_shown_of_a_row_holds_no_control_character_and_no_unused_column():
    [bad] = read("Durand;a\x1b[31m\u202e@x;Toulouse;UT2J\n", ("unused", "email", *PLACES)).bad
    assert "\x1b" not in bad.text + str(bad.reason)
    assert "\u202e" not in bad.text + str(bad.reason)
    assert "Durand" not in bad.text


def test_what_was_read_holds_no_identifier_in_clear():
    reading = read(f"{bea(1)};camille@etu.exemple.example;Toulouse;UT2J\n", ("ine", "email", *PLACES))
    assert "camille" not in repr(reading)
    assert bea(1) not in repr(reading)


def test_the_pseudonyms_follow_both_peppers():
    text = f"{bea(1)};Toulouse;UT2J\n"
    layout = Layout(0, tuple(map(ColumnKind, ("ine", *PLACES))))
    names = {
        read_rows(open_table(text.encode()).lines, layout, KNOWN, Peppers(identity, round_)).people[0].pseudonyms
        for identity in (b"a", b"b")
        for round_ in (b"c", b"d")
    }
    assert len(names) == 4


@pytest.mark.parametrize("make", [csv_of, xlsx_of, xls_of, ods_of])
def test_every_format_gives_the_same_people(app, make):
    head = ("INE", "e-mail", "site", "établissement")
    content = make((bea(1), "é@etu.exemple.example", "Nîmes", "0301687W"), ("x", "y", "z", "t"), head=head)
    found = read_file(content)
    assert found.reading.people[0].pseudonyms == (ine_name(bea(1)), name("é@etu.exemple.example"))
    assert [bad.line for bad in found.reading.bad] == [3]


def test_a_referents_file_needs_no_establishment(app):
    own = establishment_by_key("universite-nimes")
    found = read_file(csv_of(("a@etu.exemple.example", "Nîmes"), head=("mail", "site")), only=own)
    assert found.reading.people[0].places[0].establishment_id == own.id


@pytest.mark.parametrize("content", [b"", b"\n\n", b";;\n", csv_of()])
def test_a_file_without_anybody_is_refused_whole(app, content):
    with pytest.raises(Refusal) as refused:
        read_file(content)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("rows", "bad", "refused"), [(50, 1, False), (49, 1, True), (100, 2, False), (100, 3, True), (1, 0, False)]
)
def test_two_percent_of_bad_rows_is_the_limit_itself(rows, bad, refused):
    reading = Reading((), rows, 0, (None,) * bad, ())
    assert reading.has_too_many_bad is refused


@given(st.lists(st.tuples(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 3)), max_size=8))
def test_people_gathered_are_the_connected_rows_whatever_their_order(given_rows):
    """Against the slow and obvious way: join any two groups that share a name until none do."""
    gathering = Gathering()
    groups = []
    for line, (names, site) in enumerate(given_rows, 1):
        gathering.add(line, [(1, name) for name in names], Place(site, 1))
        new = (set(names), {site})
        touching = [group for group in groups if group[0] & new[0]]
        groups = [group for group in groups if group not in touching]
        groups.append((new[0].union(*(g[0] for g in touching)), new[1].union(*(g[1] for g in touching))))
    people = gathering.people()
    found = [(set(person.pseudonyms), {place.site_id for place in person.places}) for person in people]
    assert sorted(map(str, map(sorted, (g[0] for g in found)))) == sorted(map(str, map(sorted, (g[0] for g in groups))))
    assert sorted(sorted(g[1]) for g in found) == sorted(sorted(g[1]) for g in groups)


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


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([], []),
        ([("a", 4)], [("a", None)]),
        ([("a", 50), ("b", 5)], [("a", 50), ("b", 5)]),
        ([("a", 50), ("b", 7), ("c", 2)], [("a", 50), ("b", None), ("c", None)]),
        ([("a", 50), ("b", 3), ("c", 2)], [("a", 50), ("b", None), ("c", None)]),
    ],
)
def test_a_small_count_is_hidden_and_cannot_be_found_by_subtraction(counts, shown):
    assert hidden_small(counts) == shown

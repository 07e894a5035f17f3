"""Student numbers as the ministry writes them, and as people do."""

import csv
import string
from contextlib import suppress
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.core.errors import Kind, Refusal
from participatory.identity.identifiers import (
    CHECK_LETTERS,
    IneKind,
    Sealed,
    check_letter,
    ine_from_esi,
    ine_kind,
    is_esi,
    normalised_ine,
    normalised_uai,
    numbered,
    sealed,
    uai_is_coherent,
)

DIGITS, CAPITALS = "0123456789", string.ascii_uppercase
ESI = "urn:schac:personalUniqueCode:int:esi:fr:"


def digits(count):
    return st.text(DIGITS, min_size=count, max_size=count)


rnie = st.builds(str.__add__, digits(9), st.text(CAPITALS, min_size=2, max_size=2))
bea = digits(10).map(lambda number: number + check_letter(number))
sise = st.text(DIGITS + CAPITALS, min_size=10, max_size=10).map(lambda head: head + str(int(head, 36) % 10))
apprentice = st.builds("{}A{}{}".format, digits(4), digits(5), st.sampled_from(CAPITALS))
ines = st.one_of(rnie, bea, sise, apprentice)


def refused(text):
    with pytest.raises(Refusal) as found:
        normalised_ine(text)
    assert found.value.kind is Kind.INVALID
    return str(found.value)


@given(rnie)
def test_an_rnie_is_never_refused(ine):
    assert normalised_ine(ine) == ine
    assert ine_kind(ine) is IneKind.RNIE


@given(bea)
def test_a_bea_number_is_known_by_its_letter(ine):
    assert normalised_ine(ine) == ine
    assert ine_kind(ine) is IneKind.BEA
    for letter in CAPITALS:
        if letter != ine[-1]:
            assert "dernier caractère" in refused(ine[:-1] + letter)


@given(sise)
def test_a_sise_number_is_known_by_its_last_digit(ine):
    assert normalised_ine(ine) == ine
    assert ine_kind(ine) is IneKind.SISE
    for digit in DIGITS:
        if digit != ine[-1]:
            assert "dernier caractère" in refused(ine[:-1] + digit)


@given(apprentice)
def test_an_apprenticeship_number_has_its_a(ine):
    assert normalised_ine(ine) == ine
    assert ine_kind(ine) is IneKind.APPRENTICESHIP


@given(ines)
def test_each_number_has_one_shape_and_stays_as_it_is_once_normalised(ine):
    assert normalised_ine(normalised_ine(ine)) == ine


@given(ines, st.data())
def test_spaces_signs_and_case_do_not_matter(ine, data):
    written = "".join(
        letter + data.draw(st.sampled_from(["", " ", "\u00a0", "-", ".", "\u200b", "\u202f"])) for letter in ine
    )
    assert normalised_ine(f" '{written.lower()}\n") == ine


@given(ines)
def test_an_esi_holds_the_ine(ine):
    assert ine_from_esi(ESI + ine) == ine
    assert ine_from_esi(f"  {ESI.upper()}{ine.lower()} ") == ine
    assert is_esi(ESI + ine)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    for read in (normalised_ine, ine_from_esi, normalised_uai, lambda given: numbered("0311384L", given)):
        with suppress(Refusal):
            assert read(text).isascii()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12345678OAB", "123456780AB"),
        ("lO3456789AB", "103456789AB"),
        ("I234567890V", "1234567890V"),
        ("O9O8A12345B", "0908A12345B"),
    ],
)
def test_letters_that_look_like_digits_are_read_as_digits_where_no_letter_can_stand(written, meant):
    assert normalised_ine(written) == meant


def test_a_letter_that_may_be_one_is_left_alone():
    assert normalised_ine("123456789OI") == "123456789OI"
    with_letter, with_digit = "O000000000", "0000000000"
    assert normalised_ine(with_letter + str(int(with_letter, 36) % 10))[0] == "O"
    assert normalised_ine(with_digit + "0") == "00000000000"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "onze caractères"),
        ("1234567890", "ôté le zéro"),
        ("12345678901.0", "onze caractères"),
        ("1,23457E+10", "onze caractères"),
        ("ABCDEFGHIJK", "la forme d’aucun"),
        ("1234567\u0410\u0412CD", "la forme d’aucun"),
        ("٠١٢٣٤٥٦٧٨AB", "la forme d’aucun"),
        ("1" * 100_000, "onze caractères"),
        ("12345678ßX", "onze caractères"),
    ],
)
def test_a_wrong_number_is_told_what_is_wrong(text, words):
    assert words in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "urn:schac:personalUniqueCode:int:esi:univ-albi.fr:123",
        "urn:schac:personalUniqueCode:int:esi:fr:",
        "urn:schac:personalUniqueCode:int:esi:fr:1234567890A",
        "urn:schac:personalUniqueCode:int:esi:fr:123456789AB:x",
        "123456789AB",
    ],
)
def test_an_esi_without_a_right_ine_is_refused(text):
    with pytest.raises(Refusal):
        ine_from_esi(text)


def test_the_codes_of_our_establishments_all_have_their_letter():
    with (files("participatory.territories") / "reference" / "establishments.csv").open(encoding="utf-8") as file:
        codes = [row["uai"] for row in csv.DictReader(file) if row["uai"]]
    assert codes
    for code in codes:
        assert normalised_uai("{UAI}" + code.lower()) == code
        assert uai_is_coherent(code)
    assert not uai_is_coherent("0311384A")
    assert not uai_is_coherent("")


@pytest.mark.parametrize("text", ["", "031138L", "03113844", "0311384L1", "{UAI}"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(Refusal):
        normalised_uai(text)


def test_a_student_number_belongs_to_its_establishment_and_keeps_its_zeros():
    assert numbered("0311384l", " 00 21400123 ") == "0311384L:0021400123"
    assert numbered("0311383K", "21400123") != numbered("0311384L", "21400123")
    with pytest.raises(Refusal):
        numbered("0311384L", "é")


@given(ines, st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_what_is_sealed_tells_its_kind_and_nothing_else(ine, pepper, other):
    one = sealed(pepper, Sealed.INE, ine)
    assert one.startswith("ine:")
    assert len(one) == 4 + 64
    assert ine not in one
    assert sealed(pepper, Sealed.INE, ine) == one
    assert sealed(pepper, Sealed.NUMBER, ine)[4:] != one[4:]
    assert (sealed(other, Sealed.INE, ine) == one) is (other == pepper)


def test_the_letters_of_the_checks_are_those_of_the_ministry():
    assert len(CHECK_LETTERS) == 23
    assert not set("IOQ") & set(CHECK_LETTERS)

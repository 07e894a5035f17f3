"""What attributes mean: statuses, numbers, establishments, addresses, in every spelling."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.doors.attributes import (
    MOST_VALUES,
    Meaning,
    Reading,
    identifying,
    read,
    refuse_unless_student,
    tidied,
    values_of,
)
from participatory.doors.claims import Home, Place, claim_of, place_of, proven_address
from participatory.doors.rules import Asserted, DoorRefusal, SourceKind, Trouble, proof_ends, state_of
from participatory.doors.trial import masked, report

PLACE = Place(1, "0311384L", 7, frozenset({"univ-tlse3.fr"}))
OTHER = Place(2, "0311383K", 7, frozenset({"univ-tlse2.fr"}))
PEPPER = b"poivre" * 6


def said(**attributes):
    return read(tidied(attributes), Reading())


@pytest.mark.parametrize(
    "name",
    ["eduPersonAffiliation", "EDUPERSONAFFILIATION", "eduperson_affiliation", "urn:oid:1.3.6.1.4.1.5923.1.1.1.1"],
)
def test_a_name_is_read_in_every_spelling(name):
    assert said(**{name: "student"}).is_student


def test_a_source_with_its_own_names_is_read_by_them_only():
    reading = Reading({Meaning.AFFILIATION: ("statut",)}, ("etudiant",))
    assert read({"statut": ("Etudiant",)}, reading).is_student
    assert not read({"eduPersonAffiliation": ("student",)}, reading).is_student


def test_a_scope_counts_only_when_it_is_among_the_allowed_ones():
    reading = Reading(scopes=("univ-tlse3.fr",))
    assert read({"eduPersonScopedAffiliation": ("student@univ-tlse3.fr",)}, reading).is_student
    assert not read({"eduPersonScopedAffiliation": ("student@ailleurs.fr",)}, reading).is_student


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["employee"], "membre du personnel"),
        (["faculty@univ-tlse3.fr"], "membre du personnel"),
        (["alum"], "ancien"),
        (["member"], "pas comme étudiant"),
        ([], "ne nous a pas dit"),
    ],
)
def test_whoever_is_not_a_student_reads_why_in_words_that_fit(values, words):
    with pytest.raises(DoorRefusal) as met:
        refuse_unless_student(said(eduPersonAffiliation=values))
    assert met.value.trouble is Trouble.NOT_STUDENT
    assert words in str(met.value)


def test_the_ine_is_read_from_its_own_attribute_else_from_the_esi():
    assert said(supannCodeINE="123456789ab").ine == "123456789AB"
    assert said(schacPersonalUniqueCode="urn:schac:personalUniqueCode:int:esi:fr:123456789AB").ine == "123456789AB"
    assert said(
        schacPersonalUniqueCode=["urn:schac:other:1", "URN:SCHAC:personaluniquecode:INT:ESI:FR:123456789AB"]
    ).ine


def test_numbers_are_given_the_strongest_first():
    found = identifying(
        said(
            supannCodeINE="123456789AB",
            supannEtuId="22012345",
            schacPersonalUniqueCode="urn:schac:personalUniqueCode:int:esi:unipi.it:77",
        ),
        "0311384L",
    )
    assert [kind for kind, _ in found] == ["ine", "num", "num"]
    assert found[2] == ("num", "0311384L:22012345")


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"mail": "a@univ-tlse3.fr"},
        {"supannCodeINE": "123"},
        {"supannEtuId": "<b>"},
        {"schacPersonalUniqueCode": "urn:schac:personalUniqueCode:fr:1"},
        {"eduPersonPrincipalName": "a@univ-tlse3.fr"},
    ],
    ids=str,
)
def test_without_a_stable_number_nobody_is_known(attributes):
    with pytest.raises(DoorRefusal) as met:
        identifying(said(**attributes), "0311384L")
    assert met.value.trouble is Trouble.NO_IDENTIFIER


def test_a_student_number_is_worth_nothing_without_the_code_of_its_establishment():
    with pytest.raises(DoorRefusal):
        identifying(said(supannEtuId="22012345"), "")


@pytest.mark.parametrize(
    "value",
    [["a", ["b"]], [{"a": 1}], "a\x00b", "a\nb", "x" * 401, "", "  ", 1.5, True, None, {"a": "b"}, b"octets"],
    ids=str,
)
def test_what_is_not_a_plain_short_text_is_left_out(value):
    assert tidied({"nom": value}).get("nom", ()) in {(), ("a",)}


def test_a_number_in_json_is_a_text_and_too_many_values_are_cut():
    assert tidied({"supannEtuId": 22012345}) == {"supannEtuId": ("22012345",)}
    assert len(tidied({"nom": [str(each) for each in range(1000)]})["nom"]) == MOST_VALUES


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=8)))
def test_whatever_comes_is_read_without_fault(raw):
    home = Home(PLACE)
    found = report(Asserted("x", tidied(raw)), home, SourceKind.OIDC, PEPPER)
    assert (found.claim is None) != (found.refusal is None)


def test_the_establishment_named_must_be_the_sources_own_or_an_allowed_one():
    home = Home(PLACE, {"0311383K": OTHER})
    assert place_of(said(), home) is PLACE
    assert place_of(said(supannEtablissement=["{SIRET}12", "{UAI}0311384l"]), home) is PLACE
    assert place_of(said(supannEtablissement="0311383K"), home) is OTHER
    with pytest.raises(DoorRefusal) as met:
        place_of(said(supannEtablissement="{UAI}0342490X"), home)
    assert met.value.trouble is Trouble.OTHER_ESTABLISHMENT


def test_only_an_address_of_the_establishment_is_proven():
    statement = said(mail=["a@gmail.example", "B@Univ-Tlse3.fr", "c@x.univ-tlse3.fr"])
    assert proven_address(statement, PLACE, verified=True) == "b@univ-tlse3.fr"
    assert proven_address(statement, PLACE, verified=False) is None
    assert proven_address(said(mail="a@evil-univ-tlse3.fr"), PLACE, verified=True) is None


def test_the_same_person_has_the_same_identifiers_through_every_kind_of_door():
    attributes = tidied({"eduPersonAffiliation": "student", "supannCodeINE": "123456789AB", "supannEtuId": "1"})
    kinds = (SourceKind.OIDC, SourceKind.CAS, SourceKind.SAML)
    claims = {claim_of(Asserted(kind, attributes), Home(PLACE), kind, PEPPER).identifiers for kind in kinds}
    assert len(claims) == 1
    (identifiers,) = claims
    assert [each[:4] for each in identifiers] == ["ine:", "num:"]


@pytest.mark.parametrize(
    ("value", "meaning", "shown"),
    [
        ("123456789AB", Meaning.INE, "12••••••••B"),
        ("camille.durand@univ-tlse3.fr", Meaning.EMAIL, "c•••••@univ-tlse3.fr"),
        ("student@univ-tlse3.fr", Meaning.AFFILIATION, "student@univ-tlse3.fr"),
        ("Camille", None, "•••••••"),
    ],
)
def test_values_are_masked_for_staff(value, meaning, shown):
    assert masked(value, meaning) == shown


def test_a_name_that_looks_like_another_is_not_it():
    assert values_of({"xmail": ("a",), "mails": ("b",)}, ["mail"]) == ()


def test_a_proof_holds_until_the_end_of_october():
    assert proof_ends(datetime(2026, 11, 23, tzinfo=UTC)) == datetime(2027, 10, 31, 23, tzinfo=UTC)
    assert proof_ends(datetime(2027, 10, 31, 22, 59, tzinfo=UTC)) == datetime(2027, 10, 31, 23, tzinfo=UTC)
    assert proof_ends(datetime(2027, 10, 31, 23, 1, tzinfo=UTC)).year == 2028


def test_the_state_of_a_door_follows_from_its_dates():
    day = datetime(2026, 11, 23, tzinfo=UTC)
    states = [state_of(None, None, None), state_of(day, None, None), state_of(day, day, None), state_of(day, None, day)]
    assert [each.value for each in states] == ["draft", "tested", "enabled", "disabled"]

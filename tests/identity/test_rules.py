import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.core.errors import Refusal
from participatory.identity.codes import CODE_LENGTH, code_mac, new_code, sign_in_key, well_formed
from participatory.identity.rules import clean_name, first_name_of, normalised_email, safe_path


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/ /evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        None,
        "/" + "a" * 300,
        "/\x00",
        "/\x7f",
    ],
)
def test_an_address_that_could_leave_the_site_is_forgotten(path):
    assert safe_path(path) == ""


@pytest.mark.parametrize("path", ["/", "/mon-compte", "/budgets/2026/projets?q=v%C3%A9lo&page=2", "/projets/été"])
def test_a_path_of_the_site_is_kept(path):
    assert safe_path(path) == path


@given(st.text(max_size=40))
def test_what_is_kept_is_always_a_path_of_this_site(text):
    kept = safe_path(text)
    assert kept == "" or (kept[0] == "/" and not kept.startswith(("//", "/\\")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "camille",
        "camille@",
        "@exemple.fr",
        "camille@exemple",
        "a b@exemple.fr",
        "a@exemple.fr\nbcc: b@exemple.fr",
        "a@exemple.fr,b@exemple.fr",
        "Camille <a@exemple.fr>",
        "a\x00@exemple.fr",
        "a@" + "b" * 64 + ".fr",
        "a@exe\u0301mple.fr",
        "a@exemple..fr",
        "a" * 65 + "@exemple.fr",
        "a@" + "b" * 260 + ".fr",
    ],
)
def test_what_is_not_an_address_is_refused(text):
    with pytest.raises(Refusal) as refused:
        normalised_email(text)
    assert refused.value.field == "email"


def test_two_ways_of_writing_one_address_are_one_address():
    assert normalised_email("  Éva.Noël@ETU.Exemple.FR ") == normalised_email("e\u0301va.noe\u0308l@etu.exemple.fr")


def test_names_lose_what_cannot_be_seen():
    assert clean_name(" Ca\u202emille\u200b \n Durand\x07 ") == "Camille Durand"


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("camille.durand@etu.fr", "Camille"),
        ("sacha@etu.fr", "Sacha"),
        ("21904512@etu.fr", "Personne"),
        ("p21904512@etu.fr", "Personne"),
        ("c@etu.fr", "Personne"),
    ],
)
def test_the_first_name_shown_is_never_a_student_number(email, name):
    assert first_name_of(email, "Personne") == name


def test_codes_are_forgiving_to_read_and_bound_to_their_attempt():
    key, code = sign_in_key("a secret"), new_code()
    assert len(code) == CODE_LENGTH
    assert well_formed(f" {code[:5].lower()} - {code[5:]} ")
    assert code_mac(key, "one", code) == code_mac(key, "one", code.lower())
    assert code_mac(key, "one", code) != code_mac(key, "other", code)
    assert code_mac(key, "one", code) != code_mac(sign_in_key("another secret"), "one", code)

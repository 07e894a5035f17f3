"""Whoever alters any file of a bundle, by one byte or one row, is caught by the digests or by the signature."""

import pytest

from participatory.verification.checks import CHECKS, told
from tests.verification.altering import bundle, by_byte, by_row, failed
from tests.verification.making import World, rulebook

PLACES = 60
_WORLD = World(rulebook("approval"), voters=24)
FILES = _WORLD.files()
CONTENT = [name for name in FILES if not name.startswith("manifest")]
DIGESTS, SIGNATURES = CHECKS[0], CHECKS[2]


def altered(name):
    yield from by_byte(FILES[name], PLACES, name)
    yield from by_row(FILES[name], name)


@pytest.mark.parametrize("name", CONTENT)
def test_any_byte_and_any_row_of_any_file_is_caught_by_its_digest(name):
    missed = [
        what
        for what, data in altered(name)
        if data != FILES[name] and not any(name in fault for fault in told(DIGESTS, bundle(FILES | {name: data})))
    ]
    assert missed == []


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig"])
def test_any_byte_and_any_row_of_the_manifest_and_its_signature_is_caught_by_the_signature(name):
    missed = [
        what
        for what, data in altered(name)
        if data != FILES[name] and not list(told(SIGNATURES, bundle(FILES | {name: data})))
    ]
    assert missed == []


@pytest.mark.parametrize("name", CONTENT)
def test_the_command_tells_an_altered_file_by_the_number_of_the_first_check(name):
    what, data = next(by_byte(FILES[name], 3, f"once {name}"))
    assert failed(FILES | {name: data})[0] == 1, what


@pytest.mark.parametrize("name", CONTENT)
def test_a_missing_file_is_a_fault_and_no_traceback(name):
    rest = {other: data for other, data in FILES.items() if other != name}
    assert failed(rest)[0] == 1


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig"])
def test_a_bundle_without_its_manifest_or_signature_is_refused(name):
    rest = {other: data for other, data in FILES.items() if other != name}
    assert 3 in failed(rest)


@pytest.mark.parametrize("name", [*CONTENT, "manifest.json"])
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\n", b"{", b"[]", b"a,b\n1\n", b'{"a":' * 3000, b"1e400"])
def test_a_file_of_another_kind_is_a_fault_and_no_traceback(name, data):
    assert failed(FILES | {name: data})[0] == 1


def test_a_file_that_the_manifest_does_not_list_is_refused():
    assert failed(FILES | {"notes.txt": b"hello"}) == [1]

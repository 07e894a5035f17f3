from datetime import UTC, date, datetime

import pytest

from participatory.core.errors import Refusal
from participatory.core.identifiers import CROCKFORD
from participatory.printed_codes.rules import (
    CODE_LENGTH,
    CodeState,
    Life,
    code_mac,
    count,
    differences,
    new_code,
    position_in,
    readings,
    serial_of,
    shown_code,
    state_of,
    well_formed,
)

DAY = date(2026, 11, 23)
END = datetime(2026, 12, 1, tzinfo=UTC)
BEFORE, AFTER = datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)


def test_a_code_carries_sixty_bits_without_letters_that_look_alike():
    codes = {new_code() for _turn in range(200)}
    assert len(codes) == 200
    assert all(len(code) == CODE_LENGTH and set(code) <= set(CROCKFORD) for code in codes)
    assert shown_code("7K2M9QRTXW4C") == "7K2M-9QRT-XW4C"


@pytest.mark.parametrize("typed", ["7K2M-9QRT-XW4C", " 7k2m 9qrt xw4c ", "7K2M9QRTXW4C"])
def test_a_code_is_read_as_it_comes(typed):
    assert well_formed(typed)
    assert code_mac(b"key", typed) == code_mac(b"key", "7K2M9QRTXW4C")


@pytest.mark.parametrize("typed", ["", "7K2M-9QRT", "7K2M-9QRT-XW4C-AAAA", "é" * 12, "A" * 5000])
def test_another_length_is_no_code(typed):
    assert not well_formed(typed)


@pytest.mark.parametrize(
    ("life", "before", "after"),
    [
        ((None, None, None, None), CodeState.STOCK, CodeState.STOCK),
        ((DAY, None, None, None), CodeState.HANDED, CodeState.EXPIRED),
        ((DAY, DAY, None, None), CodeState.USED, CodeState.USED),
        ((DAY, None, DAY, None), CodeState.RETURNED, CodeState.RETURNED),
        ((DAY, None, None, DAY), CodeState.VOID, CodeState.VOID),
        ((None, None, None, DAY), CodeState.VOID, CodeState.VOID),
    ],
)
def test_the_state_of_a_sheet_follows_from_what_happened(life, before, after):
    assert state_of(Life(*life, END), BEFORE) is before
    assert state_of(Life(*life, END), AFTER) is after


@pytest.mark.parametrize("typed", ["K7M2-017", "k7m2 17", "K7M2017", "17", "017"])
def test_the_number_of_a_sheet_is_read_in_short_too(typed):
    assert position_in("K7M2", typed) == 17
    assert serial_of("K7M2", 17) == "K7M2-017"


@pytest.mark.parametrize("typed", ["", "AAAA-017", "K7M2", "K7M2-0171", "1234", "'; DROP", "１７", "\x00"])
def test_what_is_no_number_of_this_package_is_refused(typed):
    with pytest.raises(Refusal) as refused:
        position_in("K7M2", typed)
    assert refused.value.field == "serial"


@pytest.mark.parametrize("typed", ["", "é", "a@b", "😀" * 20, "1" * 300, "urn:schac:personalUniqueCode:int:esi:de:123"])
def test_what_identifies_nobody_is_refused_at_its_field(typed):
    with pytest.raises(Refusal) as refused:
        readings(typed, "0311384L", b"pepper")
    assert refused.value.field == "identifier"


def test_nothing_that_was_shown_is_kept_in_clear():
    for typed in ("camille@etu.exemple.example", "22104567", "1234567890M"):
        for shown in readings(typed, "0311384L", b"pepper"):
            assert typed.lower() not in shown.kept.lower()


def test_every_sheet_is_in_one_state():
    states = [CodeState.STOCK, CodeState.STOCK, CodeState.USED, CodeState.VOID]
    figures = count(4, states)
    assert figures.accounted == figures.printed == 4
    assert (figures.of(CodeState.STOCK), figures.out) == (2, 1)
    found = differences(figures, {CodeState.STOCK: 1, CodeState.VOID: 1})
    assert [(each.state, each.register, each.counted) for each in found] == [(CodeState.STOCK, 2, 1)]

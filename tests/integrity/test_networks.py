"""Which kind of network an address belongs to, how ranges are read, and what codes are made of addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participatory.core.errors import Refusal
from participatory.integrity.actions import shared_hours
from participatory.integrity.clients import LONGEST, client_family
from participatory.integrity.codes import day_key, device_code, network_code, prefix_code, text_code
from participatory.integrity.networks import (
    Range,
    Ranges,
    RangesError,
    is_private,
    public_name,
    read_address,
    read_range,
    read_ranges,
)
from participatory.integrity.observations import LONGEST_GAP, Sitting
from participatory.integrity.rules import NetworkKind

SECRET = b"s" * 32
MONDAY, TUESDAY = date(2027, 3, 1), date(2027, 3, 2)
HEADER = "cidr,kind,name\n"


def ranges(*texts: str) -> Ranges:
    return Ranges(Range(ip_network(text), NetworkKind.HOSTING, text) for text in texts)


def name_of(found: Range | None) -> str:
    return found.name if found else ""


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.200", "192.0.2.128/25"),
        ("192.0.2.1", "192.0.2.0/24"),
        ("192.0.2.255", "192.0.2.255/32"),
        ("192.0.3.1", ""),
        ("::ffff:192.0.2.1", "192.0.2.0/24"),
        ("2001:db8:12:1::5", "2001:db8:12:1::/64"),
        ("2001:db8:12:2::5", "2001:db8:12::/48"),
        ("2001:db8:13::1", ""),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_the_longest_prefix_wins_in_both_families_of_addresses(address, name):
    known = ranges(
        "192.0.2.0/24", "192.0.2.128/25", "192.0.2.255/32", "2001:db8:12::/48", "2001:db8:12:1::/64", "fe80::/64"
    )
    assert name_of(known.find(read_address(address))) == name


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(8, 32)), max_size=12), st.integers(0, 2**32 - 1))
def test_a_search_finds_what_reading_every_range_would_find(declared, number):
    networks = [ip_network((first >> (32 - length) << (32 - length), length)) for first, length in declared]
    address = ip_address(number)
    known = Ranges(Range(each, NetworkKind.HOME, str(each)) for each in networks)
    holding = sorted((each for each in networks if address in each), key=lambda each: each.prefixlen)
    assert name_of(known.find(address)) == (str(holding[-1]) if holding else "")


@pytest.mark.parametrize("text", ["", "unknown", "192.0.2.0/24", "1.2.3", "999.1.1.1", "192.0.2.1:8080", "x" * 500])
def test_what_is_no_address_is_none(text):
    assert read_address(text) is None


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        (" 192.0.2.0/24 ", "192.0.2.0/24"),
        ("198.51.100.7", "198.51.100.7/32"),
        ("2001:DB8:12::/48", "2001:db8:12::/48"),
        ("2001:db8:0012:0::/48", "2001:db8:12::/48"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("10.0.0.0/12", "10.0.0.0/12"),
    ],
)
def test_a_range_is_read_as_people_write_it(written, canonical):
    found = read_range(written)
    assert not isinstance(found, Refusal)
    assert found.with_prefixlen == canonical


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "n’est pas une plage"),
        ("wifi", "n’est pas une plage"),
        ("192.0.2.0/33", "n’est pas une plage"),
        ("192.0.2.0/24; DROP TABLE", "n’est pas une plage"),
        ("<script>alert(1)</script>", "n’est pas une plage"),
        ("192.0.2.9/24", "Vouliez-vous dire 192.0.2.0/24"),
        ("10.0.0.0/11", "trop large"),
        ("0.0.0.0/0", "trop large"),
        ("2001:db8::/27", "trop large"),
        ("::/0", "trop large"),
        ("::ffff:0.0.0.0/96", "trop large"),
        ("127.0.0.0/16", "le réseau de personne"),
        ("224.0.0.0/16", "le réseau de personne"),
        ("169.254.0.0/16", "le réseau de personne"),
        ("0.0.0.0/32", "le réseau de personne"),
        ("::1", "le réseau de personne"),
    ],
)
def test_what_is_no_range_of_a_network_is_refused_with_what_to_write(written, said):
    found = read_range(written)
    assert isinstance(found, Refusal)
    assert said in str(found)


def test_private_addresses_are_known_and_those_of_examples_are_not_private():
    assert is_private(ip_network("10.3.0.0/16"))
    assert is_private(ip_network("fd00:1::/48"))
    assert not is_private(ip_network("192.0.2.0/24"))
    assert not is_private(ip_network("2001:db8:12::/48"))


def test_the_list_that_we_ship_is_read_and_knows_no_range_twice():
    text = files("participatory.integrity").joinpath("reference/networks.csv").read_text("utf-8")
    shipped = read_ranges(text)
    assert len(Ranges(shipped)) == len(shipped) > 150
    assert Ranges(shipped).find(ip_address("37.165.1.2")).kind is NetworkKind.MOBILE
    assert Ranges(shipped).find(ip_address("51.15.1.2")).kind is NetworkKind.HOSTING
    assert Ranges(shipped).find(ip_address("192.0.2.1")) is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [1]),
        ("range,kind\n", [1]),
        (HEADER + "192.0.2.0/24,campus,Wifi\n", [2]),
        (HEADER + "192.0.2.1/24,mobile,Op\n198.51.100.0/24,hosting,\n203.0.113.0/24,mobile,Op\n", [2, 3]),
        (HEADER + "not a range,mobile,Op\n", [2]),
        (HEADER + "192.0.2.0/24\n", [2]),
    ],
)
def test_a_file_of_the_operator_is_refused_with_every_bad_row_by_its_line(text, lines):
    with pytest.raises(RangesError) as caught:
        read_ranges(text)
    assert [line for line, _fault in caught.value.faults] == lines


def test_a_public_name_is_short_and_stays_the_same():
    assert public_name(NetworkKind.MOBILE, "Free Mobile") == "mobile:free-mobile"
    assert public_name(NetworkKind.CAMPUS, "ut2j", 14) == "campus:ut2j:14"
    assert len(public_name(NetworkKind.HOSTING, "x" * 500, 10**6)) <= 64


def test_the_same_address_has_another_code_the_next_day_and_in_another_round():
    address = read_address("192.0.2.7")
    codes = {network_code(day_key(secret, day), address) for secret in (SECRET, b"t" * 32) for day in (MONDAY, TUESDAY)}
    assert len(codes) == 4
    assert network_code(day_key(SECRET, MONDAY), address) == network_code(day_key(SECRET, MONDAY), address)
    assert device_code(SECRET, "a" * 32) != device_code(b"t" * 32, "a" * 32)


def test_a_household_of_ipv6_is_one_network_and_its_neighbours_share_a_prefix():
    key = day_key(SECRET, MONDAY)
    one, again, next_door = (read_address(text) for text in ("2001:db8:1:2::a", "2001:db8:1:2::b", "2001:db8:1:3::a"))
    assert network_code(key, one) == network_code(key, again) != network_code(key, next_door)
    assert prefix_code(key, one) == prefix_code(key, next_door) != prefix_code(key, read_address("2001:db8:2::a"))
    a, b, far = (read_address(text) for text in ("192.0.2.1", "192.0.2.200", "192.0.3.1"))
    assert network_code(key, a) != network_code(key, b)
    assert prefix_code(key, a) == prefix_code(key, b) != prefix_code(key, far)


def test_codes_of_different_things_never_meet_and_hold_no_address():
    key = day_key(SECRET, MONDAY)
    address = read_address("192.0.2.0")
    found = {network_code(key, address), prefix_code(key, address), device_code(key, "192.0.2.0/32")}
    found.add(text_code(key, "192.0.2.0/32"))
    assert len(found) == 4
    assert all(len(each) == 32 and set(each) <= set("0123456789abcdef") for each in found)
    # A null character or half of a pair, which a forged form may hold, has its code too.
    assert text_code(SECRET, "\0") != text_code(SECRET, "\ud800")


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (Linux; Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0", "Firefox Mobile · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox · Linux"),
        ("python-requests/2.32", "Python Requests"),
        ("curl/8.0", "curl"),
        ("", "autre"),
        ("x" * 5000, "autre"),
        ("Evil<script>/1.0 (hello)", "autre"),
        ("\0\ud800", "autre"),
    ],
)
def test_a_client_is_told_by_its_family_and_platform_without_a_version(agent, family):
    assert client_family(agent) == family


@given(st.text(max_size=600))
def test_whatever_a_client_writes_its_family_is_short_and_plain(agent):
    found = client_family(agent)
    assert 0 < len(found) <= LONGEST
    assert "<" not in found


def test_seconds_are_those_of_one_sitting():
    sitting = Sitting.begun(1000.0).read(1030.0).read(1060.24)
    assert sitting.seconds(1065.27) == 65.3
    assert Sitting.begun(1000.0).seconds(1000.0) == 0


def test_a_long_pause_begins_another_sitting_and_a_late_cast_has_no_length():
    sitting = Sitting.begun(1000.0)
    assert sitting.read(1000 + LONGEST_GAP).seconds(1000 + LONGEST_GAP) == LONGEST_GAP
    later = 1001 + LONGEST_GAP
    assert sitting.read(later).seconds(later + 4) == 4
    assert sitting.seconds(later) is None


def test_a_clock_that_goes_back_leaves_no_length():
    sitting = Sitting.begun(1000.0)
    assert sitting.seconds(999.0) is None
    assert sitting.read(990.0).read(1000.0).seconds(1010.0) is None
    # After a pause, another sitting begins whose length is known.
    later = 1001 + LONGEST_GAP
    assert sitting.read(990.0).read(later).seconds(later + 3) == 3


def test_after_the_sealing_each_hour_is_shared_by_some():
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    counts = [7, 1, 2, 9, 1]
    instants = [
        noon + timedelta(hours=hour, minutes=7) for hour, number in enumerate(counts) for _each in range(number)
    ]
    hours = shared_hours(instants)
    assert [hours[noon + timedelta(hours=hour)] for hour in range(5)] == [
        noon,
        *[noon + timedelta(hours=1)] * 4,
    ]
    assert shared_hours([]) == {}
    assert shared_hours([noon]) == {noon: noon}


@given(st.lists(st.integers(0, 40), min_size=5, max_size=60))
def test_no_hour_is_rarer_than_the_rule_says(offsets):
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    instants = [noon + timedelta(hours=each) for each in offsets]
    hours = shared_hours(instants)
    written = [hours[each] for each in instants]
    assert min(written.count(each) for each in set(written)) >= 5
    assert all(hour <= each for each, hour in hours.items())

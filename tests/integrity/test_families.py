"""Each family of detection by itself: what it sees, and the honest look-alike that it must not see."""

from __future__ import annotations

import numpy as np
import pytest

from participatory.integrity.assessing import FAMILIES, LIGHT, assess
from participatory.integrity.detection.background import background
from participatory.integrity.events import Event
from participatory.integrity.rules import Family, NetworkKind, Parameters
from tests.integrity.making import crowd, events, places, vote

CROWD = crowd(1500)


def scores(family: Family, some: list[Event]) -> np.ndarray:
    """What a family gives to these votes among an honest crowd."""
    columns = events(CROWD, some)
    finding = FAMILIES[family](columns, background(columns), Parameters())
    return finding.score[places(columns, some)]


def on_campus(number: int, **known: object) -> Event:
    return vote(number, network="campus:toulouse", network_kind=NetworkKind.CAMPUS, **known)


def lecture(size: int = 120) -> list[Event]:
    """A lecture hall: everybody within eight minutes, on one address, with few kinds of browsers."""
    rng = np.random.default_rng(5)
    return [
        on_campus(int(at), seconds=float(stay), client=str(client))
        for at, stay, client in zip(
            rng.uniform(0, 480, size),
            np.exp(rng.normal(np.log(60), 0.6, size)),
            rng.choice(["Chrome · Android", "Safari · iOS"], size),
            strict=True,
        )
    ]


def one_after_another(size: int, pause: float = 20, **known: object) -> list[Event]:
    """One pair of hands that goes from vote to vote, a little unevenly."""
    rng = np.random.default_rng(7)
    at, found = 0.0, []
    for number in range(size):
        stay = float(rng.uniform(25, 50))
        at += stay + float(rng.uniform(0.5, 1.5)) * pause
        found.append(vote(at, seconds=stay, **{**known, "device": f"fresh-{number}"}))
    return found


def test_many_identities_on_one_device_are_seen():
    farm = [vote(60 * number, device="one") for number in range(30)]
    assert (scores(Family.DEVICE, farm) == Parameters().most).all()


def test_a_family_and_a_computer_of_a_library_are_not():
    family = [vote(60 * number, device="tablet") for number in range(3)]
    library = [vote(86_400 * (number % 10) + 900 * number, device="library") for number in range(12)]
    assert (scores(Family.DEVICE, family) == 0).all()
    assert (scores(Family.DEVICE, library) == 0).all()


def test_the_device_of_a_declared_stand_is_exempt():
    stand = [vote(40 * number, device="tablet", stand="Hall B", seconds=30.0) for number in range(200)]
    for family in (Family.DEVICE, Family.NETWORK, Family.OPERATOR, Family.RHYTHM, Family.CLIENT):
        assert (scores(family, stand) == 0).all(), family


def test_one_person_who_votes_twice_on_a_device_is_one_identity():
    again = [vote(60 * number, device="one", person="same") for number in range(30)]
    assert (scores(Family.DEVICE, again) == 0).all()


def test_a_burst_on_a_shared_network_never_weighs_more_than_two():
    given = scores(Family.NETWORK, lecture())
    assert given.max() == Parameters().most_shared
    assert Parameters().most_shared + Parameters().night_score < Parameters().flag_at


def test_a_lecture_alone_is_never_a_case():
    assert assess(events(CROWD, lecture())).cases == ()


def test_an_address_alone_decides_nothing_however_many_votes_come_from_it():
    rng = np.random.default_rng(9)
    residence = [
        vote(float(at), network="residence", seconds=float(stay), client=str(client))
        for at, stay, client in zip(
            rng.uniform(0, 7200, 300),
            np.exp(rng.normal(np.log(90), 0.7, 300)),
            rng.choice(["Chrome · Windows", "Chrome · Android", "Safari · iOS"], 300),
            strict=True,
        )
    ]
    assert assess(events(CROWD, residence)).flagged == ()


def test_sessions_that_follow_without_ever_crossing_are_seen_on_a_campus():
    hands = one_after_another(60, network="campus:toulouse", network_kind=NetworkKind.CAMPUS)
    assert np.mean(scores(Family.OPERATOR, hands) >= 2) > 0.95


def test_people_of_one_address_who_cross_are_not():
    assert (scores(Family.OPERATOR, lecture()) == 0).mean() > 0.97


def taking_turns(size: int, pause: float, **known: object) -> list[Event]:
    """One hand that goes on, by two browsers in no order; stays differ, so that no cadence shows."""
    rng = np.random.default_rng(11)
    stays = np.exp(rng.normal(np.log(40), 0.35, size))
    starts = np.cumsum(stays + rng.exponential(pause, size) + 2) - stays
    browsers = rng.choice(["Firefox · Linux", "Chrome · Windows"], size)
    return [
        on_campus(float(start + stay), **{"seconds": float(stay), "client": str(browser)} | known)
        for start, stay, browser in zip(starts, stays, browsers, strict=True)
    ]


def test_who_begins_as_soon_as_the_one_before_has_ended_is_seen_on_a_campus():
    some = taking_turns(14, pause=6)
    assert (scores(Family.OPERATOR, some) > 1).all()
    flagged = {flag.event_id for flag in assess(events(CROWD, some)).flagged}
    assert {each.id for each in some} <= flagged


def test_people_who_leave_time_between_them_take_no_turns():
    assert scores(Family.OPERATOR, taking_turns(14, pause=300)).max() == 0


@pytest.mark.parametrize("seed", range(5))
def test_however_fast_people_come_they_do_not_take_turns(seed: int):
    rng = np.random.default_rng(seed)
    for rate in (3, 20, 60, 200):
        at, stays = np.cumsum(rng.exponential(rate, 400)), np.exp(rng.normal(np.log(45), 0.5, 400))
        some = [on_campus(float(each), seconds=float(stay)) for each, stay in zip(at, stays, strict=True)]
        assert (scores(Family.OPERATOR, some) > 1).mean() <= 0.02


def test_somebody_on_their_own_device_amid_one_device_is_not_of_the_chain():
    farm = taking_turns(20, pause=6, device="the-same", client="Firefox · Linux")
    between = farm[9].at.timestamp() - farm[0].at.timestamp()
    stranger = on_campus(between + float(farm[0].seconds or 0) + 30, seconds=20.0)
    given = scores(Family.OPERATOR, [*farm, stranger])
    assert (given > 1).sum() >= 18
    columns = events(CROWD, farm, [stranger])
    finding = FAMILIES[Family.OPERATOR](columns, background(columns), Parameters())
    assert finding.score[places(columns, [stranger])].max() == 0


def test_votes_down_the_list_are_seen_and_a_class_that_votes_together_is_not():
    listed = one_after_another(40, site="site-1", network="campus:1", network_kind=NetworkKind.CAMPUS)
    down = [each._replace(rank=900 + 2 * number) for number, each in enumerate(listed)]
    assert scores(Family.ADJACENCY, down).min() > 4
    rng = np.random.default_rng(3)
    ranks = rng.permutation(30) + 1500
    together = [
        on_campus(int(at), site="site-1", rank=int(rank), seconds=90.0)
        for at, rank in zip(rng.uniform(0, 600, 30), ranks, strict=True)
    ]
    assert scores(Family.ADJACENCY, together).max() <= Parameters().together


def test_speed_is_measured_against_this_round():
    fast = scores(Family.SPEED, [vote(0, seconds=2.0), vote(9, seconds=6.5), vote(18, seconds=45.0)])
    assert fast[0] == Parameters().most_speed
    assert 1 < fast[1] <= Parameters().most_speed - 1
    assert fast[2] < 0.6


def test_somebody_who_takes_an_hour_is_not_strange():
    assert scores(Family.SPEED, [vote(0, seconds=3600.0)])[0] == 0


def test_a_browser_that_is_fast_as_a_whole_is_seen_and_a_fast_person_is_not():
    rng = np.random.default_rng(2)
    bots = [vote(90 * n, client="Odd · Linux", seconds=float(s)) for n, s in enumerate(rng.uniform(2, 6, 40))]
    assert (scores(Family.CLIENT, bots) == Parameters().client_score).all()
    assert scores(Family.CLIENT, [vote(0, seconds=3.0, client="Chrome · Windows")])[0] == 0


def test_a_vpn_is_seen_and_is_not_enough():
    person = vote(3600, network="vpn", network_kind=NetworkKind.HOSTING)
    assert scores(Family.CLIENT, [person])[0] == Parameters().client_score
    assert assess(events(CROWD, [person])).flagged == ()


def test_the_night_is_the_night_of_paris_in_winter_and_in_summer():
    at_two = [vote(16 * 3600), vote(16 * 3600 + 60 * 86_400)]
    given = scores(Family.NIGHT, at_two)
    assert list(given) == [Parameters().night_score] * 2
    # 1:00 UTC on Monday is 2:00 in Paris; two months later 2:30 UTC is 4:30.
    noon = scores(Family.NIGHT, [vote(3 * 3600)])
    assert noon[0] == 0


def test_a_cadence_is_seen_and_a_crowd_is_not():
    rng = np.random.default_rng(4)
    steady = [vote(60 * n + float(rng.uniform(-4, 4)), network="home-x", seconds=40.0) for n in range(40)]
    assert np.mean(scores(Family.RHYTHM, steady) > 3) > 0.9
    assert (scores(Family.RHYTHM, lecture()) == 0).mean() > 0.97


def test_what_is_not_known_counts_for_nothing():
    blank = [vote(n * 30, rank=None, network="", device="", client="", seconds=None) for n in range(40)]
    for family in FAMILIES:
        if family is not Family.NIGHT:
            assert (scores(family, blank) <= Parameters().most_shared).all(), family
    assert assess(events(CROWD, blank)).flagged == ()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_deterministic_and_never_negative(family: Family):
    some = [*lecture(60), *one_after_another(30)]
    first, again = scores(family, some), scores(family, some)
    assert np.array_equal(first, again)
    assert np.isfinite(first).all()
    assert (first >= 0).all()
    assert first.max() <= Parameters().most


def test_the_light_version_looks_at_less():
    farm = [vote(60 * n + n % 7, device="one", network="home-x", seconds=None) for n in range(40)]
    flags = assess(events(CROWD, farm), light=True).flagged
    assert {flag.event_id for flag in flags} >= {each.id for each in farm[:38]}
    assert {family for flag in flags for family in flag.families} <= LIGHT

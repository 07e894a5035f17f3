"""Delays, and what hides at once: the ground of one notice, never their number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participatory.core.labels import label
from participatory.notices.rules import BASES, HIDES_PER_NETWORK, URGENT, Ground, due_at, hides_at_once

MOMENT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("ground", list(Ground))
def test_each_ground_has_its_words_its_basis_and_its_hour(ground):
    assert label(ground)
    assert BASES[ground]
    within = timedelta(hours=24) if ground in URGENT else timedelta(days=7)
    assert due_at(ground, MOMENT) - MOMENT == within


@pytest.mark.parametrize("ground", list(Ground))
def test_only_what_may_hurt_hides_at_once_within_the_pace_of_a_network_and_never_after_a_person_kept_it(ground):
    assert hides_at_once(ground, 0, False) is (ground in URGENT)
    assert hides_at_once(ground, HIDES_PER_NETWORK - 1, False) is (ground in URGENT)
    assert not hides_at_once(ground, HIDES_PER_NETWORK, False)
    assert not hides_at_once(ground, 0, True)

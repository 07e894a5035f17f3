"""The drawing of the hours of a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participatory.integrity_desk.axis import WIDTH, segments
from participatory.integrity_desk.reading import compact, spelled_out
from participatory.integrity_desk.timeline import Lane, Point, draw, letters

START = datetime(2027, 3, 27, 21, 0, tzinfo=UTC)


def points(*minutes: float, **shared: str) -> list[Point]:
    values = {Lane(name): value for name, value in shared.items()}
    at = [START + timedelta(minutes=each) for each in minutes]
    return [Point(number, each, 45.0, values, "flagged") for number, each in enumerate(at, 1)]


def test_letters_go_to_the_most_frequent_first_and_never_to_nothing():
    assert letters(["b", "a", "a", "", "c"]) == {"a": "A", "b": "B", "c": "C"}
    assert letters(str(number) for number in range(28))["27"] == "AB"


def test_lanes_are_what_half_of_the_ballots_share_devices_first():
    assert draw(points(0, 2, 4, device="d", network="n"), (), {}).kind is Lane.DEVICE
    cleared = [Point(number, START, 3.0, {Lane.DEVICE: str(number), Lane.NETWORK: "n"}, "new") for number in range(6)]
    assert draw(cleared, (), {"n": "A"}).rows[0].name == "A"
    assert draw(points(0, 1), (), {}).kind is Lane.SITE


def test_every_mark_stands_on_the_drawing_and_none_covers_another():
    drawing = draw(points(*range(0, 120, 2), 900, device="d"), (), {})
    marks = [mark for row in drawing.rows for mark in row.marks]
    assert len(marks) == 61
    for mark in marks:
        assert mark.x >= 0
        assert mark.x + mark.width <= WIDTH
        assert mark.y < drawing.axis
    for number, mark in enumerate(marks):
        for other in marks[number + 1 :]:
            apart = mark.x + mark.width <= other.x or other.x + other.width <= mark.x
            assert apart or mark.y != other.y


def test_a_quiet_night_is_cut_and_a_lone_ballot_is_drawn():
    parts = segments([START, START + timedelta(minutes=10), START + timedelta(hours=15)])
    assert len(parts) == 2
    assert parts[0].x + parts[0].width < parts[1].x
    assert len(segments([START])) == 1
    assert draw(points(0), (), {}).rows[0].size == 1


def test_hundreds_of_ballots_at_once_and_a_change_of_hour_are_drawn():
    drawing = draw(points(*[0] * 300, *range(0, 600, 3), device="d"), (), {})
    assert drawing.height < 1000
    assert len(drawing.ticks) == len({tick.x for tick in drawing.ticks})


def test_the_other_ballots_are_counted_where_time_is_drawn():
    others = [(START + timedelta(minutes=each), 3) for each in (-5000, 1, 2, 5000)]
    drawing = draw(points(0, 10, device="d"), others, {})
    assert 3 <= drawing.most <= 6
    assert draw(points(0, 10, device="d"), (), {}).bars == ()


def test_a_drawing_needs_a_ballot():
    with pytest.raises(ValueError, match="ballot"):
        draw([], (), {})


@pytest.mark.parametrize("numbers", [[1], [1, 2, 3], [2, 4, 5, 9]])
def test_numbers_are_read_as_they_are_written(numbers: list[int]):
    assert spelled_out(compact(numbers), 10) == numbers


def test_numbers_may_be_written_with_other_signs():
    assert spelled_out("1–3; 5", 10) == [1, 2, 3, 5]

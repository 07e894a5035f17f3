import re

import numpy as np
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from participatory.opinion.analysis import analyse
from participatory.opinion.drawing import TEMPLATE, Page, hull, page_of
from participatory.opinion.snapshot import Snapshot
from participatory.opinion.votes import Votes
from tests.opinion.making import QUICK, conversation, noise

WORDS = {str(number): f"Affirmation <b>{number}</b> : les bus & les trains" for number in range(20)}
SNAPSHOT = Snapshot.of(analyse(Votes.of(conversation(1, (45, 30, 20))), parameters=QUICK))
REFUSED = Snapshot.of(analyse(Votes.of(noise(1, 60)), parameters=QUICK))


@pytest.fixture
def render(app: Flask):
    def rendered(page: Page, language: str = "fr") -> str:
        source = f'{{% from "{TEMPLATE}" import opinion_result %}}{{{{ opinion_result(page) }}}}'
        with app.test_request_context("/", headers={"Accept-Language": language}):
            return app.jinja_env.from_string(source).render(page=page)

    return rendered


def test_every_dot_is_on_the_paper_and_stands_for_five_people_or_more() -> None:
    drawn = page_of(SNAPSHOT, WORDS).map
    assert drawn.fewest >= 5
    for shape in drawn.shapes:
        for dot in shape.dots:
            assert dot.radius <= dot.x <= drawn.width - dot.radius
            assert dot.radius <= dot.y <= drawn.height - dot.radius


def test_people_of_a_group_are_all_drawn() -> None:
    page = page_of(SNAPSHOT, WORDS)
    drawn = [sum(dot.people for dot in shape.dots) for shape in page.map.shapes]
    assert drawn == [group.size for group in page.groups] == [45, 30, 20]
    assert page.placed == 95
    assert [group.letter for group in page.groups] == ["A", "B", "C"]


def test_a_map_has_its_tables(render) -> None:
    html = render(page_of(SNAPSHOT, WORDS))
    assert "3 groupes d’opinion" in html
    assert html.count("<circle") == sum(len(shape.dots) for shape in page_of(SNAPSHOT, WORDS).map.shapes)
    assert re.search(r"A</th><td[^>]*>45</td><td[^>]*>47\s%</td>", html)
    assert "Affirmation &lt;b&gt;" in html
    assert "<b>" not in html
    assert "style=" not in html


def test_the_english_page_is_english(render) -> None:
    html = render(page_of(SNAPSHOT, WORDS, "."), "en")
    assert "3 opinion groups" in html
    assert "Groupe" not in html


def test_a_refusal_is_said_plainly_with_its_figures_and_without_a_picture(render) -> None:
    page = page_of(REFUSED, WORDS)
    html = render(page)
    assert "Pas de groupes stables" in html
    assert "<circle" not in html
    assert "Les chiffres du verdict" in html
    assert page.map is None
    assert not all(check.held for check in page.checks)
    assert re.search(r"ressemblance de 0,\d{3} en moyenne", html)


def test_fewer_than_five_people_are_not_counted(render) -> None:
    html = render(page_of(Snapshot.of(analyse(Votes.of(noise(1, 3)))), WORDS))
    assert html.count("moins de 5") == 2


def test_a_statement_without_words_is_named_by_its_number() -> None:
    assert page_of(SNAPSHOT, {}).groups[0].lines[0].words.startswith("n° ")


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=30))
def test_a_hull_holds_every_point(points: list[tuple[int, int]]) -> None:
    corners = hull(points)
    assert set(corners) <= set(points)
    if len(corners) > 2:
        for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
            side = np.array(other) - np.array(one)
            assert all(side[0] * (y - one[1]) - side[1] * (x - one[0]) >= 0 for x, y in points)

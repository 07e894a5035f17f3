"""A round that takes projects, a student on its roll, and the student's browser."""

import io
import re

import pytest
from PIL import Image

from participatory.rounds.rules import Phase
from tests.factories import add_voter, make_person, make_round, sign_in


@pytest.fixture
def round_(app):
    return make_round(Phase.SUBMISSION)


@pytest.fixture
def author(round_):
    person = make_person(name="Ada")
    add_voter(round_, person, "albi")
    return person


@pytest.fixture
def student(client, author):
    sign_in(client, author)
    return client


def picture(kind="PNG", size=(60, 40)):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def typed(**changes):
    """A complete project as a browser posts it; a value of None leaves a field out."""
    whole = {
        "title": "Une cuisine partagée",
        "summary": "Cuisiner ensemble pour moins cher.",
        "need": "Les repas coûtent cher.",
        "solution": "Un local **équipé**, ouvert le soir.",
        "site": "albi",
        "theme": "food",
        "lines-0-label": "Four",
        "lines-0-quantity": "2",
        "lines-0-unit": "1 250,50",
        "lines-0-kind": "investment",
        "lines-1-label": "Animation",
        "lines-1-quantity": "10",
        "lines-1-unit": "100",
        "lines-1-kind": "operating",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def stamps(html):
    """The two marks that an edit form carries."""
    return {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1] for name in ("updated_at", "editor")}

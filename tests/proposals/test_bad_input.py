"""Hostile and mistaken input at the door: a sentence, a refusal, and everything that was typed still there."""

import pytest

from participatory.core.database import db
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from tests.factories import make_proposal
from tests.proposals.conftest import stamps, typed


@pytest.fixture
def draft(round_, author):
    return make_proposal(round_, State.DRAFT, author=author)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("W31301234", "W suivi de neuf chiffres"),
        ("732 829 320 00075", "sa clé ne correspond pas"),
        ("un numéro", "Donnez le numéro RNA"),
        ("", "Donnez le numéro RNA"),
    ],
    ids=["short_rna", "siret_key", "words", "none"],
)
def test_a_wrong_number_of_association_is_told_at_its_field_and_nothing_is_lost(student, draft, number, said):
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    carrier = {"association": "+declared", "carrier_name": "Les Pousses", "carrier_number": number}
    answer = student.post(f"/projets/{draft.slug}/deposer", data=typed(**marks, **carrier))
    assert answer.status_code == 422
    assert said in answer.text.replace("\u202f", " ").replace("\xa0", " ")
    assert 'value="Les Pousses"' in answer.text
    assert "Un local **équipé**, ouvert le soir." in answer.text
    assert db.session.get_one(Proposal, draft.id).state is State.DRAFT


def test_a_text_that_carries_htmx_is_shown_as_text_and_acts_on_nothing(student, draft):
    hostile = '<a hx-get="/deconnexion" hx-trigger="load">ici</a> **ferme**'
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    changed = {"solution": hostile, "title": '<b hx-post="/x">Titre</b>'}
    assert student.post(f"/projets/{draft.slug}/deposer", data=typed(**marks, **changed)).status_code == 303
    page = student.get(f"/projets/{draft.slug}").text
    assert "<a hx-get" not in page
    assert "<b hx-post" not in page
    assert "&lt;a hx-get" in page
    assert "<strong>ferme</strong>" in page

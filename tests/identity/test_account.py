import pytest
import sqlalchemy as sa

from participatory.core.database import db
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from tests.factories import make_association, make_person, sign_in


@pytest.fixture
def camille(client):
    person = make_person(email="camille@etu.exemple.example", name="Camille")
    sign_in(client, person)
    return person


def save(client, **changes):
    return client.post("/mon-compte", data={"display_name": "Camille", "locale": "fr", "association": "", **changes})


def test_the_account_says_what_is_kept(client, camille):
    text = client.get("/mon-compte").text
    assert "camille@etu.exemple.example" in text
    assert "Ce que nous gardons de vous" in text
    assert "noindex" in text


def test_a_name_is_changed_and_cleaned(client, camille):
    assert save(client, display_name=" Ca\u202emille  D. ").status_code == 303
    db.session.refresh(camille)
    assert camille.display_name == "Camille D."


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 61])
def test_an_empty_or_endless_name_is_refused(client, camille, name):
    assert save(client, display_name=name).status_code == 422
    db.session.refresh(camille)
    assert camille.display_name == "Camille"


def test_markup_in_a_name_stays_text(client, camille):
    save(client, display_name="<script>alert(1)</script>")
    text = client.get("/mon-compte").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_the_language_chosen_is_that_of_the_next_page(client, camille):
    save(client, locale="en")
    assert '<html lang="en">' in client.get("/mon-compte").text
    assert save(client, locale="xx").status_code == 422


def test_choosing_an_association_is_journalled(client, camille):
    association = make_association()
    assert save(client, association=association.slug).status_code == 303
    db.session.refresh(camille)
    assert camille.association_id == association.id
    entry = db.session.scalars(sa.select(JournalEntry)).one()
    assert entry.verb == "person.association_chosen"
    assert association.slug in entry.payload
    save(client, association=association.slug)
    assert len(db.session.scalars(sa.select(JournalEntry)).all()) == 1


def test_an_association_that_does_not_exist_is_refused(client, camille):
    assert save(client, association="inventee").status_code == 422


def test_a_moderator_does_not_change_association_alone(client):
    own, other = make_association(), make_association()
    moderator = make_person(roles=(Role.MODERATOR,), association=own)
    sign_in(client, moderator)
    text = client.get("/mon-compte").text
    assert 'name="association"' not in text
    assert "demandez à l’administration" in text
    assert save(client, association=other.slug, display_name="Lou").status_code == 303
    db.session.refresh(moderator)
    assert (moderator.association_id, moderator.display_name) == (own.id, "Lou")

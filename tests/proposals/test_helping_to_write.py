"""What helps while one writes: examples of each theme, the documents among the tasks, a file too heavy said at once."""

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.proposals.content import Content, faults
from participatory.proposals.examples import EXAMPLES, examples_for
from participatory.proposals.records import Document
from participatory.proposals.rules import State
from participatory.proposals.tasks import Progress, tasks
from participatory.rounds.rulebook import Theme
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_proposal, make_round, sign_in


def test_each_theme_has_an_example_and_the_chosen_one_comes_first():
    assert set(EXAMPLES) == set(Theme)
    assert [theme for theme, _each in examples_for((Theme.HEALTH, Theme.FOOD), Theme.FOOD)] == [
        Theme.FOOD,
        Theme.HEALTH,
    ]


def test_documents_are_a_free_task_until_one_is_attached():
    assert tasks(Content(), [])[-1].progress is Progress.FREE
    assert tasks(Content(), [], 1)[-1].progress is Progress.DONE


def test_the_form_shows_the_examples_of_the_round_and_where_documents_go(client):
    author = make_person()
    draft = make_proposal(make_round(Phase.SUBMISSION), State.DRAFT, author=author, theme=Theme.FOOD)
    with transaction():
        db.session.add(Document(proposal_id=draft.id, key="a.pdf", title="Devis", size=9, added_at=now()))
    sign_in(client, author)
    html = client.get(f"/projets/{draft.slug}/modifier").text
    assert html.index("réfrigérateur partagé") < html.index("psychologue")
    assert "1 document joint." in html
    assert 'href="#documents"' in html
    assert 'data-heaviest="8388608"' in html
    assert 'id="image-poids"' in html
    assert not [each for each in faults(Content(), draft.round.rulebook) if each.field == "documents"]

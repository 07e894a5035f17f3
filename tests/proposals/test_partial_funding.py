"""The least amount with which an author agrees beforehand to be funded in part."""

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.proposals.content import Content, faults
from participatory.proposals.costing import Line
from participatory.proposals.models import CostLine, Proposal
from participatory.proposals.rules import LineKind, State
from participatory.rounds.actions import adopt_rulebook
from participatory.rounds.rules import Phase
from tests.conftest import MIGRATIONS
from tests.factories import RULEBOOK, add_voter, make_person, make_proposal, make_round, move_round, sign_in
from tests.proposals.conftest import stamps, typed

ASKED = "Financement en partie accepté à partir de"
ALLOWED = RULEBOOK.changed(partial_funding=True)


@pytest.fixture
def round_(app):
    return make_round(Phase.SUBMISSION, partial_funding=True)


@pytest.fixture
def draft(round_, author):
    return make_proposal(round_, State.DRAFT, author=author, title="Une idée")


def read(proposal):
    db.session.expire_all()
    return db.session.get(Proposal, proposal.id)


def post(browser, proposal, deed="modifier", **changes):
    page = browser.get(f"/projets/{proposal.slug}/modifier").text
    return browser.post(f"/projets/{proposal.slug}/{deed}", data=typed(**stamps(page), **changes))


def agree(proposal, cents):
    with transaction():
        proposal.partial_min_cents = cents


def test_the_form_asks_only_where_the_rulebook_allows_it(student, author, draft):
    assert ASKED in student.get(f"/projets/{draft.slug}/modifier").text
    elsewhere = make_round(Phase.SUBMISSION)
    add_voter(elsewhere, author)
    other = make_proposal(elsewhere, State.DRAFT, author=author)
    assert ASKED not in student.get(f"/projets/{other.slug}/modifier").text
    assert "financé en partie" in student.get(f"/budgets/{draft.round.slug}/projets/nouveau").text
    assert "financé en partie" not in student.get(f"/budgets/{elsewhere.slug}/projets/nouveau").text


def test_an_author_agrees_submits_and_may_change_it_in_a_new_version(student, draft):
    assert post(student, draft, "deposer", partial_min="1 500,50").status_code == 303
    kept = read(draft)
    assert (kept.partial_min_cents, kept.version) == (1_500_50, 1)
    assert kept.partial_from_cents == 1_500_50
    assert 'value="1\u202f500,50"' in student.get(f"/projets/{kept.slug}/modifier").text
    assert post(student, kept, "deposer", partial_min="").status_code == 303
    kept = read(draft)
    assert (kept.partial_min_cents, kept.version, kept.partial_from_cents) == (None, 2, None)


def test_the_same_agreement_again_is_no_new_version(student, draft):
    post(student, draft, "deposer", partial_min="1500")
    assert "Rien n’a changé" in student.get(post(student, read(draft), "deposer", partial_min="1500").location).text
    assert read(draft).version == 1


# The project of these tests costs 3,501 euros.
@pytest.mark.parametrize("amount", ["0", "3 501", "3 501,01", "9999"])
def test_an_amount_that_is_no_part_of_the_cost_is_kept_in_the_draft_and_not_submitted(student, draft, amount):
    answer = post(student, draft, "deposer", partial_min=amount)
    assert answer.status_code == 422
    assert 'href="#partial_min"' in answer.text
    assert f'value="{amount}"' in answer.text
    kept = read(draft)
    assert kept.state is State.DRAFT
    assert kept.partial_from_cents is None


@pytest.mark.parametrize("amount", ["-5", "1e9", "peu", "10 000 000 001", "99999999999999999999", "NaN"])
@pytest.mark.parametrize("deed", ["modifier", "deposer"])
def test_what_is_no_amount_is_refused_and_stays_typed(student, draft, amount, deed):
    answer = post(student, draft, deed, partial_min=amount)
    assert answer.status_code == 422
    assert f'value="{amount}"' in answer.text
    assert read(draft).partial_min_cents is None


def test_an_amount_sent_where_nobody_asks_is_not_kept(student, author):
    elsewhere = make_round(Phase.SUBMISSION)
    add_voter(elsewhere, author)
    other = make_proposal(elsewhere, State.DRAFT, author=author)
    assert post(student, other, partial_min="100").status_code == 303
    assert read(other).partial_min_cents is None


def test_an_agreement_waits_while_the_rulebook_does_not_allow_it(student, round_, draft):
    agree(draft, 1_000_00)
    officer = make_person(roles=(Role.OFFICER,))
    with transaction():
        adopt_rulebook(round_, round_.rulebook.changed(partial_funding=False), "Essai.", officer, now())
    assert post(student, draft).status_code == 303
    assert (read(draft).partial_min_cents, read(draft).partial_from_cents) == (1_000_00, None)


@pytest.mark.parametrize("phase", [Phase.REVIEW, Phase.VOTING])
def test_it_no_longer_changes_once_the_project_does_not(student, round_, draft, phase):
    page = student.get(f"/projets/{draft.slug}/modifier").text
    move_round(round_, phase)
    answer = student.post(f"/projets/{draft.slug}/modifier", data=typed(**stamps(page), partial_min="100"))
    assert answer.status_code == 409
    assert read(draft).partial_min_cents is None


def test_another_person_cannot_agree_for_the_author(client, round_, draft):
    other = make_person()
    add_voter(round_, other)
    sign_in(client, other)
    assert client.post(f"/projets/{draft.slug}/modifier", data=typed(partial_min="100")).status_code in {403, 404}
    assert read(draft).partial_min_cents is None


def test_the_page_of_the_project_says_it(client, round_):
    project = make_proposal(round_, cost_cents=10_000_00)
    assert "financé en partie" not in client.get(f"/projets/{project.slug}").text
    agree(project, 4_000_00)
    assert "en partie à partir de 4\u202f000\u00a0€" in client.get(f"/projets/{project.slug}").text


@pytest.mark.parametrize("final", [4_000_00, 3_999_99])
def test_a_cost_brought_down_to_the_agreed_amount_voids_the_agreement_and_the_page_says_so(client, round_, final):
    project = make_proposal(round_, cost_cents=10_000_00)
    agree(project, 4_000_00)
    with transaction():
        project.final_cents = final
    assert read(project).partial_from_cents is None
    assert "financé en entier ou pas du tout" in client.get(f"/projets/{project.slug}").text


def test_the_page_is_silent_where_the_rulebook_does_not_allow_it(client):
    project = make_proposal(make_round(), cost_cents=10_000_00)
    agree(project, 4_000_00)
    assert "en partie" not in client.get(f"/projets/{project.slug}").text


@pytest.mark.parametrize(("cents", "faulty"), [(None, False), (1, False), (99_99, False), (100_00, True), (0, True)])
def test_only_a_part_of_the_cost_can_be_agreed_to(cents, faulty):
    content = Content(lines=(Line("Tout", 1, 100_00, LineKind.OPERATING),), partial_min_cents=cents)
    assert any(fault.field == "partial_min" for fault in faults(content, ALLOWED)) is faulty
    assert not any(fault.field == "partial_min" for fault in faults(content, RULEBOOK))


def test_the_migration_leaves_projects_and_their_costs_where_they_are(app_on_each_database):
    assert app_on_each_database
    project = make_proposal(make_round())
    identifier = project.id
    db.session.remove()
    downgrade(directory=str(MIGRATIONS), revision="0002")
    upgrade(directory=str(MIGRATIONS))
    held = db.session.get(Proposal, identifier)
    assert held.partial_min_cents is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CostLine)) == 1

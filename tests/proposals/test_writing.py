"""A draft: begun, saved by hand or by itself, in one tab or two."""

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.core.database import db, transaction
from participatory.proposals.actions import locked
from participatory.proposals.models import Proposal
from participatory.proposals.policy import MAX_DRAFTS
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import (
    add_voter,
    make_association,
    make_person,
    make_proposal,
    make_round,
    move_round,
    sign_in,
    site,
)
from tests.proposals.conftest import picture, stamps, typed


@pytest.fixture
def draft(round_, author):
    return make_proposal(round_, State.DRAFT, author=author, title="Une idée")


def read(proposal):
    db.session.expire_all()
    return db.session.get(Proposal, proposal.id)


def save(student, draft, **changes):
    page = student.get(f"/projets/{draft.slug}/modifier").text
    return student.post(f"/projets/{draft.slug}/modifier", data=typed(**stamps(page)) | changes)


def test_the_invitation_says_what_is_needed_to_anybody(client, round_):
    page = client.get(f"/budgets/{round_.slug}/projets/nouveau")
    assert page.status_code == 200
    assert "Se connecter pour commencer" in page.text
    assert "30\u202f000\u00a0€" in page.text


def test_a_student_on_the_roll_begins_a_draft_at_their_site(student, round_, author):
    assert "Commencer mon projet" in student.get(f"/budgets/{round_.slug}/projets/nouveau").text
    answer = student.post(f"/budgets/{round_.slug}/projets/nouveau")
    draft = db.session.scalars(sa.select(Proposal)).one()
    assert answer.status_code == 303
    assert answer.location == f"/projets/{draft.slug}/modifier"
    assert draft.state is State.DRAFT
    assert draft.site.slug == "albi"
    assert student.get(answer.location).status_code == 200


def test_beginning_twice_gives_the_same_blank_draft(student, round_):
    first = student.post(f"/budgets/{round_.slug}/projets/nouveau").location
    assert student.post(f"/budgets/{round_.slug}/projets/nouveau").location == first


def test_beginning_needs_an_account(client, round_):
    assert client.post(f"/budgets/{round_.slug}/projets/nouveau").location.startswith("/connexion")


def test_beginning_needs_a_place_on_the_roll(client, round_):
    sign_in(client, make_person())
    assert "liste électorale" in client.get(f"/budgets/{round_.slug}/projets/nouveau").text
    answer = client.post(f"/budgets/{round_.slug}/projets/nouveau")
    assert answer.status_code == 403
    assert "liste électorale" in answer.text


def test_a_rulebook_may_open_proposals_to_all(client):
    round_ = make_round(Phase.SUBMISSION, proposers_on_roll=False)
    sign_in(client, make_person())
    assert client.post(f"/budgets/{round_.slug}/projets/nouveau").status_code == 303


@pytest.mark.parametrize("phase", [Phase.ANNOUNCEMENT, Phase.REVIEW, Phase.VOTING, Phase.DELIVERY])
def test_beginning_outside_the_submission_phase_is_refused(student, round_, phase):
    move_round(round_, phase)
    answer = student.post(f"/budgets/{round_.slug}/projets/nouveau")
    assert answer.status_code == 409
    assert "dépôt" in answer.text


def test_drafts_do_not_pile_up(student, round_, author):
    for _ in range(MAX_DRAFTS):
        make_proposal(round_, State.DRAFT, author=author)
    answer = student.post(f"/budgets/{round_.slug}/projets/nouveau")
    assert answer.status_code == 409
    assert "brouillons" in answer.text


def test_a_round_that_is_not_announced_does_not_exist(client):
    round_ = make_round(Phase.DRAFT)
    assert client.get(f"/budgets/{round_.slug}/projets/nouveau").status_code == 404
    assert client.get(f"/budgets/{round_.slug}/projets").status_code == 404


def test_saving_keeps_everything_that_was_typed(student, draft):
    answer = save(student, draft, markers=["green_pact", "accessibility"])
    assert answer.status_code == 303
    kept = read(draft)
    assert (kept.title, kept.theme_code, kept.site.slug) == ("Une cuisine partagée", "food", "albi")
    assert kept.marker_codes == ["green_pact", "accessibility"]
    assert [(line.label, line.quantity, line.unit_cents) for line in kept.lines] == [
        ("Four", 2, 125_050),
        ("Animation", 10, 10_000),
    ]
    assert kept.asked_cents == 350_100
    assert "cuisin" in kept.search_text
    assert "Brouillon enregistré." in student.get(answer.location).text


def test_a_draft_may_be_incomplete(student, draft):
    bare = dict.fromkeys(typed(), "") | {"site": "region", "lines-0-kind": "operating", "lines-1-kind": "operating"}
    assert save(student, draft, **bare).status_code == 303
    assert read(draft).lines == []
    half = bare | {"lines-0-label": "Four"}
    assert save(student, draft, **half).status_code == 303
    assert read(draft).lines[0].quantity == 0
    assert (
        'value="0"'
        not in student.get(f"/projets/{draft.slug}/modifier").text.partition('id="lines-0-quantity"')[2][:80]
    )


def test_what_cannot_be_read_is_given_back_with_its_reason(student, draft):
    answer = save(student, draft, **{"lines-0-quantity": "beaucoup", "lines-1-unit": "cher", "title": "t" * 130})
    assert answer.status_code == 422
    for text in ('value="beaucoup"', 'value="cher"', "10 signes de trop", "nombre entier", "montant en euros"):
        assert text in answer.text
    assert 'href="#lines-0-quantity"' in answer.text
    assert read(draft).title == "Une idée"


def test_a_row_is_added_without_a_script_and_nothing_is_lost(student, draft):
    answer = save(student, draft, add="1", title="Pas encore enregistré")
    assert answer.status_code == 200
    assert 'name="lines-2-label"' in answer.text
    assert "Pas encore enregistré" in answer.text
    assert read(draft).title == "Une idée"


def test_a_row_is_removed_by_the_number_in_its_names(student, draft):
    answer = save(student, draft, remove="0")
    assert 'name="lines-0-label"' not in answer.text
    assert 'value="Animation"' in answer.text
    assert "1\u202f000\u00a0€" in answer.text


def test_rows_with_gaps_between_their_numbers_are_saved_in_order(student, draft):
    changes = {f"lines-0-{part}": None for part in ("label", "quantity", "unit", "kind")}
    more = {"lines-7-label": "Chaises", "lines-7-quantity": "4", "lines-7-unit": "25", "lines-7-kind": "investment"}
    page = student.get(f"/projets/{draft.slug}/modifier").text
    student.post(f"/projets/{draft.slug}/modifier", data=typed(**stamps(page), **changes, **more))
    assert [line.label for line in read(draft).lines] == ["Animation", "Chaises"]


def test_autosave_answers_with_the_hour_and_the_total(student, draft):
    page = student.get(f"/projets/{draft.slug}/modifier").text
    answer = student.post(
        f"/projets/{draft.slug}/modifier", data=typed(**stamps(page), act="autosave"), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("Brouillon enregistré à")
    assert 'id="total" hx-swap-oob="true"' in answer.text
    assert "3\u202f501\u00a0€" in answer.text
    assert "<html" not in answer.text
    assert read(draft).title == "Une cuisine partagée"


def test_autosave_says_when_it_could_not_save(student, draft):
    data = typed(**stamps(student.get(f"/projets/{draft.slug}/modifier").text)) | {"lines-0-unit": "cher"}
    answer = student.post(f"/projets/{draft.slug}/modifier", data=data | {"act": "autosave"})
    assert answer.status_code == 422
    assert "Pas encore enregistré" in answer.text
    assert "montant en euros" in answer.text


def test_autosave_takes_no_picture(student, draft):
    data = typed(**stamps(student.get(f"/projets/{draft.slug}/modifier").text)) | {"image": "[object File]"}
    assert student.post(f"/projets/{draft.slug}/modifier", data=data | {"act": "autosave"}).status_code == 200
    assert read(draft).image_key is None


def test_a_form_follows_its_own_savings(student, draft):
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    for number in range(3):
        data = typed(**marks, title=f"Titre {number}", act="autosave")
        assert student.post(f"/projets/{draft.slug}/modifier", data=data).status_code == 200
    assert read(draft).title == "Titre 2"


def test_a_form_opened_before_does_not_cover_what_another_tab_saved(student, draft):
    old, new = (stamps(student.get(f"/projets/{draft.slug}/modifier").text) for _ in range(2))
    address = f"/projets/{draft.slug}/modifier"
    assert student.post(address, data=typed(**new, title="Le neuf")).status_code == 303
    assert student.post(address, data=typed(**old, act="autosave")).status_code == 409
    refused = student.post(address, data=typed(**old, title="L’ancien onglet"))
    assert refused.status_code == 409
    assert "dans un autre onglet" in refused.text
    assert "L’ancien onglet" in refused.text
    assert read(draft).title == "Le neuf"
    knowingly = student.post(address, data=typed(**stamps(refused.text), title="L’ancien onglet"))
    assert knowingly.status_code == 303
    assert read(draft).title == "L’ancien onglet"


def test_a_form_without_its_mark_covers_nothing(student, draft):
    assert student.post(f"/projets/{draft.slug}/modifier", data=typed()).status_code == 409
    assert read(draft).title == "Une idée"


@pytest.mark.parametrize("way", ["modifier", "deposer", "retirer"])
def test_another_person_finds_no_draft_to_change(client, draft, way):
    sign_in(client, make_person())
    assert client.post(f"/projets/{draft.slug}/{way}", data=typed()).status_code == 404
    assert read(draft).state is State.DRAFT


def test_another_person_cannot_change_a_public_project(client, round_, author):
    known = make_proposal(round_, State.ADMITTED, author=author)
    sign_in(client, make_person())
    assert client.get(f"/projets/{known.slug}/modifier").status_code == 403
    assert client.post(f"/projets/{known.slug}/retirer").status_code == 403


def test_what_is_typed_when_the_phase_ends_is_given_back(student, round_, draft):
    marks = stamps(student.get(f"/projets/{draft.slug}/modifier").text)
    move_round(round_, Phase.REVIEW)
    answer = student.post(f"/projets/{draft.slug}/modifier", data=typed(**marks, title="Trop tard"))
    assert answer.status_code == 409
    assert "Trop tard" in answer.text
    assert "clos" in answer.text
    assert read(draft).title == "Une idée"


def test_a_submitted_project_is_not_saved_without_a_new_version(student, round_, author):
    submitted = make_proposal(round_, State.SUBMITTED, author=author)
    page = student.get(f"/projets/{submitted.slug}/modifier").text
    assert "Déposer cette version" in page
    assert "autosave" not in page.partition("<main")[2]
    answer = student.post(f"/projets/{submitted.slug}/modifier", data=typed(**stamps(page)))
    assert answer.status_code == 409
    assert "nouvelle version" in answer.text
    assert read(submitted).title == submitted.title


def test_only_ones_own_association_is_offered(client, round_):
    own, other = make_association("La mienne"), make_association("Une autre")
    person = make_person(association=own)
    add_voter(round_, person)
    sign_in(client, person)
    draft = make_proposal(round_, State.DRAFT, author=person)
    page = client.get(f"/projets/{draft.slug}/modifier").text
    assert "La mienne" in page
    assert "Une autre" not in page
    address = f"/projets/{draft.slug}/modifier"
    assert client.post(address, data=typed(**stamps(page), association=other.slug)).status_code == 422
    assert client.post(address, data=typed(**stamps(page), association=own.slug)).status_code == 303
    assert read(draft).association_id == own.id


def test_a_picture_is_kept_and_served_to_its_author(student, draft, client):
    answer = save(student, draft, image=(io.BytesIO(picture()), "vue.png"), image_alt="Un local vide")
    assert answer.status_code == 303
    kept = read(draft)
    assert kept.image_alt == "Un local vide"
    shown = student.get(f"/images/{kept.image_key}")
    assert shown.status_code == 200
    assert shown.headers["Content-Type"] == "image/webp"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in shown.headers["Cache-Control"]


def test_a_picture_need_not_be_sent_again_when_something_else_is_wrong(student, draft):
    refused = save(student, draft, image=(io.BytesIO(picture()), "vue.png"), title="t" * 130, image_alt="Un local")
    assert refused.status_code == 422
    assert "bien arrivée" in refused.text
    handle = refused.text.partition('name="picture"')[2].partition('value="')[2].partition('"')[0]
    assert save(student, draft, picture=handle, image_alt="Un local").status_code == 303
    assert read(draft).image_key is not None


def test_a_picture_of_another_project_cannot_be_taken(student, draft):
    assert save(student, draft, picture="0" * 32 + ".webp").status_code == 303
    assert read(draft).image_key is None


def test_a_picture_is_removed(student, draft):
    save(student, draft, image=(io.BytesIO(picture()), "vue.png"), image_alt="Un local")
    save(student, draft, remove_image="y")
    assert read(draft).image_key is None
    assert read(draft).image_alt == ""


def test_a_project_that_was_waited_for_is_read_with_its_new_site(app_on_each_database):
    project = make_proposal(make_round(Phase.SUBMISSION), State.DRAFT)
    identifier, sites = project.public_id, [site(slug).id for slug in ("toulouse", "albi")]
    barrier = Barrier(8)

    def change(number):
        with app_on_each_database.app_context():
            barrier.wait()
            with transaction():
                held = locked(identifier)
                found = held.site is not None and held.site.id == held.site_id
                held.site_id = sites[number % 2]
                return found

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(change, range(8)))

"""The rulebook: shown in words, downloaded byte for byte, its versions compared."""

from __future__ import annotations

import hashlib
import json

import pytest

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.doors.rules import SourceKind
from participatory.identity.rules import Role
from participatory.rounds.actions import adopt_rulebook
from participatory.rounds.faults import rulebook_fault
from participatory.rounds.models import RulebookVersion
from participatory.rounds.rulebook import PROOFS, BallotKind, Rulebook, Theme
from participatory.rounds.rules import Phase
from participatory.rounds.rules_in_words import changes
from tests.factories import RULEBOOK, make_person, make_round, sign_in
from tests.rounds.forms import shown


def test_the_document_downloaded_has_the_digest_shown(client):
    round_ = make_round()
    document = client.get(f"/budgets/{round_.slug}/reglement.json").data
    assert hashlib.sha256(document).hexdigest() == round_.current_version.digest
    assert round_.current_version.digest in client.get(f"/budgets/{round_.slug}/reglement").text


def test_the_document_is_the_rulebook_again():
    assert Rulebook.from_json(RULEBOOK.to_json()) == RULEBOOK


def test_the_same_rules_give_the_same_bytes_whatever_the_order_of_writing():
    shuffled = json.dumps(dict(reversed(list(json.loads(RULEBOOK.to_json()).items()))))
    assert Rulebook.from_json(shuffled).digest() == RULEBOOK.digest()


def test_the_page_says_the_values_in_articles(client):
    round_ = make_round(min_votes=12, ballot_max=4)
    text = client.get(f"/budgets/{round_.slug}/reglement").text
    assert "L’enveloppe est de 100\u202f000\u00a0€." in text
    assert "soit 40\u00a0% de l’enveloppe" in text
    assert "Choisissez de 1 à 4 projets." in text
    assert "au moins 12 votes" in text
    assert RULEBOOK.tie_seed in text


@pytest.mark.parametrize(("phase", "frozen"), [(Phase.REVIEW, False), (Phase.VOTING, True), (Phase.CONTROL, True)])
def test_the_page_says_that_it_is_frozen_once_voting_has_opened(client, phase, frozen):
    round_ = make_round(phase)
    assert ("Règlement gelé" in client.get(f"/budgets/{round_.slug}/reglement").text) is frozen


def test_the_page_says_what_changed_between_two_versions(client):
    round_, officer = make_round(Phase.SUBMISSION), make_person(roles=(Role.OFFICER,))
    with transaction():
        adopt_rulebook(round_, round_.rulebook.changed(ballot_max=5), "Trois, c’est trop peu.", officer, now())
    text = client.get(f"/budgets/{round_.slug}/reglement").text
    assert "Nombre maximal de projets sur un bulletin\u00a0: 5 au lieu de 3." in text
    assert "Trois, c’est trop peu." in text
    assert "Version 2" in text


def test_an_earlier_version_can_still_be_read_and_downloaded(client):
    round_, officer = make_round(Phase.SUBMISSION), make_person(roles=(Role.OFFICER,))
    first = round_.current_version.digest
    with transaction():
        adopt_rulebook(round_, round_.rulebook.changed(ballot_max=5), "Plus de choix.", officer, now())
    assert "Une version plus récente" in client.get(f"/budgets/{round_.slug}/reglement?version=1").text
    old = client.get(f"/budgets/{round_.slug}/reglement.json?version=1").data
    assert hashlib.sha256(old).hexdigest() == first


@pytest.mark.parametrize("asked", ["3", "0", "-1", "x", "1%00", "99999999999999999999"])
def test_a_version_that_does_not_exist_is_not_found(client, asked):
    assert client.get(f"/budgets/{make_round().slug}/reglement?version={asked}").status_code == 404


def test_a_document_that_has_not_changed_is_not_sent_twice(client):
    path = f"/budgets/{make_round().slug}/reglement.json"
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_a_reserved_part_that_goes_is_named_among_the_changes(app):
    with app.test_request_context("/"):
        (change,) = changes(RULEBOOK, RULEBOOK.with_balance(0))
    assert "Villes universitaires d’équilibre" in change.name
    assert change.after is None


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("budget", {"budget_cents": 0, "floors": ()}),
        ("balance_floor", {"budget_cents": 39_999_99}),
        ("project_max", {"project_min_cents": 30_000_01}),
        ("project_max", {"project_max_cents": 100_000_01}),
        ("themes", {"themes": ()}),
        ("ballot_max", {"ballot_min": 4}),
        ("ballot_max", {"ballot_min": 0}),
        ("min_votes", {"min_votes": -1}),
        ("max_proposals_per_person", {"max_proposals_per_person": 0}),
    ],
)
def test_rules_that_cannot_run_are_refused_at_their_field(field, values):
    found = rulebook_fault(RULEBOOK.changed(**values))
    assert found is not None
    assert found.field == field


def test_a_rulebook_of_another_platform_shows_only_what_is_known(client):
    round_ = make_round(Phase.REVIEW, ballot_kind=BallotKind.POINTS, themes=(Theme.CULTURE,), floors=())
    with transaction():
        round_.origin = "Pabulib"
    text = client.get(f"/budgets/{round_.slug}/reglement").text
    assert "sur une autre plateforme" in text
    assert "associations étudiantes vérifient" not in text


def test_the_same_version_number_cannot_be_adopted_twice(app):
    round_ = make_round()
    with pytest.raises(Exception, match="UNIQUE"), transaction():
        version = round_.current_version
        db.session.add(
            RulebookVersion(
                round_id=round_.id,
                version=version.version,
                document=version.document,
                digest=version.digest,
                adopted_by="system",
                adopted_at=now(),
            )
        )


def test_a_rulebook_from_before_proofs_accepts_all_of_them_and_keeps_its_digest():
    before = json.loads(RULEBOOK.to_json())
    assert "proofs" not in before
    assert Rulebook.from_json(RULEBOOK.to_json()).proofs == PROOFS
    assert RULEBOOK.changed(proofs=PROOFS).digest() == RULEBOOK.digest()


@pytest.mark.parametrize("proofs", [(), (SourceKind.CAS,), (SourceKind.OIDC, SourceKind.PRINTED)])
def test_the_accepted_proofs_are_said_in_the_document_and_in_words(client, proofs):
    book = RULEBOOK.changed(proofs=proofs)
    assert json.loads(book.to_json())["proofs"] == [kind.value for kind in proofs]
    assert Rulebook.from_json(book.to_json()) == book
    text = client.get(f"/budgets/{make_round(proofs=proofs).slug}/reglement").text
    assert ("Seules les listes envoyées" in text) is (proofs == ())
    assert ("code imprimé, remis" in text) is (SourceKind.PRINTED in proofs)
    assert ("s’il s’y prête" in text) is (SourceKind.CAS in proofs or SourceKind.OIDC in proofs)


def test_the_form_keeps_the_accepted_proofs(client):
    officer, round_ = make_person(roles=(Role.OFFICER,)), make_round(Phase.SUBMISSION)
    sign_in(client, officer)
    address = f"/gestion/budgets/{round_.slug}"
    form = shown(round_, proofs=["cas", "mail", "<script>"], note="Seul CAS.")
    assert client.post(address, data=form).status_code == 422, "a mailed code proves no enrolment"
    assert client.post(address, data={**form, "proofs": ["cas"]}).status_code == 303
    db.session.expire_all()
    assert round_.rulebook.proofs == (SourceKind.CAS,)
    assert [change.after for change in changes(RULEBOOK, round_.rulebook)] == ["CAS"]

"""Opinions asked from an establishment by a mailed link: who asks, how one answers without an account, until when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import current_app

from participatory.appraisal.jobs import send_due
from participatory.appraisal.models import OpinionAnswer, OpinionRequest
from participatory.appraisal.opinions import Asked, Given, answer, ask, digest_of, revoke, token_of
from participatory.appraisal.rules import Verdict
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.rules import Role
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.privacy.retention import run
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.appraisal.making import admitted, appraiser, find
from tests.factories import make_person, sign_in

TEXT = "La salle peut accueillir ce projet en dehors des examens."
GIVEN = Given(Verdict.RESERVES, TEXT, "Camille Essai", "Directrice de la vie étudiante", 0)
FORM = {
    "verdict": "reserves", "text": TEXT, "respondent": "Camille Essai", "function": "Directrice de la vie étudiante",
    "seen": "0",
}  # fmt: skip


def asked(proposal, person=None, days=7, **changes):
    person = person or appraiser()
    values = {"body": "Université d’essai", "email": "vie@universite.example", "question": "La salle est-elle libre ?"}
    wanted = Asked(**(values | changes), due=now() + timedelta(days=days))
    with transaction():
        return ask(
            proposal.public_id, wanted, person, now(), store=store(), address=lambda token: f"https://b.example/{token}"
        )


def store():
    return current_app.extensions["secrets"]


def token(request):
    return token_of(request.public_id, store())


def give(request, given=GIVEN):
    with transaction():
        return answer(token(request), given, "https://b.example/dossier", now())


def letters(template):
    return db.session.scalars(sa.select(Letter).where(Letter.template == template)).all()


def test_the_letter_holds_the_link_and_the_database_its_digest_alone(app):
    made = asked(admitted())
    secret = token(made)
    assert len(secret) >= 43
    assert secret in compose(letters("opinion_asked")[0]).body
    assert made.token_digest == digest_of(secret)
    assert secret not in str({**made.__dict__})


def test_an_answer_is_kept_told_and_may_be_revised_until_the_deadline(app):
    person = appraiser()
    made = asked(admitted(), person)
    give(made)
    give(made, Given(Verdict.FAVOURABLE, TEXT, "Camille Essai", "Directrice", 1))
    db.session.refresh(made)
    assert [each.verdict for each in made.answers] == [Verdict.RESERVES, Verdict.FAVOURABLE]
    assert made.answer.verdict is Verdict.FAVOURABLE
    assert letters("opinion_given")[0].recipient == person.email


@pytest.mark.parametrize("seen", [1, 5])
def test_a_form_that_did_not_see_the_last_answer_covers_nothing(app, seen):
    made = asked(admitted())
    with pytest.raises(Refusal, match="vient d’être enregistrée"):
        give(made, Given(Verdict.FAVOURABLE, TEXT, "C", "D", seen))


def test_no_answer_after_the_deadline_nor_once_taken_back(app):
    person, proposal = appraiser(), admitted()
    late, gone = asked(proposal, person, days=2), asked(proposal, person)
    with transaction():
        revoke(gone.public_id, person, now())
    with pytest.raises(Refusal, match="retirée"):
        give(gone)
    with time_machine.travel(now() + timedelta(days=3)), pytest.raises(Refusal, match="délai"):
        give(late)


def test_an_unknown_link_opens_nothing(client):
    asked(admitted())
    for unknown in ("inconnu", "A" * 43, "%00", "é"):
        assert client.get(f"/avis-demande/{unknown}").status_code == 404
        assert client.post(f"/avis-demande/{unknown}", data=FORM).status_code == 404


def test_who_asks_is_an_appraiser_without_interest_during_the_appraisal(app):
    person = appraiser()
    own = admitted(author=person)
    for proposal, asker in (
        (admitted(), make_person(roles=(Role.OFFICER,))),
        (own, person),
        (admitted(Phase.VOTING), appraiser()),
        (admitted(state=State.REFUSED), appraiser()),
    ):
        with pytest.raises(Refusal):
            asked(proposal, asker)


@pytest.mark.parametrize(
    "changes", [{"body": ""}, {"email": "pas une adresse"}, {"days": 0}, {"days": 400}, {"question": "x" * 1001}]
)
def test_a_request_that_cannot_be_answered_is_refused(app, changes):
    proposal = admitted()
    with pytest.raises(Refusal):
        asked(proposal, **changes)
    assert letters("opinion_asked") == []


def test_one_project_is_not_asked_about_without_end(app):
    person, proposal = appraiser(), admitted()
    for _ in range(8):
        asked(proposal, person)
    with pytest.raises(Refusal, match="déjà demandés"):
        asked(proposal, person)


def test_one_reminder_leaves_three_days_before_with_the_same_link(app):
    made, answered = asked(admitted()), asked(admitted())
    give(answered)
    assert send_due() == 0
    with time_machine.travel(now() + timedelta(days=5)):
        assert (send_due(), send_due()) == (1, 0)
    assert token(made) in compose(letters("opinion_reminder")[0]).body


def test_the_address_goes_a_month_after_the_deadline(app):
    made = asked(admitted())
    with time_machine.travel(now() + timedelta(days=60)):
        run(now())
    db.session.refresh(made)
    assert made.email == ""


def test_the_page_shows_refuses_keeps_what_was_typed_and_takes_the_answer(client):
    proposal = admitted()
    made = asked(proposal)
    address = f"/avis-demande/{token(made)}"
    shown = client.get(address)
    assert shown.status_code == 200
    assert "no-store" in shown.headers["Cache-Control"]
    assert "La salle est-elle libre" in shown.text
    hostile = '<script>alert(1)</script> hx-get="/x"'
    refused = client.post(address, data=FORM | {"verdict": "peut-être", "text": hostile})
    assert refused.status_code == 422
    assert "&lt;script&gt;" in refused.text
    assert client.post(address, data=FORM | {"text": "Court."}).status_code == 422
    assert client.post(address, data=FORM).status_code == 303
    assert client.post(address, data=FORM).status_code == 409
    assert client.post(address, data=FORM | {"seen": "1", "text": hostile + TEXT}).status_code == 303
    find(proposal, appraiser())
    public = client.get(f"/projets/{proposal.slug}").text
    assert "Favorable avec réserves" in public
    assert "<script>alert" not in public


def test_an_opinion_is_not_public_before_the_finding(client):
    proposal = admitted()
    give(asked(proposal))
    assert "Camille Essai" not in client.get(f"/projets/{proposal.slug}").text


def test_the_case_page_asks_revokes_and_shows_what_came(client):
    proposal = admitted()
    sign_in(client, appraiser())
    file = f"/instruction/{proposal.public_id}/dossier"
    typed = {"body": "Crous d’essai", "email": "crous@exemple.example", "question": "", "due": "2020-01-01T10:00"}
    refused = client.post(f"{file}/avis", data=typed)
    assert refused.status_code == 422
    assert "crous@exemple.example" in refused.text
    typed["due"] = f"{now() + timedelta(days=5):%Y-%m-%dT%H:%M}"
    assert client.post(f"{file}/avis", data=typed).status_code == 303
    assert "Crous d’essai" in client.get(file).text
    made = db.session.scalars(sa.select(OpinionRequest)).one()
    assert client.post(f"/instruction/avis-demandes/{made.public_id}/retirer").status_code == 303
    assert client.post(f"/instruction/avis-demandes/{made.public_id}/retirer").status_code == 409


def test_two_answers_at_once_count_as_one(app_on_each_database):
    secret = token(asked(admitted()))

    def send(_number):
        with app_on_each_database.app_context():
            try:
                with transaction():
                    answer(secret, GIVEN, "https://b.example/", now())
            except Refusal:
                return "refused"
            finally:
                db.session.remove()
            return "kept"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == ["kept", "refused", "refused", "refused"]
    assert db.session.scalar(sa.select(sa.func.count(OpinionAnswer.id))) == 1

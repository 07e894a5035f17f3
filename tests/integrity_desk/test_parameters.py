"""The parameters of detection: bound by the rulebook before the vote, hidden until it is over, then checked by all."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from hashlib import sha256

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.rules import Role
from participatory.integrity.rules import Parameters
from participatory.integrity.wording import PARAMETER_WORDS
from participatory.integrity_desk.parameter_form import written
from participatory.integrity_desk.parameter_models import DetectionParameters
from participatory.integrity_desk.parameter_rules import parameters_fault
from participatory.integrity_desk.parameters import commitment_of, parameters_of, set_parameters
from participatory.journal.models import JournalEntry
from participatory.journal.rules import Verb
from participatory.rounds.actions import adopt_rulebook
from participatory.rounds.queries import round_by_slug
from participatory.rounds.rulebook import Rulebook
from participatory.rounds.rules import Phase
from tests.factories import RULEBOOK, make_person, make_round, move_round, sign_in
from tests.rounds.forms import new_round

OTHER = replace(Parameters(), flag_at=5.5)


@pytest.fixture
def officer():
    return make_person(roles=(Role.OFFICER,))


def choose(round_, parameters, officer, seen=None):
    with transaction():
        return set_parameters(round_, parameters, seen or round_.mark, officer, now())


def typed(round_, **changes):
    shown = {each.name: written(getattr(Parameters(), each.name)) for each in fields(Parameters)}
    return shown | {"seen": round_.mark} | changes


def test_every_parameter_has_its_words():
    assert {each.name for each in fields(Parameters)} == PARAMETER_WORDS.keys()
    assert all(label and unit for label, unit in PARAMETER_WORDS.values())


def test_a_rulebook_from_before_keeps_its_digest():
    assert "detection" not in json.loads(RULEBOOK.to_json())
    bound = RULEBOOK.changed(detection="a" * 64)
    assert Rulebook.from_json(bound.to_json()) == bound
    assert bound.digest() != RULEBOOK.digest()


def test_a_new_round_is_bound_to_the_parameters_of_the_program(app_on_each_database):
    app_on_each_database.config["WTF_CSRF_ENABLED"] = False
    client = app_on_each_database.test_client()
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    assert client.post("/gestion/budgets/nouveau", data=new_round()).status_code == 303
    round_ = round_by_slug("budget-etudiant-2027-28")
    row = commitment_of(round_)
    assert parameters_of(round_) == Parameters()
    assert row.digest == round_.rulebook.detection == sha256((row.salt + Parameters().to_json()).encode()).hexdigest()
    assert len(row.salt) == 64


def test_two_rounds_with_the_same_parameters_do_not_show_it(client, officer):
    sign_in(client, officer)
    for title in ("Budget un", "Budget deux"):
        assert client.post("/gestion/budgets/nouveau", data=new_round(title=title)).status_code == 303
    assert round_by_slug("budget-un").rulebook.detection != round_by_slug("budget-deux").rulebook.detection


def test_a_round_that_is_refused_leaves_no_parameters_behind(client, officer):
    sign_in(client, officer)
    assert client.post("/gestion/budgets/nouveau", data=new_round(project_min="40 000")).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DetectionParameters)) == 0


def test_a_round_from_before_runs_on_the_parameters_of_the_program(app):
    round_ = make_round(Phase.VOTING)
    assert commitment_of(round_) is None
    assert parameters_of(round_) == Parameters()


def test_officers_bind_the_rulebook_to_other_parameters_and_the_journal_says_no_value(app_on_each_database):
    assert app_on_each_database
    officer, round_ = make_person(roles=(Role.OFFICER,)), make_round(Phase.SUBMISSION)
    before = round_.current_version.version
    assert choose(round_, OTHER, officer)
    assert parameters_of(round_) == OTHER
    assert round_.current_version.version == before + 1
    last = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert last.verb == Verb.RULEBOOK_ADOPTED.code
    assert set(json.loads(last.payload)) == {"round", "version", "digest"}
    assert "5.5" not in round_.current_version.document


def test_saving_the_same_parameters_again_changes_nothing(app, officer):
    round_ = make_round(Phase.SUBMISSION)
    assert choose(round_, Parameters(), officer)
    digest = round_.rulebook.detection
    assert not choose(round_, Parameters(), officer)
    assert round_.rulebook.detection == digest


def test_parameters_freeze_when_the_vote_opens(app, officer):
    round_ = make_round(Phase.VOTING)
    with pytest.raises(Refusal) as refused:
        choose(round_, OTHER, officer)
    assert refused.value.kind is Kind.CONFLICT
    assert round_.rulebook.detection == ""


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER])
def test_only_those_who_conduct_the_round_set_them(app, role):
    round_ = make_round(Phase.SUBMISSION)
    with pytest.raises(Refusal) as refused:
        choose(round_, OTHER, make_person(roles=(role,) if role else ()))
    assert refused.value.kind is Kind.FORBIDDEN


def test_two_officers_at_once_do_not_overwrite_each_other_unseen(app, officer):
    round_ = make_round(Phase.SUBMISSION)
    seen = round_.mark
    assert choose(round_, OTHER, officer, seen)
    with pytest.raises(Refusal) as refused:
        choose(round_, Parameters(), officer, seen)
    assert refused.value.kind is Kind.CONFLICT
    assert parameters_of(round_) == OTHER


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("flag_at", 0.0),
        ("flag_at", float("nan")),
        ("flag_at", float("inf")),
        ("families_at_least", 1),
        ("most", -1.0),
        ("most_shared", 4.0),
        ("most_network", 50.0),
        ("night_score", 4.0),
        ("smallest_case", 10**6),
    ],
)
def test_parameters_that_would_flag_everybody_or_an_address_alone_are_refused(name, value):
    fault = parameters_fault(replace(Parameters(), **{name: value}))
    assert fault is not None
    assert fault.field == name
    assert parameters_fault(Parameters()) is None


def test_parameters_that_somebody_changed_in_the_database_are_not_run_on(app, officer):
    round_ = make_round(Phase.SUBMISSION)
    choose(round_, OTHER, officer)
    with transaction():
        commitment_of(round_).document = replace(OTHER, flag_at=9.0).to_json()
    with pytest.raises(ValueError, match="not those of its rulebook"):
        parameters_of(round_)


def test_the_page_shows_each_parameter_and_saves_what_is_typed(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    path = f"/gestion/budgets/{round_.slug}/detection"
    sign_in(client, officer)
    shown = client.get(path)
    assert shown.status_code == 200
    assert all(f'name="{each.name}"' in shown.text for each in fields(Parameters))
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.post(path, data=typed(round_, flag_at="5,5")).status_code == 303
    assert parameters_of(round_by_slug(round_.slug)).flag_at == 5.5


@pytest.mark.parametrize("value", ["", "0", "1e3", "nan", "-4", "٤", "4,0001", "<b>4</b>", "99999999", "4;DROP"])
def test_the_page_refuses_what_is_no_number_and_gives_it_back(client, officer, value):
    round_ = make_round(Phase.SUBMISSION)
    sign_in(client, officer)
    answer = client.post(f"/gestion/budgets/{round_.slug}/detection", data=typed(round_, flag_at=value))
    assert answer.status_code == 422
    assert "<b>4</b>" not in answer.text
    assert round_by_slug(round_.slug).rulebook.detection == ""


def test_once_the_vote_has_opened_the_page_reads_and_refuses(client, officer):
    round_ = make_round(Phase.VOTING)
    path = f"/gestion/budgets/{round_.slug}/detection"
    sign_in(client, officer)
    assert 'name="flag_at"' not in client.get(path).text
    assert client.post(path, data=typed(round_, flag_at="5")).status_code == 409


def test_other_changes_of_the_rules_keep_the_parameters(app, officer):
    round_ = make_round(Phase.SUBMISSION)
    choose(round_, OTHER, officer)
    with transaction():
        adopt_rulebook(round_, round_.rulebook.changed(min_votes=7), "Seuil.", officer, now())
    assert parameters_of(round_) == OTHER


def test_nobody_reads_them_before_the_closing_and_everybody_checks_them_after(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    choose(round_, OTHER, officer)
    row = commitment_of(round_)
    for phase in (Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING):
        move_round(round_, phase)
        public = [client.get(f"/budgets/{round_.slug}/{page}") for page in _public_pages(round_)]
        assert all(row.salt not in each.text and "5.5" not in each.text for each in public), phase
        assert [each.status_code for each in public] == [200, 409, 409, 200, 200]
        assert row.digest in public[0].text
    move_round(round_, Phase.CONTROL)
    text = client.get(f"/budgets/{round_.slug}/integrite/engagement.txt")
    assert sha256(text.data).hexdigest() == row.digest
    assert text.data.decode() == row.salt + OTHER.to_json()
    document = client.get(f"/budgets/{round_.slug}/integrite.json").get_json()
    assert document["parameters"]["flag_at"] == 5.5
    assert document["commitment"]["digest"] == row.digest


def _public_pages(round_):
    return ["integrite", "integrite.json", "integrite/engagement.txt", "reglement", "reglement.json"]

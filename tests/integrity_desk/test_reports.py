"""Reports of the public: easy to send, hard to abuse; read, joined to a case and answered by officers of the round."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.permissions import Scope, ScopeKind
from participatory.identity.rules import Role
from participatory.integrity_desk import reporting
from participatory.integrity_desk.models import SuspectCase
from participatory.integrity_desk.report_models import IntegrityReport
from participatory.integrity_desk.report_queries import count_reports, count_waiting, reports_for, reports_joined
from participatory.integrity_desk.report_rules import KEPT, MOST_LETTERS
from participatory.integrity_desk.reporting import Typed, number_of, report_by_number
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.privacy.holdings import erase_all, foreseen, holdings_of, retention_rules
from participatory.rounds.rules import Phase
from participatory.web.limits import REPORTS_UNPROVEN, limiter
from tests.factories import limit_role, make_person, make_round, sign_in
from tests.web.proofs import solved

FORM = "/signaler-une-anomalie"
SEEN = "Au foyer, une personne faisait voter des gens sur sa tablette."


def typed(**changes):
    values = {"form_key": "a" * 32, "seen": SEEN, "place": "Foyer", "moment": "Mardi", "contact": "", "locale": "fr"}
    return Typed(**(values | changes))


def sent(round_=None, **changes):
    with transaction():
        return reporting.receive(round_, typed(**changes), now(), "https://budget.example/s/{number}")


def key_on(page):
    return re.search(r'name="form_key" type="hidden" value="([0-9a-f]{32})"', page).group(1)


def filled(client, **changes):
    page = client.get(FORM).text
    return {"form_key": key_on(page), "seen": SEEN, "place": "", "moment": "", "round": "", "contact": ""} | changes


def reports():
    return list(db.session.scalars(sa.select(IntegrityReport).order_by(IntegrityReport.id)))


def letters(template="report_received"):
    return list(db.session.scalars(sa.select(Letter).where(Letter.template == template)))


def officer_of(*rounds):
    person = make_person(roles=(Role.OFFICER,))
    if rounds:
        limit_role(person, Role.OFFICER, *[Scope(ScopeKind.ROUND, each.public_id) for each in rounds])
    return person


def a_case(round_):
    moment = now()
    with transaction():
        case = SuspectCase(round_id=round_.id, act="ballot", key="k", weight=8.0, size=6, sites=[], first_at=moment,
                           last_at=moment, seen=[], opened_at=moment, assessed_at=moment)  # fmt: skip
        db.session.add(case)
    return case


# Sending one


def test_anybody_reports_without_an_account_and_gets_a_number(client):
    round_ = make_round(Phase.VOTING)
    answer = client.post(FORM, data=filled(client, round=round_.slug, contact="Temoin@Exemple.fr"))
    assert answer.status_code == 303
    (report,) = reports()
    assert answer.location.endswith(number_of(report))
    assert (report.round_id, report.contact, report.state) == (round_.id, "temoin@exemple.fr", "waiting")
    (letter,) = letters()
    assert letter.recipient == "temoin@exemple.fr"
    assert SEEN not in json.dumps(letter.values)
    followed = client.get(answer.location)
    assert number_of(report) in followed.text
    assert SEEN not in followed.text
    assert "no-store" in followed.headers["Cache-Control"]


def test_what_was_seen_is_all_that_is_needed(client):
    assert client.post(FORM, data=filled(client)).status_code == 303
    assert letters() == []
    assert reports()[0].round_id is None


def test_nothing_of_the_account_is_kept(client):
    person = make_person()
    sign_in(client, person)
    client.post(FORM, data=filled(client))
    row = reports()[0]
    assert all(str(getattr(row, each.key)) != person.public_id for each in IntegrityReport.__table__.columns)
    last = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert (last.verb, last.actor) == ("report.received", "system")
    assert SEEN not in last.payload


def test_the_form_names_the_round_of_the_moment_or_that_of_the_address(client):
    current, other = make_round(Phase.VOTING), make_round(Phase.RESULTS)
    draft = make_round(Phase.DRAFT)
    assert f'selected value="{current.slug}"' in client.get(FORM).text
    page = client.get(f"{FORM}?budget={other.slug}").text
    assert f'selected value="{other.slug}"' in page
    assert draft.slug not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seen", ""),
        ("seen", "   \n "),
        ("seen", "Rien."),
        ("seen", "x" * 4001),
        ("place", "x" * 201),
        ("contact", "pas une adresse"),
        ("contact", "a@b"),
        ("contact", "a@exemple.fr\nBcc: b@exemple.fr"),
        ("round", "inconnu"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed(client, field, value):
    answer = client.post(FORM, data=filled(client, **{"place": "Le hall B", field: value}))
    assert answer.status_code == 422
    assert "Erreur" in answer.text
    assert field == "place" or "Le hall B" in answer.text
    assert reports() == []


def test_a_form_sent_twice_makes_one_report(app_on_each_database):
    assert app_on_each_database
    first = sent(contact="temoin@exemple.fr")
    second = sent(contact="temoin@exemple.fr", seen="Autre chose, mais du même formulaire.")
    assert first.id == second.id
    assert len(reports()) == 1
    assert len(letters()) == 1
    written = sa.select(JournalEntry).where(JournalEntry.verb == "report.received")
    assert len(list(db.session.scalars(written))) == 1


def test_two_requests_with_one_form_at_the_same_instant_make_one_report(app_on_each_database, monkeypatch):
    assert app_on_each_database
    first = sent()
    answers = iter([None, first])
    monkeypatch.setattr(reporting, "_sent", lambda _key: next(answers))
    assert sent().id == first.id
    assert len(reports()) == 1


def test_a_form_without_our_key_is_taken_once_for_each_time(client):
    for key in ("", "<script>", "a" * 4000):
        assert client.post(FORM, data=filled(client, form_key=key)).status_code == 303
    assert len({each.form_key for each in reports()}) == 3


def test_markup_in_a_report_is_shown_as_text(client):
    hostile = '<script>alert(1)</script> <img src=x onerror=alert(1)> {{ 7*7 }} %(number)s "\x00 𝕏\u202e'
    round_ = make_round(Phase.VOTING)
    data = filled(client, seen=hostile, place=hostile, moment=hostile, round=round_.slug)
    assert client.post(FORM, data=data).status_code == 303
    sign_in(client, officer_of())
    for path in ("/integrite/signalements", f"/integrite/signalements/{number_of(reports()[0])}"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "&lt;script&gt;" in page.text


# Flooding


def test_a_network_without_proof_of_work_is_soon_asked_to_wait(app, client, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    app.config["PROOF_COST"] = 1
    often = int(REPORTS_UNPROVEN.rule.split()[0])
    answers = [client.post(FORM, data=filled(client)).status_code for _each in range(often + 1)]
    assert answers == [303] * often + [429]
    assert client.get(FORM).status_code == 200
    assert len(reports()) == often
    # Whoever brings the small calculation is on the same campus, and goes on.
    assert client.post(FORM, data=filled(client, altcha=solved(client))).status_code == 303


def test_nobody_fills_a_mailbox_with_acknowledgements(app):
    for number in range(MOST_LETTERS + 3):
        sent(form_key=f"{number:032x}", contact="victime@exemple.fr")
    sent(form_key="e" * 32, contact="Victime+autre@exemple.fr")
    assert len(letters()) == MOST_LETTERS
    assert len(reports()) == MOST_LETTERS + 4
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        sent(form_key="f" * 32, contact="victime@exemple.fr")
    assert len(letters()) == MOST_LETTERS + 1


# Reading and answering


def test_officers_read_the_reports_of_their_rounds_and_those_of_none(app):
    mine, other = make_round(Phase.VOTING), make_round(Phase.VOTING)
    for number, round_ in enumerate((mine, other, None)):
        sent(round_, form_key=f"{number:032x}")
    limited, everywhere, student = officer_of(mine), officer_of(), make_person()
    assert {each.round_id for each in reports_for(limited).items} == {mine.id, None}
    assert reports_for(everywhere).total == 3
    assert reports_for(student).total == 0
    assert [count_waiting(each) for each in (limited, everywhere, student)] == [2, 3, 0]
    assert (count_reports(mine), count_reports(other)) == (1, 1)


@pytest.mark.parametrize("deed", ["answer", "close", "join"])
def test_an_officer_of_another_round_does_nothing_to_a_report(app, deed):
    report, stranger = sent(make_round(Phase.VOTING)), officer_of(make_round(Phase.VOTING))
    deeds = {
        "answer": lambda: reporting.answer(report, "Merci.", stranger, now(), "/s"),
        "close": lambda: reporting.close(report, "Rien à voir.", stranger, now()),
        "join": lambda: reporting.join(report, "", stranger, now()),
    }
    with pytest.raises(Refusal) as refused, transaction():
        deeds[deed]()
    assert refused.value.kind is Kind.FORBIDDEN
    assert reports()[0].state == "waiting"


def test_an_answer_leaves_by_letter_and_the_address_goes(app_on_each_database):
    assert app_on_each_database
    report, officer = sent(make_round(Phase.VOTING), contact="temoin@exemple.fr"), officer_of()
    with transaction():
        reporting.answer(report, "Merci, nous avons regardé.", officer, now(), "https://budget.example/s/1")
    (letter,) = letters("report_answered")
    assert (letter.recipient, letter.values["words"]) == ("temoin@exemple.fr", "Merci, nous avons regardé.")
    kept = reports()[0]
    assert (kept.contact, kept.state, kept.ended_by) == ("", "answered", officer.public_id)
    last = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert (last.verb, json.loads(last.payload)) == ("report.answered", {"report": kept.public_id})


def test_without_an_address_the_answer_is_read_with_the_number(client):
    report, officer = sent(), officer_of()
    with transaction():
        reporting.answer(report, "Merci <b>beaucoup</b>.", officer, now(), "/s")
    assert letters("report_answered") == []
    page = client.get(f"{FORM}/{number_of(report).lower().replace('-', ' ')}").text
    assert "Merci &lt;b&gt;beaucoup&lt;/b&gt;." in page
    assert officer.display_name not in page


@pytest.mark.parametrize("again", ["answer", "close"])
def test_a_report_is_ended_once(app_on_each_database, again):
    assert app_on_each_database
    report, officer = sent(contact="temoin@exemple.fr"), officer_of()
    with transaction():
        reporting.close(report, "Envoyé deux fois.", officer, now())
    assert (reports()[0].state, reports()[0].contact) == ("closed", "")
    with pytest.raises(Refusal) as refused, transaction():
        if again == "answer":
            reporting.answer(report, "Merci.", officer, now(), "/s")
        else:
            reporting.close(report, "Encore.", officer, now())
    assert refused.value.kind is Kind.CONFLICT
    assert letters("report_answered") == []


def test_a_report_is_joined_to_a_case_of_its_round_alone(app):
    mine, other = make_round(Phase.VOTING), make_round(Phase.VOTING)
    report, officer, here, there = sent(mine), officer_of(), a_case(mine), a_case(other)
    with transaction():
        reporting.join(report, here.public_id.upper(), officer, now())
    assert [each.id for each in reports_joined(here.public_id)] == [report.id]
    for wrong in (there.public_id, "inconnu", "x" * 500, "' OR 1=1"):
        with pytest.raises(Refusal) as refused, transaction():
            reporting.join(report, wrong, officer, now())
        assert (refused.value.kind, refused.value.field) == (Kind.INVALID, "case_id")
    with transaction():
        reporting.join(report, "", officer, now())
    assert reports_joined(here.public_id) == []


def test_a_report_of_no_round_is_not_joined_to_a_case_that_the_officer_may_not_read(app):
    mine, other = make_round(Phase.VOTING), make_round(Phase.VOTING)
    report, case, officer = sent(), a_case(other), officer_of(mine)
    with pytest.raises(Refusal) as refused, transaction():
        reporting.join(report, case.public_id, officer, now())
    assert refused.value.kind is Kind.INVALID


def test_the_inbox_leads_from_the_list_to_the_answer(client):
    round_ = make_round(Phase.VOTING)
    report, case = sent(round_), a_case(round_)
    number = number_of(report)
    sign_in(client, officer_of())
    assert SEEN in client.get("/integrite/signalements?etat=waiting").text
    assert SEEN not in client.get("/integrite/signalements?etat=closed&page=0").text
    path = f"/integrite/signalements/{number}"
    assert client.post(f"{path}/dossier", data={"case_id": case.public_id}).status_code == 303
    assert case.public_id in client.get(path).text
    assert path in client.get(f"/integrite/dossiers/{case.public_id}").text
    wrong = client.post(f"{path}/dossier", data={"case_id": "inconnu"})
    assert (wrong.status_code, 'value="inconnu"' in wrong.text) == (422, True)
    assert client.post(f"{path}/repondre", data={"words": " "}).status_code == 422
    assert client.post(f"{path}/repondre", data={"words": "Merci."}).status_code == 303
    assert client.post(f"{path}/fermer", data={"reason": "Encore."}).status_code == 422
    assert client.get(f"{path}").text.count("Merci.") == 1


@pytest.mark.parametrize("number", ["inconnu", "0" * 10, "%00", "x" * 300, "../.."])
def test_a_number_that_is_none_leads_nowhere(client, number):
    assert client.get(f"{FORM}/{number}").status_code == 404


def test_whoever_kept_the_number_alone_finds_the_page(client):
    report = sent()
    answer = client.get(FORM, query_string={"numero": f" {number_of(report).lower()} "}, follow_redirects=True)
    assert answer.status_code == 200
    assert number_of(report) in answer.text
    for typed_number in ("//exemple.fr", "../../", "x" * 500, "é"):
        lost = client.get(FORM, query_string={"numero": typed_number})
        assert lost.location.startswith("/signaler-une-anomalie/")
        assert client.get(lost.location).status_code == 404


# What is held about people


def test_people_find_their_reports_by_the_address_alone_and_take_it_back(app):
    person, stranger = make_person(), make_person()
    report = sent(contact=person.email)
    held = {processing.key: holding for processing, holding in holdings_of(person, now())}
    assert held["integrity_reports"].data[0]["seen"] == SEEN
    assert {p.key: h for p, h in holdings_of(stranger, now())}["integrity_reports"] is None
    assert any("signalements" in sentence for sentence in foreseen(person, now()).goes)
    with transaction():
        erase_all(person, now())
    kept = report_by_number(number_of(report))
    db.session.refresh(kept)
    assert (kept.contact, kept.seen) == ("", SEEN)


def test_reports_go_with_the_roll_or_after_a_year(app_on_each_database):
    assert app_on_each_database
    rule = next(each for each in retention_rules() if each.key == "integrity_reports")
    round_ = make_round(Phase.VOTING)
    sent(round_, form_key="1" * 32)
    sent(form_key="2" * 32)
    assert list(rule.coming(now())) == []
    later = now() + KEPT + timedelta(days=1)
    assert sum(each.number for each in rule.coming(later)) >= 1
    with transaction():
        assert rule.batch(later, 100).number == 1
    remaining = [each.form_key for each in reports()]
    assert "2" * 32 not in remaining
    with transaction():
        assert rule.batch(now(), 100) is None


def test_a_page_far_beyond_the_last_is_empty(app, client):
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    for page in ("99999999999999999999", "-3", "x"):
        assert client.get(f"/integrite/signalements?page={page}").status_code == 200

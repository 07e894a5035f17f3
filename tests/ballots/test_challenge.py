"""A sealed ballot is opened instead of cast: it is proven, and never counts; and what the page of the seal gives."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from participatory.ballots.models import Challenge, Envelope
from participatory.ballots.proofs import as_ciphertext, as_text
from participatory.core import clock
from participatory.core.database import db
from participatory.journal.models import JournalEntry
from participatory.urn.checking import checked
from participatory.urn.cli import check_ballot
from participatory.urn.receipts import receipt_code, receipt_of
from tests.ballots.conftest import build, document_of, envelope
from tests.ballots.test_booth import add, count, form_of, page, sealed
from tests.factories import add_voter, make_person, sign_in


def challenge(client, world, **form):
    return client.post(world.urn("controler"), data=form)


def file_of(answer):
    return unquote(unescape(re.search(r'href="data:application/json;charset=utf-8,([^"]+)"', answer.text)[1]))


def test_an_opened_envelope_proves_what_it_holds_and_never_enters_the_urn(voter_client, world):
    for project in world.projects[:2]:
        add(voter_client, world, project)
    form = sealed(voter_client, world)
    answer = challenge(voter_client, world, **form)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ne comptera jamais" in answer.text
    for project in world.projects[:2]:
        assert project.title in answer.text
    document = checked(json.loads(file_of(answer)))
    assert [project for project, _value in document.contests["main"].choices] == sorted(world.ids[:2])
    refused = voter_client.post(world.urn("deposer"), data=form)
    assert refused.status_code == 409
    assert "ouvert pour contrôle" in refused.text
    assert (count(Challenge), count(Envelope)) == (1, 0)
    assert set(form_of(page(voter_client, world, "verifier"))["choice"]) == {f"main:{each}:1" for each in world.ids[:2]}


def test_opening_twice_shows_the_same_and_notes_it_once(voter_client, world):
    add(voter_client, world, world.projects[0])
    form = sealed(voter_client, world)
    for _ in range(2):
        assert challenge(voter_client, world, **form).status_code == 200
    assert count(Challenge) == 1


def test_an_envelope_of_a_browser_is_noted_without_its_choices(voter_client, world):
    ciphertext = envelope(world)
    answer = challenge(voter_client, world, ciphertext=as_text(ciphertext))
    assert answer.status_code == 303
    text = voter_client.get(answer.location).text
    assert "ouverte pour contrôle" in text
    assert world.projects[0].title not in text
    entry = db.session.scalars(db.select(JournalEntry).where(JournalEntry.verb == "ballot.challenged")).one()
    assert set(json.loads(entry.payload)) == {"round", "receipt"}
    assert world.person.public_id not in entry.payload + entry.actor


def test_a_ballot_of_the_urn_is_not_opened(voter_client, world):
    add(voter_client, world, world.projects[0])
    form = sealed(voter_client, world)
    assert voter_client.post(world.urn("deposer"), data=form).status_code == 303
    answer = challenge(voter_client, world, **form)
    assert answer.status_code == 409
    assert "data:application/json" not in answer.text
    assert count(Challenge) == 0


def test_somebody_else_cannot_read_the_proof_of_a_ballot(app, voter_client, world):
    add(voter_client, world, world.projects[0])
    form, other = sealed(voter_client, world), make_person()
    add_voter(world.round, other)
    client = app.test_client()
    sign_in(client, other)
    answer = challenge(client, world, **form)
    assert answer.status_code == 422
    assert world.projects[0].title not in answer.text
    assert count(Challenge) == 0


def test_a_proof_lives_for_an_hour_and_for_its_own_envelope(voter_client, world, monkeypatch):
    add(voter_client, world, world.projects[0])
    first, second = sealed(voter_client, world), sealed(voter_client, world)
    crossed = {"ciphertext": first["ciphertext"], "proof": second["proof"]}
    for form in (crossed, first | {"proof": "x" * 40}, first | {"proof": "é"}):
        assert challenge(voter_client, world, **form).status_code == 422
    late = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr("participatory.ballots.casting.now", lambda: late)
    assert "expiré" in challenge(voter_client, world, **first).text
    assert count(Challenge) == 0


@pytest.mark.parametrize("text", ["", "x", "é" * 9, "A" * 4, "=" * 40, "A" * 70_000, "\0"])
@pytest.mark.parametrize("deed", ["deposer", "controler"])
def test_what_is_no_envelope_of_the_round_is_refused(voter_client, world, deed, text):
    envelope(world)
    answer = voter_client.post(world.urn(deed), data={"key": "k" * 20, "ciphertext": text})
    assert answer.status_code == 422
    assert "incomplet" in answer.text
    assert (count(Challenge), count(Envelope)) == (0, 0)


def test_any_ciphertext_of_the_right_size_is_taken_since_nobody_can_look_inside(voter_client, world):
    noise = bytes(range(256)) * 8
    size = len(envelope(world))
    answer = voter_client.post(
        world.urn("deposer"), data={"key": "k" * 20, "ciphertext": as_text((noise * (size // len(noise) + 1))[:size])}
    )
    assert answer.status_code == 303
    assert count(Envelope) == 1


def test_envelopes_are_read_in_both_alphabets():
    data = bytes(range(256))
    assert as_ciphertext(as_text(data)) == data
    assert as_ciphertext(as_text(data).replace("-", "+").replace("_", "/").rstrip("=")) == data


def test_a_secret_code_is_asked_for_shown_once_and_sealed(voter_client, world):
    add(voter_client, world, world.projects[0])
    choices = form_of(page(voter_client, world, "verifier"))
    text = voter_client.post(world.address("sceller"), data=choices | {"tracker": "1"}).text
    code = re.search(r"data-tracker=\"main\".*?<strong>([0-9A-Z ]{19})</strong>", text, re.DOTALL)[1].replace(" ", "")
    ciphertext = as_ciphertext(re.search(r'name="ciphertext" value="([^"]*)"', text)[1])
    assert document_of(world, ciphertext).contests["main"].tracker == code
    plain = voter_client.post(world.address("sceller"), data=choices).text
    assert "data-tracker" not in plain
    ciphertext = as_ciphertext(re.search(r'name="ciphertext" value="([^"]*)"', plain)[1])
    assert document_of(world, ciphertext).contests["main"].tracker == ""


def test_a_rulebook_without_secret_codes_gives_none(client, app):
    world = build(trackers=False)
    sign_in(client, world.person)
    add(client, world, world.projects[0])
    text = page(client, world, "verifier")
    assert 'name="tracker"' not in text
    answer = client.post(world.address("sceller"), data=form_of(text) | {"tracker": "1"})
    assert "data-tracker" not in answer.text


def test_the_command_checks_the_file_of_the_page(voter_client, world, tmp_path):
    add(voter_client, world, world.projects[0])
    form = sealed(voter_client, world)
    path = tmp_path / "bulletin-ouvert.json"
    text = file_of(challenge(voter_client, world, **form))
    path.write_text(text, "utf-8")
    said = CliRunner().invoke(check_ballot, [str(path)])
    assert said.exit_code == 0, said.output
    assert receipt_code(receipt_of(as_ciphertext(form["ciphertext"]))) in said.output
    assert world.projects[0].title in said.output
    for old, new in ((world.ids[0], world.ids[1]), ('"kind": "approval"', '"kind": "points"'), ("{", "[")):
        path.write_text(text.replace(old, new), "utf-8")
        assert CliRunner().invoke(check_ballot, [str(path)]).exit_code == 1


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 5000, '{"schema": "x"}', '{"schema": 1}', "\udce9"])
def test_the_command_refuses_what_is_no_check(tmp_path, text):
    path = tmp_path / "file.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    said = CliRunner().invoke(check_ballot, [str(path)])
    assert said.exit_code == 1
    assert "Traceback" not in said.output

import io
import os
import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.rolls import queries
from participatory.rounds.rules import Phase
from participatory.web.settings import config, secret_store
from tests.factories import make_person, make_round, move_round, sign_in

GOOD = "e-mail;site;établissement\ncamille@etu.exemple.example;Toulouse;UT3\nsacha@etu.exemple.example;Albi;INUC\n"
BAD = GOOD + "pas une adresse;Toulouse;UT3\nlou@etu.exemple.example;Toulose;UT3\n"


@pytest.fixture
def officer(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person)
    return person


@pytest.fixture
def round_(app):
    return make_round()


def home(round_):
    return f"/gestion/budgets/{round_.slug}/liste-electorale"


def send(client, round_, content, name="liste.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(f"{home(round_)}/apercu", data={"file": (io.BytesIO(content), name)})


def confirm(client, round_, preview, **ticked):
    return client.post(f"{home(round_)}/importer", data={"upload": preview.rsplit("/", 1)[1], **ticked})


def waiting():
    folder = config().instance / "imports"
    return sorted(folder.glob("*")) if folder.exists() else []


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER])
def test_the_roll_is_not_for_others(client, round_, role):
    sign_in(client, make_person(roles=(role,) if role else ()))
    for path in ("", "/apercu", "/apercu/x", "/apercu/x/lignes-fautives.csv"):
        assert client.get(home(round_) + path).status_code == 403
    assert send(client, round_, GOOD).status_code == 403
    assert confirm(client, round_, "/x").status_code == 403
    assert waiting() == []


def test_the_administration_sees_the_roll_and_does_not_import(client, round_):
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    answer = client.get(home(round_))
    assert answer.status_code == 200
    assert "Seules les personnes qui conduisent le budget" in answer.text
    assert send(client, round_, GOOD).status_code == 403


def test_an_unknown_round_is_not_found(client, officer):
    assert client.get("/gestion/budgets/inconnu/liste-electorale").status_code == 404


def test_a_preview_imports_nothing_and_its_confirmation_does(client, officer, round_):
    assert "Aucune liste pour le moment" in client.get(home(round_)).text
    answer = send(client, round_, GOOD)
    assert answer.status_code == 303
    text = client.get(answer.location).text
    assert "Importer 2 personnes" in text
    assert queries.roll_size(round_) == 0
    done = confirm(client, round_, answer.location)
    assert (done.status_code, done.location) == (303, home(round_))
    text = client.get(home(round_)).text
    assert "Personnes ajoutées\u202f: 2\u202f;" in text or "Personnes ajoutées\u00a0: 2" in text
    pepper = secret_store().get("pepper", round_.public_id)
    assert queries.voter_of(round_, pepper, make_person(email="camille@etu.exemple.example")).site.slug == "toulouse"


def test_every_bad_row_is_shown_and_nothing_is_imported_unless_asked(client, officer, round_):
    preview = send(client, round_, BAD).location
    text = client.get(preview).text
    assert "Importer sans les 2 lignes fautives" in text
    assert "pas une adresse" in text
    assert re.search(r"Voulez-vous dire «.Toulouse.»", text)
    refused = confirm(client, round_, preview)
    assert refused.status_code == 422
    assert "Rien n’est importé" in refused.text
    assert queries.roll_size(round_) == 0
    assert confirm(client, round_, preview, without_bad_rows="y").status_code == 303
    assert queries.roll_size(round_) == 2
    [done] = queries.imports_of(round_)
    assert (done.added, done.known, done.rejected, done.imported_by) == (2, 0, 2, officer.public_id)


def test_bad_rows_can_be_downloaded_without_a_formula(client, officer, round_):
    preview = send(client, round_, GOOD + "=HYPERLINK(1)@x.fr;Toulouse;UT3\n").location
    answer = client.get(f"{preview}/lignes-fautives.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "4;" in answer.text
    assert "'=HYPERLINK" in answer.text


def test_a_confirmed_list_is_gone_so_that_two_clicks_import_once(client, officer, round_):
    preview = send(client, round_, GOOD).location
    assert len(waiting()) == 1
    assert confirm(client, round_, preview).status_code == 303
    assert waiting() == []
    again = confirm(client, round_, preview)
    assert again.status_code == 404
    assert "n’attend plus" in again.text
    assert len(db.session.scalars(sa.select(JournalEntry)).all()) == 1


def test_the_same_file_again_says_so(client, officer, round_):
    confirm(client, round_, send(client, round_, GOOD).location)
    text = client.get(send(client, round_, GOOD).location).text
    assert "a déjà été importé" in text
    assert "Enregistrer cet import" in text


def test_a_waiting_list_belongs_to_its_officer_and_its_round(client, officer, round_):
    preview = send(client, round_, GOOD).location
    other_round = make_round()
    assert client.get(preview.replace(round_.slug, other_round.slug)).status_code == 404
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    assert client.get(preview).status_code == 404
    assert confirm(client, round_, preview).status_code == 404
    assert queries.roll_size(round_) == 0


def test_a_waiting_list_is_private_and_lasts_an_hour(client, officer, round_):
    preview = send(client, round_, GOOD).location
    [path] = waiting()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert client.get(preview).status_code == 404
    assert waiting() == []


def test_the_worker_removes_lists_that_nobody_came_back_for(app, client, officer, round_):
    send(client, round_, GOOD)
    [path] = waiting()
    old = (now() - timedelta(hours=2)).timestamp()
    os.utime(path, (old, old))
    [task] = [task for task in app.extensions["jobs"].huey._registry.periodic_tasks if task.name == "forget_old_lists"]
    task.execute()
    assert waiting() == []


@pytest.mark.parametrize("upload", ["../../config", "..", "%2e%2e%2fconfig", "a" * 32, "z" * 32, "x\x00"])
def test_an_invented_identifier_finds_nothing(client, officer, round_, upload):
    assert client.get(f"{home(round_)}/apercu/{upload}").status_code == 404
    assert client.post(f"{home(round_)}/importer", data={"upload": upload}).status_code == 404


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04workbook", b"\x00" * 100, b"nom;prenom\na;b\n", "e-mail;site\n".encode("utf-16")]
)
def test_a_file_that_is_no_list_is_refused_on_the_page(client, officer, round_, content):
    answer = send(client, round_, content)
    assert answer.status_code == 422
    assert "resume-erreur" in answer.text
    assert waiting() == []


def test_no_file_at_all_is_said(client, officer, round_):
    answer = client.post(f"{home(round_)}/apercu", data={})
    assert answer.status_code == 422
    assert "Choisissez le fichier" in answer.text


def test_a_file_of_more_than_ten_megabytes_is_refused(client, officer, round_):
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="liste.csv"\r\n\r\n'
    body = head + b"x" * (10 * 1024 * 1024) + b"\r\n--edge--\r\n"
    answer = client.post(f"{home(round_)}/apercu", data=body, content_type="multipart/form-data; boundary=edge")
    assert answer.status_code == 413
    assert waiting() == []


def test_a_list_of_thousands_of_bad_rows_stays_a_light_page(client, officer, round_):
    rows = "".join(f"<script>alert({number})</script>;Toulouse;UT3\n" for number in range(5_000))
    preview = send(client, round_, GOOD + rows).location
    answer = client.get(preview)
    assert len(answer.data) < 200_000
    assert b"<script>alert" not in answer.data
    assert "200 premières" in answer.text
    assert client.get(f"{preview}/lignes-fautives.csv").text.count("\n") == 5_001


def test_the_roll_closes_with_the_vote(client, officer, round_):
    preview = send(client, round_, GOOD).location
    move_round(round_, Phase.CONTROL)
    assert confirm(client, round_, preview).status_code == 422
    assert send(client, round_, GOOD).status_code == 409
    text = client.get(home(round_)).text
    assert "la liste électorale ne change plus" in text
    assert 'type="file"' not in text
    assert queries.roll_size(round_) == 0


@pytest.mark.parametrize("path", ["apercu", "importer"])
def test_the_address_of_a_form_leads_back_to_the_page(client, officer, round_, path):
    answer = client.get(f"{home(round_)}/{path}")
    assert (answer.status_code, answer.location) == (303, home(round_))


def test_the_page_asks_as_much_for_many_imports_as_for_one(client, officer, round_, count_queries):
    confirm(client, round_, send(client, round_, GOOD).location)
    with count_queries() as few:
        client.get(home(round_))
    for number in range(6):
        row = f"etudiant{number}@etu.exemple.example;Rodez;UT2J\n"
        confirm(client, round_, send(client, round_, GOOD + row).location)
    with count_queries() as many:
        assert client.get(home(round_)).status_code == 200
    assert len(many.statements) == len(few.statements)


def test_the_command_imports_like_the_page(app, round_, tmp_path):
    from participatory.rolls.cli import roll

    runner, path = app.test_cli_runner(), Path(tmp_path / "liste.csv")
    path.write_text(BAD, "cp1252")
    looked = runner.invoke(roll, ["import", round_.slug, str(path), "--dry-run"])
    assert "2 to add, 0 known, 2 bad. Nothing was changed." in looked.output
    assert "line 4: « pas une adresse »" in looked.output
    refused = runner.invoke(roll, ["import", round_.slug, str(path)])
    assert (refused.exit_code, queries.roll_size(round_)) == (1, 0)
    done = runner.invoke(roll, ["import", round_.slug, str(path), "--without-bad-rows"])
    assert "2 added, 0 known, 2 left out." in done.output
    counted = runner.invoke(roll, ["count", round_.slug]).output
    assert counted.startswith("2\ttotal\n1\tAlbi\n1\tToulouse\n0\t")
    assert runner.invoke(roll, ["count", "inconnu"]).exit_code == 1
    assert db.session.scalars(sa.select(JournalEntry)).one().actor == "system"

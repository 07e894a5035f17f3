"""The pages of sending a list, at the desk of the Region."""

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
from participatory.deeds.models import Deed
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.rolls import queries
from participatory.rolls.models import RollList, RollListRow
from participatory.rolls.rules import ListState
from participatory.rounds.rules import Phase
from participatory.web.settings import config, secret_store
from tests.factories import limit_role, make_person, make_round, move_round, sign_in
from tests.rolls.making import HEAD, csv_of, people, xlsx_of

GOOD = csv_of(("camille@etu.exemple.example", "Toulouse", "UT3"), ("sacha@etu.exemple.example", "Albi", "INUC"))
BAD = GOOD + b"\npas une adresse;Toulouse;UT3\nlou@etu.exemple.example;Toulose;UT3\n"
TWO_IN_A_HUNDRED = csv_of(*people(98), ("pas une adresse", "Toulouse", "UT3"), ("a@b.example", "Toulose", "UT3"))
COLUMNS = {"tete": "1", "c": ["email", "site", "establishment"]}


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
    return client.post(f"{home(round_)}/apercu", data={"file": (io.BytesIO(content), name)})


def kept(answer):
    """The identifier of the file that a page leads to."""
    return answer.location.split("/")[-2]


def review(client, round_, upload, **columns):
    return client.get(f"{home(round_)}/apercu/{upload}", query_string=COLUMNS | columns)


def confirm(client, round_, upload, **ticked):
    return client.post(f"{home(round_)}/importer", data={"upload": upload, **COLUMNS, **ticked})


def through(client, round_, content, **ticked):
    """A file sent, looked at and confirmed."""
    upload = kept(send(client, round_, content))
    assert review(client, round_, upload).status_code == 200
    return confirm(client, round_, upload, **ticked)


def waiting():
    folder = config().instance / "imports"
    return sorted(folder.glob("*")) if folder.exists() else []


def count(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER, Role.REFERENT])
def test_the_roll_is_not_for_others(client, round_, role):
    sign_in(client, make_person(roles=(role,) if role else ()))
    for path in ("", "/apercu", "/apercu/x", "/apercu/x/colonnes", "/apercu/x/lignes-fautives.csv"):
        assert client.get(home(round_) + path).status_code == 403
    assert send(client, round_, GOOD).status_code == 403
    assert confirm(client, round_, "x").status_code == 403
    assert client.post(f"{home(round_)}/envoyees/x/retirer").status_code == 403
    assert waiting() == []


def test_the_administration_sees_the_roll_and_does_not_import(client, round_):
    sign_in(client, make_person(roles=(Role.ADMINISTRATOR,)))
    answer = client.get(home(round_))
    assert answer.status_code == 200
    assert "Seules les personnes qui conduisent le budget" in answer.text
    assert send(client, round_, GOOD).status_code == 403


def test_an_officer_of_one_round_has_nothing_to_do_with_the_roll_of_another(client, round_):
    person, other = make_person(roles=(Role.OFFICER,)), make_round()
    limit_role(person, Role.OFFICER, other.scope)
    sign_in(client, person)
    assert client.get(home(round_)).status_code == 403
    assert send(client, round_, GOOD).status_code == 403
    assert client.get(home(other)).status_code == 200
    assert round_.title not in client.get("/etablissement/listes").text


def test_an_unknown_round_is_not_found(client, officer):
    assert client.get("/gestion/budgets/inconnu/liste-electorale").status_code == 404


def test_a_list_goes_from_its_columns_to_the_approval_of_another_person(client, officer, round_):
    assert "Aucune liste pour le moment" in client.get(home(round_)).text
    answer = send(client, round_, GOOD)
    assert answer.status_code == 303
    text = client.get(answer.location).text
    assert "Que contient chaque colonne" in text
    assert "ca•••••@etu.exemple.example" in text
    assert "camille" not in text
    text = review(client, round_, kept(answer)).text
    assert "Envoyer 2 personnes" in text
    done = confirm(client, round_, kept(answer))
    assert (done.status_code, done.location) == (303, home(round_))
    assert (queries.roll_size(round_), count(RollListRow), waiting()) == (0, 2, [])
    text = client.get(home(round_)).text
    assert "Envoyée par vous" in text
    deed = db.session.scalars(sa.select(Deed)).one()
    approver = make_person(roles=(Role.OFFICER,))
    sign_in(client, approver)
    text = client.get(f"/gestion/actes/{deed.public_id}").text
    assert "Personnes à ajouter" in text
    [list_] = queries.lists_of(round_)
    assert list_.file_digest in text
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', text).group(1)
    assert client.post(f"/gestion/actes/{deed.public_id}/confirmer", data={"seen": seen}).status_code == 303
    db.session.expire_all()
    assert (queries.roll_size(round_), count(RollListRow)) == (2, 0)
    pepper = secret_store().get("pepper", round_.public_id)
    assert queries.voter_of(round_, pepper, make_person(email="camille@etu.exemple.example")).site.slug == "toulouse"


def test_the_sender_cannot_approve_and_can_take_back(client, officer, round_):
    through(client, round_, GOOD)
    deed = db.session.scalars(sa.select(Deed)).one()
    text = client.get(f"/gestion/actes/{deed.public_id}").text
    assert "une autre personne doit le confirmer" in text
    assert client.post(f"/gestion/actes/{deed.public_id}/confirmer", data={"seen": deed.shown}).status_code == 403
    [sent] = queries.lists_of(round_)
    assert client.post(f"{home(round_)}/envoyees/{sent.public_id}/retirer").status_code == 303
    db.session.expire_all()
    assert (sent.state, count(RollListRow), queries.roll_size(round_)) == (ListState.WITHDRAWN, 0, 0)
    assert client.post(f"{home(round_)}/envoyees/{sent.public_id}/retirer").status_code == 409
    assert client.post(f"{home(make_round())}/envoyees/{sent.public_id}/retirer").status_code == 404


def test_columns_are_corrected_by_the_person(client, officer, round_):
    upload = kept(send(client, round_, csv_of(("a@etu.exemple.example", "Albi", "INUC"), head=("x", "y", "z"))))
    refused = review(client, round_, upload, c=["unused", "site", "establishment"])
    assert refused.status_code == 422
    assert "identifie les personnes" in refused.text
    assert 'value="unused" selected' in refused.text
    assert "Envoyer une personne" in review(client, round_, upload).text
    swapped = review(client, round_, upload, c=["email", "establishment", "site"])
    assert "plus de 2" in swapped.text
    bare = client.get(f"{home(round_)}/apercu/{upload}")
    assert (bare.status_code, bare.location) == (303, f"{home(round_)}/apercu/{upload}/colonnes")


@pytest.mark.parametrize(
    "columns",
    [
        {"c": ["email"] * 500},
        {"c": ["\x00", "site"]},
        {"tete": "9" * 40},
        {"tete": "-1"},
        {"c": ["email", "site", "x"]},
    ],
)
def test_invented_columns_end_in_a_page(client, officer, round_, columns):
    upload = kept(send(client, round_, GOOD))
    assert review(client, round_, upload, **columns).status_code in {200, 422}
    answer = client.post(f"{home(round_)}/importer", data={"upload": upload, **COLUMNS, **columns})
    assert answer.status_code in {303, 422}


def test_above_two_percent_of_bad_rows_nothing_can_be_sent(client, officer, round_):
    upload = kept(send(client, round_, BAD))
    text = review(client, round_, upload).text
    assert re.search(r"Lignes fautives.: 2 sur 4", text)
    assert "pas une adresse" in text
    assert re.search(r"Voulez-vous dire «.Toulouse.»", text)
    assert 'name="upload"' not in text
    refused = confirm(client, round_, upload, without_bad_rows="y")
    assert refused.status_code == 422
    assert "Liste refusée entière" in refused.text
    assert count(RollList) == 0


def test_at_two_percent_somebody_must_say_to_leave_them_aside(client, officer, round_):
    upload = kept(send(client, round_, TWO_IN_A_HUNDRED))
    assert "Laisser de côté les 2 lignes fautives" in review(client, round_, upload).text
    refused = confirm(client, round_, upload)
    assert refused.status_code == 422
    assert "Rien n’est importé" in refused.text
    assert confirm(client, round_, upload, without_bad_rows="y").status_code == 303
    [sent] = queries.lists_of(round_)
    assert (sent.people, sent.rejected, sent.sent_by) == (98, 2, officer.public_id)


def test_a_warning_is_shown_and_does_not_stop(client, officer, round_):
    upload = kept(send(client, round_, csv_of(("a@etu.exemple.example", "Toulouse", "0311384A"))))
    text = review(client, round_, upload).text
    assert "0311384L" in text
    assert confirm(client, round_, upload).status_code == 303


def test_bad_rows_can_be_downloaded_without_a_formula(client, officer, round_):
    upload = kept(send(client, round_, GOOD + b"\n=HYPERLINK(1)@x.fr;Toulouse;UT3\n"))
    answer = client.get(f"{home(round_)}/apercu/{upload}/lignes-fautives.csv", query_string=COLUMNS)
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "4;" in answer.text
    assert "'=HYPERLINK" in answer.text


def test_a_confirmed_file_is_gone_so_that_two_clicks_send_once(client, officer, round_):
    upload = kept(send(client, round_, GOOD))
    assert len(waiting()) == 1
    assert confirm(client, round_, upload).status_code == 303
    assert waiting() == []
    again = confirm(client, round_, upload)
    assert again.status_code == 404
    assert "n’est plus ici" in again.text
    assert count(RollList) == 1


def test_the_same_file_again_says_so(client, officer, round_):
    through(client, round_, GOOD)
    assert "attend déjà" in through(client, round_, GOOD).text


def test_a_file_belongs_to_whoever_sent_it_and_to_its_round(client, officer, round_):
    upload = kept(send(client, round_, GOOD))
    assert review(client, make_round(), upload).status_code == 404
    sign_in(client, make_person(roles=(Role.OFFICER,)))
    assert review(client, round_, upload).status_code == 404
    assert client.get(f"{home(round_)}/apercu/{upload}/colonnes").status_code == 404
    assert confirm(client, round_, upload).status_code == 404
    assert count(RollList) == 0


def test_a_file_is_private_and_lasts_an_hour(client, officer, round_):
    upload = kept(send(client, round_, GOOD))
    [path] = waiting()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with time_machine.travel(now() + timedelta(minutes=61)):
        sign_in(client, officer)
        assert review(client, round_, upload).status_code == 404
    assert waiting() == []


def test_the_worker_removes_files_that_nobody_came_back_for(app, client, officer, round_):
    """Whoever is cut off between the preview and the confirmation leaves nothing behind."""
    send(client, round_, GOOD)
    [path] = waiting()
    old = (now() - timedelta(hours=2)).timestamp()
    os.utime(path, (old, old))
    [task] = [task for task in app.extensions["jobs"].huey._registry.periodic_tasks if task.name == "forget_old_lists"]
    task.execute()
    assert waiting() == []


def test_a_stop_before_the_end_of_the_confirmation_leaves_nothing_half_sent(client, officer, round_, monkeypatch):
    upload = kept(send(client, round_, GOOD))

    def stop(*_args, **_values):
        raise SystemExit

    monkeypatch.setattr("participatory.rolls.flow.ask_approval", stop)
    with pytest.raises(SystemExit):
        confirm(client, round_, upload)
    monkeypatch.undo()
    assert (count(RollList), count(RollListRow), len(waiting())) == (0, 0, 1)
    assert confirm(client, round_, upload).status_code == 303
    assert (count(RollList), count(RollListRow), len(waiting())) == (1, 2, 0)


@pytest.mark.parametrize("upload", ["../../config", "..", "%2e%2e%2fconfig", "a" * 32, "z" * 32, "x\x00"])
def test_an_invented_identifier_finds_nothing(client, officer, round_, upload):
    assert client.get(f"{home(round_)}/apercu/{upload}", query_string=COLUMNS).status_code == 404
    assert confirm(client, round_, upload).status_code == 404


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04workbook", b"\x00" * 100, b"%PDF-1.4", b"<html><table>"])
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
    upload = kept(send(client, round_, GOOD + b"\n" + rows.encode()))
    answer = review(client, round_, upload)
    assert len(answer.data) < 200_000
    assert b"<script>alert" not in answer.data
    assert "200 premières" in answer.text
    answer = client.get(f"{home(round_)}/apercu/{upload}/lignes-fautives.csv", query_string=COLUMNS)
    assert answer.text.count("\n") == 5_001


def test_titles_and_cells_are_shown_as_text(client, officer, round_):
    row = ("a@etu.exemple.example", "<b>Albi</b>", "INUC")
    upload = kept(
        send(client, round_, xlsx_of(row, head=("e-mail", "<i>site</i>", "etab"), sheets=("<u>x",)), "l.xlsx")
    )
    for answer in (client.get(f"{home(round_)}/apercu/{upload}/colonnes"), review(client, round_, upload)):
        assert not re.search(r"<b>Albi|<i>site|<u>x", answer.text)


def test_the_roll_closes_with_the_vote(client, officer, round_):
    upload = kept(send(client, round_, GOOD))
    move_round(round_, Phase.CONTROL)
    assert confirm(client, round_, upload).status_code == 422
    assert send(client, round_, GOOD).status_code == 409
    text = client.get(home(round_)).text
    assert "la liste électorale ne change plus" in text
    assert 'type="file"' not in text
    assert count(RollList) == 0


@pytest.mark.parametrize("path", ["apercu", "importer"])
def test_the_address_of_a_form_leads_back_to_the_page(client, officer, round_, path):
    answer = client.get(f"{home(round_)}/{path}")
    assert (answer.status_code, answer.location) == (303, home(round_))


def test_the_page_asks_as_much_for_many_lists_as_for_one(client, officer, round_, count_queries):
    through(client, round_, GOOD)
    with count_queries() as few:
        client.get(home(round_))
    for number in range(6):
        through(client, round_, csv_of((f"etudiant{number}@etu.exemple.example", "Rodez", "UT2J")))
    with count_queries() as many:
        assert client.get(home(round_)).status_code == 200
    assert len(many.statements) == len(few.statements)


def test_the_command_sends_like_the_page(app, round_, tmp_path):
    from participatory.rolls.cli import roll

    runner, path = app.test_cli_runner(), Path(tmp_path / "liste")
    path.write_bytes(TWO_IN_A_HUNDRED)
    looked = runner.invoke(roll, ["import", round_.slug, str(path), "--dry-run"])
    assert "98 to add, 0 known, 0 of them elsewhere" in looked.output
    assert "line 100: « pas une adresse »" in looked.output
    refused = runner.invoke(roll, ["import", round_.slug, str(path)])
    assert (refused.exit_code, count(RollList)) == (1, 0)
    done = runner.invoke(roll, ["import", round_.slug, str(path), "--without-bad-rows"])
    deed = db.session.scalars(sa.select(Deed)).one()
    assert f"98 people sent, 2 rows left out. An officer must approve: {deed.public_id}" in done.output
    assert deed.proposed_by == "system"
    path.write_bytes(BAD)
    refused = runner.invoke(roll, ["import", round_.slug, str(path), "--without-bad-rows"])
    assert "plus de 2 %" in refused.output
    assert runner.invoke(roll, ["count", round_.slug]).output.startswith("0\ttotal\n0\t")
    assert runner.invoke(roll, ["count", "inconnu"]).exit_code == 1
    actors = {entry.actor for entry in db.session.scalars(sa.select(JournalEntry))}
    assert actors == {"system"}


def test_the_command_is_told_what_the_columns_are(app, round_, tmp_path):
    from participatory.rolls.cli import roll

    runner, path = app.test_cli_runner(), Path(tmp_path / "liste")
    path.write_bytes(csv_of(("Albi", "a@etu.exemple.example", "INUC"), head=("lieu", "contact", "code")))
    base = ["import", round_.slug, str(path), "--dry-run"]
    assert runner.invoke(roll, [*base, "--mapping", "lieu=site", "--mapping", "C=establishment"]).exit_code == 0
    wrong = runner.invoke(roll, [*base, "--mapping", "lieu=ville"])
    assert wrong.exit_code == 2
    assert "A (lieu), B (contact), C (code)" in wrong.output
    assert "1 bad" in runner.invoke(roll, [*base, "--mapping", "contact=site", "--mapping", "lieu=email"]).output


def test_the_head_of_these_lists_is_the_one_of_the_model():
    assert HEAD == ("e-mail", "site", "établissement")

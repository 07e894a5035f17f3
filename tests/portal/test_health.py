"""The page that machines watch."""

from __future__ import annotations

import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.outbox.actions import enqueue


def test_a_sound_installation_says_so(app_on_each_database):
    answer = app_on_each_database.test_client().get("/sante")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": True, "migrations": True, "letters_waiting": 0}
    assert answer.headers["Cache-Control"] == "no-store"


def test_waiting_letters_are_counted_without_their_addresses(app, client):
    with transaction():
        enqueue("quelqu.un@etu.exemple.example", "sign_in", "fr", now(), code="A", link="https://x.example")
    answer = client.get("/sante")
    assert answer.json["letters_waiting"] == 1
    assert "quelqu" not in answer.text


def test_a_database_behind_the_code_is_an_error(app, client):
    with transaction():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/sante")
    assert answer.status_code == 503
    assert answer.json["migrations"] is False


def test_a_database_that_does_not_answer_is_an_error(make_test_app):
    app = make_test_app()
    with app.app_context():
        path = db.engine.url.database
        db.engine.dispose()
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"this is no database" * 100)
    answer = app.test_client().get("/sante")
    assert answer.status_code == 503
    assert answer.json["database"] is False

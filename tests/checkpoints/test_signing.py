"""Signing the head of the journal every hour, and telling the observers."""

import json

import pytest
import sqlalchemy as sa

from participatory.checkpoints.actions import sign_bytes, sign_head
from participatory.checkpoints.jobs import sign_and_tell
from participatory.checkpoints.models import Checkpoint
from participatory.checkpoints.queries import checkpoints_upto, declared_keys, fault_of, public_key
from participatory.checkpoints.rules import is_genuine, read
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.journal.queries import head
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.web.settings import secret_store
from tests.factories import make_person
from tests.identity.test_races import at_once
from tests.journal.chains import behind_the_triggers, write_new


def sign() -> Checkpoint | None:
    with transaction():
        return sign_head(secret_store(), now())


def test_the_first_signature_makes_the_key_and_journals_its_public_part(app_on_each_database):
    write_new(2)
    made = sign()
    last = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.position.desc())).first()
    assert (last.verb, last.position) == ("checkpoint.key_made", 3)
    assert json.loads(last.payload) == {"public_key": public_key(secret_store()).hex()}
    assert (made.position, made.digest) == (3, last.digest)
    (kept,) = checkpoints_upto(3)
    assert is_genuine(kept)
    assert fault_of(kept) is None
    assert checkpoints_upto(2) == []


def test_a_head_is_signed_once_and_the_key_declared_once(app_on_each_database):
    write_new(1)
    assert sign() is not None
    assert sign() is None
    write_new(1)
    assert sign().position == 3
    assert [each.position for each in checkpoints_upto(99)] == [2, 3]
    assert len(declared_keys()) == 1
    assert list(faults()) == []


def test_a_key_made_in_a_deed_that_was_undone_is_declared_by_the_next(app):
    with pytest.raises(RuntimeError), transaction():
        sign_head(secret_store(), now())
        raise RuntimeError
    assert head() is None
    assert sign().position == 1
    assert declared_keys() == {public_key(secret_store()).hex()}


def test_a_new_key_is_declared_and_the_checkpoints_of_the_former_one_hold(app):
    sign()
    (kept,) = checkpoints_upto(1)
    secret_store().destroy("checkpoint", "platform")
    assert sign().position == 2
    assert len(declared_keys()) == 2
    assert fault_of(kept) is None


def test_hands_that_sign_at_once_make_one_checkpoint(app_on_each_database):
    write_new(1)
    answers = at_once(app_on_each_database, lambda _n: sign_head(secret_store(), now()) is not None, 6)
    assert sorted(answers, key=str) == [False] * 5 + [True]
    assert len(checkpoints_upto(99)) == 1
    assert list(faults()) == []


@pytest.mark.parametrize("statement", ["UPDATE checkpoint SET digest = 'x'", "DELETE FROM checkpoint"])
def test_the_database_refuses_to_change_or_delete_a_checkpoint(app_on_each_database, statement):
    sign()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_each_observer_gets_one_letter_that_can_be_read_again(app):
    for locale in ("fr", "en"):
        person = make_person(roles=(Role.OBSERVER,))
        with transaction():
            person.locale = locale
    make_person(roles=(Role.OFFICER,))
    made, told = sign_and_tell()
    letters = [compose(each) for each in db.session.scalars(sa.select(Letter))]
    assert told == len(letters) == 2
    for letter in letters:
        assert str(made.position) in letter.subject
        assert made.digest in letter.body
        assert "/journal" in letter.body
        assert read(letter.message().as_bytes()) == [made]
    assert sign_and_tell() is None


def test_the_worker_signs_every_hour(app):
    write_new(1)
    [task] = [task for task in app.extensions["jobs"].huey._registry.periodic_tasks if task.name == "sign_head"]
    task.execute()
    assert [each.position for each in checkpoints_upto(99)] == [2]


def test_other_things_are_signed_with_the_same_key(app):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(public_key(secret_store()))
    key.verify(bytes.fromhex(sign_bytes(secret_store(), b"manifest")), b"manifest")


def test_a_history_rewritten_by_the_administrator_of_the_database_is_shown_by_a_kept_checkpoint(app_on_each_database):
    write_new(3)
    sign()
    (kept,) = checkpoints_upto(99)
    behind_the_triggers(sa.delete(JournalEntry))
    write_new(1)
    assert sign().position == 2
    assert "cut off" in fault_of(kept)
    write_new(5)
    assert list(faults()) == []
    assert "rewritten" in fault_of(kept)

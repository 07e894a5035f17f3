"""The queue of background work, on the storage of one machine and on that of several."""

import pytest

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.outbox.actions import enqueue
from participatory.outbox.jobs import Jobs


@pytest.fixture(params=["sqlite", "postgresql"])
def jobs(request, app, tmp_path):
    """A queue with nothing in it."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = Jobs(app, url, tmp_path)
    made.huey.flush()
    app.extensions["jobs"] = made
    yield made
    made.huey.storage.close()


def test_a_committed_letter_wakes_the_sender_once(app, jobs):
    with transaction():
        for _ in range(3):
            enqueue("quelquun@etu.exemple.example", "sign_in", "fr", now(), code="AAAAA-BBBBB", link="/l")
    assert jobs.huey.pending_count() == 1
    assert jobs.huey.execute(jobs.huey.dequeue()) == 3
    assert len(app.extensions["mailman"].outbox) == 3


def test_a_deed_that_fails_wakes_nobody(app, jobs):
    with pytest.raises(ZeroDivisionError), transaction():
        enqueue("quelquun@etu.exemple.example", "sign_in", "fr", now(), code="AAAAA-BBBBB", link="/l")
        raise ZeroDivisionError
    assert jobs.huey.pending_count() == 0

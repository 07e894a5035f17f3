"""The demonstration: loaded once, moved to any phase, closed outside itself."""

import pytest
import sqlalchemy as sa
from flask import current_app

from participatory.ballots.models import SealedBallot
from participatory.ballots.queries import count_envelopes
from participatory.bundles.content import bundle_of
from participatory.bundles.queries import end_of_publication
from participatory.bundles.writing import write_folder
from participatory.core.clock import now
from participatory.core.database import db
from participatory.demo.calendar import dates_within
from participatory.demo.cli import demo
from participatory.demo.letters import read_letters
from participatory.demo.loader import find_living_rounds, find_student_round
from participatory.journal.actions import faults
from participatory.outbox.models import Letter
from participatory.results.models import Publication
from participatory.rounds.models import Round
from participatory.rounds.rules import Calendar, Phase
from participatory.verification.bundle import Bundle
from participatory.verification.checks import verify
from participatory.verification.source import source_of


@pytest.fixture(scope="module")
def run(tmp_path_factory, prepared_sqlite):
    """A function that runs `participatory demo …` in a loaded demonstration, and gives what it prints."""
    import shutil

    from tests.conftest import close, make_app

    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(prepared_sqlite, folder / "participatory.sqlite")
    app = make_app(folder, demo=True)

    def command(*arguments):
        result = app.test_cli_runner().invoke(demo, list(arguments))
        assert result.exit_code == 0, result.output
        return result.output

    command("load")
    with app.app_context():
        yield command
    close(app)


@pytest.mark.parametrize("phase", list(Phase))
def test_dates_put_a_round_in_the_phase_asked_for(phase):
    dates = dates_within(phase, now())
    assert Calendar(**{each.value: date for each, date in dates.items()}).phase_at(now()) is phase


def test_loading_twice_changes_nothing(run):
    rounds = db.session.scalar(sa.select(sa.func.count()).select_from(Round))
    assert "already" in run("load")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Round)) == rounds == 3


def test_loading_leaves_a_whole_journal_and_no_letter_to_send(run):
    assert list(faults()) == []
    assert db.session.scalars(sa.select(Letter)).all() == []


@pytest.mark.parametrize("phase", [*list(Phase)[1:], Phase.VOTING])
def test_student_round_moves_to_any_phase_and_back(run, phase):
    run("--phase", phase.value)
    db.session.expire_all()
    round_ = find_student_round()
    assert round_.phase(now()) is phase
    published = db.session.scalar(sa.select(Publication.id).where(Publication.round_id == round_.id)) is not None
    assert published == (phase in {Phase.RESULTS, Phase.DELIVERY})
    assert list(faults()) == []


@pytest.mark.parametrize("phase", [Phase.CONTROL, Phase.RESULTS])
def test_a_vote_that_is_jumped_over_was_held_all_the_same(run, phase):
    run("--phase", Phase.SUBMISSION.value)
    run("--phase", phase.value)
    db.session.expire_all()
    round_ = find_student_round()
    sealed = db.session.scalar(
        sa.select(sa.func.count()).select_from(SealedBallot).where(SealedBallot.round_id == round_.id)
    )
    assert count_envelopes(round_) + sealed > 100
    published = db.session.scalar(sa.select(Publication.id).where(Publication.round_id == round_.id)) is not None
    assert published == (phase is Phase.RESULTS)
    assert list(faults()) == []


def test_a_vote_that_was_taken_back_and_held_again_is_verified(run, tmp_path):
    for phase in (Phase.VOTING, Phase.RESULTS, Phase.REVIEW, Phase.VOTING, Phase.RESULTS):
        run("--phase", phase.value)
    db.session.expire_all()
    round_ = find_student_round()
    files = bundle_of(round_, current_app.extensions["secrets"], end_of_publication(round_))
    write_folder(files, tmp_path / "bundle")
    findings = list(verify(Bundle(source_of(tmp_path / "bundle"))))
    assert [(found.check.number, found.faults) for found in findings if not found.passed] == []


def test_command_is_refused_outside_the_demonstration(app):
    result = app.test_cli_runner().invoke(demo, ["load"])
    assert result.exit_code == 1
    assert "DEMO=1" in result.output


@pytest.fixture
def visitor(make_test_app):
    app = make_test_app(demo=True)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app.test_client()


def test_stepping_into_somebody_unknown_is_refused(visitor):
    assert visitor.post("/demo/role", data={"key": "nobody"}).status_code == 404
    assert visitor.post("/demo/role", data={}).status_code == 404


def test_page_moves_the_round_in_submission_through_every_phase(run):
    submission = find_living_rounds()[1]
    assert find_student_round() is not submission
    current_app.config["WTF_CSRF_ENABLED"] = False
    for phase in (Phase.REVIEW, Phase.RESULTS, Phase.SUBMISSION):
        data = {"budget": submission.slug, "phase": phase.value}
        assert current_app.test_client().post("/demo/phase", data=data).status_code == 303
        db.session.expire_all()
        assert submission.phase(now()) is phase


@pytest.mark.parametrize("phase", ["", "draft'--", "nowhere"])
def test_moving_to_no_phase_is_refused(visitor, phase):
    assert visitor.post("/demo/phase", data={"phase": phase}).status_code == 422


@pytest.mark.parametrize("name", ["../../etc/passwd", "x", "%00"])
def test_a_letter_that_does_not_exist_is_not_found(visitor, name):
    assert visitor.get(f"/demo/courrier/{name}").status_code == 404


def test_letters_written_to_files_are_read_back_with_their_accents(make_test_app):
    from flask_mailman import EmailMessage

    app = make_test_app(demo=True)
    app.extensions["mailman"].backend = "file"
    with app.app_context():
        EmailMessage("Été à Sète", "Bonjour — voilà.\n", to=["a@etu.exemple.example"]).send()
        (letter,) = read_letters(app.extensions["config"].letters_folder)
    assert (letter.subject, letter.recipient) == ("Été à Sète", "a@etu.exemple.example")
    assert "voilà" in letter.body

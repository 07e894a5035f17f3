"""Retention: at the hour and not before, each batch with its record; killed halfway, twice at once, clock astray."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.ballots.models import OpenedBallot, Signature
from participatory.core.clock import now, paris
from participatory.core.database import db, transaction
from participatory.doors.models import EnrolmentProof
from participatory.identity.models import Person, RoleGrant, SignInCode, SignInSession
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.privacy import retention
from participatory.privacy.cli import retention as command
from participatory.privacy.holdings import foreseen, holdings_of
from participatory.privacy.models import DeletionRecord, InactivityWarning, PersonalReading
from participatory.privacy.queries import deletions
from participatory.privacy.retention import carry_out, due, run
from participatory.privacy.rules import DELAYS, Task, may_go
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.results.models import Publication
from participatory.rolls.models import Voter, VoterKey
from participatory.rounds.rules import Phase
from participatory.web.settings import secret_store
from tests.factories import add_voter, establishment, make_person, make_proposal, make_round, sign_in
from tests.identity.letters import post
from tests.identity.test_races import at_once

KEPT = timedelta(days=90)


def rule(key):
    return next(each for each, _coming in due(now()) if each.key == key)


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def finished_round(voters=3, published=None):
    round_ = make_round(Phase.DELIVERY)
    for _each in range(voters):
        voter = add_voter(round_, make_person())
        with transaction():
            db.session.add(Signature(round_id=round_.id, voter_id=voter.id, day=paris(now()).date()))
    if published is not False:
        with transaction():
            db.session.add(
                Publication(
                    round_id=round_.id, edition=1, document="{}", election="", digest="0" * 64,
                    published_by="system", published_at=published or round_.results_at,
                )
            )  # fmt: skip
    return round_


def test_a_roll_goes_at_its_hour_and_not_a_second_before(app):
    round_ = finished_round()
    ends = round_.results_at + KEPT
    assert carry_out(rule("roll"), ends - timedelta(seconds=1)) == 0
    assert count(Voter) == 3
    assert carry_out(rule("roll"), ends) == 3
    assert (count(Voter), count(VoterKey), count(Signature)) == (0, 0, 0)


def test_a_roll_of_a_result_that_is_not_out_stays(app):
    finished_round(published=False)
    assert carry_out(rule("roll"), now() + timedelta(days=3000)) == 0
    assert count(Voter) == 3


def test_the_clock_starts_at_a_late_publication(app):
    round_ = finished_round(published=now() + timedelta(days=30))
    assert carry_out(rule("roll"), round_.results_at + KEPT) == 0
    assert carry_out(rule("roll"), now() + timedelta(days=31) + KEPT) == 3


def test_the_rulebook_says_how_long(app):
    round_ = make_round(Phase.DELIVERY, roll_kept_days=400)
    add_voter(round_, make_person())
    with transaction():
        db.session.add(
            Publication(
                round_id=round_.id, edition=1, document="{}", election="", digest="0" * 64,
                published_by="system", published_at=round_.results_at,
            )
        )  # fmt: skip
    assert carry_out(rule("roll"), round_.results_at + timedelta(days=399)) == 0
    assert carry_out(rule("roll"), round_.results_at + timedelta(days=400)) == 1


def test_the_secrets_of_the_round_go_with_its_roll_and_the_result_stays(app):
    round_ = finished_round()
    other = make_round(Phase.VOTING)
    add_voter(other, make_person())
    with transaction():
        db.session.add(OpenedBallot(round_id=round_.id, contest="main", position=0, choices="a:1"))
    before = {name: secret_store().get(name, round_.public_id) for name in ("pepper", "link", "order")}
    others = secret_store().get("pepper", other.public_id)
    carry_out(rule("roll"), now() + timedelta(days=400))
    files = {path.name for path in secret_store().folder.iterdir()}
    assert not any(name.startswith(round_.public_id) for name in files)
    assert secret_store().get("pepper", other.public_id) == others
    assert all(secret_store().get(name, round_.public_id) != secret for name, secret in before.items())
    assert (count(Publication), count(OpenedBallot)) == (1, 1)
    assert db.session.scalars(sa.select(Voter.round_id)).all() == [other.id]


def test_batches_are_bounded_and_each_leaves_its_record_and_its_line_in_the_journal(app):
    round_ = finished_round(voters=5)
    carry_out(rule("roll"), now() + timedelta(days=400), batch=2)
    records = db.session.scalars(sa.select(DeletionRecord).order_by(DeletionRecord.id)).all()
    assert [(each.rule, each.round_id, each.deleted) for each in records] == [("roll", round_.id, n) for n in (2, 2, 1)]
    lines = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "retention.applied")).all()
    assert len(lines) == 3
    assert all(round_.public_id in each.payload for each in lines)
    assert list(faults()) == []
    assert [(each.rule, each.deleted) for each in deletions()] == [("roll", 5)]


def test_killed_halfway_the_next_run_goes_on_and_counts_each_row_once(app, monkeypatch):
    finished_round(voters=5)
    late, done = now() + timedelta(days=400), []
    real = retention._note

    def dying(*arguments):
        if done:
            raise KeyboardInterrupt
        done.append(True)
        real(*arguments)

    monkeypatch.setattr(retention, "_note", dying)
    with pytest.raises(KeyboardInterrupt):
        carry_out(rule("roll"), late, batch=2)
    db.session.rollback()
    assert count(Voter) == 3
    monkeypatch.setattr(retention, "_note", real)
    carry_out(rule("roll"), late, batch=2)
    assert count(Voter) == 0
    assert sum(db.session.scalars(sa.select(DeletionRecord.deleted))) == 5


def test_two_runs_at_once_count_each_row_once(app_on_each_database):
    finished_round(voters=6)
    late = now() + timedelta(days=400)
    errors = []

    def one(_number):
        # `at_once` opens a transaction of its own, which a run must not be in.
        db.session.rollback()
        db.session().info["in_transaction"] = False
        try:
            return carry_out(rule("roll"), late, batch=2)
        except Exception as error:
            errors.append(error)
            raise
        finally:
            db.session().info["in_transaction"] = True

    assert sum(at_once(app_on_each_database, one, 2)) == 6
    db.session.rollback()
    assert errors == []
    assert count(Voter) == 0
    assert sum(db.session.scalars(sa.select(DeletionRecord.deleted))) == 6
    assert list(faults()) == []


def test_a_rule_that_fails_does_not_stop_the_others(app, monkeypatch):
    broken = rule("drafts")
    make_proposal(make_round(Phase.DELIVERY), State.DRAFT, author=make_person())
    object.__setattr__(broken, "batch", lambda _now, _most: 1 / 0)
    finished_round()
    done = {each.rule: each.deleted for each in run(now() + timedelta(days=400))}
    assert done["drafts"] == 0
    assert done["roll"] == 3


def test_drafts_and_withdrawn_projects_go_after_the_delay_and_what_was_submitted_stays(app):
    round_ = make_round(Phase.REVIEW)
    person = make_person()
    for state in (State.DRAFT, State.WITHDRAWN, State.SUBMITTED, State.ADMITTED):
        make_proposal(round_, state, author=person)
    ends = round_.review_at + timedelta(days=180)
    assert carry_out(rule("drafts"), ends - timedelta(seconds=1)) == 0
    assert carry_out(rule("drafts"), ends, batch=1) == 2
    assert set(db.session.scalars(sa.select(Proposal.state_code))) == {"submitted", "admitted"}


def test_what_has_expired_goes_and_the_rest_stays(app, client):
    person = make_person()
    sign_in(client, person)
    with transaction():
        db.session.add(
            EnrolmentProof(
                person_id=person.id, establishment_id=establishment().id, source="cas", proved_at=now(),
                expires_at=now() + timedelta(days=10),
            )
        )  # fmt: skip
        db.session.add(SignInCode(email="x@y.example", code_mac="c", link_mac="l", created_at=now(), expires_at=now()))
        officer = make_reader()
        db.session.add(
            PersonalReading(person_id=person.id, reader_id=officer.id, what=Task.RIGHTS, reason="r", read_at=now())
        )
    assert sum(each.deleted for each in run(now())) == 0
    run(now() + timedelta(days=2))
    assert (count(SignInCode), count(EnrolmentProof), count(SignInSession), count(PersonalReading)) == (0, 1, 1, 1)
    run(now() + timedelta(days=20))
    assert (count(EnrolmentProof), count(SignInSession), count(PersonalReading)) == (0, 0, 1)
    run(now() + DELAYS.readings + timedelta(seconds=1))
    assert count(PersonalReading) == 0


def make_reader():
    person = Person(email="agent@region.example", display_name="Agent", created_at=now())
    db.session.add(person)
    db.session.flush()
    return person


def unused(days, **changes):
    person = make_person(**changes)
    with transaction():
        person.created_at = now() - timedelta(days=days + 10)
        person.active_on = (now() - timedelta(days=days)).date()
    return person


def test_an_unused_account_is_warned_a_month_before_and_goes_a_month_after(app):
    person = unused(days=735)
    address = person.email
    run(now())
    assert db.session.get(Person, person.id).email == address
    (letter,) = [each for each in post() if each.recipient == address]
    assert "faute de visite" in letter.subject
    run(now() + timedelta(days=29))
    assert len([each for each in post() if each.recipient == address]) == 1
    assert db.session.get(Person, person.id).email == address
    run(now() + timedelta(days=31))
    assert count(Person) == 0
    assert ("accounts_unused", 1) in [
        (each.rule, each.deleted) for each in db.session.scalars(sa.select(DeletionRecord))
    ]


def test_a_visit_after_the_letter_keeps_the_account(app):
    person = unused(days=735)
    run(now())
    with transaction():
        person.active_on = now().date() + timedelta(days=1)
    run(now() + timedelta(days=60))
    assert db.session.get(Person, person.id).email == person.email


@pytest.mark.parametrize("days", [0, 300, 690])
def test_an_account_in_use_is_neither_warned_nor_deleted(app, days):
    person = unused(days=days)
    run(now())
    assert count(InactivityWarning) == 0
    assert db.session.get(Person, person.id).email


def test_whoever_holds_a_role_is_not_deleted_for_want_of_visits(app):
    person = unused(days=1500, roles=(Role.OFFICER,))
    run(now())
    run(now() + timedelta(days=60))
    assert db.session.get(Person, person.id).email
    with transaction():
        db.session.execute(sa.update(RoleGrant).values(revoked_at=now()))
    run(now() + timedelta(days=61))
    run(now() + timedelta(days=95))
    assert count(Person) == 0


def test_a_clock_that_ran_ahead_warns_again_before_it_deletes(app):
    person = unused(days=735)
    with transaction():
        db.session.add(InactivityWarning(person_id=person.id, warned_at=now() + timedelta(days=900)))
    run(now())
    db.session.expire_all()
    assert db.session.get(Person, person.id).email
    assert abs(db.session.scalars(sa.select(InactivityWarning.warned_at)).one() - now()) < timedelta(minutes=1)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_an_hour_off_deletes_nobody_who_was_not_warned_in_time(hours):
    warned = now()
    seen = warned - timedelta(days=1000)
    at = warned + DELAYS.warned + timedelta(hours=hours)
    assert may_go(seen, warned, at) == (hours > 0)


def test_nothing_due_leaves_no_record(app):
    run(now())
    assert (count(DeletionRecord), count(Letter)) == (0, 0)


def test_a_dry_run_says_what_is_due_and_deletes_nothing_and_a_run_does_it(app):
    round_ = finished_round()
    with transaction():
        round_.results_at = now() - timedelta(days=500)
        db.session.execute(sa.update(Publication).values(published_at=round_.results_at))
    runner = app.test_cli_runner()
    said = runner.invoke(command, ["run", "--dry-run"])
    assert "roll\t3 due" in said.output
    assert count(Voter) == 3
    assert "roll\t3 deleted" in runner.invoke(command, ["run"]).output
    db.session.rollback()
    assert count(Voter) == 0


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR])
def test_the_page_of_retention_tells_what_comes_and_what_went(client, role):
    round_ = finished_round()
    carry_out(rule("roll"), now() + timedelta(days=400))
    sign_in(client, make_person(roles=(role,)))
    text = client.get("/gestion/conservation").text
    assert "Liste électorale, signatures et clés d’un budget" in text
    assert round_.title in text
    went = text.partition("Ce qui a été effacé")[2]
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", went)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.APPRAISER, Role.REFERENT])
def test_the_page_of_retention_is_closed_to_other_roles(client, role):
    sign_in(client, make_person(roles=(role,)))
    assert client.get("/gestion/conservation").status_code == 403


def test_everything_that_is_due_goes_in_one_run_on_each_database(app_on_each_database):
    finished_round()
    author = unused(days=1500)
    make_proposal(make_round(Phase.VOTING), State.FEASIBLE, author=author)
    make_proposal(make_round(Phase.DELIVERY), State.DRAFT, author=author)
    with transaction():
        db.session.add(InactivityWarning(person_id=author.id, warned_at=now() - timedelta(days=40)))
    done = {each.rule: each.deleted for each in run(now() + timedelta(days=400))}
    assert (done["roll"], done["drafts"], done["accounts_unused"]) == (3, 1, 1)
    db.session.expire_all()
    emptied = db.session.get(Person, author.id)
    assert (emptied.email, emptied.display_name) == (None, "")
    assert {each.rule for each in deletions()} >= {"roll", "drafts", "accounts_unused"}
    assert all(coming == [] for _rule, coming in due(now()))
    assert list(faults()) == []


def test_what_is_held_can_be_read_on_each_database(app_on_each_database):
    person, round_ = make_person(), make_round(Phase.VOTING)
    add_voter(round_, person)
    make_proposal(round_, author=person)
    held = {processing.key for processing, holding in holdings_of(person, now()) if holding is not None}
    assert held >= {"account", "rolls", "proposals"}
    assert foreseen(person, now()).stays

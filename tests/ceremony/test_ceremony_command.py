"""The ceremony from the command line: one share after the other, typed again, and the state of a key."""

from __future__ import annotations

import re

import pytest
from click.testing import Result
from flask import Flask

from participatory.ballots.opening import open_vote
from participatory.ceremony.cli import ceremony
from participatory.ceremony.keeping import offer_keeper
from participatory.ceremony.queries import key_of
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.rounds.rules import Phase
from participatory.urn.sealing import public_of
from participatory.urn.shares import combine
from tests.ceremony.test_ceremony_pages import round_without_key, verbs
from tests.factories import make_round


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(ceremony, arguments, input=typed)


def shares_in(output: str) -> list[str]:
    """The shares printed, each from its own frame."""
    return [
        " ".join(word for _number, word in sorted((int(n), word) for n, word in re.findall(r"(\d+)\. (\w+)", frame)))
        for frame in re.split(r"SHARE \d+ OF \d+", output)[1:]
    ]


def test_one_share_is_printed_for_each_trustee_and_any_two_give_the_key(app):
    round_ = round_without_key()
    done = run(app, "create", round_.slug, "--trustees", "3", "--threshold", "2")
    assert done.exit_code == 0, done.output
    shares = shares_in(done.output)
    assert [len(share.split()) for share in shares] == [33, 33, 33]
    assert "write this one down on paper, then clear the screen" in done.output.lower()
    db.session.expire_all()
    key = key_of(round_)
    for pair in ((0, 1), (1, 2), (2, 0)):
        assert public_of(combine([shares[each] for each in pair])).hex() == key.public_key
    assert done.output.count(key.fingerprint) == 3
    assert verbs() == ["ceremony.created"]


def test_the_check_says_whether_the_key_comes_out(app):
    round_ = round_without_key()
    shares = shares_in(run(app, "create", round_.slug).output)
    wrong = run(app, "check", round_.slug, typed=f"{shares[0]}\n\n\n")
    assert wrong.exit_code == 1
    assert "Il faut 2 parts" in wrong.output
    done = run(app, "check", round_.slug, typed=f"{shares[0]}\n\n{shares[2]}\n")
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    assert key_of(round_).fingerprint in done.output
    assert key_of(round_).checked_at is not None
    assert verbs() == ["ceremony.created", "ceremony.checked"]


def test_a_second_key_must_be_asked_for(app):
    round_ = round_without_key()
    run(app, "create", round_.slug)
    made = key_of(round_).fingerprint
    refused = run(app, "create", round_.slug)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert run(app, "create", round_.slug, "--replace").exit_code == 0
    db.session.expire_all()
    assert key_of(round_).fingerprint != made


@pytest.mark.parametrize("numbers", [("1", "1"), ("3", "4"), ("3", "1"), ("17", "2")])
def test_numbers_that_make_no_key_are_refused(app, numbers):
    round_ = round_without_key()
    done = run(app, "create", round_.slug, "--trustees", numbers[0], "--threshold", numbers[1])
    assert done.exit_code == 1
    assert key_of(round_) is None


def test_the_state_of_a_key_is_shown_without_its_shares(app):
    round_ = round_without_key()
    assert run(app, "show", round_.slug).exit_code == 1
    run(app, "create", round_.slug, "--trustees", "5", "--threshold", "3")
    shown = run(app, "show", round_.slug).output
    assert "3 of 5" in shown
    assert "checked\tnever" in shown
    assert key_of(round_).fingerprint in shown


def test_nothing_is_made_or_typed_once_the_vote_has_opened(app):
    round_ = make_round(Phase.VOTING)
    with transaction():
        open_vote(round_, now())
    for arguments in (("create", round_.slug, "--replace"), ("check", round_.slug)):
        done = run(app, *arguments)
        assert done.exit_code == 1
        assert "vote a ouvert" in done.output


def test_an_unknown_round_is_told(app):
    for command in ("create", "check", "show"):
        assert run(app, command, "nulle-part").exit_code == 1


def test_whoever_offered_to_keep_the_shares_is_given_them(app):
    kept = []
    offer_keeper(app, lambda round_, shares: kept.append((round_.slug, list(shares))))
    round_ = round_without_key()
    done = run(app, "create", round_.slug)
    assert kept == [(round_.slug, shares_in(done.output))]

"""The journal: declared fields only, and the day alone of ballots."""

from datetime import datetime

import pytest

from participatory.core.clock import now
from participatory.core.database import transaction
from participatory.journal.actions import SYSTEM, faults, record
from participatory.journal.cli import journal
from participatory.journal.rules import Verb, payload


def deeds(count):
    with transaction():
        for number in range(count):
            record(Verb.PERSON_CREATED, SYSTEM, now(), person=str(number))


def test_a_deed_carries_the_fields_of_its_verb_and_no_other():
    for values in ({}, {"person": "a", "extra": 1}, {"other": "a"}):
        with pytest.raises(ValueError, match="carries"):
            payload(Verb.PERSON_CREATED, values)


def test_names_of_verbs_are_unique():
    assert len({verb.code for verb in Verb}) == len(Verb)


def test_a_whole_journal_is_said_to_be_whole(app):
    deeds(3)
    result = app.test_cli_runner().invoke(journal, ["verify"])
    assert (result.exit_code, "3 deeds" in result.output) == (0, True)


def test_a_deed_of_a_ballot_keeps_its_day_in_paris_and_no_hour(app):
    night = datetime.fromisoformat("2027-03-27T23:30:00+00:00")
    with transaction():
        ballot = record(Verb.BALLOT_CAST, SYSTEM, night, round="r", receipt="0" * 64)
        opened = record(Verb.VOTE_UNDER_CONTROL, SYSTEM, night, round="r")
    assert ballot.at == datetime.fromisoformat("2027-03-28T00:00:00+00:00")
    assert opened.at == night
    assert list(faults()) == []


def test_two_equal_deeds_have_contents_that_nobody_can_compare(app):
    moment = now()
    with transaction():
        first, second = (record(Verb.PERSON_CREATED, SYSTEM, moment, person="p") for _each in range(2))
    assert first.content != second.content
    assert len(first.salt) == 32

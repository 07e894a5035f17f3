"""Move the student round to any phase, so that everything can be seen."""

from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import (
    Challenge,
    Envelope,
    OpenedBallot,
    SealedBallot,
    SettingAside,
    Signature,
    UrnState,
    VoteOpening,
    VoteStep,
)
from participatory.ballots.opening import opening_of
from participatory.ballots.queries import count_envelopes, step_of
from participatory.ballots.steps import BY_SYSTEM, take_step
from participatory.ceremony.queries import key_of
from participatory.control.actions import close_vote, seal_urn, take_control
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.demo.calendar import dates_within
from participatory.demo.electorate import cast_ballots
from participatory.demo.officers import private_key, two_officers
from participatory.integrity.models import Signal
from participatory.integrity_desk.models import AssessmentPass, CaseBallot, CaseNote, SuspectCase
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.outbox.models import Letter
from participatory.proposals.queries import on_ballot
from participatory.results.actions import allow_count, count_contests, keep_urn, publish, record_count
from participatory.results.models import Count, CountingRun, Publication
from participatory.results.unsealing import open_sealed
from participatory.rolls.queries import roll_size
from participatory.rounds.actions import shift_calendar
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase

_OF_A_VOTE = (
    AssessmentPass,
    CaseBallot,
    SuspectCase,
    Signal,
    Publication,
    Count,
    CountingRun,
    OpenedBallot,
    SealedBallot,
    Signature,
    Envelope,
    Challenge,
    SettingAside,
    VoteStep,
    VoteOpening,
)
AFTER_VOTE = frozenset({Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY})


def move_to(round_: Round, phase: Phase, store: SecretStore, now: datetime, seed: int) -> None:
    """Shift the dates of a round; from RESULTS on, close, seal, count and publish as its officers would.

    Going past a vote that was never held has it held first: an empty urn shows nothing. A vote that was closed by hand
    is left to be counted and published by hand. Going back before CONTROL once a vote was closed, or before it opened,
    annuls it, which no page can do; the fictional students then vote again.
    """
    if phase in AFTER_VOTE and opening_of(round_) is None and on_ballot(round_):
        move_to(round_, Phase.VOTING, store, now, seed)
    shift_calendar(round_, dates_within(phase, now), now)
    if phase not in AFTER_VOTE:
        if step_of(round_, UrnState.CLOSED) is not None or phase is not Phase.VOTING:
            _take_back(round_, now)
    elif phase is not Phase.CONTROL and step_of(round_, UrnState.CLOSED) is None:
        _finish(round_, store, now)
    if phase is Phase.VOTING and key_of(round_) is not None and roll_size(round_) and not count_envelopes(round_):
        cast_ballots(round_, store, now, seed)
        db.session.execute(sa.delete(Letter).where(Letter.template == "ballot_cast"))


def _take_back(round_: Round, now: datetime) -> None:
    """Annul the vote and forget its ballots and its opening: projects may change, and another vote opens with them."""
    if opening_of(round_) is None:
        return
    if step_of(round_, UrnState.SEALED) is not None:
        # Nothing deletes a sealed ballot before its vote is annulled.
        take_step(round_, UrnState.ANNULLED, BY_SYSTEM, round_.voting_at)
    cases = sa.select(SuspectCase.id).where(SuspectCase.round_id == round_.id)
    db.session.execute(sa.delete(CaseNote).where(CaseNote.case_id.in_(cases)))
    for table in _OF_A_VOTE:
        db.session.execute(sa.delete(table).where(table.round_id == round_.id))
    db.session.expire_all()
    reason = "Démonstration : le vote est ramené en arrière."
    record(Verb.VOTE_ANNULLED, SYSTEM, now, round=round_.public_id, reason=reason)


def _finish(round_: Round, store: SecretStore, now: datetime) -> None:
    officers = two_officers()
    opening = opening_of(round_)
    if opening is None:
        return
    close_vote(round_, officers, now)
    take_control(round_, officers, now)
    seal_urn(round_, officers, store, now)
    allow_count(round_, officers, now)
    opened = open_sealed(round_, opening, private_key(round_, store))
    keep_urn(round_, opened, now)
    record_count(round_, count_contests(round_), opened, officers.second, now)
    publish(round_, officers, store, now)

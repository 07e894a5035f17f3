"""What the control holds goes with the roll, and a voter reads their own case among their data."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient

from participatory.ballots.models import Envelope, SettingAside, Signature
from participatory.core.clock import now
from participatory.core.database import db
from participatory.privacy import retention
from participatory.rolls.models import Voter
from participatory.rounds.rules import Phase
from tests.control.conftest import World
from tests.control.test_cases import EVIDENCE, answered, opened
from tests.factories import move_round, sign_in


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_the_roll_the_envelopes_and_the_cases_of_an_annulled_vote_go_after_their_delay(over: World):
    over.do("cloturer", "controler")
    opened(over)
    over.do("annuler")
    kept = timedelta(days=over.round.rulebook.roll_kept_days)
    retention.run(now() + kept - timedelta(minutes=1))
    assert (count(Envelope), count(SettingAside), count(Signature), count(Voter)) == (3, 1, 3, 3)
    retention.run(now() + kept + timedelta(minutes=1), batch=2)
    assert (count(Envelope), count(SettingAside), count(Signature), count(Voter)) == (0, 0, 0, 0)


def test_cases_stay_as_long_as_the_result_is_not_published(over: World):
    over.do("cloturer", "controler")
    opened(over, moment=now() - timedelta(days=6))
    move_round(over.round, Phase.DELIVERY)
    retention.run(now() + timedelta(days=4000))
    assert count(SettingAside) == 1


def test_a_voter_reads_their_own_case_among_their_data_and_nobody_elses(over: World, client: FlaskClient):
    over.do("cloturer", "controler")
    case = opened(over)
    answered(over, case, over.people[0], words="Ma réponse à moi.")
    for person, number in ((over.people[0], 1), (over.people[1], 0)):
        sign_in(client, person)
        assert client.get("/mon-compte/mes-donnees.json").text.count("Ma réponse à moi.") == number
        assert EVIDENCE not in client.get("/mon-compte/mes-donnees").text

"""What sheets hold about people goes with time, and with the account."""

from datetime import timedelta

import sqlalchemy as sa
import time_machine

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.printed_codes import keeping
from participatory.printed_codes.models import PrintedCode
from participatory.printed_codes.queries import figures_of
from participatory.printed_codes.rules import CodeState
from participatory.privacy.holdings import processings
from tests.factories import make_person
from tests.printed_codes.making import CAMILLE, MAIL, SACHA, set_up, use


def bound() -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(PrintedCode.holder.is_not(None))) or 0


def test_the_daily_job_forgets_whom_expired_sheets_were_for(app):
    counter = set_up()
    counter.hand(1, CAMILLE)
    counter.hand(2, SACHA)
    assert keeping._coming(now()) == []
    with time_machine.travel(counter.package.expires_at + timedelta(minutes=1)):
        assert [each.number for each in keeping._coming(now())] == [2]
        with transaction():
            assert keeping._batch(now(), 1).number == 1
        with transaction():
            assert keeping._batch(now(), 10).number == 1
        with transaction():
            assert keeping._batch(now(), 10) is None
        figures = figures_of([counter.package], now())[counter.package.id]
        assert (figures.of(CodeState.EXPIRED), figures.accounted) == (2, figures.printed)
    assert bound() == 0


def test_a_deleted_account_takes_its_sheet_along(app):
    counter = set_up()
    person = make_person(email=MAIL)
    counter.hand(1, MAIL)
    assert keeping._foresee(person, now()).goes
    with transaction():
        keeping._erase(person, now())
    assert bound() == 0
    assert "annulé" in use(counter.code(), MAIL).message
    assert keeping._foresee(person, now()).goes == ()


def test_the_register_of_processing_names_the_sheets(app):
    with app.test_request_context():
        assert "printed_codes" in [each.key for each in processings()]

"""What a fault leaves in the log."""

import pytest
import sqlalchemy as sa
import structlog

from participatory.core.database import db


def test_the_trace_of_a_fault_shows_neither_variables_nor_values_sent_to_the_database(app, capsys):
    choices = "the-choices-of-" + "camille"
    with pytest.raises(sa.exc.OperationalError) as fault:
        db.session.execute(sa.text("SELECT * FROM nowhere WHERE x = :x"), {"x": choices})
    structlog.get_logger().error("fault", incident="1a2b", exc_info=fault.value)
    told = capsys.readouterr().out
    assert "1a2b" in told
    assert "nowhere" in told
    assert choices not in told

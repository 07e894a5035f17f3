"""What people saw and told us: a report names no account, and its address goes with the answer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.integrity_desk.report_rules import NUMBER_LENGTH, ReportState


class IntegrityReport(Base):
    """A report by anybody; `form_key` is drawn with the form, so that sending it twice makes one report.

    `moment` and `place` are in the words of whoever reports; `contact` is an address or empty, `case_id` the public
    identifier of a case or empty, `words` the answer or the reason of the closing. Instants are UTC.
    """

    __tablename__ = "integrity_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=lambda: public_id(NUMBER_LENGTH))
    form_key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"), index=True)
    seen: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    moment: Mapped[str] = mapped_column(sa.String(200), default="")
    contact: Mapped[str] = mapped_column(sa.String(254), default="", index=True)
    locale: Mapped[str] = mapped_column(sa.String(5))
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(10), default=ReportState.WAITING.value, index=True)
    case_id: Mapped[str] = mapped_column(sa.String(20), default="")
    words: Mapped[str] = mapped_column(sa.Text, default="")
    ended_by: Mapped[str] = mapped_column(sa.String(40), default="")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

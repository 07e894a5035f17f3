"""Cases, the ballots in them, what was done and written about them, and the passes of the detection.

No row names a voter or an envelope's content. A ballot is known by its slot in the urn until the sealing, which puts
a random key in its place.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.integrity_desk.rules import BallotState, CaseState
from participatory.rounds.models import Round


class SuspectCase(Base):
    """Acts that detection found together; `key` is the group's identifier in the detection, `weight` its weight there.

    `seen` is a list of {"family", "score", "said", "normal", "values"}, the strongest first. `size_read` is how many
    ballots there were when people last dismissed or closed the case. Instants are UTC.
    """

    __tablename__ = "integrity_case"
    __table_args__ = (sa.UniqueConstraint("round_id", "act", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(20))
    key: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(12), default=CaseState.NEW.value)
    weight: Mapped[float]
    size: Mapped[int]
    size_read: Mapped[int] = mapped_column(default=0)
    sites: Mapped[list[str]] = mapped_column(sa.JSON)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    seen: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    # How many ballots were in each state, once the ballots themselves are gone.
    counts: Mapped[dict[str, int] | None] = mapped_column(sa.JSON(none_as_null=True), default=None)
    opened_at: Mapped[datetime]
    assessed_at: Mapped[datetime]

    round: Mapped[Round] = relationship(lazy="joined")


class CaseBallot(Base):
    """One act in a case; officers call it by its `number` in the case, the voter's page by `public_id`.

    `key` is the slot of the ballot, or the digest of another act. `families` is {family: score}. `code_mac` is the
    HMAC of the code in the letter, `mail_mac` that of the code mailed on demand, good until `mail_until` (UTC).
    `left`: the voter has withdrawn it; should they vote again, what was asked of them is asked again.
    `setting_aside` is the public identifier of the proposal to set it aside.
    """

    __tablename__ = "integrity_case_ballot"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "number"),
        sa.UniqueConstraint("round_id", "key"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("integrity_case.id"), index=True)
    number: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(64))
    score: Mapped[float]
    families: Mapped[dict[str, float]] = mapped_column(sa.JSON)
    at: Mapped[datetime]
    site: Mapped[str] = mapped_column(sa.String(40))
    network: Mapped[str] = mapped_column(sa.String(64))
    network_kind: Mapped[str] = mapped_column(sa.String(10))
    device: Mapped[str] = mapped_column(sa.String(64))
    client: Mapped[str] = mapped_column(sa.String(40))
    seconds: Mapped[float | None] = mapped_column(default=None)
    stand: Mapped[str] = mapped_column(sa.String(40), default="")
    state: Mapped[str] = mapped_column(sa.String(12), default=BallotState.FLAGGED.value)
    told_at: Mapped[datetime | None] = mapped_column(default=None)
    answer_until: Mapped[datetime | None] = mapped_column(default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    proof: Mapped[str] = mapped_column(sa.String(10), default="")
    setting_aside: Mapped[str] = mapped_column(sa.String(20), default="", index=True)
    code_mac: Mapped[str | None] = mapped_column(sa.String(64), unique=True, default=None)
    mail_mac: Mapped[str | None] = mapped_column(sa.String(64), unique=True, default=None)
    mail_until: Mapped[datetime | None] = mapped_column(default=None)
    mails: Mapped[int] = mapped_column(default=0)
    left: Mapped[bool] = mapped_column(default=False)


class CaseNote(Base):
    """What was done to a case, by whom (a public code, or « system »), with the reason; `numbers` of the ballots."""

    __tablename__ = "integrity_case_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("integrity_case.id"), index=True)
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(sa.String(40))
    deed: Mapped[str] = mapped_column(sa.String(20))
    words: Mapped[str] = mapped_column(sa.String(600), default="")
    numbers: Mapped[list[int]] = mapped_column(sa.JSON)


class AssessmentPass(Base):
    """One pass of the detection over a round: what it looked at and found, in `seconds`; `full` after the closing.

    `number` counts the passes of the round: two workers that look at once write one pass.
    """

    __tablename__ = "integrity_pass"
    __table_args__ = (sa.UniqueConstraint("round_id", "act", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[int]
    at: Mapped[datetime]
    events: Mapped[int]
    flagged: Mapped[int]
    cases: Mapped[int]
    seconds: Mapped[float]
    full: Mapped[bool]
    parameters: Mapped[str] = mapped_column(sa.String(64))

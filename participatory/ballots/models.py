"""The signature of the roll, and the ballots, apart: no row joins a voter to choices."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base


class Signature(Base):
    """A voter of this round has voted: the day, neither the hour nor the choices."""

    __tablename__ = "signature"
    # Without rowid, SQLite keeps rows by key: it holds no number that tells who came before whom.
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(sa.ForeignKey("voter.id"), primary_key=True)
    day: Mapped[date]


class Ballot(Base):
    """A ballot; `slot` is HMAC(link key of the round, round ‖ pseudonym), and the key is not in the database.

    `document` is the canonical JSON of round, kind, sorted choices and a nonce;
    `receipt` its SHA-256. Imported ballots have a random slot and no receipt to give.
    """

    __tablename__ = "ballot"
    __table_args__ = (sa.UniqueConstraint("round_id", "slot"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    slot: Mapped[str] = mapped_column(sa.String(64))
    document: Mapped[str] = mapped_column(sa.Text)
    receipt: Mapped[str] = mapped_column(sa.String(64), unique=True)
    idempotency_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    version: Mapped[int] = mapped_column(default=1)


class SpentKey(Base):
    """SHA-256 of the idempotency key of a ballot that was replaced: a page sent again late must not bring it back."""

    __tablename__ = "ballot_spent_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class Closing(Base):
    """The officer's deed that ends the vote once its time is over: signatures and ballots reconciled."""

    __tablename__ = "vote_closing"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    signatures: Mapped[int]
    ballots: Mapped[int]
    closed_by: Mapped[str] = mapped_column(sa.String(40))
    closed_at: Mapped[datetime]

"""The roll signed, the urn, and the ballots once opened, apart: no row joins a voter to choices.

The specification of the ballot is docs/ballot.md: two envelopes, the inner one encrypted to a key
that the server does not hold, the outer one linked to the voter by a key that sealing destroys.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participatory.core.database import Base


class Signature(Base):
    """A voter of this round has voted: the day, neither the hour nor the choices.

    `batch` names the batch of paper ballots for somebody who voted on paper, until the urn is sealed; it is empty
    online.
    """

    __tablename__ = "signature"
    # Without rowid, SQLite keeps rows by key: it holds no number that tells who came before whom.
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(sa.ForeignKey("voter.id"), primary_key=True)
    day: Mapped[date]
    batch: Mapped[str] = mapped_column(sa.String(20), default="")


class EnvelopeStatus(StrEnum):
    """Whether an envelope will be sealed."""

    CAST = "cast"
    SET_ASIDE = "set_aside"


class Envelope(Base):
    """An encrypted ballot; `slot` is HMAC(link key, round ‖ pseudonym), and the key is not in the database.

    `receipt` is the SHA-256 of the ciphertext, in hexadecimal. Paper ballots have a random slot and name their batch.
    """

    __tablename__ = "envelope"
    __table_args__ = (sa.UniqueConstraint("round_id", "slot"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    slot: Mapped[str] = mapped_column(sa.String(64))
    ciphertext: Mapped[bytes]
    receipt: Mapped[str] = mapped_column(sa.String(64), unique=True)
    idempotency_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(sa.String(10), default=EnvelopeStatus.CAST.value)
    # The area contest in which the voter may vote, "" for none: a forged ballot of another area is void.
    area: Mapped[str] = mapped_column(sa.String(40), default="")
    batch: Mapped[str] = mapped_column(sa.String(20), default="")


class SpentKey(Base):
    """SHA-256 of the idempotency key of a ballot that was replaced: a page sent again late must not bring it back."""

    __tablename__ = "ballot_spent_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class Challenge(Base):
    """An envelope opened on purpose by its voter, to check the encryption: it can never be cast."""

    __tablename__ = "challenge"
    __table_args__ = ({"sqlite_with_rowid": False},)

    receipt: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    ciphertext: Mapped[bytes]


class BasketBegun(Base):
    """Somebody began a basket: the day, nothing of what is in it. The row goes when the vote is over.

    It is not deleted by the cast: on PostgreSQL the dead row would bear the number of the transaction of the envelope.
    """

    __tablename__ = "basket_begun"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    day: Mapped[date]


class VoteOpening(Base):
    """What was frozen when the vote opened: rulebook, list of projects, key, size of a ballot (bytes).

    `projects` is the list [id, contest, cost in cents, title] of which `projects_digest` is made, `links` the rows
    [link, kind, project, required project] of the links between them that the count honours.
    """

    __tablename__ = "vote_opening"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    opened_at: Mapped[datetime]
    rulebook_digest: Mapped[str] = mapped_column(sa.String(64))
    projects: Mapped[list[list[Any]]] = mapped_column(sa.JSON)
    projects_digest: Mapped[str] = mapped_column(sa.String(64))
    links: Mapped[list[list[str]]] = mapped_column(sa.JSON, default=list, server_default="[]")
    public_key: Mapped[str] = mapped_column(sa.String(64))
    padded_size: Mapped[int]


class UrnState(StrEnum):
    """The steps after the opening, each a row; open itself is `VoteOpening` and the calendar."""

    CLOSED = "closed"
    CONTROL = "control"
    SEALED = "sealed"
    COUNTING = "counting"
    COUNTED = "counted"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    ANNULLED = "annulled"


class VoteStep(Base):
    """A transition of the vote, done by two people who are never the same, and its figures."""

    __tablename__ = "vote_step"
    __table_args__ = (sa.CheckConstraint("first_by = 'system' OR first_by <> second_by", name="two_people"),)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    at: Mapped[datetime]
    first_by: Mapped[str] = mapped_column(sa.String(40))
    second_by: Mapped[str] = mapped_column(sa.String(40))
    figures: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class SettingAside(Base):
    """A ballot that may be, or was, set aside for a motive of the rulebook: its envelope, never its content.

    The envelope is found again by the voter's own slot, so that no row joins the voter to the case.
    Evidence is written for the second officer; it is deleted with the roll.
    """

    __tablename__ = "setting_aside"
    __table_args__ = (
        sa.CheckConstraint("second_by = '' OR second_by <> author", name="two_people"),
        sa.CheckConstraint("appeal_by = '' OR (appeal_by <> author AND appeal_by <> second_by)", name="appeal_third"),
        sa.CheckConstraint("undone_by = '' OR (undo_by <> '' AND undo_by <> undone_by)", name="undone_by_two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    envelope_id: Mapped[str] = mapped_column(sa.String(32), unique=True)
    motive: Mapped[str] = mapped_column(sa.String(20))
    evidence: Mapped[str] = mapped_column(sa.String(600))
    author: Mapped[str] = mapped_column(sa.String(40))
    # How the voter was told, in words, when no account of theirs was found to write to.
    told: Mapped[str] = mapped_column(sa.String(300), default="")
    notified_at: Mapped[datetime]
    answer_until: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    # What the voter wishes ("keep" or "leave" their ballot, "" while they have not said) and what they wrote.
    wish: Mapped[str] = mapped_column(sa.String(10), default="")
    answer: Mapped[str] = mapped_column(sa.String(600), default="")
    # "" while nothing is decided, then "set_aside" or "kept".
    outcome: Mapped[str] = mapped_column(sa.String(10), default="")
    second_by: Mapped[str] = mapped_column(sa.String(40), default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    # What the voter wrote against the decision, and what a third officer decided: "" then "restored" or "upheld".
    appeal: Mapped[str] = mapped_column(sa.String(600), default="", server_default="")
    appealed_at: Mapped[datetime | None] = mapped_column(default=None)
    appeal_outcome: Mapped[str] = mapped_column(sa.String(10), default="", server_default="")
    appeal_by: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    appeal_words: Mapped[str] = mapped_column(sa.String(600), default="", server_default="")
    appeal_decided_at: Mapped[datetime | None] = mapped_column(default=None)
    # The two officers who put the ballot back into the urn without being asked.
    undo_by: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    undone_by: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class SealedBallot(Base):
    """An encrypted ballot once its link is destroyed: written at sealing, in the order of receipts, never changed."""

    __tablename__ = "sealed_ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    receipt: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    ciphertext: Mapped[bytes]
    area: Mapped[str] = mapped_column(sa.String(40), default="")


class OpenedBallot(Base):
    """What one ballot chose in one contest, in canonical order: nothing leads back to a sealed ballot.

    `choices` is `urn.published.choices_text`; `tracker` is empty or 16 letters.
    """

    __tablename__ = "opened_ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    contest: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    choices: Mapped[str] = mapped_column(sa.Text)
    tracker: Mapped[str] = mapped_column(sa.String(16), default="")

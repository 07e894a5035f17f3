"""Who may vote in a round: pseudonyms, never a name, an e-mail or a number in clear."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.rolls.rules import ListState
from participatory.rounds.models import Round
from participatory.territories.models import Establishment, Site


class Voter(Base):
    """A person on the roll of one round; the pseudonym is HMAC-SHA256 under the round's pepper."""

    __tablename__ = "voter"
    __table_args__ = (sa.UniqueConstraint("round_id", "pseudonym"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    pseudonym: Mapped[str] = mapped_column(sa.String(64))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    establishment_id: Mapped[int] = mapped_column(sa.ForeignKey("establishment.id"))
    source: Mapped[str] = mapped_column(sa.String(20))
    # The day on which the voter chose among their sites, which they may do once. Never the hour: it would come
    # just before that of a ballot in the journal.
    site_chosen_on: Mapped[date | None] = mapped_column(default=None)

    site: Mapped[Site] = relationship(lazy="joined")
    establishment: Mapped[Establishment] = relationship(lazy="joined")


class VoterKey(Base):
    """Every pseudonym under which a voter may come in: by student number, by address; each leads to one voter."""

    __tablename__ = "voter_key"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    voter_id: Mapped[int] = mapped_column(sa.ForeignKey("voter.id"), index=True)


class VoterPlace(Base):
    """A place where a voter is enrolled, when there are several: the voter's own row says where they vote."""

    __tablename__ = "voter_place"

    voter_id: Mapped[int] = mapped_column(sa.ForeignKey("voter.id"), primary_key=True)
    establishment_id: Mapped[int] = mapped_column(sa.ForeignKey("establishment.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"), primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(20))


class TwoSignatures(Base):
    """Two voters of a round who have both signed, and turned out afterwards to be one person.

    Nothing was removed: people decide. The day, not the hour, on which it was found.
    """

    __tablename__ = "two_signatures"

    voter_id: Mapped[int] = mapped_column(sa.ForeignKey("voter.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("voter.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    found_on: Mapped[date]


class RollList(Base):
    """A list sent for approval: its counts and the digest of the file, whose clear content is already gone."""

    __tablename__ = "roll_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    # None for a list of several establishments, which only the Region sends.
    establishment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("establishment.id"))
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    # Of the rows of the file: `people` once gathered, rows repeated, left aside, taken with a warning.
    rows: Mapped[int]
    people: Mapped[int]
    repeated: Mapped[int]
    rejected: Mapped[int]
    warned: Mapped[int]
    sent_by: Mapped[str] = mapped_column(sa.String(40))
    sent_at: Mapped[datetime]
    imported_at: Mapped[datetime | None] = mapped_column(default=None)
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("roll_import.id"), default=None)
    # Set when the list will not be imported: withdrawn, refused or left to expire.
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_why: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")

    round: Mapped[Round] = relationship(lazy="joined")
    establishment: Mapped[Establishment | None] = relationship(lazy="joined")
    imported: Mapped["RollImport | None"] = relationship(lazy="joined")

    @property
    def state(self) -> ListState:
        """Where the list stands."""
        if self.imported_at is not None:
            return ListState.IMPORTED
        return ListState(self.ended_why) if self.ended_at is not None else ListState.WAITING


class RollListRow(Base):
    """A person of a list that waits: pseudonyms and place, nothing else; gone once the list is decided."""

    __tablename__ = "roll_list_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(sa.ForeignKey("roll_list.id"), index=True)
    # The pseudonyms of the person, the strongest first, with a space between; a person of two places has two rows.
    pseudonyms: Mapped[str] = mapped_column(sa.Text)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    establishment_id: Mapped[int] = mapped_column(sa.ForeignKey("establishment.id"))


class RollImport(Base):
    """A list that was imported: its counts and the digest of the file, not its content."""

    __tablename__ = "roll_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    added: Mapped[int]
    known: Mapped[int]
    rejected: Mapped[int]
    imported_by: Mapped[str] = mapped_column(sa.String(40))
    imported_at: Mapped[datetime]

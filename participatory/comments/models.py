"""Comments, and what the last look at how they were written found."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.comments.rules import Stance, editable_until
from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.core.veils import COVERED, Veil
from participatory.identity.models import Person
from participatory.proposals.models import Proposal


class Comment(Base):
    """What a person of the roll says of a project, or answers to a comment (one level: an answer has no answers).

    `key` is drawn with the form: sent twice, it makes one comment, and it joins the comment to the signals of how it
    was written. `flagged` is what the last look said; it changes nothing by itself. The text goes when the comment is
    taken back, the row stays: the stance still keeps its author from judging the project.
    """

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    stance_code: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.Text)
    veil_code: Mapped[str] = mapped_column(sa.String(12), default=Veil.NONE.value)
    flagged: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    person: Mapped[Person | None] = relationship()
    parent: Mapped["Comment | None"] = relationship(remote_side="Comment.id")

    @property
    def stance(self) -> Stance:
        """What it says of the project."""
        return Stance(self.stance_code)

    @property
    def veil(self) -> Veil:
        """How much of it readers see."""
        return Veil(self.veil_code)

    @property
    def covered(self) -> bool:
        """Whether readers are not shown its text."""
        return self.veil in COVERED

    @property
    def editable_until(self) -> datetime:
        """Until when whoever wrote it may change it (UTC)."""
        return editable_until(self.written_at)


class CommentReading(Base):
    """What the last look at the comments of a project found: how many, how many look alike, which families saw it."""

    __tablename__ = "comment_reading"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    written: Mapped[int]
    flagged: Mapped[int]
    family_codes: Mapped[list[str]] = mapped_column(sa.JSON)
    read_at: Mapped[datetime]

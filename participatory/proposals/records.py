"""What goes with a proposal: its versions, which never change, its documents, invitations and amendments."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.models import Person
from participatory.proposals.models import Proposal
from participatory.proposals.together import AmendmentState, DocumentKind, InvitationKind


class ProposalVersion(Base):
    """A text as it was submitted. Triggers refuse every change of it; it goes with its proposal, never alone.

    `by` is the public identifier of who submitted it, `digest` the SHA-256 of the canonical JSON of `content`.
    """

    __tablename__ = "proposal_version"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    by: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(sa.String(64))


class Document(Base):
    """A file that goes with a project: a PDF as it was sent, or a picture that was re-encoded. `size` in bytes."""

    __tablename__ = "proposal_document"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]
    added_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()

    @property
    def kind(self) -> DocumentKind:
        """A PDF or a picture, which its key tells."""
        return DocumentKind.PDF if self.key.endswith(".pdf") else DocumentKind.PICTURE


class Invitation(Base):
    """What was offered to somebody about a project: to write it too, or to carry it on.

    The row goes with the answer, whatever it is; the link holds a secret of which the digest alone is kept.
    `person_id` is the co-author to whom a project is handed over, None for an invitation by letter.
    """

    __tablename__ = "proposal_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    kind_code: Mapped[str] = mapped_column(sa.String(20))
    address: Mapped[str | None] = mapped_column(sa.String(254))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def kind(self) -> InvitationKind:
        """To write too, or to carry on."""
        return InvitationKind(self.kind_code)


class Amendment(Base):
    """Another wording that a reader proposes for the texts of a project, and what its authors answered.

    `before` and `after` map the name of a text to its words; `base` is the version that was read.
    """

    __tablename__ = "proposal_amendment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    base: Mapped[int]
    before: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    after: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    why: Mapped[str] = mapped_column(sa.String(500))
    state_code: Mapped[str] = mapped_column(sa.String(20), default=AmendmentState.OPEN.value)
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    # The version that it became, once accepted.
    number: Mapped[int | None]
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    by: Mapped[Person | None] = relationship()

    @property
    def state(self) -> AmendmentState:
        """Waiting, accepted, refused or taken back."""
        return AmendmentState(self.state_code)

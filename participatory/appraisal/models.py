"""What the Region's services find, and their work until then: groups, assignments, notes, grids, opinions asked."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.appraisal.grid import Answer, Question, told
from participatory.appraisal.rules import Verdict
from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.models import Person
from participatory.proposals.models import Proposal


class Appraisal(Base):
    """The published finding on a proposal; a later one replaces it and both are kept."""

    __tablename__ = "appraisal"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    feasible: Mapped[bool]
    final_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.Text)
    appraiser_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    appraised_at: Mapped[datetime]
    # The answers to the grid of admissibility, by question: {"answer": …, "evidence": …}; empty where none was kept.
    grid: Mapped[dict[str, dict[str, str]]] = mapped_column(sa.JSON, default=dict, server_default="{}")

    proposal: Mapped[Proposal] = relationship()
    appraiser: Mapped[Person] = relationship()

    @property
    def told(self) -> list[tuple[Question, Answer, str]]:
        """The answers of its grid, in the order of the questions."""
        return told(self.grid)


class AppraisalGroup(Base):
    """People of the Region's services who share the projects of some themes and sites; empty lists mean all of them."""

    __tablename__ = "appraisal_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    theme_codes: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    site_slugs: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    created_at: Mapped[datetime]

    members: Mapped[list[Person]] = relationship(secondary="appraisal_group_member", order_by=Person.id)


class AppraisalGroupMember(Base):
    """Somebody of a group."""

    __tablename__ = "appraisal_group_member"

    group_id: Mapped[int] = mapped_column(sa.ForeignKey("appraisal_group.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)


class Assignment(Base):
    """Who appraises a project, a group or a person of it, and until when; a later assignment takes its place."""

    __tablename__ = "appraisal_assignment"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appraisal_group.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    due_at: Mapped[datetime]
    assigned_by: Mapped[str] = mapped_column(sa.String(40))
    assigned_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()
    group: Mapped[AppraisalGroup | None] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship()


class Interest(Base):
    """A conflict of interest that an appraiser declared: they judge this project no more. The reason stays inside."""

    __tablename__ = "appraisal_interest"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(300))
    declared_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class AppraisalNote(Base):
    """A note between those who appraise; never published."""

    __tablename__ = "appraisal_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime]

    author: Mapped[Person] = relationship()


class AppraisalGrid(Base):
    """The grid of admissibility of a project as it is being filled; `saved` counts the times, so that none is lost."""

    __tablename__ = "appraisal_grid"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True)
    answers: Mapped[dict[str, dict[str, str]]] = mapped_column(sa.JSON)
    saved: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    saved_at: Mapped[datetime]


class OpinionRequest(Base):
    """An opinion asked from an establishment or the Crous, by a link that only its digest lets us know."""

    __tablename__ = "opinion_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    body: Mapped[str] = mapped_column(sa.String(160))
    # Emptied some weeks after the deadline: it may name somebody.
    email: Mapped[str] = mapped_column(sa.String(254))
    question: Mapped[str] = mapped_column(sa.Text)
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    proposal: Mapped[Proposal] = relationship()
    answers: Mapped[list["OpinionAnswer"]] = relationship(order_by="OpinionAnswer.number", passive_deletes=True)

    @property
    def answer(self) -> "OpinionAnswer | None":
        """The answer that counts: the last one."""
        return self.answers[-1] if self.answers else None


class OpinionAnswer(Base):
    """An answer, or its revision: each is kept, the last one is published with the finding."""

    __tablename__ = "opinion_answer"
    __table_args__ = (sa.UniqueConstraint("request_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("opinion_request.id", ondelete="CASCADE"))
    number: Mapped[int]
    verdict_code: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    respondent: Mapped[str] = mapped_column(sa.String(120))
    function: Mapped[str] = mapped_column(sa.String(120))
    answered_at: Mapped[datetime]

    @property
    def verdict(self) -> Verdict:
        """Favourable, with reserves, or not."""
        return Verdict(self.verdict_code)

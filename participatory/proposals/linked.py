"""Projects that bear on each other: incompatible, one needing others, at most one of a group. Declared before the vote.

The appraiser declares a link with a public reason; the opening of the vote freezes the links of the projects on the
ballot, and the count honours what was frozen.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from participatory.core.database import Base, db
from participatory.core.identifiers import public_id
from participatory.core.labels import N_, register
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round

# A row of what is frozen: link, kind, project, and the project that it requires ("" in a group).
Row = tuple[str, str, str, str]


class LinkKind(StrEnum):
    """How projects bear on each other."""

    INCOMPATIBLE = "incompatible"
    ONE_OF = "one_of"
    REQUIRES = "requires"


register(
    {
        LinkKind.INCOMPATIBLE: N_("Incompatibles : un seul des deux"),
        LinkKind.ONE_OF: N_("Un seul de ce groupe"),
        LinkKind.REQUIRES: N_("L’un a besoin des autres"),
    }
)


class ProjectLink(Base):
    """A link between projects of one round, with its published reason; `ended_at` once it was lifted before the vote.

    The first member of a requirement is the project that needs the others.
    """

    __tablename__ = "project_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"), index=True)
    kind_code: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text)
    declared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    round: Mapped[Round] = relationship()
    members: Mapped[list["ProjectLinkMember"]] = relationship(
        order_by="ProjectLinkMember.position", cascade="all, delete-orphan"
    )

    @property
    def kind(self) -> LinkKind:
        """How its projects bear on each other."""
        return LinkKind(self.kind_code)

    @property
    def proposals(self) -> list[Proposal]:
        """The projects in their order."""
        return [member.proposal for member in self.members]

    @property
    def whole(self) -> bool:
        """Whether it still links something: a project may have gone with the account of its author."""
        return len(self.members) > 1 and (self.kind is not LinkKind.REQUIRES or self.members[0].position == 0)

    @property
    def rows(self) -> list[Row]:
        """What this link says to the count."""
        first, *others = [each.public_id for each in self.proposals]
        if self.kind is LinkKind.REQUIRES:
            return [(self.public_id, self.kind_code, first, other) for other in others]
        return [(self.public_id, self.kind_code, each, "") for each in (first, *others)]


class ProjectLinkMember(Base):
    """A project of a link, at its place."""

    __tablename__ = "project_link_member"

    link_id: Mapped[int] = mapped_column(sa.ForeignKey("project_link.id"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), primary_key=True, index=True)
    position: Mapped[int]

    proposal: Mapped[Proposal] = relationship()


def links_of(round_: Round) -> Sequence[ProjectLink]:
    """The links of a round that hold, in the order of their declaration."""
    wanted = sa.select(ProjectLink).where(ProjectLink.round_id == round_.id, ProjectLink.ended_at.is_(None))
    return [link for link in db.session.scalars(wanted.options(_loaded()).order_by(ProjectLink.id)) if link.whole]


def links_on(proposal: Proposal) -> list[ProjectLink]:
    """The links that hold and name this project."""
    named = sa.select(ProjectLinkMember.link_id).where(ProjectLinkMember.proposal_id == proposal.id)
    wanted = sa.select(ProjectLink).where(ProjectLink.id.in_(named), ProjectLink.ended_at.is_(None))
    return [link for link in db.session.scalars(wanted.options(_loaded()).order_by(ProjectLink.id)) if link.whole]


def rows_to_freeze(round_: Round, listed: set[str]) -> list[Row]:
    """The rows of the links that bear on projects of this list (public identifiers), sorted.

    A requirement stays even when what is required is not on the list: the project cannot be funded without it.
    A group stays for those of its projects that are on it, as soon as there are two.
    """
    rows: list[Row] = []
    for link in links_of(round_):
        present = [row for row in link.rows if row[2] in listed]
        if link.kind is LinkKind.REQUIRES or len(present) > 1:
            rows += present
    return sorted(rows)


def _loaded() -> "sa.orm.interfaces.ORMOption":
    return selectinload(ProjectLink.members).joinedload(ProjectLinkMember.proposal)

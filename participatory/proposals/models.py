"""Proposals, their cost lines, and each of their moves."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.catalogue.models import UnitCost
from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.core.veils import COVERED, Veil
from participatory.identity.models import Association, Person
from participatory.identity.permissions import Scope, ScopeKind
from participatory.proposals.costing import Funder, FundingState
from participatory.proposals.rules import LineKind, Marker, State
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Theme
from participatory.territories.models import Site


class Proposal(Base):
    """An idea and what it costs, from draft to ballot. `site` empty means the whole region."""

    __tablename__ = "proposal"
    __table_args__ = (
        sa.Index("ix_proposal_list", "round_id", "state_code"),
        sa.UniqueConstraint("round_id", "external_ref"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(sa.String(100), unique=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    # The identifier of the project where it was imported from.
    external_ref: Mapped[str | None] = mapped_column(sa.String(60))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    summary: Mapped[str] = mapped_column(sa.String(200), default="")
    need: Mapped[str] = mapped_column(sa.Text, default="")
    solution: Mapped[str] = mapped_column(sa.Text, default="")
    theme_code: Mapped[str | None] = mapped_column(sa.String(30))
    marker_codes: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    image_key: Mapped[str | None] = mapped_column(sa.String(40))
    image_alt: Mapped[str] = mapped_column(sa.String(200), default="")
    state_code: Mapped[str] = mapped_column(sa.String(20), default=State.DRAFT.value)
    # Raised at each submission, so that a moderator never decides on a text that has changed since.
    version: Mapped[int] = mapped_column(default=0)
    asked_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    final_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    # The least amount with which the author agreed beforehand to be funded in part, as it was typed.
    partial_min_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    # The edit form that wrote last: it may write again, another form opened before it may not.
    edited_in: Mapped[str] = mapped_column(sa.String(20), default="")
    submitted_at: Mapped[datetime | None]
    beneficiaries: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    team: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    # Months as `2027-03`; empty while nobody has said.
    starts_in: Mapped[str] = mapped_column(sa.String(7), default="", server_default="")
    ends_in: Mapped[str] = mapped_column(sa.String(7), default="", server_default="")
    # An association that has no page here: its name, and the number that shows that it was declared.
    carrier_code: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    carrier_name: Mapped[str] = mapped_column(sa.String(160), default="", server_default="")
    carrier_number: Mapped[str] = mapped_column(sa.String(14), default="", server_default="")
    # How much readers see of the texts: a project stays on the ballot under its title whatever is decided of them.
    veil_code: Mapped[str] = mapped_column(sa.String(12), default=Veil.NONE.value, server_default="")

    round: Mapped[Round] = relationship()
    author: Mapped[Person | None] = relationship()
    association: Mapped[Association | None] = relationship(lazy="joined")
    site: Mapped[Site | None] = relationship(lazy="joined")
    lines: Mapped[list["CostLine"]] = relationship(
        back_populates="proposal", order_by="CostLine.position", cascade="all, delete-orphan"
    )
    cofunding: Mapped[list["CoFundingRow"]] = relationship(
        back_populates="proposal", order_by="CoFundingRow.position", cascade="all, delete-orphan"
    )
    moves: Mapped[list["Move"]] = relationship(back_populates="proposal", order_by="Move.id")
    co_authors: Mapped[list["CoAuthor"]] = relationship(
        back_populates="proposal",
        order_by="CoAuthor.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="selectin",
    )

    @property
    def veil(self) -> Veil:
        """How much of the texts readers see."""
        return Veil(self.veil_code)

    @property
    def covered(self) -> bool:
        """Whether readers are not shown the texts."""
        return self.veil in COVERED

    @property
    def shown_summary(self) -> str:
        """The summary as lists show it."""
        return "" if self.covered else self.summary

    @property
    def people(self) -> list[Person]:
        """Everybody who is written to: the carrier first, then the co-authors, who all accepted."""
        return [
            *([self.author] if self.author else []),
            *(each.person for each in self.co_authors if each.person_id != self.author_id),
        ]

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What a role may be limited to for it to bear on this proposal: its round, its site, its department."""
        if self.site is None:
            return (self.round.scope,)
        places = (self.site.slug, self.site.department_code)
        return (self.round.scope, *(Scope(ScopeKind.TERRITORY, place) for place in places))

    @property
    def state(self) -> State:
        """Where the proposal stands."""
        return State(self.state_code)

    @property
    def theme(self) -> Theme | None:
        """The theme, None while a draft has not chosen."""
        return Theme(self.theme_code) if self.theme_code else None

    @property
    def markers(self) -> list[Marker]:
        """The cross-cutting markers."""
        return [Marker(code) for code in self.marker_codes]

    @property
    def cofunded_cents(self) -> int:
        """What others pay."""
        return sum(each.cents for each in self.cofunding)

    @property
    def cost_cents(self) -> int:
        """The amount to show: the final cost once appraised, else what is asked."""
        return self.asked_cents if self.final_cents is None else self.final_cents

    @property
    def partial_from_cents(self) -> int | None:
        """The least amount with which this may be funded in part, as the count takes it.

        None when the rulebook does not allow it, when the author did not agree, or when the
        agreed amount is no part of the cost (the appraisal may have brought the cost down to it).
        """
        agreed = self.partial_min_cents
        counts = self.round.rulebook.partial_funding and agreed is not None and 0 < agreed < self.cost_cents
        return agreed if counts else None


class CostLine(Base):
    """One expense of the author's plan; amounts in cents."""

    __tablename__ = "cost_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(160))
    quantity: Mapped[int]
    unit_cents: Mapped[int] = mapped_column(sa.BigInteger)
    kind_code: Mapped[str] = mapped_column(sa.String(20))
    # Where the price comes from, in the author's words, and the row of the catalogue that it was taken from.
    source: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    unit_cost_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit_cost.id"))

    proposal: Mapped[Proposal] = relationship(back_populates="lines")
    unit_cost: Mapped[UnitCost | None] = relationship()

    @property
    def kind(self) -> LineKind:
        """Investment or operating."""
        return LineKind(self.kind_code)

    @property
    def total_cents(self) -> int:
        """Quantity times unit cost."""
        return self.quantity * self.unit_cents


class CoFundingRow(Base):
    """What somebody else pays for a project, in cents; the amount asked is the total without it."""

    __tablename__ = "co_funding"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    # Empty while a draft has not chosen.
    funder_code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(80))
    covers: Mapped[str] = mapped_column(sa.String(120))
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    state_code: Mapped[str] = mapped_column(sa.String(20))

    proposal: Mapped[Proposal] = relationship(back_populates="cofunding")

    @property
    def funder(self) -> Funder | None:
        """Who pays."""
        return Funder(self.funder_code) if self.funder_code else None

    @property
    def state(self) -> FundingState:
        """Asked or obtained."""
        return FundingState(self.state_code)


class Move(Base):
    """A passage from one state to another: who, when, under which version of the text."""

    __tablename__ = "proposal_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(20))
    target: Mapped[str] = mapped_column(sa.String(20))
    actor: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[int]
    at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship(back_populates="moves")

    @property
    def target_state(self) -> State:
        """The state that it led to."""
        return State(self.target)


class CoAuthor(Base):
    """Somebody who accepted to write a project with its carrier; the row goes when they leave."""

    __tablename__ = "proposal_co_author"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    joined_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship(back_populates="co_authors")
    person: Mapped[Person] = relationship(lazy="joined")

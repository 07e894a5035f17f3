"""Tables of reference: filled from `reference/`, see its ORIGINS.md."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.territories.rules import SiteKind


class Department(Base):
    """One of the 13 departments of the Region."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(sa.String(3), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    prefecture: Mapped[str] = mapped_column(sa.String(60))
    academy: Mapped[str] = mapped_column(sa.String(40))
    population: Mapped[int]


class Site(Base):
    """A place of study: a metropolis or a ville universitaire d'équilibre."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    department_code: Mapped[str] = mapped_column(sa.ForeignKey("department.code"))
    communes: Mapped[str] = mapped_column(sa.String(200))
    latitude: Mapped[str] = mapped_column(sa.String(12))
    longitude: Mapped[str] = mapped_column(sa.String(12))

    department: Mapped[Department] = relationship(lazy="joined")

    @property
    def site_kind(self) -> SiteKind:
        """The kind as the enum that rules and labels know."""
        return SiteKind(self.kind)


class Establishment(Base):
    """Where students are enrolled; `uai` is the ministry's code, empty where its list has none."""

    __tablename__ = "establishment"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    uai: Mapped[str] = mapped_column(sa.String(8), default="")
    name: Mapped[str] = mapped_column(sa.String(160), unique=True)
    acronym: Mapped[str] = mapped_column(sa.String(30), default="")
    kind: Mapped[str] = mapped_column(sa.String(30))
    sector: Mapped[str] = mapped_column(sa.String(10))
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"))
    enrolment: Mapped[int | None]
    email_domains: Mapped[str] = mapped_column(sa.String(200), default="")
    domain_confirmed: Mapped[bool] = mapped_column(default=False)
    website: Mapped[str] = mapped_column(sa.String(200), default="")

    site: Mapped[Site] = relationship(lazy="joined")

"""People, their roles, their associations, and the codes that let them in."""

from datetime import datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id


class Association(Base):
    """A student association: it carries projects and moderates those of others."""

    __tablename__ = "association"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(160), unique=True)


class Person(UserMixin, Base):
    """Somebody who has signed in once; the address is the only thing we ask."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(80), default="")
    locale: Mapped[str] = mapped_column(sa.String(5), default="fr")
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    created_at: Mapped[datetime]

    association: Mapped[Association | None] = relationship(lazy="joined")
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", lazy="selectin", foreign_keys="RoleGrant.person_id"
    )

    def get_id(self) -> str:
        """What the session holds: never the row's number."""
        return self.public_id

    @property
    def roles(self) -> frozenset[str]:
        """The roles held at present."""
        return frozenset(grant.role for grant in self.grants if grant.revoked_at is None)

    @property
    def role_names(self) -> frozenset[str]:
        """The same, under the name that the access marks know."""
        return self.roles


class RoleGrant(Base):
    """A role given to a person; taking it back is a date, never a deletion."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.Index(
            "uq_role_grant_held",
            "person_id",
            "role",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(20))
    granted_by: Mapped[str] = mapped_column(sa.String(40))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])


class SignInCode(Base):
    """A code and a link sent to one address, stored as HMACs, good once and for a while."""

    __tablename__ = "sign_in_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    code_mac: Mapped[str] = mapped_column(sa.String(64))
    link_mac: Mapped[str] = mapped_column(sa.String(64), unique=True)
    next_path: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    consumed_at: Mapped[datetime | None] = mapped_column(default=None)
    # Set when a later letter to the same address takes the place of this one.
    replaced_at: Mapped[datetime | None] = mapped_column(default=None)

"""People, what identifies them, their roles, their sessions, their second factors, and the codes that let them in."""

from datetime import date, datetime

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.clock import now
from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.identity.permissions import Held, Permission, Scope, ScopeKind, gives, reach
from participatory.identity.rules import Role


class Association(Base):
    """A student association: it carries projects and moderates those of others."""

    __tablename__ = "association"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(160), unique=True)


class Person(UserMixin, Base):
    """Somebody who has signed in once; `email` is empty when the establishment proved who they are without giving one.

    `merged_into_id` names the account that took this one's place when both turned out to be one person.
    `active_on` is the day (UTC) of the last visit: it starts the clock of retention.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(80), default="")
    locale: Mapped[str] = mapped_column(sa.String(5), default="fr")
    association_id: Mapped[int | None] = mapped_column(sa.ForeignKey("association.id"))
    created_at: Mapped[datetime]
    active_on: Mapped[date | None] = mapped_column(default=None)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), default=None)

    association: Mapped[Association | None] = relationship(lazy="joined")
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", lazy="selectin", foreign_keys="RoleGrant.person_id"
    )
    known_as: Mapped[list["PersonIdentifier"]] = relationship(
        back_populates="person", lazy="select", order_by="PersonIdentifier.value"
    )

    def get_id(self) -> str:
        """What the session holds: never the row's number."""
        return self.public_id

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The normalised identifiers that prove who this is, the strongest first: `ine:…`, `num:…`, addresses."""
        values = sorted(each.value for each in self.known_as)
        numbers = [value for value in values if "@" not in value]
        addresses = [value for value in values if "@" in value]
        return (*numbers, *([self.email] if self.email else ()), *addresses)

    @property
    def held(self) -> tuple[Held, ...]:
        """The roles that nobody has taken back, with their limits and dates."""
        return tuple(grant.held for grant in self.grants if grant.revoked_at is None)

    @property
    def roles(self) -> frozenset[str]:
        """The roles held at present, wherever."""
        moment = now()
        return frozenset(each.role.value for each in self.held if each.is_present(moment))

    def holds(self, permission: Permission) -> bool:
        """Whether a role held at present gives this permission somewhere: what doors and menus ask."""
        moment = now()
        return any(gives((each,), permission, (each.scope,) if each.scope else (), moment) for each in self.held)

    def may(self, permission: Permission, *targets: Scope) -> bool:
        """Whether a role held at present gives this permission on a thing that belongs to these scopes."""
        return gives(self.held, permission, targets, now())

    def reach(self, permission: Permission) -> frozenset[Scope] | None:
        """How far this person has a permission at present: None for everywhere, else these scopes; for lists."""
        return reach(self.held, permission, now())


class PersonIdentifier(Base):
    """A normalised identifier that a door has proven.

    `ine:` or `num:` and an HMAC, never a number in clear; or an address beside the one of the account,
    which leads to the same person.
    """

    __tablename__ = "person_identifier"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    value: Mapped[str] = mapped_column(sa.String(254), unique=True)
    source: Mapped[str] = mapped_column(sa.String(20))
    added_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="known_as")


class RoleGrant(Base):
    """A role given to a person; taking it back is a date, never a deletion.

    `scope_kind` and `scope_key` are empty for a role held everywhere.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.Index(
            "uq_role_grant_held_within",
            "person_id",
            "role",
            "scope_kind",
            "scope_key",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(20))
    scope_kind: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    scope_key: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    granted_by: Mapped[str] = mapped_column(sa.String(40))
    granted_at: Mapped[datetime]
    # Empty: from the instant at which it was given.
    starts_at: Mapped[datetime | None] = mapped_column(default=None)
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])

    @property
    def scope(self) -> Scope | None:
        """What the role is limited to."""
        return Scope(ScopeKind(self.scope_kind), self.scope_key) if self.scope_kind else None

    def stands(self, now: datetime) -> bool:
        """Whether the role is held at this instant (UTC) or is to be: nobody took it back and it is not over."""
        return self.revoked_at is None and (self.ends_at is None or now < self.ends_at)

    @property
    def held(self) -> Held:
        """The same as the rules of permission know it."""
        return Held(Role(self.role), self.scope, self.starts_at or self.granted_at, self.ends_at)


class SignInSession(Base):
    """A browser that is signed in: the cookie holds a random token, this row its SHA-256.

    `door` is how the person came in, `device` what their browser calls itself, in short.
    `second_factor_at` is when a second factor was last asked and given in this session.
    `challenge` is what a key of the person must sign next, with what for; it serves once.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    door: Mapped[str] = mapped_column(sa.String(20))
    device: Mapped[str] = mapped_column(sa.String(80), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    second_factor_at: Mapped[datetime | None] = mapped_column(default=None)
    challenge: Mapped[str] = mapped_column(sa.String(120), default="")
    challenge_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship(lazy="joined")


class SecondFactor(Base):
    """A second proof that a person enrolled: an application's codes (`totp`) or a key of the device (`webauthn`).

    `secret` is the seed of the codes, encrypted under a key that is not in the database;
    `credential_id` and `public_key` are base64url. `last_step` is the last half-minute whose
    code was used, so that no code serves twice.
    """

    __tablename__ = "second_factor"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(60))
    secret: Mapped[str] = mapped_column(sa.String(300), default="")
    credential_id: Mapped[str | None] = mapped_column(sa.String(1400), unique=True, default=None)
    public_key: Mapped[str] = mapped_column(sa.String(800), default="")
    sign_count: Mapped[int] = mapped_column(sa.BigInteger(), default=0)
    last_step: Mapped[int] = mapped_column(sa.BigInteger(), default=0)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class RecoveryCode(Base):
    """A code on paper for the day when the second factor is lost: its HMAC, good once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    code_mac: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


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

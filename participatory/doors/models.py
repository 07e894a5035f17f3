"""How each establishment lets its students in, and what it has proven."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participatory.core.database import Base
from participatory.core.identifiers import public_id
from participatory.doors.rules import SourceKind, SourceState, state_of
from participatory.identity.models import Person
from participatory.territories.models import Establishment


class IdentitySource(Base):
    """A door of one establishment; `settings` holds no secret, those are files outside the database.

    It is offered once a test sign-in has succeeded (`tested_at`) and somebody has switched it on
    (`enabled_at`, None when it is off).
    """

    __tablename__ = "identity_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(20), unique=True, default=public_id)
    establishment_id: Mapped[int] = mapped_column(sa.ForeignKey("establishment.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    settings: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_by: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    tested_at: Mapped[datetime | None] = mapped_column(default=None)
    enabled_at: Mapped[datetime | None] = mapped_column(default=None)
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)

    establishment: Mapped[Establishment] = relationship(lazy="joined")

    @property
    def source_kind(self) -> SourceKind:
        """The kind as the enum that rules and labels know."""
        return SourceKind(self.kind)

    @property
    def state(self) -> SourceState:
        """Where the door stands."""
        return state_of(self.tested_at, self.enabled_at, self.disabled_at)


class SignInAttempt(Base):
    """A sign-in under way at an establishment's service: good once, for a few minutes, in one browser.

    `state` is the SHA-256 of what went round through the service; `browser` the SHA-256 of what
    the cookie keeps. `details` holds what the answer is checked against (nonce, verifier, request's identifier).
    """

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(64), unique=True)
    browser: Mapped[str] = mapped_column(sa.String(64))
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("identity_source.id"))
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    next_path: Mapped[str] = mapped_column(sa.String(300), default="")
    # The public identifier of the member of staff who tests the door, empty for a real sign-in.
    tester: Mapped[str] = mapped_column(sa.String(20), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    consumed_at: Mapped[datetime | None] = mapped_column(default=None)


class EnrolmentProof(Base):
    """An establishment has said that this person studies there; it holds until `expires_at`."""

    __tablename__ = "enrolment_proof"
    __table_args__ = (sa.UniqueConstraint("person_id", "establishment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    establishment_id: Mapped[int] = mapped_column(sa.ForeignKey("establishment.id"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    source: Mapped[str] = mapped_column(sa.String(10))
    proved_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="select")
    establishment: Mapped[Establishment] = relationship(lazy="joined")

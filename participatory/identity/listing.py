"""Roles as pages tell them: to whom, within which limit, until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from participatory.identity.models import Person, RoleGrant
from participatory.identity.permissions import ScopeKind
from participatory.identity.rules import Role, masked_email
from participatory.identity.scopes import Named, known_scopes, name_of
from participatory.identity.terms import is_ending


@dataclass(frozen=True)
class Line:
    """A role as a page tells it; `limit` is a name, empty for everywhere; instants are in UTC."""

    grant: RoleGrant
    role: Role
    limit: str
    is_coming: bool
    is_ending: bool

    @property
    def person(self) -> Person:
        """Who holds it."""
        return self.grant.person

    @property
    def address(self) -> str:
        """The address of whoever holds it, masked."""
        return masked_email(self.grant.person.email)

    @property
    def starts_at(self) -> datetime:
        """From when it is held."""
        return self.grant.held.starts_at

    @property
    def last_moment(self) -> datetime | None:
        """The last instant at which it is held, so that its day is the last one; None without an end."""
        ends_at = self.grant.ends_at
        return ends_at - timedelta(microseconds=1) if ends_at else None

    @property
    def over_at(self) -> datetime | None:
        """When it was taken back, or came to its end."""
        return self.grant.revoked_at or self.last_moment

    @property
    def was_taken_back(self) -> bool:
        """Whether somebody took it back before its end."""
        return self.grant.revoked_at is not None and self.grant.revoked_at != self.grant.ends_at


def line_of(grant: RoleGrant, known: Mapping[ScopeKind, Sequence[Named]], now: datetime) -> Line:
    """A role as it stands at an instant (UTC), its limit named among what is known."""
    return Line(
        grant=grant,
        role=Role(grant.role),
        limit=name_of(grant.scope, known) if grant.scope else "",
        is_coming=now < grant.held.starts_at,
        is_ending=is_ending(grant.ends_at, now),
    )


def lines_of(person: Person, now: datetime) -> list[Line]:
    """The roles that somebody holds or is to hold, in the order of the roles; asks for no name when there are none."""
    standing = [each for each in person.grants if each.stands(now)]
    known = known_scopes({each.scope.kind for each in standing if each.scope})
    order = list(Role)
    lines = [line_of(each, known, now) for each in standing]
    return sorted(lines, key=lambda line: (order.index(line.role), line.limit))

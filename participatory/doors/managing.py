"""Creating, changing, testing, opening and closing the doors of establishments; nothing is ever deleted.

A change of anything that decides what a door believes closes it at once and asks for a new test: nobody is let in by
settings that nobody has tried. The name that students read can change while the door stays open.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from participatory.core.database import db
from participatory.core.errors import Refusal, refuse_if
from participatory.core.labels import N_
from participatory.doors import policy, queries
from participatory.doors.models import IdentitySource, SignInAttempt
from participatory.doors.rules import SourceKind
from participatory.identity.models import Person
from participatory.journal.actions import record
from participatory.journal.rules import Verb, canonical
from participatory.territories.models import Establishment

# What staff typed in a field of secrets is not among the settings: its change is noted under this name.
SECRET = "secret"  # noqa: S105 — a name, not a secret.


def settings_digest(source: IdentitySource) -> str:
    """SHA-256 of the settings in force, which the journal keeps: it can be shown later which ones were tried."""
    return hashlib.sha256(canonical(source.settings).encode()).hexdigest()


def create(
    establishment: Establishment,
    kind: SourceKind,
    name: str,
    settings: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
) -> IdentitySource:
    """Add a door, closed until it is tested. Raises Refusal."""
    refuse_if(policy.can_manage(by))
    source = IdentitySource(
        establishment_id=establishment.id,
        kind=kind.value,
        name=name,
        settings=dict(settings),
        created_by=by.public_id,
        created_at=now,
        changed_at=now,
    )
    db.session.add(source)
    db.session.flush()
    record(
        Verb.SOURCE_CREATED,
        by.public_id,
        now,
        source=source.public_id,
        establishment=establishment.key,
        kind=kind.value,
    )
    return source


def change(
    source_id: int, name: str, settings: Mapping[str, Any], by: Person, now: datetime, *, new_secret: bool = False
) -> bool:
    """Change a door; whether that closed it. Nothing is written when nothing differs. Raises Refusal."""
    refuse_if(policy.can_manage(by))
    source = queries.locked_source(source_id)
    fields = sorted(key for key in {*source.settings, *settings} if source.settings.get(key) != settings.get(key))
    fields += [SECRET] * new_secret
    if not fields and source.name == name:
        return False
    closed = bool(fields) and source.enabled_at is not None
    source.name = name
    if fields:
        source.settings, source.changed_at = dict(settings), now
        source.tested_at = source.enabled_at = source.disabled_at = None
    record(Verb.SOURCE_CHANGED, by.public_id, now, source=source.public_id, fields=fields or ["name"], closed=closed)
    return closed


def note_test(attempt: SignInAttempt, by: Person, now: datetime) -> None:
    """Note that a test sign-in has succeeded; raises Refusal when the settings changed meanwhile."""
    refuse_if(policy.can_manage(by))
    source = queries.locked_source(attempt.source_id)
    if source.changed_at > attempt.created_at:
        raise Refusal(N_("Les réglages ont changé pendant l’essai : essayez de nouveau cette porte."))
    source.tested_at = now
    record(Verb.SOURCE_TESTED, by.public_id, now, source=source.public_id, settings_digest=settings_digest(source))


def enable(source_id: int, by: Person, now: datetime) -> IdentitySource:
    """Open a door to students. Raises Refusal."""
    source = queries.locked_source(source_id)
    refuse_if(policy.can_enable(source, by))
    source.enabled_at, source.disabled_at = now, None
    record(Verb.SOURCE_ENABLED, by.public_id, now, source=source.public_id, settings_digest=settings_digest(source))
    return source


def disable(source_id: int, by: Person, now: datetime) -> IdentitySource:
    """Close a door; its settings stay, and it can be opened again. Raises Refusal."""
    source = queries.locked_source(source_id)
    refuse_if(policy.can_disable(source, by))
    source.enabled_at, source.disabled_at = None, now
    record(Verb.SOURCE_DISABLED, by.public_id, now, source=source.public_id)
    return source

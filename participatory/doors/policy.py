"""Who may take a door, and who may test, open, change or close one."""

from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.doors.models import IdentitySource, SignInAttempt
from participatory.doors.rules import DoorRefusal, Trouble
from participatory.identity.models import Person
from participatory.identity.permissions import Permission

LOST = N_("Cette connexion n’a pas été commencée dans ce navigateur, a déjà servi, ou a duré trop longtemps.")


def can_manage(person: Person) -> Refusal | None:
    """Only those who may connect the sign-in of establishments."""
    if person.may(Permission.MANAGE_SOURCES):
        return None
    return Refusal(N_("Seule l’administration de la plateforme relie la connexion d’un établissement."), Kind.FORBIDDEN)


def can_take(source: IdentitySource, tester: Person | None) -> Refusal | None:
    """Whether a door lets anybody in now; staff who test it may take it whatever its state."""
    if tester is not None:
        return can_manage(tester)
    if source.enabled_at is not None:
        return None
    return DoorRefusal(
        Trouble.CLOSED,
        N_("Cette porte est fermée pour le moment."),
        Kind.CONFLICT,
        detail="the source is not enabled",
    )


def can_finish(attempt: SignInAttempt | None, browser: str, source_id: int, now: datetime) -> Refusal | None:
    """Whether an answer ends a sign-in that this browser began at this door, a short while ago and for the first time.

    `browser` is the digest of what the browser's cookie keeps.
    """
    if attempt is None or attempt.source_id != source_id or attempt.browser != browser:
        return _lost("the state is unknown, or was given to another browser or another source")
    if attempt.consumed_at is not None:
        return _lost("the state was used before")
    if attempt.expires_at <= now:
        return _lost("the state is too old")
    return None


def _lost(detail: str) -> DoorRefusal:
    return DoorRefusal(Trouble.LOST, LOST, Kind.CONFLICT, detail=detail)


def can_ask_opening(source: IdentitySource, by: Person) -> Refusal | None:
    """Who prepares a door proposes to open it; another person decides."""
    return can_manage(by) or _can_open(source)


def can_enable(source: IdentitySource, by: Person) -> Refusal | None:
    """Who confirms that a door opens."""
    if not by.may(Permission.OPEN_SOURCES):
        return Refusal(N_("Vos rôles ne permettent pas d’ouvrir une porte."), Kind.FORBIDDEN)
    return _can_open(source)


def _can_open(source: IdentitySource) -> Refusal | None:
    """A door is opened once a test sign-in has succeeded with its present settings."""
    if source.enabled_at is not None:
        return Refusal(N_("Cette porte est déjà ouverte."))
    if source.tested_at is None:
        return Refusal(
            N_("Essayez d’abord cette porte : elle s’ouvre après un essai réussi avec ses réglages actuels.")
        )
    return None


def can_disable(source: IdentitySource, by: Person) -> Refusal | None:
    """A door that is open can be closed at any time."""
    if refusal := can_manage(by):
        return refusal
    if source.enabled_at is None:
        return Refusal(N_("Cette porte est déjà fermée."))
    return None

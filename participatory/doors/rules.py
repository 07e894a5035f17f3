"""What a door is, what it proves, and why it may stay shut. Pure.

A door of an establishment is a `SourceDoor`. Two calls make a sign-in:

1. `depart(state, callback)` gives the address of the establishment's service to send the browser to,
   and the details that the answer will be checked against (a nonce, a request's identifier). The shell keeps them
   in a row of `sign_in_attempt` (models), found again by `state`, good once, ten minutes, in one browser.
2. `arrive(attempt, answer, now)` gets that row back, as an `Attempt`, with the parameters that the browser brought to
   `callback`. It checks everything that makes the answer trustworthy, and gives what the service said: `Asserted`.

What the attributes mean is the same for every door: `attributes.read` (pure), then `claims.claim_of`, which gives the
`Claim`. A door refuses with `DoorRefusal`: a sentence for people, and the `Trouble` that chooses the page's advice.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from participatory.core.clock import PARIS, paris
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register

ATTEMPT_LASTS = timedelta(minutes=10)
# Enrolments of an academic year are closed by the end of October: what was said before stops counting then.
_YEAR_ENDS = (11, 1)


class SourceKind(StrEnum):
    """How somebody's enrolment was proven; the first three are doors of establishments."""

    OIDC = "oidc"
    CAS = "cas"
    SAML = "saml"
    MAIL = "mail"
    PRINTED = "printed"


class SourceState(StrEnum):
    """Where a door stands: only an enabled one is offered, and only a tested one can be enabled."""

    DRAFT = "draft"
    TESTED = "tested"
    ENABLED = "enabled"
    DISABLED = "disabled"


class Trouble(StrEnum):
    """Why a door stayed shut, as far as it changes what the person can do about it."""

    NOT_STUDENT = "not_student"
    NO_IDENTIFIER = "no_identifier"
    OTHER_ESTABLISHMENT = "other_establishment"
    CANCELLED = "cancelled"
    LOST = "lost"
    NOT_TRUSTED = "not_trusted"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    ACCOUNT = "account"


register(
    {
        SourceKind.OIDC: N_("OpenID Connect"),
        SourceKind.CAS: N_("CAS"),
        SourceKind.SAML: N_("SAML (RENATER)"),
        SourceKind.MAIL: N_("Code envoyé par courriel"),
        SourceKind.PRINTED: N_("Code imprimé"),
    }
)
register(
    {
        SourceState.DRAFT: N_("À essayer"),
        SourceState.TESTED: N_("Essayée, pas encore ouverte"),
        SourceState.ENABLED: N_("Ouverte"),
        SourceState.DISABLED: N_("Fermée"),
    }
)


class DoorRefusal(Refusal):
    """A sign-in that a door refuses; `detail` is for the operator's log and the test page, in English, without data."""

    def __init__(
        self, trouble: Trouble, message: str, kind: Kind = Kind.FORBIDDEN, *, detail: str = "", **values: object
    ):
        super().__init__(message, kind, None, **values)
        self.trouble = trouble
        self.detail = detail


@dataclass(frozen=True)
class Asserted:
    """What a service said of one person, once the answer is known to come from it.

    `subject` is the service's own name for the person: never shown, never stored, only told apart in a log.
    `attributes` are as `attributes.tidied` makes them. `email_verified` is False when the service says that
    the address was not checked.
    """

    subject: str
    attributes: Mapping[str, tuple[str, ...]]
    email_verified: bool = True


@dataclass(frozen=True)
class Claim:
    """What a door has proven about one person.

    `identifiers` are normalised (`ine:…`, `num:…`, see identity.identifiers), the strongest first;
    `email` is an address whose domain is the establishment's own, None otherwise.
    """

    identifiers: tuple[str, ...]
    email: str | None
    establishment_id: int
    site_id: int | None
    source: SourceKind
    subject: str


@dataclass(frozen=True)
class Departure:
    """Where to send the browser, and what to keep to check the answer against."""

    url: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """A sign-in under way, as it was kept at its departure; `callback` is the address that the answer came to."""

    state: str
    callback: str
    details: Mapping[str, str]


class SourceDoor(ABC):
    """A door of an establishment: made from its settings, talks to its service, keeps nothing."""

    kind: ClassVar[SourceKind]
    # The parameter of the answer that carries our `state` round.
    state_parameter: ClassVar[str] = "state"

    @abstractmethod
    def depart(self, state: str, callback: str, *, afresh: bool = False) -> Departure:
        """Where to send the browser; raises DoorRefusal (UNREACHABLE, NOT_TRUSTED).

        `afresh` has the service ask who the person is even when it still knows who came before.
        """

    @abstractmethod
    def arrive(self, attempt: Attempt, answer: Mapping[str, str], now: datetime) -> Asserted:
        """What the service said of the person; raises DoorRefusal when the answer cannot be trusted."""


def state_of(tested_at: datetime | None, enabled_at: datetime | None, disabled_at: datetime | None) -> SourceState:
    """The state of a door from the dates of what was done to it; a date is None when the deed does not hold."""
    if enabled_at is not None:
        return SourceState.ENABLED
    if tested_at is None:
        return SourceState.DRAFT
    return SourceState.TESTED if disabled_at is None else SourceState.DISABLED


def proof_ends(now: datetime) -> datetime:
    """Until when a proof given now holds: the end of October in Paris that comes next."""
    local = paris(now)
    year = local.year if (local.month, local.day) < _YEAR_ENDS else local.year + 1
    return datetime(year, *_YEAR_ENDS, tzinfo=PARIS).astimezone(UTC)


def not_trusted(detail: str) -> DoorRefusal:
    """The refusal of an answer that may be forged, stale or meant for somebody else; `detail` says what was wrong."""
    sentence = N_(
        "La réponse de votre établissement n’a pas pu être vérifiée. Par prudence, vous n’avez pas été connecté·e."
    )
    return DoorRefusal(Trouble.NOT_TRUSTED, sentence, detail=detail)


def unreachable(detail: str) -> DoorRefusal:
    """The refusal when the establishment's service does not answer as it should; `detail` says how."""
    sentence = N_("Le service de connexion de votre établissement ne répond pas en ce moment.")
    return DoorRefusal(Trouble.UNREACHABLE, sentence, Kind.CONFLICT, detail=detail)


def cancelled(detail: str) -> DoorRefusal:
    """The refusal when the person, or the service for them, gave up; `detail` is the service's own code."""
    sentence = N_("La connexion a été interrompue chez votre établissement : rien ne nous a été transmis.")
    return DoorRefusal(Trouble.CANCELLED, sentence, Kind.CONFLICT, detail=detail)

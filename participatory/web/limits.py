"""How often each thing may be done, in one vocabulary: the paces below, and what counts them.

A person who has signed in is counted as that person; before that, the address or the code that
somebody typed is counted; networks come last and loose, since a whole campus may share one address.
docs/operate.md shows the same table; a test keeps the two in step.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, TypeVar, cast

from flask import request
from flask_limiter import Limiter
from flask_login import current_user

from participatory.core.clock import now
from participatory.core.labels import N_
from participatory.web.counters import DatabaseStorage
from participatory.web.proof import is_proven
from participatory.web.settings import config

__all__ = ["DatabaseStorage", "limiter"]

View = TypeVar("View", bound=Callable[..., Any])
READING = ("GET", "HEAD", "OPTIONS")


class Counted(StrEnum):
    """What a pace is counted by."""

    PERSON = "person"
    ADDRESS = "address"
    CODE = "code"
    NETWORK = "network"


TOO_OFTEN = N_("Vous avez recommencé beaucoup de fois en peu de temps.")
BUSY_NETWORK = N_("Beaucoup de demandes viennent en ce moment du même réseau que vous : un campus, une résidence.")
NO_PROOF = N_(
    "Votre navigateur n’a pas fait le petit calcul qui protège ce formulaire : JavaScript est sans doute coupé. "
    "Sans ce calcul, peu de demandes passent depuis un même réseau."
)


@dataclass(frozen=True)
class Pace:
    """How often one deed may be done: `rule` in the words of the `limits` library, several split by semicolons.

    `why` is what a limited person reads, a French catalogue key. `unproven` holds only where no proof of
    work came with the form; `reading` counts visits instead of posts.
    """

    deed: str
    counted: Counted
    rule: str
    why: str = TOO_OFTEN
    unproven: bool = False
    reading: bool = False


WRITING = Pace("any form, once signed in", Counted.PERSON, "120 per minute; 2000 per hour")
LETTER = Pace("a letter of sign-in", Counted.ADDRESS, "5 per 15 minutes")
LETTERS = Pace("letters of sign-in", Counted.NETWORK, "3000 per hour", BUSY_NETWORK)
LETTERS_UNPROVEN = Pace("letters without proof of work", Counted.NETWORK, "30 per 15 minutes", NO_PROOF, unproven=True)
CODE = Pace("a code of sign-in", Counted.CODE, "10 per minute")
CODES = Pace("codes and links of sign-in", Counted.NETWORK, "6000 per hour", BUSY_NETWORK)
# Of a million codes of an application three open at once: who holds the mailbox alone needs years at this pace.
SECOND_FACTOR = Pace("a second factor", Counted.PERSON, "5 per 15 minutes; 60 per day")
PRINTED = Pace("a code on paper", Counted.CODE, "10 per hour")
PRINTED_ALL = Pace("codes on paper", Counted.NETWORK, "1200 per hour", BUSY_NETWORK)
PRINTED_UNPROVEN = Pace(
    "codes on paper without proof of work", Counted.NETWORK, "30 per 15 minutes", NO_PROOF, unproven=True
)
ENROLLING = Pace("enrolling the device of a stand", Counted.NETWORK, "60 per 15 minutes", BUSY_NETWORK)
TAKING_DATA = Pace("taking one's data away", Counted.PERSON, "30 per hour", reading=True)
DELETING = Pace("deleting one's account", Counted.PERSON, "20 per hour")
NEW_ADDRESS = Pace("asking for another address", Counted.PERSON, "6 per hour")
ADDRESS_CODE = Pace("the code of another address", Counted.PERSON, "30 per hour")
LOOKING_UP = Pace("looking up a person's data, for staff", Counted.PERSON, "60 per hour")
CONFIRMING = Pace("confirming a ballot, its letter or its code", Counted.PERSON, "60 per hour")
LEAVING = Pace("signing out", Counted.NETWORK, "6000 per hour", BUSY_NETWORK)
DOORS = Pace(
    "going to an establishment's sign-in and back", Counted.NETWORK, "12000 per hour", BUSY_NETWORK, reading=True
)
FAVOURITES = Pace("marking a project", Counted.NETWORK, "600 per minute", BUSY_NETWORK)
REMINDERS = Pace("choosing whether to be sent reminders", Counted.NETWORK, "600 per hour", BUSY_NETWORK)
RECEIPTS = Pace("looking for a receipt", Counted.NETWORK, "120 per minute", BUSY_NETWORK, reading=True)
TRACKERS = Pace("looking for the secret code of a ballot", Counted.NETWORK, "120 per minute", BUSY_NETWORK)
REPORTS = Pace("reporting an anomaly", Counted.NETWORK, "60 per hour", BUSY_NETWORK)
REPORTS_UNPROVEN = Pace(
    "reporting an anomaly without proof of work", Counted.NETWORK, "6 per hour", NO_PROOF, unproven=True
)
REPORTS_FOLLOWED = Pace("looking up one's report", Counted.NETWORK, "120 per minute", BUSY_NETWORK, reading=True)
INVITING = Pace("inviting somebody to write a project", Counted.PERSON, "20 per hour")
INVITATIONS_DECLINED = Pace("declining an invitation", Counted.NETWORK, "120 per hour", BUSY_NETWORK)
ATTACHING = Pace("sending a document of a project", Counted.PERSON, "60 per hour")
AMENDING = Pace("proposing an amendment", Counted.PERSON, "20 per hour")
COMMENTING = Pace("writing a comment", Counted.PERSON, "30 per hour")
NOTICES = Pace("reporting a text", Counted.NETWORK, "120 per hour", BUSY_NETWORK)
NOTICES_UNPROVEN = Pace(
    "reporting a text without proof of work", Counted.NETWORK, "6 per hour", NO_PROOF, unproven=True
)
NOTICES_FOLLOWED = Pace(
    "looking up what became of one's notice", Counted.NETWORK, "120 per minute", BUSY_NETWORK, reading=True
)
OPINIONS = Pace("answering for an establishment by a link", Counted.NETWORK, "120 per hour", BUSY_NETWORK)
OPINIONS_UNPROVEN = Pace(
    "answering by a link without proof of work", Counted.NETWORK, "12 per hour", NO_PROOF, unproven=True
)
SIMULATIONS = Pace("trying parameters on a past election", Counted.NETWORK, "60 per minute", BUSY_NETWORK, reading=True)
CHALLENGES = Pace("asking for a proof of work", Counted.NETWORK, "600 per minute", BUSY_NETWORK, reading=True)

PACES = (
    WRITING,
    LETTER,
    LETTERS,
    LETTERS_UNPROVEN,
    CODE,
    CODES,
    SECOND_FACTOR,
    PRINTED,
    PRINTED_ALL,
    PRINTED_UNPROVEN,
    ENROLLING,
    TAKING_DATA,
    DELETING,
    NEW_ADDRESS,
    ADDRESS_CODE,
    LOOKING_UP,
    CONFIRMING,
    LEAVING,
    DOORS,
    FAVOURITES,
    REMINDERS,
    RECEIPTS,
    TRACKERS,
    REPORTS,
    REPORTS_UNPROVEN,
    REPORTS_FOLLOWED,
    INVITING,
    INVITATIONS_DECLINED,
    ATTACHING,
    AMENDING,
    COMMENTING,
    NOTICES,
    NOTICES_UNPROVEN,
    NOTICES_FOLLOWED,
    OPINIONS,
    OPINIONS_UNPROVEN,
    SIMULATIONS,
    CHALLENGES,
)


def by_network() -> str:
    """The network that a request comes from: 256 neighbours in IPv4, one site in IPv6.

    Only the proxies that TRUSTED_PROXIES names are believed about the address.
    """
    try:
        address: IPv4Address | IPv6Address = ip_address(request.remote_addr or "")
    except ValueError:
        return "network:unknown"
    if isinstance(address, IPv6Address):
        # Made of its number again: the zone of a link-local address is no part of a network.
        address = address.ipv4_mapped or IPv6Address(int(address))
    prefix = 24 if address.version == 4 else 48
    return f"network:{ip_network(f'{address}/{prefix}', strict=False)}"


def by_person() -> str:
    """The person who has signed in, else the network."""
    return f"person:{current_user.public_id}" if current_user.is_authenticated else by_network()


def by_text(kind: Counted, text: str) -> str:
    """What somebody typed, sealed under the installation's secret: the counters hold nobody's address and no code."""
    key = f"participatory/limits/1/{config().secret_key}".encode()
    return f"{kind}:{hmac.new(key, text.encode(errors='replace'), hashlib.sha256).hexdigest()}"


def _is_reading() -> bool:
    return request.method in READING


limiter = Limiter(
    key_func=by_person,
    headers_enabled=True,
    strategy="fixed-window",
    default_limits=[WRITING.rule],
    default_limits_exempt_when=_is_reading,
)


def limited(pace: Pace, key: Callable[[], str] | None = None) -> Callable[[View], View]:
    """Hold a view to a pace, else answer 429; `key` says what was typed where that is what counts.

    Stands under the access mark, so that the mark is what the shell sees.
    """
    found = key or {Counted.PERSON: by_person, Counted.NETWORK: by_network}[pace.counted]
    methods = None if pace.reading else ["POST"]
    free = is_proven if pace.unproven else None
    held = limiter.limit(pace.rule, key_func=found, methods=methods, error_message=pace.why, exempt_when=free)

    def hold(view: View) -> View:
        limited_view = cast("View", held(view))
        limited_view.paces = (*getattr(view, "paces", ()), pace)  # type: ignore[attr-defined]
        return limited_view

    return hold


def ends_at() -> datetime:
    """When the window that is full ends."""
    present = limiter.current_limit
    return datetime.fromtimestamp(present.reset_at, UTC) if present else now()

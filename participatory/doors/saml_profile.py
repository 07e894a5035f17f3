"""What the profile of SAML for browsers asks of an answer, beyond what pysaml2 checks. Pure.

pysaml2 accepts an assertion without audience, an answer without destination, and an entityID for a recipient.
Sources: SAML 2.0, profiles §4.1.4.2 and §4.1.4.3; core §2.5; the deployment profile saml2int.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from participatory.doors.rules import not_trusted

# How far the clocks of an establishment and of this server may be apart.
SKEW = timedelta(seconds=60)
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"


@dataclass(frozen=True)
class Service:
    """Our site, as establishments know it: its entityID, where answers come, the files of its keys (current first)."""

    entity_id: str
    consumer_url: str
    keys: Sequence[Path]


@dataclass(frozen=True)
class Expected:
    """The answer that we wait for: from this provider, for this service, to this request."""

    provider: str
    service: Service
    request_id: str

    def check(self, response: Any, assertion: Any, now: datetime) -> None:
        """Check issuer, destination, audience, recipient, request and end; raises DoorRefusal.

        `response` and `assertion` are pysaml2's objects, read from what a signature covers.
        """
        issuers = [each.issuer.text.strip() for each in (response, assertion) if each.issuer is not None]
        if assertion.issuer is None or set(issuers) != {self.provider}:
            raise not_trusted("the issuer is not the provider of this source")
        if response.destination != self.service.consumer_url:
            raise not_trusted("the destination is not this site")
        if response.in_response_to != self.request_id:
            raise not_trusted("the answer replies to another request")
        restrictions = assertion.conditions.audience_restriction if assertion.conditions else []
        audiences = [{(each.text or "").strip() for each in one.audience} for one in restrictions]
        if not audiences or any(self.service.entity_id not in each for each in audiences):
            raise not_trusted("the audience is not this site")
        self._check_confirmations(assertion.subject.subject_confirmation, now)

    def _check_confirmations(self, confirmations: Sequence[Any], now: datetime) -> None:
        if not confirmations:
            raise not_trusted("nothing confirms the subject")
        for each in confirmations:
            data = each.subject_confirmation_data
            if each.method != _BEARER or data is None:
                raise not_trusted("the subject is not confirmed by bearer")
            if data.recipient != self.service.consumer_url or data.in_response_to != self.request_id:
                raise not_trusted("the assertion was made for another site or another request")
            if _instant(data.not_on_or_after) + SKEW <= now:
                raise not_trusted("the assertion is too old")


def _instant(text: str | None) -> datetime:
    """An instant of SAML; raises DoorRefusal for one that is missing or cannot be read."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError as fault:
        raise not_trusted("the assertion has no end") from fault
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

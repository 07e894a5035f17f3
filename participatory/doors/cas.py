"""The door of a CAS server, version 3 of the protocol: a ticket good once, which the server turns into attributes.

Source: CAS Protocol 3.0.3, section 2.8. The service's address holds our `state`: a ticket is good for that address
only, so that one taken from another browser, or from another sign-in, opens nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

import requests
from cas import CASClientV3
from lxml import etree

from participatory.doors.attributes import tidied
from participatory.doors.fetching import NotAllowed, guarded
from participatory.doors.origins import origin_of
from participatory.doors.rules import (
    Asserted,
    Attempt,
    Departure,
    SourceDoor,
    SourceKind,
    cancelled,
    not_trusted,
    unreachable,
)

_NAMESPACE = "{http://www.yale.edu/tp/cas}"
# Section 3.1.1: a ticket starts with ST- and holds letters, digits and dashes; servers add their name, with dots.
_TICKET = re.compile(r"ST-[A-Za-z0-9._-]{1,253}")


@dataclass(frozen=True)
class CasSettings:
    """What staff typed: the address under which `login` and `p3/serviceValidate` are found."""

    server: str


class _Client(CASClientV3):
    """python-cas, which reads only documents that were looked at before."""

    @classmethod
    def verify_response(cls, response: bytes) -> Any:
        """User, attributes and nothing, or a refusal."""
        _refuse_unless_plain(response)
        return super().verify_response(response)


class CasDoor(SourceDoor):
    """The door of one CAS server."""

    kind: ClassVar[SourceKind] = SourceKind.CAS

    def __init__(self, settings: CasSettings):
        self._server = settings.server.rstrip("/") + "/"

    def depart(self, state: str, callback: str, *, afresh: bool = False) -> Departure:
        """The server's page of sign-in (section 2.1.1: `renew`)."""
        with requests.Session() as session:
            url = self._client(_service(state, callback), session).get_login_url()
        return Departure(f"{url}&renew=true" if afresh else url)

    def arrive(self, attempt: Attempt, answer: Mapping[str, str], now: datetime) -> Asserted:
        """Have the server validate the ticket; it refuses one that served, or that was given for another address."""
        ticket = answer.get("ticket", "")
        if not ticket:
            raise cancelled("no ticket in the answer")
        if _TICKET.fullmatch(ticket) is None:
            raise not_trusted("the ticket has not the shape of one")
        try:
            with requests.Session() as session:
                user, attributes, _ = self._client(_service(attempt.state, attempt.callback), session).verify_ticket(
                    ticket
                )
        except NotAllowed as error:
            raise not_trusted(f"validation: {error}") from error
        except requests.RequestException as error:
            raise unreachable(f"validation: {type(error).__name__}") from error
        if not user:
            raise not_trusted("the server does not know this ticket")
        return Asserted(str(user), tidied(attributes or {}))

    def _client(self, service: str, session: requests.Session) -> _Client:
        guarded(session, {origin_of(self._server)})
        return _Client(service_url=service, server_url=self._server, session=session)


def _service(state: str, callback: str) -> str:
    return f"{callback}?{urlencode({'state': state})}"


def _refuse_unless_plain(document: bytes) -> None:
    """Refuse what is not one answer of a CAS server: no document type, so no entity; one user if there is a success."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise unreachable("validation: the answer is not XML") from error
    if root.getroottree().docinfo.doctype:
        raise not_trusted("validation: the answer has a document type")
    children = [child for child in root if isinstance(child.tag, str)]
    names = [child.tag for child in children]
    if root.tag != f"{_NAMESPACE}serviceResponse" or len(names) != 1:
        raise unreachable("validation: not an answer of CAS 3")
    if names == [f"{_NAMESPACE}authenticationFailure"]:
        raise not_trusted(f"validation: {_known(children[0].get('code'))}")
    if names != [f"{_NAMESPACE}authenticationSuccess"]:
        raise unreachable("validation: not an answer of CAS 3")
    users = list(root.iter(f"{_NAMESPACE}user"))
    if len(users) != 1 or users[0].getparent() is not children[0] or len(users[0]) or not (users[0].text or "").strip():
        raise not_trusted("validation: the answer does not name one user")


def _known(code: str | None) -> str:
    known = {"INVALID_TICKET", "INVALID_SERVICE", "INVALID_REQUEST", "INVALID_TICKET_SPEC", "INTERNAL_ERROR"}
    return code if code in known else "another failure"

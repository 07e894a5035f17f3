"""What a request tells of how an act is done, and the two things that the browser keeps for it.

The session says since when its person has been in the booth; a cookie holds a number drawn by lot, the same for
everybody who uses the browser. Neither is there before somebody has signed in, and a declared stand gets no number:
many people vote on it, one after the other, and it is known by its name.
"""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, Response, after_this_request, g, request, session
from flask_login import current_user

from participatory.core.clock import now, paris
from participatory.integrity.clients import client_family
from participatory.integrity.codes import day_key, device_code, network_code, prefix_code, text_code
from participatory.integrity.known import known_networks
from participatory.integrity.networks import read_address
from participatory.integrity.observations import LONGEST_GAP, Observation, Sitting
from participatory.integrity.rules import SHARED, Act, NetworkKind
from participatory.rounds.models import Round
from participatory.web.settings import config, secret_store

SECRET = "signals"  # noqa: S105 — a name, not a secret.
COOKIE = "device"
SITTINGS = "booth"
_TOKEN = re.compile(r"[0-9a-f]{32}")
_LONGEST_STAND = 40

# The name of the stand on whose device a request is made, "" anywhere else: stands are above, and tell it.
StandReader = Callable[[], str]
_STANDS: list[StandReader] = []


def declare_stand_reader(reader: StandReader) -> None:
    """Have signals name the stand that this function knows; registering it again changes nothing."""
    if reader not in _STANDS:
        _STANDS.append(reader)


def in_booth(round_: Round) -> None:
    """Note that a voter who has signed in reads a page of the booth, and give their browser its number.

    Does nothing for anybody else.
    """
    if not current_user.is_authenticated:
        return
    moment, held = now().timestamp(), _sittings()
    found = _sitting(held, round_)
    _keep(held, round_, found.read(moment) if found else Sitting.begun(moment))
    if found is None:
        _hold_device(round_)


def cast_from_booth(round_: Round) -> None:
    """Begin another sitting: a ballot was cast, and another may take its place."""
    _keep(_sittings(), round_, Sitting.begun(now().timestamp()))


def forget_sittings(_app: Flask, **_event: object) -> None:
    """Leave nothing of this in the session of somebody who signs out."""
    session.pop(SITTINGS, None)


def observed(round_: Round, act: Act) -> Observation:
    """How the act of this request is done. Writes nothing; reads the state of the register in one statement.

    `seconds` are those of the booth, None for other acts; 0 for a ballot that no page of the booth came before.
    """
    moment = now()
    secret = secret_store().get(SECRET, round_.public_id)
    network, prefix, kind = _network(day_key(secret, paris(moment).date()))
    stand = _stand()
    if act is not Act.BALLOT:
        _hold_device(round_)
    return Observation(
        at=moment,
        network=network,
        prefix=prefix,
        network_kind=kind,
        device="" if stand else _device(secret),
        client=client_family(request.user_agent.string),
        seconds=_seconds(round_, moment.timestamp()) if act is Act.BALLOT else None,
        stand=stand,
    )


def coded(round_: Round, text: str) -> str:
    """The code of a person, or of what makes an act unique, among the signals of a round."""
    return text_code(secret_store().get(SECRET, round_.public_id), text)


def _network(key: bytes) -> tuple[str, str, NetworkKind]:
    """Codes of the address and of its neighbourhood, and its kind; nothing where the server sees no address."""
    address = read_address(request.remote_addr or "")
    if address is None:
        return "", "", NetworkKind.HOME
    found = known_networks().find(address)
    kind = found.kind if found is not None else NetworkKind.HOME
    # What thousands share hides nobody by changing every day, and is compared with its own other days.
    network = found.name if found is not None and kind in SHARED else network_code(key, address)
    return network, prefix_code(key, address), kind


def _stand() -> str:
    return next((name for name in (reader() for reader in _STANDS) if name), "")[:_LONGEST_STAND]


def _device(secret: bytes) -> str:
    token = _token()
    return device_code(secret, token) if token else ""


def _token() -> str:
    """The number of this browser: the one that it is being given, else the one that it sends, "" for none."""
    given = g.get("device_token", "")
    sent = request.cookies.get(COOKIE, "")
    return given or (sent if _TOKEN.fullmatch(sent) else "")


def _hold_device(round_: Round) -> None:
    """Give the browser its number, until nobody can appeal against the result of this round any more."""
    if not current_user.is_authenticated or _stand():
        return
    token = g.device_token = _token() or secrets.token_hex(16)
    lasts = round_.results_at + timedelta(days=round_.rulebook.roll_kept_days) - now()

    def holding(answer: Response) -> Response:
        answer.set_cookie(COOKIE, token, max_age=max(0, int(lasts.total_seconds())), **_attributes())
        return answer

    after_this_request(holding)


def _attributes() -> dict[str, Any]:
    return {"httponly": True, "secure": config().production, "samesite": "Lax", "path": "/"}


def _sittings() -> dict[str, list[Any]]:
    held = session.get(SITTINGS)
    return held if isinstance(held, dict) else {}


def _sitting(held: dict[str, list[Any]], round_: Round) -> Sitting | None:
    """The sitting of this person in the booth of a round; another person's is nothing to them."""
    found = held.get(round_.public_id)
    if found is None or found[0] != current_user.public_id:
        return None
    return Sitting(found[1], found[2])


def _keep(held: dict[str, list[Any]], round_: Round, sitting: Sitting) -> None:
    """Put a sitting into the session, and leave there those that are not over."""
    alive = {key: found for key, found in held.items() if sitting.last - found[2] <= LONGEST_GAP}
    session[SITTINGS] = {**alive, round_.public_id: [current_user.public_id, sitting.first, sitting.last]}


def _seconds(round_: Round, moment: float) -> float | None:
    found = _sitting(_sittings(), round_)
    return found.seconds(moment) if found is not None else 0.0

"""Fictional students who support the projects of the coming vote, and a crowd at one device among them."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.demo.people import roll_address
from participatory.identity.models import Person
from participatory.integrity.observations import Observation
from participatory.integrity.rules import NetworkKind, Parameters
from participatory.proposals.models import Proposal
from participatory.rounds.models import Round
from participatory.supports.actions import Manner, support
from participatory.supports.jobs import events_of
from participatory.supports.looking import find, keep
from participatory.supports.rules import SUPPORTABLE

HONEST, CROWD = 90, 18
_CLIENTS = ("Firefox · Windows", "Chrome Mobile · Android", "Mobile Safari · iOS", "Safari · Mac OS X")


def support_projects(round_: Round, store: SecretStore, now: datetime, seed: int) -> None:
    """Have students of the roll support what an association admitted, until `now`, then look once as the job does."""
    draw = random.Random(seed)  # noqa: S311 — a reproducible demonstration, not a secret.
    pepper = store.get("pepper", round_.public_id)
    states = [state.value for state in SUPPORTABLE]
    wanted = sa.select(Proposal).where(Proposal.round_id == round_.id, Proposal.state_code.in_(states))
    projects = list(db.session.scalars(wanted.order_by(Proposal.id)))
    if not projects:
        return
    for number, proposal, manner in sorted(_all(draw, projects, now), key=lambda each: each[2].observation.at):
        support(proposal, Person(email=roll_address(number), locale="fr"), pepper, manner.observation.at, manner)
    keep(round_, find(events_of(round_), Parameters()), now)


def _all(draw: random.Random, projects: Sequence[Proposal], now: datetime) -> Iterator[tuple[int, Proposal, Manner]]:
    loved = [draw.lognormvariate(0, 0.8) for _project in projects]
    for number in range(HONEST):
        at = now - timedelta(hours=1 + number * 2.1, minutes=draw.randrange(60))
        for proposal in dict.fromkeys(draw.choices(projects, loved, k=draw.choice((1, 1, 2, 3)))):
            at += timedelta(minutes=2)
            yield number, proposal, _manner(at, f"appareil-{number}", f"reseau-{number}", draw.choice(_CLIENTS))
    begun = now - timedelta(days=1, hours=3)
    for place in range(CROWD):
        at = begun + timedelta(seconds=21 * place)
        yield HONEST + place, projects[-1], _manner(at, "le-meme", "le-meme", _CLIENTS[1])


def _manner(at: datetime, device: str, network: str, client: str) -> Manner:
    seen = Observation(
        at=at,
        network=_code(network),
        prefix=_code(f"autour-{network}"),
        network_kind=NetworkKind.HOME,
        device=_code(device),
        client=client,
        seconds=None,
        stand="",
    )
    return Manner(seen, _code)


def _code(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

"""What the tests of supports share: projects that receive them, and supports with signals of how they were given."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import current_app

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.integrity.models import Signal
from participatory.integrity.observations import Observation
from participatory.integrity.rules import Act, NetworkKind
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from participatory.supports import actions
from participatory.supports.models import Support
from tests.factories import add_voter, make_person, make_proposal, make_round

REASON = "Ces soutiens viennent tous d’un même appareil, en dix minutes."
FACTS = actions.LetterFacts("https://budget.example/projets/x", "aide@b.example")


def project(phase: Phase = Phase.REVIEW, **values: object) -> Proposal:
    """An admitted project in a round in this phase."""
    values.setdefault("author", make_person())
    state = values.pop("state", State.ADMITTED)
    return make_proposal(make_round(phase), state=state, **values)


def student(round_: Round) -> Person:
    """Somebody on the roll of a round."""
    person = make_person()
    add_voter(round_, person)
    return person


def pepper(round_: Round) -> bytes:
    """The secret of the pseudonyms of a round."""
    return current_app.extensions["secrets"].get("pepper", round_.public_id)


def manner(moment: datetime) -> actions.Manner:
    """A support given at home, on a device of its own."""
    seen = Observation(
        at=moment, network=secrets.token_hex(8), prefix=secrets.token_hex(8), network_kind=NetworkKind.HOME,
        device=secrets.token_hex(8), client="firefox", seconds=None, stand="",
    )  # fmt: skip
    return actions.Manner(seen, lambda text: text[::-1])


def support(proposal: Proposal, person: Person, moment: datetime | None = None) -> Support | None:
    """Support a project, in one transaction."""
    with transaction():
        held, moment = db.session.get(Proposal, proposal.id), moment or now()
        return actions.support(held, db.session.get(Person, person.id), pepper(held.round), moment, manner(moment))


def take_back(proposal: Proposal, person: Person) -> bool:
    """Take a support back, in one transaction."""
    with transaction():
        held = db.session.get(Proposal, proposal.id)
        return actions.take_back(held, db.session.get(Person, person.id), pepper(held.round), now())


def crowd(proposal: Proposal, size: int, *, device: str = "", network: str = "", every: float = 30.0) -> list[Voter]:
    """So many supports, each of another voter, with a signal each; from one device and network where they are named."""
    voters = []
    for number in range(size):
        voter = add_voter(proposal.round, make_person())
        own = secrets.token_hex(16)
        with transaction():
            db.session.add(
                Support(proposal_id=proposal.id, voter_id=voter.id, key=own, day=now().date(), flagged=False)
            )
            db.session.add(_signal(proposal, own, number, device, network, every))
        voters.append(voter)
    return voters


def _signal(proposal: Proposal, key: str, number: int, device: str, network: str, every: float) -> Signal:
    apart = 60 * 60 * 7.3
    return Signal(
        id=secrets.token_hex(16),
        round_id=proposal.round.id,
        act=Act.SUPPORT.value,
        key=key,
        target=proposal.public_id,
        person=secrets.token_hex(32),
        site="toulouse",
        at=now() - timedelta(days=6) + timedelta(seconds=number * (every if device else apart)),
        network=network or secrets.token_hex(8),
        prefix=network or secrets.token_hex(8),
        network_kind=NetworkKind.HOME.value,
        device=device or secrets.token_hex(8),
        client="firefox",
        seconds=None,
        stand="",
    )

"""A small round with a reserved part, a threshold and ties that the lot breaks, voted and ready to close."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app

from participatory.ballots.choosing import as_choices
from participatory.ballots.models import Envelope, Signature, UrnState
from participatory.ballots.opening import open_vote, opening_of
from participatory.ballots.queries import step_of
from participatory.ballots.rules import slot
from participatory.ballots.steps import Officers
from participatory.control.actions import close_vote, seal_urn, take_control
from participatory.core.clock import now, paris
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.proposals.models import Proposal
from participatory.results.actions import allow_count, count_contests, keep_urn, publish, record_count
from participatory.results.counting import CURRENT, Counted, Edition, count_round
from participatory.results.unsealing import Opened, keep, open_ballots, open_sealed
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.rounds.rules import Phase
from participatory.territories.models import Establishment
from participatory.urn.document import BallotDocument, ContestBallot, to_bytes
from participatory.urn.receipts import receipt_of
from participatory.urn.sealing import info, seal
from tests.factories import KEY, make_person, make_proposal, make_round, move_round, site

OFFICERS = Officers("officer-one", "officer-two")

# Title, cost in cents, site, votes. 40,000 € of the 100,000 € are kept for the villes universitaires d'équilibre.
PROJECTS = (
    ("Épicerie solidaire", 30_000_00, "toulouse", 9),
    ("Vélos partagés", 30_000_00, "toulouse", 8),
    ("Jardin d’Albi", 25_000_00, "albi", 5),
    ("Atelier A", 20_000_00, "toulouse", 4),
    ("Atelier B", 20_000_00, "toulouse", 4),
    ("Concert", 30_000_00, "toulouse", 3),
    ("Navette de Rodez", 20_000_00, "rodez", 2),
    ("Oublié", 500_00, "toulouse", 1),
)


@dataclass
class World:
    """The round, its projects by title, and the officer who conducts it."""

    round: Round
    projects: dict[str, Proposal]
    officer: Person


def voted_round(phase: Phase = Phase.CONTROL, costs: Mapping[str, int] | None = None, **rules: object) -> World:
    """The round above, in a phase, with one ballot for each vote; `costs` changes some, in cents, by title."""
    settings: dict[str, object] = {"min_votes": 2, "tie_seed": "c0ffee"}
    round_ = make_round(Phase.VOTING, **(settings | rules))
    projects = {title: make_proposal(round_, cost_cents=(costs or {}).get(title, cost), site_slug=where, title=title)
                for title, cost, where, _ in PROJECTS}  # fmt: skip
    put_ballots(round_, [[projects[title]] for title, _, _, votes in PROJECTS for _ in range(votes)])
    if phase is not Phase.VOTING:
        move_round(round_, phase)
    return World(round_, projects, make_person(roles=(Role.OFFICER,)))


def put_ballots(round_: Round, choices: list[list[Proposal]], site_slug: str = "toulouse", absent: int = 0) -> None:
    """Signatures and ballots, in no relation to each other, and people on the roll who did not vote."""
    place = site(site_slug).id
    establishment = db.session.scalars(sa.select(Establishment.id).order_by(Establishment.id).limit(1)).one()
    kind = round_.rulebook.ballot_kind
    with transaction():
        opening = open_vote(round_, now())
        voters = [
            Voter(round_id=round_.id, pseudonym=secrets.token_hex(32), site_id=place, establishment_id=establishment,
                  source="import") for _ in range(len(choices) + absent)
        ]  # fmt: skip
        db.session.add_all(voters)
        db.session.flush()
        day = paris(now()).date()
        db.session.add_all(
            Signature(round_id=round_.id, voter_id=voter.id, day=day) for voter in voters[: len(choices)]
        )
        link = current_app.extensions["secrets"].get("link", round_.public_id)
        for voter, chosen in zip(voters, choices, strict=False):
            written = as_choices(kind, [each.public_id for each in chosen])
            text = BallotDocument(round_.public_id, kind.value, {MAIN_CONTEST: ContestBallot(written)})
            bound = info(round_.public_id, opening.rulebook_digest)
            sealed = seal(to_bytes(text, opening.padded_size), KEY.public, bound).ciphertext
            db.session.add(
                Envelope(id=secrets.token_hex(10), round_id=round_.id,
                         slot=slot(link, round_.public_id, voter.pseudonym), ciphertext=sealed,
                         receipt=receipt_of(sealed), idempotency_key=secrets.token_hex(20))
            )  # fmt: skip


def sealed(world: World) -> World:
    """Close, control and seal as two officers do."""
    with transaction():
        close_vote(world.round, OFFICERS, now())
        take_control(world.round, OFFICERS, now())
        seal_urn(world.round, OFFICERS, current_app.extensions["secrets"], now())
    return world


def allowed(world: World) -> World:
    """Seal, and allow the count."""
    sealed(world)
    with transaction():
        allow_count(world.round, OFFICERS, now())
    return world


def count(world: World) -> World:
    """Close, control, seal, open and count as two officers and the trustees do."""
    return count_allowed(allowed(world))


def count_allowed(world: World) -> World:
    """Open and count an urn that two officers allowed to open."""
    round_ = world.round
    opened = opened_urn(round_)
    with transaction():
        keep_urn(round_, opened, now())
    counted = count_contests(round_)
    with transaction():
        record_count(round_, counted, opened, world.officer.public_id, now())
    return world


def opened_urn(round_: Round) -> Opened:
    """What a sealed urn holds; nothing is written."""
    opening = opening_of(round_)
    assert opening is not None
    return open_sealed(round_, opening, KEY.private)


def uncover(round_: Round) -> None:
    """Have the envelopes as opened ballots, as if the vote were closed, sealed and opened: counts can then be asked."""
    opening = opening_of(round_)
    if opening is None:
        return
    wanted = sa.select(Envelope.ciphertext, Envelope.area).where(Envelope.round_id == round_.id)
    opened = open_ballots(round_, opening, KEY.private, [(text, area) for text, area in db.session.execute(wanted)])
    with transaction():
        keep(round_, opened)


def counted_now(round_: Round, contest: str = MAIN_CONTEST, edition: Edition = CURRENT) -> Counted:
    """The count of a contest, from the ballots as they are now in the urn, or as they were opened."""
    if step_of(round_, UrnState.SEALED) is None:
        uncover(round_)
    return count_round(round_, edition, contest=contest)


def compute(round_: Round, contest: str = MAIN_CONTEST) -> str:
    """The document of that count."""
    return counted_now(round_, contest).document


def bring_out(world: World) -> World:
    """Move to the results and publish."""
    move_round(world.round, Phase.RESULTS)
    with transaction():
        publish(world.round, OFFICERS, current_app.extensions["secrets"], now())
    return world

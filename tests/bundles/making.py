"""A whole round of each kind of ballot, from the opening to the publication, with all that may happen to a ballot."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
import time_machine
from flask import current_app

from participatory.ballots.actions import cast, challenge, seal_choices, withdraw
from participatory.ballots.models import Envelope
from participatory.ballots.opening import open_vote
from participatory.ballots.rules import slot
from participatory.control.actions import seal_urn, take_control
from participatory.control.casework import case_digest, decide_case, open_case
from participatory.control.rules import Outcome, answer_until
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.integrity.rules import Parameters
from participatory.integrity_desk.parameters import commit_to
from participatory.journal.actions import record
from participatory.journal.rules import Verb
from participatory.proposals.models import Proposal
from participatory.removals.actions import remove
from participatory.results.actions import allow_count
from participatory.rolls.models import Voter
from participatory.rounds.models import Round
from participatory.rounds.rulebook import BallotKind, Cap, CapScope, Contest, SetAsideMotive
from participatory.stands.printing import keep_numbers, plan_batch
from participatory.stands.rules import new_numbers
from participatory.tally.methods import Completion, RuleName
from participatory.urn.document import Choice
from participatory.urn.sealing import OVERHEAD, fingerprint, info, seal
from tests.factories import (
    KEY,
    add_voter,
    establishment,
    let_appeals_lapse,
    make_association,
    make_person,
    make_proposal,
    make_round,
    site,
)
from tests.results.making import OFFICERS, World, bring_out, count_allowed
from tests.stands.making import Bureau

AREA = Contest("albi", "Enveloppe d’Albi", 20_000_00, ("albi",))
RULES: dict[BallotKind, dict[str, object]] = {
    BallotKind.APPROVAL: {"count_rule": RuleName.MES, "completion": Completion.ADD1U, "ballot_max": 4},
    BallotKind.KNAPSACK: {"count_rule": RuleName.GREEDY_PER_COST, "ballot_max": 4, "partial_funding": True},
    BallotKind.POINTS: {"count_rule": RuleName.PHRAGMEN, "ballot_max": 4, "points_budget": 10, "points_cap": 5},
    BallotKind.RANKING: {"count_rule": RuleName.GREEDY, "ballot_max": 3, "rank_weights": (5, 3, 1)},
}
TRACKER = "0123456789ABCDEF"
WHY = "La même personne figure deux fois sur la liste, sous deux numéros."


@dataclass
class Vote:
    """A round under vote, its projects by title, and who voted."""

    bureau: Bureau
    projects: dict[str, Proposal]
    people: list[Person] = field(default_factory=list)
    voters: dict[int, Voter] = field(default_factory=dict)

    @property
    def round(self) -> Round:
        return self.bureau.round

    @property
    def store(self) -> SecretStore:
        found: SecretStore = current_app.extensions["secrets"]
        return found

    def choices(self, *titles: str) -> tuple[Choice, ...]:
        """What a ballot of this round says for projects in order."""
        ids = [self.projects[title].public_id for title in titles]
        if self.round.rulebook.ballot_kind is BallotKind.POINTS:
            return tuple((id_, 5 - place) for place, id_ in enumerate(ids, start=1))
        if self.round.rulebook.ballot_kind is BallotKind.RANKING:
            return tuple((id_, rank) for rank, id_ in enumerate(ids, start=1))
        return tuple((id_, 1) for id_ in ids)

    def vote(
        self,
        main: tuple[str, ...] = (),
        area: tuple[str, ...] = (),
        *,
        trackers: Mapping[str, str] | None = None,
        person: Person | None = None,
    ) -> Person:
        """Have somebody vote, somebody new from Albi if nobody is said."""
        if person is None:
            person = make_person()
            self.people.append(person)
            self.voters[person.id] = add_voter(self.round, person, "albi")
        with transaction():
            opening = open_vote(self.round, now())
        chosen = {"main": self.choices(*main), "albi": self.choices(*area)}
        sealed = seal_choices(self.round, opening, self.voters[person.id], chosen, trackers)[0]
        self.put(person, sealed.ciphertext)
        return person

    def put(self, person: Person, ciphertext: bytes) -> None:
        """Cast a sealed ballot."""
        words = dict.fromkeys(("closes", "publishes", "link", "again", "help"), "") | {"round": self.round.title}
        with transaction():
            cast(self.round, person, ciphertext, key=secrets.token_hex(16), now=now(), store=self.store, **words)


LISTED: dict[str, tuple[str | None, int, bool]] = {
    "Épicerie": ("toulouse", 30_000_00, True),
    "Vélos": ("toulouse", 25_000_00, False),
    "Concert, « d’été »": (None, 9_000_00, True),
    "Navette de Rodez": ("rodez", 12_000_00, False),
    "Retiré": ("toulouse", 5_000_00, False),
    "Jardin d’Albi": ("albi", 11_000_00, False),
    "Banc d’Albi": ("albi", 8_000_00, False),
}


def open_round(kind: BallotKind) -> Vote:
    """A vote that has opened, with a regional envelope and one for Albi, caps, floors, a printed batch."""
    caps = (Cap(CapScope.SITE, 45_000_00), Cap(CapScope.CARRIER, 35_000_00))
    # One of the kinds commits to parameters of detection: the folder then holds them.
    with transaction():
        committed = commit_to(Parameters(), now()) if kind is BallotKind.KNAPSACK else ""
    rules = RULES[kind] | {"detection": committed}
    round_ = make_round(ballot_kind=kind, contests=(AREA,), caps=caps, min_votes=1, **rules)
    association = make_association("Les Briques")
    projects = {
        title: make_proposal(
            round_, cost_cents=cost, site_slug=place, title=title, association=association if carried else None
        )
        for title, (place, cost, carried) in LISTED.items()
    }
    officer, second = (make_person(roles=(Role.OFFICER,)) for _ in range(2))
    with transaction():
        db.session.merge(projects["Vélos"]).partial_min_cents = 10_000_00
    with transaction():
        # The factory makes the key without a word; a ceremony journals it.
        facts = {"fingerprint": fingerprint(KEY.public), "trustees": 3, "threshold": 2}
        record(Verb.KEY_CREATED, officer.public_id, now(), round=round_.public_id, **facts)
    with transaction():
        open_vote(round_, now())
    with transaction():
        batch = plan_batch(round_, site(), establishment(), officer, now(), stand="Hall B", issued=3)
    referent = make_person(roles=(Role.REFERENT,))
    bureau = Bureau(round_, [*projects.values()], officer, second, referent, establishment(), batch, new_numbers(3))
    with transaction():
        keep_numbers(batch, bureau.numbers, bureau.key, officer, now())
    return Vote(bureau, projects)


def voted(kind: BallotKind) -> Vote:
    """Ballots of both envelopes; some changed, withdrawn, challenged, void, or with the same code."""
    vote = open_round(kind)
    for _ in range(4):
        vote.vote(("Épicerie", "Concert, « d’été »"), ("Jardin d’Albi",))
    for _ in range(3):
        vote.vote(("Navette de Rodez", "Retiré"), ("Banc d’Albi", "Jardin d’Albi"), trackers={"main": TRACKER})
    vote.vote(("Vélos",), trackers={"main": TRACKER[::-1], "albi": TRACKER[::-1]})
    vote.vote((), ("Banc d’Albi",))
    vote.vote(("Vélos",), person=vote.people[0])
    gone = vote.vote(("Retiré",))
    with transaction():
        withdraw(vote.round, gone, now(), vote.store, round="", closes="", again="", help="")
        opening = open_vote(vote.round, now())
    bound = info(vote.round.public_id, opening.rulebook_digest)
    odd = [seal(secrets.token_bytes(opening.padded_size), KEY.public, bound).ciphertext for _ in range(2)]
    assert len(odd[0]) == opening.padded_size + OVERHEAD
    with transaction():
        challenge(vote.round, vote.people[1], odd[0], now(), vote.store)
    vote.put(vote.people[2], odd[1])
    with transaction():
        remove(vote.projects["Retiré"].public_id, "Son terrain vient d’être vendu.", vote.bureau.second, now(), link="")
    return vote


def on_paper(vote: Vote) -> None:
    """One ballot on paper, of three that were printed; the batch is closed after the vote."""
    bureau = vote.bureau
    bureau.student("22100001")
    bureau.hand("22100001")
    bureau.end_vote()
    bureau.enter_twice(bureau.numbers[0], *vote.choices("Épicerie"))
    bureau.close(returned=2)


def set_aside(vote: Vote) -> datetime:
    """Two officers set a ballot aside, after its voter was told; gives the instant from which the urn may be sealed."""
    moment = now()
    link, key = vote.store.get("link", vote.round.public_id), vote.round.public_id
    place = slot(link, key, vote.voters[vote.people[1].id].pseudonym)
    envelope = db.session.scalars(sa.select(Envelope.id).where(Envelope.slot == place)).one()
    until = answer_until(moment, vote.round.rulebook.reconfirm_days)
    with transaction():
        case = open_case(
            vote.round, envelope, SetAsideMotive.PROOF_WITHDRAWN, evidence=WHY, author=vote.bureau.officer,
            until=until, now=moment, store=vote.store, told="",
        )  # fmt: skip
    with transaction():
        later = until + timedelta(minutes=1)
        seen = case_digest(case)
        decide_case(
            vote.round, case.public_id, Outcome.SET_ASIDE, by=vote.bureau.second, now=later, store=vote.store, seen=seen
        )
    let_appeals_lapse()
    return later


def finished(kind: BallotKind) -> World:
    """The whole of it, published."""
    vote = voted(kind)
    on_paper(vote)
    with transaction():
        take_control(vote.round, OFFICERS, now())
    with time_machine.travel(set_aside(vote), tick=True):
        with transaction():
            seal_urn(vote.round, OFFICERS, vote.store, now())
            changed = db.session.merge(vote.projects["Banc d’Albi"])
            changed.title, changed.final_cents = "Un autre titre", 1_00
            allow_count(vote.round, OFFICERS, now())
        return bring_out(count_allowed(World(vote.round, vote.projects, vote.bureau.officer)))

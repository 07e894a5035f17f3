"""A vote from its first ballot to its count, in any order of deeds, beside a model that is a few plain dictionaries."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from participatory.ballots import actions
from participatory.ballots.choosing import as_choices
from participatory.ballots.models import Envelope, SealedBallot, Signature
from participatory.ballots.opening import open_vote
from participatory.ballots.rules import slot
from participatory.ballots.steps import Officers
from participatory.control.actions import answer_case, close_vote, decide_case, open_case, seal_urn, take_control
from participatory.control.cases import case_by_public_id
from participatory.control.casework import case_digest
from participatory.control.reconciling import reconcile
from participatory.control.rules import Outcome, Wish, answer_until
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.results.unsealing import open_sealed
from participatory.rounds.rulebook import MAIN_CONTEST, SetAsideMotive
from participatory.rounds.rules import Phase
from participatory.urn.document import BallotDocument, ContestBallot, to_bytes
from participatory.urn.published import choices_text
from participatory.urn.receipts import receipt_of
from participatory.urn.sealing import info, seal
from tests.ballots.conftest import LETTER
from tests.factories import KEY, add_voter, let_appeals_lapse, make_person, make_proposal, make_round

VOTERS = st.integers(0, 2)
CHOICES = st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True)
EVIDENCE = "Lettre de l’établissement du 3 mars : inscription annulée en février."
DAY = timedelta(days=1)
ORDER = ("open", "closed", "control", "sealed")


class Vote(RuleBasedStateMachine):
    """The deeds of voters and officers, and what must follow from each."""

    people: list[Person]
    officers: list[Person]

    @initialize()
    def open_a_vote(self) -> None:
        self.round = make_round(Phase.VOTING)
        self.projects = [make_proposal(self.round).public_id for _ in range(4)]
        self.voters = [add_voter(self.round, person) for person in self.people]
        self.store, self.now = current_app.extensions["secrets"], self.round.voting_at + DAY
        self.link = self.store.get("link", self.round.public_id)
        with transaction():
            self.opening = open_vote(self.round, self.now)
        # The model: where the vote stands, and for each voter the ballot that counts.
        self.state = "open"
        self.urn: dict[int, tuple[str, tuple[int, ...]]] = {}
        self.keys: dict[str, tuple[int, bytes, bool]] = {}
        self.cases: dict[int, str] = {}
        self.aside: set[int] = set()
        self.kept: set[int] = set()
        # Nothing happens to an empty urn: two of three have voted.
        for voter in (0, 1):
            self.vote(voter, [voter])

    @property
    def is_open(self) -> bool:
        """By the calendar and by the deeds."""
        return self.state == "open" and self.now < self.round.control_at

    def envelope(self, chosen: list[int]) -> bytes:
        kind = self.round.rulebook.ballot_kind
        choices = ContestBallot(as_choices(kind, [self.projects[each] for each in chosen]))
        document = BallotDocument(self.round.public_id, kind.value, {MAIN_CONTEST: choices})
        bound = info(self.round.public_id, self.opening.rulebook_digest)
        return seal(to_bytes(document, self.opening.padded_size), KEY.public, bound).ciphertext

    def cast(self, voter: int, ciphertext: bytes, key: str, *, possible: bool = True) -> str | None:
        person = self.people[voter]

        def deed() -> str:
            return actions.cast(self.round, person, ciphertext, key=key, now=self.now, store=self.store, **LETTER)

        return self.attempt(deed, possible=possible and self.is_open)

    def attempt(self, deed: Callable[[], object], *, possible: bool):
        """Do a deed if the model says that it is possible, and see it refused if not."""
        if possible:
            with transaction():
                return deed()
        with pytest.raises(Refusal), transaction():
            deed()
        return None

    @rule(voter=VOTERS, chosen=CHOICES)
    def cast_or_change(self, voter: int, chosen: list[int]) -> None:
        self.vote(voter, chosen)

    def vote(self, voter: int, chosen: list[int]) -> None:
        ciphertext, key = self.envelope(chosen), secrets.token_urlsafe(24)
        if self.cast(voter, ciphertext, key) is None:
            return
        self.forget_key_of(voter)
        self.urn[voter] = receipt_of(ciphertext), tuple(chosen)
        self.keys[key] = voter, ciphertext, True

    def forget_key_of(self, voter: int) -> None:
        self.keys = {key: (who, text, live and who != voter) for key, (who, text, live) in self.keys.items()}

    @precondition(lambda self: self.keys)
    @rule(data=st.data(), by=VOTERS)
    def send_a_page_again(self, data: st.DataObject, by: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.keys, key=list(self.keys).index)))
        voter, ciphertext, live = self.keys[key]
        receipt = self.cast(by, ciphertext, key, possible=live and by == voter)
        assert receipt in {None, receipt_of(ciphertext)}

    @precondition(lambda self: self.urn)
    @rule(data=st.data(), by=VOTERS)
    def cast_the_envelope_of_somebody(self, data: st.DataObject, by: int) -> None:
        owner = data.draw(st.sampled_from(sorted(self.urn)))
        ciphertext = next(text for who, text, live in self.keys.values() if live and who == owner)
        key = secrets.token_urlsafe(24)
        if self.cast(by, ciphertext, key, possible=by == owner) is not None:
            self.forget_key_of(owner)
            self.keys[key] = owner, ciphertext, True

    @rule(voter=VOTERS, again=st.booleans())
    def withdraw(self, voter: int, again: bool) -> None:
        possible = self.is_open and voter in self.urn
        person = self.people[voter]
        self.attempt(lambda: actions.withdraw(self.round, person, self.now, self.store, **LETTER), possible=possible)
        if possible:
            page = next(key for key, (who, _text, live) in self.keys.items() if live and who == voter)
            self.forget_key_of(voter)
            del self.urn[voter]
            if again:
                self.cast(voter, self.keys[page][1], page, possible=False)

    @rule(voter=VOTERS, chosen=CHOICES, same=st.booleans())
    def challenge(self, voter: int, chosen: list[int], same: bool) -> None:
        ciphertext, person = self.envelope(chosen), self.people[voter]
        possible = self.is_open
        self.attempt(lambda: actions.challenge(self.round, person, ciphertext, self.now, self.store), possible=possible)
        # What was opened for a check is cast by nobody.
        by = voter if same else (voter + 1) % 3
        if possible:
            self.cast(by, ciphertext, secrets.token_urlsafe(24), possible=False)

    @precondition(lambda self: self.urn)
    @rule(data=st.data(), by=VOTERS)
    def challenge_what_is_in_the_urn(self, data: st.DataObject, by: int) -> None:
        owner = data.draw(st.sampled_from(sorted(self.urn)))
        ciphertext = next((text for who, text, live in self.keys.values() if live and who == owner), None)
        assert ciphertext is not None
        person = self.people[by]
        self.attempt(lambda: actions.challenge(self.round, person, ciphertext, self.now, self.store), possible=False)

    @rule(state=st.sampled_from(ORDER[1:]), alone=st.booleans(), late=st.booleans(), hurried=st.integers(0, 2))
    def take_a_step(self, state: str, alone: bool, late: bool, hurried: int) -> None:
        # A vote that has just begun is rarely closed: most deeds belong to the time before.
        if self.state == "open" and late and hurried == 2:
            self.now = max(self.now, self.round.control_at)
        if self.state != "open" and hurried:
            state = ORDER[min(ORDER.index(self.state) + 1, 3)]
        self.do_step(state, alone)

    def do_step(self, state: str, alone: bool) -> None:
        if state == "closed":
            self.step(close_vote, state, alone, possible=self.now >= self.round.control_at)
        elif state == "control":
            self.step(take_control, state, alone)
        else:
            waiting = set(self.cases) - self.aside - self.kept
            self.step(lambda *told: seal_urn(*told[:2], self.store, told[2]), state, alone, possible=not waiting)

    def step(self, deed: Callable[..., object], state: str, alone: bool, *, possible: bool = True) -> None:
        names = [each.public_id for each in self.officers]
        officers = Officers(names[0], names[0] if alone else names[1])
        possible = possible and not alone and ORDER.index(state) == ORDER.index(self.state) + 1
        self.attempt(lambda: deed(self.round, officers, self.now), possible=possible)
        if possible:
            self.state = state

    @precondition(lambda self: self.urn and self.state != "sealed")
    @rule(data=st.data())
    def open_a_case(self, data: st.DataObject) -> None:
        self.put_in_question(data.draw(st.sampled_from(sorted(self.urn))))

    def put_in_question(self, voter: int) -> None:
        wanted = sa.select(Envelope.id).where(Envelope.receipt == self.urn[voter][0])
        envelope = db.session.scalars(wanted).one()
        possible = self.state == "control" and voter not in self.cases
        until = answer_until(self.now, self.round.rulebook.reconfirm_days)

        def deed() -> str:
            case = open_case(
                self.round,
                envelope,
                SetAsideMotive.PROOF_WITHDRAWN,
                evidence=EVIDENCE,
                author=self.officers[0],
                until=until,
                now=self.now,
                store=self.store,
                link="/{case}",
            )
            return case.public_id

        found = self.attempt(deed, possible=possible)
        if found:
            self.cases[voter] = found

    @precondition(lambda self: set(self.cases) - self.aside - self.kept)
    @rule(data=st.data(), outcome=st.sampled_from(Outcome), answers=st.booleans(), author=st.booleans())
    def decide_a_case(self, data: st.DataObject, outcome: Outcome, answers: bool, author: bool) -> None:
        waiting = sorted(set(self.cases) - self.aside - self.kept)
        self.judge(data.draw(st.sampled_from(waiting)), outcome, answers, author)

    def judge(self, voter: int, outcome: Outcome, answers: bool, author: bool) -> None:
        case, person = self.cases[voter], self.people[voter]
        words = {"wish": Wish.KEEP, "words": "", "now": self.now, "store": self.store}
        if answers:
            self.attempt(lambda: answer_case(self.round, case, person, **words), possible=self.state == "control")
        # The delay of the rulebook is over, for this case and for the seal.
        self.now = max(self.now, case_by_public_id(case).answer_until + timedelta(seconds=1))
        by, seen = self.officers[0 if author else 1], case_digest(case_by_public_id(case))
        self.attempt(
            lambda: decide_case(self.round, case, outcome, by=by, now=self.now, store=self.store, seen=seen),
            possible=not author,
        )
        if not author:
            let_appeals_lapse()
            (self.aside if outcome is Outcome.SET_ASIDE else self.kept).add(voter)

    @invariant()
    def the_urn_is_that_of_the_model(self) -> None:
        if self.state == "sealed":
            self.signatures_are_those_of_the_model()
            return
        rows = db.session.execute(sa.select(Envelope.slot, Envelope.receipt).filter_by(round_id=self.round.id))
        places = {slot(self.link, self.round.public_id, voter.pseudonym): n for n, voter in enumerate(self.voters)}
        assert {places[place]: receipt for place, receipt in rows} == {
            voter: receipt for voter, (receipt, _chosen) in self.urn.items()
        }
        figures = reconcile(self.round, self.store)
        assert figures.agrees
        assert (figures.signatures, figures.set_aside) == (len(self.urn), len(self.aside))

        self.signatures_are_those_of_the_model()

    def signatures_are_those_of_the_model(self) -> None:
        signed = db.session.scalars(sa.select(Signature.voter_id).where(Signature.round_id == self.round.id))
        assert set(signed) == {self.voters[voter].id for voter in self.urn}
        db.session.commit()

    def teardown(self) -> None:
        """Bring every vote to its count, from wherever the deeds have left it."""
        if not hasattr(self, "round"):
            return
        self.now = max(self.now, self.round.control_at)
        for state in ("closed", "control"):
            if ORDER.index(self.state) < ORDER.index(state):
                self.do_step(state, alone=False)
        if self.state == "control":
            for voter in sorted(set(self.urn) - set(self.cases))[: len(self.keys) % 3]:
                self.put_in_question(voter)
            for voter in sorted(set(self.cases) - self.aside - self.kept):
                self.judge(voter, Outcome.SET_ASIDE, answers=False, author=False)
            self.the_urn_is_that_of_the_model()
            self.do_step("sealed", alone=False)
        self.the_count_is_that_of_the_model()

    def the_count_is_that_of_the_model(self) -> None:
        counted = {voter: self.urn[voter] for voter in self.urn if voter not in self.aside}
        sealed = sa.select(SealedBallot.receipt).where(SealedBallot.round_id == self.round.id)
        assert db.session.scalars(sealed.order_by(SealedBallot.receipt)).all() == sorted(
            receipt for receipt, _chosen in counted.values()
        )
        left = sa.select(sa.func.count()).select_from(Envelope).where(Envelope.round_id == self.round.id)
        assert db.session.scalar(left) == 0
        assert self.store.find("link", self.round.public_id) is None
        opened = open_sealed(self.round, self.opening, KEY.private)
        kind = self.round.rulebook.ballot_kind
        written = [
            choices_text(as_choices(kind, [self.projects[each] for each in chosen]))
            for _receipt, chosen in counted.values()
        ]
        assert (opened.void, opened.ballots[MAIN_CONTEST]) == (0, sorted((text, "") for text in written))
        db.session.commit()


def test_any_order_of_deeds_leaves_what_the_plain_model_says(app):
    people = [make_person() for _ in range(3)]
    officers = [make_person(roles=(Role.OFFICER,)) for _ in range(2)]
    machine = type("VoteHere", (Vote,), {"people": people, "officers": officers})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "25")),
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert list(faults()) == []

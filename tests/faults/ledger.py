"""Voters who vote over HTTP and note every receipt that was acknowledged to them; what the urn must then hold."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from threading import Condition, Event
from urllib.parse import urlencode

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from participatory.ballots import receipts
from participatory.ballots.choosing import as_choices
from participatory.ballots.opening import open_vote
from participatory.ballots.proofs import as_text
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.models import Person
from participatory.identity.sessions import TOKEN, keep_session
from participatory.rolls.models import Voter as RollLine
from participatory.rolls.models import VoterKey
from participatory.rolls.rules import pseudonym
from participatory.rounds.models import Round
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.rounds.rules import Phase
from participatory.urn.document import BallotDocument, ContestBallot, to_bytes
from participatory.urn.sealing import info, seal
from tests.factories import KEY, establishment, make_proposal, make_round, site
from tests.faults.service import Service

TRIES = 60
# Seconds after which a wait has failed.
WAITS = 40


@dataclass
class Voter:
    """Somebody on the roll, their browser, and what they were told: (receipt, choices), the last one last."""

    public_id: str
    slot_of: str
    cookie: str
    csrf: str
    acknowledged: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    broken: int = 0


@dataclass(frozen=True)
class Answer:
    """What came back: the status and, when the ballot is in the urn, the receipt that the browser was given."""

    status: int
    receipt: str = ""


class Ledger:
    """A round whose vote is open, its voters, and their memory."""

    def __init__(self, service: Service, voters: int) -> None:
        self.service = service
        self._told, self.calm = Condition(), Event()
        self.calm.set()
        with service.app.app_context():
            round_ = make_round(Phase.VOTING)
            self.round_id, self.key, self.slug = round_.id, round_.public_id, round_.slug
            self.projects = [make_proposal(round_).public_id for _ in range(6)]
            with transaction():
                opening = open_vote(round_, now())
            self.size, self.kind = opening.padded_size, round_.rulebook.ballot_kind
            self.bound = info(self.key, opening.rulebook_digest)
            self.voters = _let_in(service, round_, voters)
            db.session.remove()

    # What voters do.

    def cast(self, voter: Voter, chosen: Sequence[str], key: str = "") -> Answer:
        """Send a ballot, and the same page again as long as no answer came, as people do."""
        key, envelope = key or secrets.token_urlsafe(24), self.seal(chosen)
        for _ in range(TRIES):
            answer = self._send(voter, envelope, key)
            if answer is None or answer.status >= 500:
                with self._told:
                    voter.broken += 1
                    self._told.notify_all()
                assert self.calm.wait(WAITS), "the service was not put back"
                continue
            with self._told:
                if answer.receipt:
                    voter.acknowledged.append((answer.receipt, tuple(sorted(chosen))))
                else:
                    voter.refused.append(answer.status)
                self._told.notify_all()
            return answer
        raise AssertionError("no answer came back for good")

    def keep_voting(self, voter: Voter, times: int) -> None:
        """Vote, and change one's vote until it was told `times` times or is refused."""
        for number in range(times):
            first = secrets.randbelow(len(self.projects))
            if not self.cast(voter, [self.projects[(first + step) % 6] for step in range(1 + number % 3)]).receipt:
                return

    def seal(self, chosen: Sequence[str]) -> bytes:
        """Encrypt choices as the browser does: the service only sees the envelope."""
        choices = ContestBallot(as_choices(self.kind, chosen))
        document = BallotDocument(self.key, self.kind.value, {MAIN_CONTEST: choices})
        return seal(to_bytes(document, self.size), KEY.public, self.bound).ciphertext

    def _send(self, voter: Voter, envelope: bytes, key: str) -> Answer | None:
        body = urlencode({"csrf_token": voter.csrf, "key": key, "ciphertext": as_text(envelope)})
        head = {"Cookie": f"session={voter.cookie}", "Content-Type": "application/x-www-form-urlencoded"}
        connection = HTTPConnection(*self.service.address, timeout=WAITS)
        try:
            connection.request("POST", f"/budgets/{self.slug}/urne/deposer", body, head)
            response = connection.getresponse()
            response.read()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        if response.status != 303:
            return Answer(response.status)
        return Answer(303, self._receipt(response.headers.get_all("Set-Cookie") or []))

    def _receipt(self, cookies: list[str]) -> str:
        reading = SecureCookieSessionInterface().get_signing_serializer(self.service.app)
        for line in cookies:
            held = SimpleCookie(line).get("session")
            if held is not None:
                return reading.loads(held.value)[receipts.KEPT]["rounds"][self.key]
        raise AssertionError("a ballot was cast, and no receipt was given")

    # What the test sees of them.

    @property
    def told(self) -> int:
        """How many receipts were acknowledged to all the voters."""
        return sum(len(voter.acknowledged) for voter in self.voters)

    @property
    def broken(self) -> int:
        """How many times no answer came."""
        return sum(voter.broken for voter in self.voters)

    def await_receipts(self, more: int) -> None:
        """Wait until so many more receipts have been acknowledged."""
        with self._told:
            wanted = self.told + more
            self._told.wait_for(lambda: self.told >= wanted or all(each.refused for each in self.voters), WAITS)
            assert self.told >= wanted, "nobody can vote any more"

    def await_breakdown(self) -> None:
        """Wait until somebody got no answer."""
        with self._told:
            assert self._told.wait_for(lambda: self.broken > 0, WAITS), "everything still works"

    @contextmanager
    def everybody_votes(self, times: int) -> Iterator[list[Future[None]]]:
        """All the voters at once; ends when each was told `times` receipts or refused."""
        with ThreadPoolExecutor(len(self.voters)) as pool:
            votes = [pool.submit(self.keep_voting, voter, times) for voter in self.voters]
            yield votes
            for vote in votes:
                vote.result(WAITS)


def _let_in(service: Service, round_: Round, count: int) -> list[Voter]:
    """People on the roll who have signed in, as the pages of sign-in leave them."""
    pepper = service.app.extensions["secrets"].get("pepper", round_.public_id)
    where = {"round_id": round_.id, "site_id": site().id, "establishment_id": establishment().id, "source": "import"}
    reading = SecureCookieSessionInterface().get_signing_serializer(service.app)
    made, batch = [], secrets.token_hex(4)
    with transaction():
        for number in range(count):
            email = f"{batch}-{number}@etu.exemple.example"
            person = Person(email=email, display_name=f"Personne {number}", created_at=now())
            line = RollLine(**where, pseudonym=pseudonym(pepper, email))
            db.session.add_all([person, line])
            db.session.flush()
            db.session.add(VoterKey(round_id=round_.id, pseudonym=line.pseudonym, voter_id=line.id))
            token, csrf = secrets.token_urlsafe(32), secrets.token_hex(20)
            keep_session(person, token, "mail", "", now())
            held = {TOKEN: token, "_user_id": person.public_id, "_fresh": True, "csrf_token": csrf}
            signed = URLSafeTimedSerializer(service.app.secret_key, salt="wtf-csrf-token").dumps(csrf)
            made.append(Voter(person.public_id, line.pseudonym, reading.dumps(held), str(signed)))
    return made

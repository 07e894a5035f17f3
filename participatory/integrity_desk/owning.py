"""A voter's own ballots that wait for a confirmation, found by their slot, and how this voter can confirm."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.ballots.models import Envelope
from participatory.ballots.rules import slot
from participatory.control.sealing import LINK
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.doors.models import EnrolmentProof, IdentitySource
from participatory.doors.queries import open_doors_of
from participatory.doors.rules import SourceKind
from participatory.identity.models import Person
from participatory.integrity.rules import Act
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.rules import ASKED, Proof
from participatory.rolls.keys import pseudonyms_of, voters_with
from participatory.rolls.models import Voter
from participatory.rolls.standing import places_of
from participatory.rounds.models import Round

DOORS = frozenset({SourceKind.OIDC.value, SourceKind.CAS.value, SourceKind.SAML.value})


@dataclass(frozen=True)
class Ways:
    """How a voter can confirm: through these doors, at a counter, or by a code to `address` ("" for no such way).

    `came_by_door`: they have signed in through their establishment since they were asked.
    """

    doors: tuple[IdentitySource, ...]
    came_by_door: bool
    address: str

    @property
    def proofs(self) -> frozenset[Proof]:
        """The ways that are open to them here; the counter is always one, elsewhere."""
        door = {Proof.DOOR} if self.came_by_door else set()
        return frozenset(door | ({Proof.CODE} if self.address else set()))


@dataclass(frozen=True)
class Request:
    """A ballot of the person who reads that waits for their confirmation, and its round."""

    round: Round
    ballot: CaseBallot


def own_places(round_: Round, person: Person, store: SecretStore) -> dict[str, Voter]:
    """The slots of a person in a round, with the voter of each; none once the link key is destroyed."""
    pepper, key = store.find("pepper", round_.public_id), store.find(LINK, round_.public_id)
    if pepper is None or key is None:
        return {}
    voters = voters_with(round_, pseudonyms_of(pepper, person))
    return {slot(key, round_.public_id, voter.pseudonym): voter for voter in voters}


def own_voter(round_: Round, ballot: CaseBallot, person: Person, store: SecretStore) -> Voter | None:
    """The voter of a ballot when it is this person's, and still in the urn."""
    voter = own_places(round_, person, store).get(ballot.key)
    return voter if voter is not None and _in_urn(round_, [ballot.key]) else None


def requests_of(person: Person, store: SecretStore) -> list[Request]:
    """The ballots of a person that wait for a confirmation; usually one query and no more."""
    asked = [state.value for state in ASKED]
    waiting = sa.select(CaseBallot.round_id).join(SuspectCase, SuspectCase.id == CaseBallot.case_id)
    waiting = waiting.where(CaseBallot.state.in_(asked), SuspectCase.act == Act.BALLOT)
    found: list[Request] = []
    for round_ in db.session.scalars(sa.select(Round).where(Round.id.in_(waiting)).order_by(Round.id)):
        places = own_places(round_, person, store)
        present = _in_urn(round_, list(places))
        wanted = sa.select(CaseBallot).where(CaseBallot.round_id == round_.id, CaseBallot.key.in_(present))
        held = db.session.scalars(wanted.where(CaseBallot.state.in_(asked)).order_by(CaseBallot.told_at))
        found += [Request(round_, ballot) for ballot in held]
    return found


def ways_of(ballot: CaseBallot, voter: Voter, person: Person, now: datetime) -> Ways:
    """How this voter can confirm their ballot, with what they really have."""
    establishments = tuple(dict.fromkeys(place.establishment for place in places_of(voter)))
    doors = tuple(door for each in establishments for door in open_doors_of(each))
    own = {each.id for each in establishments}
    proofs = sa.select(EnrolmentProof).where(EnrolmentProof.person_id == person.id, EnrolmentProof.expires_at > now)
    came = any(
        proof.source in DOORS
        and proof.establishment_id in own
        and ballot.told_at is not None
        and proof.proved_at > ballot.told_at
        for proof in db.session.scalars(proofs)
    )
    domains = {domain for each in establishments for domain in each.email_domains.lower().split("|") if domain}
    email = person.email or ""
    institutional = email.rpartition("@")[2].lower() in domains
    # A code to a mailbox adds something for whoever came in by the establishment. Whoever came in by a mailed code has
    # shown a mailbox already, and a printed code may be in other hands, which have a mailbox of their own.
    return Ways(doors, came, email if institutional and voter.source in DOORS else "")


def _in_urn(round_: Round, places: list[str]) -> list[str]:
    wanted = sa.select(Envelope.slot).where(Envelope.round_id == round_.id, Envelope.slot.in_(places))
    return list(db.session.scalars(wanted))

"""Where a person stands on the roll of a round: their voter, their places, and whether something is left to write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.doors.models import EnrolmentProof
from participatory.doors.queries import present_proofs
from participatory.identity.models import Person
from participatory.rolls.keys import pseudonyms_of, voters_by_key
from participatory.rolls.models import TwoSignatures, Voter, VoterPlace
from participatory.rolls.policy import enrolment_is_open
from participatory.rolls.signing import signed_among
from participatory.rounds.models import Round
from participatory.territories.models import Establishment, Site


@dataclass(frozen=True)
class Place:
    """Where a voter is enrolled."""

    establishment: Establishment
    site: Site

    @property
    def key(self) -> tuple[int, int]:
        """The numbers of the establishment and of the site."""
        return self.establishment.id, self.site.id


@dataclass(frozen=True)
class Standing:
    """A person and the roll of a round.

    `voter` is None off the roll. `places` begins with the one that their voice counts for. `twice`: two voters who
    are this person have both signed. `due`: what a proof or another identifier adds to the roll is not written yet.
    """

    voter: Voter | None
    places: tuple[Place, ...] = ()
    twice: bool = False
    due: bool = False

    @property
    def sites(self) -> tuple[Site, ...]:
        """The sites of the places, each once, the one that their voice counts for first."""
        return tuple(dict.fromkeys(place.site for place in self.places))


def standing_of(round_: Round, person: Person, pepper: bytes, now: datetime) -> Standing:
    """How a person stands on the roll; a fixed number of queries. `pepper` is the round's secret."""
    names = pseudonyms_of(pepper, person)
    keyed = voters_by_key(round_, names)
    voters = list(dict.fromkeys(keyed.values()))
    voter, twice = voting(voters)
    places = places_of(voter) if voter is not None else ()
    if enrolment_is_open(round_, now) is not None:
        return Standing(voter, places, twice)
    known = {place.key for place in places}
    new = any(place_of(proof) not in known for proof in accepted(round_, person, now))
    unkeyed = voter is not None and len(keyed) < len(names)
    return Standing(voter, places, twice, new or unkeyed or _to_settle(voters))


def voting(voters: Sequence[Voter]) -> tuple[Voter | None, bool]:
    """In whose name somebody votes who is all of these voters, and whether two of them have signed.

    Whoever has signed first: a second voter of the same person never gets a ballot of their own.
    """
    if len(voters) < 2:
        return (voters[0] if voters else None), False
    signed = signed_among([voter.id for voter in voters])
    return next((voter for voter in voters if voter.id in signed), voters[0]), len(signed) > 1


def _to_settle(voters: Sequence[Voter]) -> bool:
    """Whether several voters of one person are to be made one, or their two signatures to be noted."""
    if len(voters) < 2:
        return False
    ids = [voter.id for voter in voters]
    noted = sa.select(sa.func.count()).where(TwoSignatures.voter_id.in_(ids), TwoSignatures.other_id.in_(ids))
    return (db.session.scalar(noted) or 0) < len(voters) - 1


def accepted(round_: Round, person: Person, now: datetime) -> list[EnrolmentProof]:
    """The proofs of a person that hold at this instant and that the rulebook accepts, the latest first."""
    sources = {kind.value for kind in round_.rulebook.proofs}
    return [proof for proof in present_proofs(person.id, now) if proof.source in sources and proof.proved_at <= now]


def place_of(proof: EnrolmentProof) -> tuple[int, int]:
    """The establishment of a proof and its site: the one it names, else where the establishment is."""
    return proof.establishment_id, proof.site_id or proof.establishment.site_id


def places_of(voter: Voter) -> tuple[Place, ...]:
    """Every place where a voter is enrolled, by name, the one that their voice counts for first."""
    rows = (
        sa.select(Establishment, Site)
        .select_from(VoterPlace)
        .join(Establishment, Establishment.id == VoterPlace.establishment_id)
        .join(Site, Site.id == VoterPlace.site_id)
        .where(VoterPlace.voter_id == voter.id)
        .order_by(Establishment.name, Site.name)
    )
    others = [Place(establishment, site) for establishment, site in db.session.execute(rows)]
    return tuple(dict.fromkeys([Place(voter.establishment, voter.site), *others]))

"""An officer leaves to others a case that holds a ballot of their own, under whatever account they have."""

from collections.abc import Iterable

from participatory.control.bearers import bearers_at
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.integrity.rules import Act
from participatory.integrity_desk.models import CaseBallot, SuspectCase


def own_fault(case: SuspectCase, ballots: Iterable[CaseBallot], by: Person, store: SecretStore) -> Refusal | None:
    """Why this person leaves these ballots to others: one is their own. Reads the roll once."""
    if case.act != Act.BALLOT:
        return None
    keys = [each.key for each in ballots]
    known = bearers_at(case.round, keys, store)
    if not any(by in known.people_at(key) for key in keys):
        return None
    return Refusal(N_("Un de ces bulletins est le vôtre : d’autres que vous doivent s’en occuper."), Kind.FORBIDDEN)

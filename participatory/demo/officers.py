"""The two fictional officers who do together what takes two people, and the shares that the demonstration holds."""

from collections.abc import Sequence

from participatory.ballots.steps import Officers
from participatory.ceremony.models import ElectionKey
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.demo.stories import stories
from participatory.identity.queries import person_by_email
from participatory.rounds.models import Round
from participatory.urn.shares import combine

SHARES = "shares"


def two_officers() -> Officers:
    """The public identifiers of the two officers of the demonstration."""
    told = [each for each in stories("people") if "officer" in each["roles"]]
    found = [person_by_email(story["email"]) for story in told[:2]]
    first, second = (person.public_id for person in found if person is not None)
    return Officers(first, second)


def hold_shares(round_: Round, shares: Sequence[str], store: SecretStore) -> None:
    """Keep the shares of a round where a real installation never would, and say so on its pages."""
    store.keep(SHARES, round_.public_id, "\n".join(shares).encode())
    key = db.session.get(ElectionKey, round_.id)
    assert key is not None
    key.held_here = True


def private_key(round_: Round, store: SecretStore) -> bytes:
    """The private key of a round of the demonstration; raises LookupError when its shares are not held."""
    kept = store.find(SHARES, round_.public_id)
    key = db.session.get(ElectionKey, round_.id)
    if kept is None or key is None:
        raise LookupError("the shares of this round are not held here")
    return combine(kept.decode().split("\n")[: key.threshold])

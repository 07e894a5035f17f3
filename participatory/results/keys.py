"""The private key of a round, put together in memory from what its trustees type."""

from collections.abc import Sequence

from participatory.ceremony.actions import OTHER_KEY
from participatory.ceremony.queries import key_of
from participatory.core.errors import Refusal
from participatory.core.labels import N_
from participatory.rounds.models import Round
from participatory.urn.sealing import public_of
from participatory.urn.shares import ShareError, combine


def private_key(round_: Round, shares: Sequence[str]) -> bytes:
    """The key (32 bytes) that these shares give.

    Raises ShareError, whose `number` says which share is wrong (from 1), and Refusal for shares of another key.
    """
    key = key_of(round_)
    if key is None:
        raise Refusal(N_("Ce budget n’a pas de clé : il n’y a pas d’urne à ouvrir."))
    private = combine(shares)
    if public_of(private).hex() != key.public_key:
        raise ShareError(OTHER_KEY)
    return private

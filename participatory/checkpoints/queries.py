"""Reading the checkpoints, and comparing those that others kept with the journal."""

import json
from collections.abc import Sequence

import sqlalchemy as sa

from participatory.checkpoints.models import Checkpoint
from participatory.checkpoints.rules import Signed, fault, public_of
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.journal.models import JournalEntry
from participatory.journal.queries import digest_at
from participatory.journal.rules import Verb, instant

# The private key is a file of the secret store under this name: it signs, and is in no backup.
NAME, KEY = "checkpoint", "platform"


def private_key(store: SecretStore) -> bytes:
    """The key of the platform (32 bytes), made at its first use."""
    return store.get(NAME, KEY)


def public_key(store: SecretStore) -> bytes:
    """The public key of the platform (32 bytes)."""
    return public_of(private_key(store))


def declared_keys() -> frozenset[str]:
    """The public keys, in hexadecimal, that the journal says were made: the present one and those before it."""
    made = sa.select(JournalEntry.payload).where(JournalEntry.verb == Verb.CHECKPOINT_KEY_MADE.code)
    return frozenset(json.loads(each)["public_key"] for each in db.session.scalars(made))


def checkpoints_upto(position: int) -> Sequence[Signed]:
    """Every checkpoint of the rows up to this one, oldest first."""
    wanted = sa.select(Checkpoint).where(Checkpoint.position <= position).order_by(Checkpoint.position)
    return [signed(each) for each in db.session.scalars(wanted)]


def latest(most: int) -> Sequence[Checkpoint]:
    """The last checkpoints, the latest first."""
    return db.session.scalars(sa.select(Checkpoint).order_by(Checkpoint.position.desc()).limit(most)).all()


def signed(checkpoint: Checkpoint) -> Signed:
    """A checkpoint of the table as it travels."""
    at = instant(checkpoint.at)
    return Signed(checkpoint.position, checkpoint.digest, at, checkpoint.signature, checkpoint.public_key)


def fault_of(kept: Signed) -> str | None:
    """What is wrong, in English, with a checkpoint that somebody kept, beside the journal of this database."""
    return fault(kept, digest_at(kept.position), declared_keys())

"""Signing the head of the journal, and telling the observers."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from participatory.checkpoints import queries, rules
from participatory.checkpoints.models import Checkpoint
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.identity.holders import holders_of
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.journal.actions import SYSTEM, hold_end, record
from participatory.journal.queries import head
from participatory.journal.rules import Verb, instant
from participatory.outbox.actions import enqueue


def sign_head(store: SecretStore, now: datetime) -> Checkpoint | None:
    """Sign the last row of the journal, in the caller's transaction; None when it is signed already, or there is none.

    The key is made at the first signature, and its public part journalled: that row is then the one that is signed.
    """
    hold_end()
    private = queries.private_key(store)
    _declare(rules.public_of(private).hex(), now)
    last = head()
    if last is None or db.session.get(Checkpoint, last.position) is not None:
        return None
    made = rules.sign(private, last.position, last.digest, instant(now))
    checkpoint = Checkpoint(
        position=made.position, digest=made.digest, at=now, signature=made.signature, public_key=made.public_key
    )
    db.session.add(checkpoint)
    db.session.flush()
    return checkpoint


def _declare(public: str, now: datetime) -> None:
    # The file of the key outlives a transaction that is undone: the journal alone says what was declared.
    if public not in queries.declared_keys():
        record(Verb.CHECKPOINT_KEY_MADE, SYSTEM, now, public_key=public)


def sign_bytes(store: SecretStore, data: bytes) -> str:
    """The signature (Ed25519, in hexadecimal) of something else that the platform publishes, such as a manifest."""
    return Ed25519PrivateKey.from_private_bytes(queries.private_key(store)).sign(data).hex()


def tell_observers(checkpoint: Checkpoint, now: datetime, *, link: str) -> Sequence[Person]:
    """Queue one letter for each observer of the moment, and give who is told; `link` says how to compare."""
    kept = queries.signed(checkpoint)
    observers = [each for each in holders_of(Permission.RECEIVE_CHECKPOINTS, now) if each.email]
    for observer in observers:
        enqueue(
            observer.email,
            "checkpoint",
            observer.locale,
            now,
            position=str(kept.position),
            digest=kept.digest,
            block=rules.block(kept),
            link=link,
        )
    return observers

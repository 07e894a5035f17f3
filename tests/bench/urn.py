"""Encryption and decryption of ballots in one process, beside the bare primitives of `cryptography` under them.

Bare, for one ballot: draw an X25519 key, exchange, encrypt once with ChaCha20-Poly1305; or exchange
and decrypt once. HPKE adds the derivation of the key, which binds the round and the rulebook. The two
alternate, and the ratio says how many bare ones fit in one of ours: 1 is as fast.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from participatory.urn import sealing
from participatory.urn.document import BallotDocument, ContestBallot, from_bytes, new_tracker, padded_size, to_bytes

BALLOTS = 2000
ROUNDS = 5
NONCE = bytes(12)


def figures() -> dict[str, dict[str, float]]:
    """Ballots per second of processor time, ours and bare, and the ratio of the two."""
    choices = tuple((f"pr0ject{place:05d}", 1) for place in range(10))
    ballot = BallotDocument("r0und", "approval", {"main": ContestBallot(choices, new_tracker())})
    size = padded_size(10, 1)
    plaintext, pair, info = to_bytes(ballot, size), sealing.new_key(), sealing.info("r0und", "ab" * 32)
    sealed = sealing.seal(plaintext, pair.public, info).ciphertext
    public, private = X25519PublicKey.from_public_bytes(pair.public), X25519PrivateKey.from_private_bytes(pair.private)

    def bare_seal() -> None:
        ephemeral = X25519PrivateKey.generate()
        ephemeral.public_key().public_bytes_raw()
        ChaCha20Poly1305(ephemeral.exchange(public)).encrypt(NONCE, plaintext, None)

    locked = ChaCha20Poly1305(private.exchange(X25519PublicKey.from_public_bytes(sealed[:32]))).encrypt(
        NONCE, plaintext, None
    )

    def bare_open() -> None:
        key = private.exchange(X25519PublicKey.from_public_bytes(sealed[:32]))
        ChaCha20Poly1305(key).decrypt(NONCE, locked, None)

    unsealed = sealing.opener(pair.private, info)
    return {
        "encryption": _beside(bare_seal, lambda: sealing.seal(to_bytes(ballot, size), pair.public, info)),
        "decryption": _beside(bare_open, lambda: from_bytes(unsealed(sealed))),
    }


def _beside(bare: Callable[[], object], ours: Callable[[], object]) -> dict[str, float]:
    pairs = [(_per_second(bare), _per_second(ours)) for _ in range(ROUNDS)]
    found = [mine / theirs for theirs, mine in pairs]
    return {
        "bare per second": statistics.median(theirs for theirs, _ in pairs),
        "per second": statistics.median(mine for _, mine in pairs),
        "min": min(found),
        "median": statistics.median(found),
        "max": max(found),
    }


def _per_second(work: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(BALLOTS):
        work()
    return BALLOTS / (time.process_time() - start)


def markdown(found: dict[str, dict[str, float]]) -> Iterator[str]:
    """The figures as a table."""
    yield "| One ballot, written or read too | bare per second | ours per second | ratio, min | median | max |"
    yield "|---|---|---|---|---|---|"
    for name, row in found.items():
        ratios = " | ".join(f"{row[part]:.2f}" for part in ("min", "median", "max"))
        yield f"| {name} | {row['bare per second']:,.0f} | {row['per second']:,.0f} | {ratios} |"

"""Checks 2, 3 and 4: the journal is one chain, its heads are signed, and the signed heads are in it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from participatory.verification.bundle import Bundle
from participatory.verification.canonical import compact
from participatory.verification.journal import CLOSED, COUNTED, OPENED, RESULT, SEALED
from participatory.verification.layout import MANIFEST, SIGNATURE, checkpoint_file
from participatory.verification.shape import HEX128

_STAGES = (OPENED, CLOSED, SEALED, COUNTED, RESULT)
# These happen once; a count and a publication may be made again, as a new edition.
_ONCE = (OPENED, CLOSED, SEALED)


def chain(bundle: Bundle) -> Iterator[str]:
    """Every row follows the one before, holds what its digest says, and the stages of the vote follow each other."""
    journal = bundle.journal
    yield from journal.faults
    said = bundle.manifest["journal"]
    if said["positions"] != journal.positions:
        yield f"The journal has {journal.positions} rows, and the manifest says {said['positions']}."
    if said["head"] != journal.head:
        yield "The journal does not end with the row whose digest the manifest gives."
    for verb in _ONCE:
        if len(journal.of(verb)) > 1:
            yield f"The journal says “{verb}” more than once."
    met = [(verb, found[-1].position) for verb in _STAGES if (found := journal.of(verb))]
    for (before, one), (after, other) in pairwise(met):
        if one > other:
            yield f"In the journal, “{after}” stands before “{before}”."


def compared_chain(bundle: Bundle) -> str:
    """What check 2 compared."""
    return f"{bundle.journal.positions:,} rows, of which {bundle.journal.public:,} are public, each with the one before"


def signatures(bundle: Bundle) -> Iterator[str]:
    """The manifest and every checkpoint are signed by the key of the checkpoints."""
    key = bundle.manifest["checkpoint_key"]
    written = bundle.source.read(SIGNATURE)
    signature = written.removesuffix(b"\n").decode("ascii", "replace")
    if written != (signature + "\n").encode() or not HEX128.fullmatch(signature):
        yield f"{SIGNATURE} is not a signature: 128 hexadecimal digits and a line end."
    elif not _signed(key, signature, bundle.source.read(MANIFEST)):
        yield f"{MANIFEST} is not signed by the key of the checkpoints, {key[:16]}…"
    yield from _checkpoint_faults(bundle, key)


def _checkpoint_faults(bundle: Bundle, key: str) -> Iterator[str]:
    announced = [deed.payload["public_key"] for deed in bundle.journal.of("checkpoint.key_made")]
    if announced and key not in announced:
        yield "The journal announces another key of the checkpoints than the manifest."
    for name, found in [*bundle.checkpoints.items(), *bundle.kept.items()]:
        if found["public_key"] not in (key, *announced):
            yield f"{name} is signed by a key that neither the manifest nor the journal knows."
        elif not _signed(found["public_key"], found["signature"], signed_text(found)):
            yield f"{name} does not bear the signature of what it says."


def compared_signatures(bundle: Bundle) -> str:
    """What check 3 compared."""
    kept = f" and {len(bundle.kept)} that you gave" if bundle.kept else ""
    key = bundle.manifest["checkpoint_key"]
    return f"the manifest, {len(bundle.checkpoints)} checkpoints{kept} with the key {key[:16]}…"


def signed_text(checkpoint: dict[str, Any]) -> bytes:
    """What the signature of a checkpoint signs."""
    return compact([checkpoint["position"], checkpoint["digest"], checkpoint["at"]]).encode()


def prefixes(bundle: Bundle) -> Iterator[str]:
    """Every checkpoint names a row of this journal by its number and its digest, and the last one ends it."""
    journal = bundle.journal
    for name, found in bundle.checkpoints.items():
        if name != checkpoint_file(found["position"]):
            yield f"{name} is the checkpoint of row {found['position']}, under another name."
    for name, found in [*bundle.checkpoints.items(), *bundle.kept.items()]:
        digest = journal.digest_at(found["position"])
        if digest is None:
            yield (
                f"{name} was signed for row {found['position']}, and this journal ends at row {journal.positions}: "
                "it was signed after the publication, or the end of the journal was cut off."
            )
        elif digest != found["digest"]:
            yield f"Row {found['position']} of this journal is not the one that was signed in {name}."
    last = max((found["position"] for found in bundle.checkpoints.values()), default=0)
    if last != journal.positions:
        yield f"The journal ends at row {journal.positions}, and the last checkpoint is of row {last}."


def compared_prefixes(bundle: Bundle) -> str:
    """What check 4 compared."""
    kept = f" and {len(bundle.kept)} that you gave" if bundle.kept else ""
    return f"{len(bundle.checkpoints)} checkpoints{kept} with the rows of the journal"


def _signed(key: str, signature: str, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True

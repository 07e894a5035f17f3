"""Check 5: the sealed list of receipts and its root."""

from collections.abc import Iterator
from itertools import pairwise

from participatory.urn.tree import root
from participatory.verification.bundle import Bundle
from participatory.verification.journal import SEALED
from participatory.verification.layout import RECEIPTS


def receipts(bundle: Bundle) -> Iterator[str]:
    """The receipts are sorted, each once, and their RFC 6962 root is the one that was sealed and journalled."""
    lines = bundle.receipts
    bad = len(lines) - len(bundle.well_formed_receipts)
    if bad:
        yield f"{bad} lines of {RECEIPTS} are not a receipt: 64 hexadecimal digits and a line end."
    for number, (one, other) in enumerate(pairwise(lines), start=2):
        if one == other:
            yield f"Line {number} of {RECEIPTS} gives the receipt of the line above it again."
        elif one > other:
            yield f"Line {number} of {RECEIPTS} should stand before the one above it."
    if bad:
        return
    found = root(bundle.well_formed_receipts).hex()
    for where, said in (
        ("manifest", bundle.manifest["seal"]["root"]),
        ("journal", bundle.anchor(SEALED).payload["root"]),
    ):
        if found != said:
            yield f"The root of the receipts is {found[:16]}…, and the {where} says {said[:16]}…"


def compared_receipts(bundle: Bundle) -> str:
    """What check 5 compared."""
    return f"{len(bundle.receipts):,} receipts, their root with the manifest and the journal"

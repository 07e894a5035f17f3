"""The file of a challenge: an opened envelope, its choices, and the ephemeral key that proves the one holds the other.

Anybody can check it on their own machine: sealing the choices again with that key gives the envelope, byte by byte.
"""

from collections.abc import Mapping
from typing import Any

from participatory.urn.document import BallotDocument, ContestBallot, to_bytes
from participatory.urn.receipts import receipt_of
from participatory.urn.sealing import OVERHEAD, reseal

SCHEMA = "participatory-ballot-check/1"


def check_content(
    document: BallotDocument,
    *,
    ciphertext: bytes,
    secret: bytes,
    public_key: bytes,
    info: bytes,
    titles: Mapping[str, str],
) -> dict[str, Any]:
    """What the file says; `titles` are those of the chosen projects, for whoever reads it."""
    contests = {
        key: {"choices": [list(choice) for choice in sorted(ballot.choices)], "tracker": ballot.tracker}
        for key, ballot in document.contests.items()
    }
    return {
        "schema": SCHEMA,
        "receipt": receipt_of(ciphertext),
        "ciphertext": ciphertext.hex(),
        "secret": secret.hex(),
        "public_key": public_key.hex(),
        "info": info.decode(),
        "document": {"round": document.round, "kind": document.kind, "contests": contests},
        "titles": dict(titles),
    }


def checked(content: Any) -> BallotDocument:
    """The choices that the envelope of a file holds; raises ValueError when they are not the ones it says."""
    try:
        if content["schema"] != SCHEMA:
            raise ValueError(f"this file is not a {SCHEMA}")
        document = _document(content["document"])
        ciphertext, secret = bytes.fromhex(content["ciphertext"]), bytes.fromhex(content["secret"])
        public_key, info = bytes.fromhex(content["public_key"]), str(content["info"]).encode()
        receipt = content["receipt"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this file is not whole") from error
    if receipt != receipt_of(ciphertext):
        raise ValueError("the receipt is not the one of this envelope")
    if reseal(to_bytes(document, max(len(ciphertext) - OVERHEAD, 0)), public_key, info, secret) != ciphertext:
        raise ValueError("the envelope does not hold these choices")
    return document


def _document(content: Any) -> BallotDocument:
    contests = {
        str(key): ContestBallot(tuple((project, value) for project, value in ballot["choices"]), ballot["tracker"])
        for key, ballot in content["contests"].items()
    }
    return BallotDocument(content["round"], content["kind"], contests)

"""The pseudonym of a person in a round."""

import hashlib
import hmac


def pseudonym(pepper: bytes, identifier: str) -> str:
    """HMAC-SHA256 of a normalised identifier under the pepper of the round, in hexadecimal.

    The pepper lives outside the database: a plain hash of a student number is reversed in seconds.
    """
    return hmac.new(pepper, identifier.encode(), hashlib.sha256).hexdigest()

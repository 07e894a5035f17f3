"""The secrets that codes on paper need, all of them files outside the database."""

from participatory.rounds.models import Round
from participatory.web.settings import secret_store


def code_key() -> bytes:
    """The key of the HMAC of every code."""
    return secret_store().get("printed", "installation")


def installation_pepper() -> bytes:
    """The secret under which identifiers are sealed."""
    return secret_store().get("identity", "installation")


def peppers(round_: Round) -> tuple[bytes, bytes]:
    """The secrets under which what is shown at the counter is sealed, and looked for on the roll."""
    return installation_pepper(), secret_store().get("pepper", round_.public_id)

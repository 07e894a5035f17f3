"""The parameters of detection of a round: committed to when its rules are written, published when its vote is over.

A rulebook is public, and parameters that a fraudster reads beforehand are parameters under which they stay. So the
rulebook carries SHA-256 (salt, canonical JSON) alone; salt and JSON are published at the closing, and whoever asks
`sha256sum` of them finds what the rulebook said before the first ballot.

The commitment is written with the rulebook: with the round itself (`rounds.completing`), and again whenever officers
save other values. It cannot wait for the opening, which freezes the rules. A round from before has none; it runs on
the values of the program, which its page says.
"""

import hashlib
import secrets
from datetime import datetime

from participatory.core.database import db
from participatory.core.errors import refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.integrity.rules import Parameters
from participatory.integrity_desk.parameter_models import DetectionParameters
from participatory.integrity_desk.parameter_rules import parameters_fault
from participatory.rounds import policy
from participatory.rounds.actions import adopt_rulebook
from participatory.rounds.models import Round
from participatory.rounds.queries import locked_round
from participatory.rounds.rulebook import Rulebook

SALT_BYTES = 32
NOTE = N_("Les paramètres de la détection changent ; ils seront publiés après le vote.")


def digest_of(salt: str, document: str) -> str:
    """SHA-256, in hexadecimal, of the salt followed by the canonical JSON."""
    return hashlib.sha256((salt + document).encode()).hexdigest()


def commit_to(parameters: Parameters, now: datetime) -> str:
    """Keep parameters beside a new random salt; the digest that a rulebook carries."""
    salt, document = secrets.token_hex(SALT_BYTES), parameters.to_json()
    digest = digest_of(salt, document)
    db.session.add(DetectionParameters(digest=digest, salt=salt, document=document, made_at=now))
    db.session.flush()
    return digest


def complete(book: Rulebook, now: datetime) -> Rulebook:
    """The rules of a new round, committed to the parameters of the program unless they already are to some."""
    return book if book.detection else book.changed(detection=commit_to(Parameters(), now))


def commitment_of(round_: Round) -> DetectionParameters | None:
    """What stands behind the rulebook in force; None for a round that committed to nothing.

    Raises ValueError when somebody changed the row: nobody may run, or publish, other parameters than those.
    """
    digest = round_.rulebook.detection
    if not digest:
        return None
    row = db.session.get(DetectionParameters, digest)
    if row is None or digest_of(row.salt, row.document) != digest:
        raise ValueError(f"the parameters of detection of round {round_.public_id} are not those of its rulebook")
    return row


def opened(row: DetectionParameters) -> bytes:
    """The bytes of which the rulebook carries the SHA-256; for after the closing."""
    return (row.salt + row.document).encode()


def parameters_of(round_: Round) -> Parameters:
    """The parameters by which the votes of this round are assessed; those of the program where nothing was written.

    Raises ValueError as `commitment_of` does.
    """
    row = commitment_of(round_)
    return Parameters() if row is None else Parameters.from_json(row.document)


def set_parameters(round_: Round, parameters: Parameters, seen: str, actor: Person, now: datetime) -> bool:
    """Commit the rulebook to other parameters before voting opens; whether anything changed.

    `seen` is the `mark` of the round that was read. The journal gets the new version and its digest, no value.
    Raises Refusal: FORBIDDEN; CONFLICT once voting has opened, or when somebody else changed the round; INVALID with
    the field for a value that cannot be.
    """
    held = locked_round(round_.id)
    refuse_if(policy.can_change_rules(actor, held, now))
    refuse_if(policy.can_replace(held, seen))
    refuse_if(parameters_fault(parameters))
    if held.rulebook.detection and parameters == parameters_of(held):
        return False
    adopt_rulebook(held, held.rulebook.changed(detection=commit_to(parameters, now)), NOTE, actor, now)
    return True

"""The sealed urn as a file: all that a trustee needs, beside the shares, to open it on a machine of their own.

Nothing in it is in clear: the ballots are those of `sealed_ballot`. The reader is `verification.urn_file`.
"""

import base64
import json

import sqlalchemy as sa

from participatory.ballots.models import SealedBallot, UrnState
from participatory.ballots.opening import opening_of
from participatory.ballots.queries import step_of
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rounds.models import Round
from participatory.verification.canonical import compact
from participatory.verification.urn_file import SCHEMA


def urn_file(round_: Round) -> str:
    """The file, canonical JSON; raises Refusal until the urn is sealed and until two people allowed the count.

    An urn whose vote was annulled is opened by nobody.
    """
    sealed, opening = step_of(round_, UrnState.SEALED), opening_of(round_)
    if sealed is None or opening is None:
        raise Refusal(N_("L’urne de ce budget n’est pas scellée."), Kind.NOT_FOUND)
    if step_of(round_, UrnState.COUNTING) is None or step_of(round_, UrnState.ANNULLED) is not None:
        raise Refusal(N_("L’urne scellée ne se télécharge qu’une fois le dépouillement autorisé par deux personnes."))
    wanted = sa.select(SealedBallot.receipt, SealedBallot.area, SealedBallot.ciphertext)
    ballots = db.session.execute(wanted.where(SealedBallot.round_id == round_.id).order_by(SealedBallot.receipt))
    content = {
        "schema": SCHEMA,
        "round": {"id": round_.public_id, "title": round_.title},
        "rulebook": json.loads(round_.current_version.document),
        "opening": {
            "rulebook_digest": opening.rulebook_digest,
            "projects": opening.projects,
            "projects_digest": opening.projects_digest,
            "public_key": opening.public_key,
        },
        "seal": {"ballots": sealed.figures["ballots"], "root": sealed.figures["root"]},
        "ballots": [[receipt, area, base64.b64encode(text).decode()] for receipt, area, text in ballots],
    }
    return compact(content) + "\n"

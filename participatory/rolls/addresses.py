"""Whether an address is on a roll: what spares it the refusal of throwaway mailboxes."""

import sqlalchemy as sa

from participatory.core.database import db
from participatory.rolls.models import VoterKey
from participatory.rolls.rules import pseudonym
from participatory.rounds.queries import all_rounds
from participatory.web.settings import secret_store


def is_on_a_roll(email: str) -> bool:
    """Whether a normalised address is on the roll of some round; rounds whose pepper is gone are not asked."""
    store = secret_store()
    peppers = {each.id: store.find("pepper", each.public_id) for each in all_rounds()}
    named = [
        sa.and_(VoterKey.round_id == round_id, VoterKey.pseudonym == pseudonym(pepper, email))
        for round_id, pepper in peppers.items()
        if pepper is not None
    ]
    return bool(named) and db.session.scalar(sa.select(sa.exists().where(sa.or_(*named)))) is True

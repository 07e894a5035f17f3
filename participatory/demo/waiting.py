"""A list that an establishment has just sent, so that an officer of the demonstration has something to approve."""

import hashlib
from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.demo.people import roll_address
from participatory.identity.models import Person
from participatory.rolls.actions import send_list
from participatory.rolls.approval import ask_approval
from participatory.rolls.lists import ReadList
from participatory.rolls.rules import Listed, Place, Reading, pseudonym
from participatory.rounds.models import Round
from participatory.territories.models import Establishment

KNOWN, NEW = 60, 180


def send_waiting_list(round_: Round, establishment: str, store: SecretStore, referent: Person, now: datetime) -> None:
    """Send a list of KNOWN people who are on the roll and NEW ones who are not, and ask for its approval."""
    sender = db.session.scalars(sa.select(Establishment).where(Establishment.key == establishment)).one()
    pepper = store.get("pepper", round_.public_id)
    place = Place(sender.site_id, sender.id)
    addresses = [
        *(roll_address(number) for number in range(KNOWN)),
        *(f"nouvelle-inscription-{number:03d}@etu.exemple.example" for number in range(NEW)),
    ]
    people = tuple(Listed((pseudonym(pepper, address),), (place,)) for address in addresses)
    digest = hashlib.sha256("\n".join(addresses).encode()).hexdigest()
    read = ReadList(Reading(people, rows=len(people), repeated=0, bad=(), warnings=()), digest, sheet="")
    sent = send_list(round_, sender, read, referent, now, without_bad_rows=False)
    ask_approval(sent, referent, now)

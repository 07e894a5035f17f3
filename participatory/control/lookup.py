"""From somebody whom an officer names to their envelope: the account first, then the roll, then the urn."""

from participatory.ballots.models import Envelope
from participatory.control.finding import envelopes_of
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.identity.queries import people_known_as
from participatory.printed_codes.rules import readings
from participatory.privacy.queries import person_sought
from participatory.rolls.keys import pseudonyms_of, voters_with
from participatory.rounds.models import Round


def account_sought(text: str, pepper: bytes) -> Person:
    """The account of a whole address, an INE, an ESI or a public code; `pepper` is the installation's.

    Raises Refusal (INVALID, field `sought`) when there is none.
    """
    found = person_sought(text)
    if found is None and "@" not in text:
        found = next(iter(people_known_as(_numbers(text, pepper))), None)
    if found is None:
        message = N_("Aucun compte n’a cette adresse, ce numéro ni ce code. Vérifiez chaque signe.")
        raise Refusal(message, Kind.INVALID, "sought")
    return found


def envelope_of_person(round_: Round, person: Person, store: SecretStore) -> Envelope:
    """The online ballot of a person in a round; of two, the one of their strongest identifier.

    Raises Refusal (INVALID, field `sought`) off the roll, without a ballot, and for a vote on paper.
    """
    voters = voters_with(round_, pseudonyms_of(store.get("pepper", round_.public_id), person))
    held = envelopes_of(round_, voters, store)
    found = next((held[voter.id] for voter in voters if voter.id in held), None)
    if found is None:
        message = N_("Cette personne n’a pas de bulletin en ligne dans l’urne de ce budget.")
        raise Refusal(message, Kind.INVALID, "sought")
    return found


def _numbers(text: str, pepper: bytes) -> list[str]:
    """What the text may be as a number: an INE, an ESI, or « UAI:number » for the number of an establishment."""
    uai, _colon, number = text.partition(":") if ":" in text and not text.lower().startswith("urn:") else ("", "", text)
    try:
        return [each.on_roll for each in readings(number.strip(), uai.strip(), pepper)]
    except Refusal:
        return []

"""Roles, e-mail addresses and one-time codes: what may be argued over."""

import re
from datetime import timedelta
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register

CODE_LASTS = timedelta(minutes=15)
MAX_ATTEMPTS = 5
# Ten characters of Crockford's base 32 carry 50 bits.
CODE_LENGTH = 10

_ADDRESS = re.compile(r"^[^@\s,;<>\"']{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$")


class Role(StrEnum):
    """What a person may do beside being a student."""

    MODERATOR = "moderator"
    APPRAISER = "appraiser"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


register(
    {
        Role.MODERATOR: N_("Modération (association)"),
        Role.APPRAISER: N_("Instruction (Région)"),
        Role.OFFICER: N_("Conduite du budget (Région)"),
        Role.ADMINISTRATOR: N_("Administration de la plateforme"),
    }
)


def normalised_email(text: str) -> str:
    """An address in the form in which it is compared: no spaces, lower case.

    Raises Refusal (INVALID, field `email`) when it is not an e-mail address.
    """
    address = text.strip().lower()
    if len(address) > 254 or _ADDRESS.match(address) is None:
        raise Refusal(
            N_("« %(address)s » n’est pas une adresse électronique complète, comme prenom.nom@etu.exemple.fr."),
            Kind.INVALID,
            "email",
            address=text.strip()[:80],
        )
    return address

"""Roles, e-mail addresses, names and addresses to return to: what may be argued over."""

import re
import unicodedata
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register

LONGEST_NAME = 60
LONGEST_ASSOCIATION = 160
LONGEST_PATH = 300

_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"'\x00-\x1f\x7f]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")


class Role(StrEnum):
    """What a person may do beside being a student."""

    MODERATOR = "moderator"
    APPRAISER = "appraiser"
    REFERENT = "referent"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"


register(
    {
        Role.MODERATOR: N_("Modération (association)"),
        Role.APPRAISER: N_("Instruction (Région)"),
        Role.REFERENT: N_("Liste électorale (établissement)"),
        Role.OFFICER: N_("Conduite du budget (Région)"),
        Role.ADMINISTRATOR: N_("Administration de la plateforme"),
        Role.OBSERVER: N_("Observation du vote (association)"),
    }
)


def normalised_email(text: str) -> str:
    """An address in the form in which it is compared: one way of writing each letter, no spaces, lower case.

    Raises Refusal (INVALID, field `email`) when it is not an e-mail address.
    """
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if len(address) > 254 or _ADDRESS.fullmatch(address) is None:
        raise Refusal(
            N_("« %(address)s » n’est pas une adresse électronique complète, comme prenom.nom@etu.exemple.fr."),
            Kind.INVALID,
            "email",
            address=clean_name(text)[:80],
        )
    return address


def mailbox_of(email: str) -> str:
    """The mailbox that a normalised address leads to: what follows a + in the name is the owner's own sorting.

    The dots of a name at Gmail count for nothing: https://support.google.com/mail/answer/7436150.
    """
    name, _at, domain = email.rpartition("@")
    name = name.partition("+")[0] or name
    if domain in {"gmail.com", "googlemail.com"}:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"


def masked_email(email: str | None) -> str:
    """An address that its owner recognises and that nobody can write to; empty when there is none.

    The domain stays, since it says where a person works or studies.
    """
    if not email:
        return ""
    name, _, domain = email.rpartition("@")
    shown = name[: 2 if len(name) > 5 else 1 if len(name) > 2 else 0]
    return f"{shown}•••@{domain}"


def clean_name(text: str) -> str:
    """A name on one line, without the invisible characters that make one person look like another."""
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", text)
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    return " ".join(kept.split())


def first_name_of(email: str, fallback: str) -> str:
    """The name under which somebody first appears: the letters before the first dot of the address.

    An address that begins with a number may be a student number, which nobody should read: `fallback` is used.
    """
    start = re.match(r"[^\W\d_]{2,30}(?=[.\-_@])", email)
    return start.group().capitalize() if start else fallback


def nameless(public_id: str) -> str:
    """The name of an account whose address says none, until its person chooses one."""
    return f"Personne {public_id[:4]}"


def safe_path(text: str | None) -> str:
    """A path of this site to return to after signing in, empty when it could lead anywhere else.

    Browsers read two slashes, a backslash or a control character as the way to another site.
    """
    path = text or ""
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST_PATH:
        return ""
    if "\\" in path or any(letter.isspace() or ord(letter) < 32 or ord(letter) == 127 for letter in path):
        return ""
    return path

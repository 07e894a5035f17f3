"""One-time codes on paper: their shape, what is kept of them, the states of a sheet, and counting sheets. Pure."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.identifiers import CROCKFORD, grouped, public_id, ungrouped
from participatory.core.labels import N_, register
from participatory.identity.identifiers import Sealed, ine_from_esi, is_esi, normalised_ine, numbered, sealed
from participatory.identity.rules import normalised_email

# Twelve characters of Crockford's base 32 carry 60 bits; integrity.md ("Codes") asks for 50.
CODE_LENGTH = 12
# Two hundred sheets are drawn in some twenty seconds, within the patience of proxies.
LARGEST_PACKAGE = 200
# Addresses that may be tried beside one code before the sheet is worth nothing.
MAX_ADDRESSES = 5
MAIL = "mail"
_SERIAL = re.compile(r"([0-9A-Z]{4})([0-9]{1,3})")


class CodeState(StrEnum):
    """Where a sheet stands."""

    STOCK = "stock"
    HANDED = "handed"
    USED = "used"
    RETURNED = "returned"
    VOID = "void"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """What becomes of a sheet that is taken out of use."""

    RETURNED = "returned"
    VOID = "void"


register(
    {
        CodeState.STOCK: N_("En réserve"),
        CodeState.HANDED: N_("Remises, pas encore utilisées"),
        CodeState.USED: N_("Utilisées"),
        CodeState.RETURNED: N_("Rendues"),
        CodeState.VOID: N_("Annulées"),
        CodeState.EXPIRED: N_("Remises, périmées sans avoir servi"),
    }
)
# In a call of its own: in one mapping, members of two enums with the same value are one key.
register(
    {
        Outcome.RETURNED: N_("Elle m’a été rendue : je la garde avec le paquet"),
        Outcome.VOID: N_("Elle est perdue, abîmée ou remise par erreur : je l’annule"),
    }
)


@dataclass(frozen=True)
class Life:
    """What happened to a sheet, from which its state follows."""

    handed_on: date | None
    used_on: date | None
    returned_on: date | None
    voided_on: date | None
    expires_at: datetime


def state_of(life: Life, now: datetime) -> CodeState:
    """The state of a sheet at an instant; a sheet in reserve stays so when its time is over, and opens nothing."""
    if life.used_on is not None:
        return CodeState.USED
    if life.voided_on is not None:
        return CodeState.VOID
    if life.returned_on is not None:
        return CodeState.RETURNED
    if life.handed_on is None:
        return CodeState.STOCK
    return CodeState.HANDED if now < life.expires_at else CodeState.EXPIRED


def new_code() -> str:
    """A random code of CODE_LENGTH characters."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """The code as it is printed: `7K2M-9QRT-XW4C`."""
    return grouped(code, 4)


def well_formed(typed: str) -> bool:
    """Whether what somebody typed has the length of a code."""
    return len(typed) <= 40 and len(ungrouped(typed)) == CODE_LENGTH


def code_mac(key: bytes, typed: str) -> str:
    """What is stored of a code: its HMAC-SHA256, in hexadecimal."""
    return hmac.new(key, f"printed|{ungrouped(typed)}".encode(), hashlib.sha256).hexdigest()


def new_label() -> str:
    """The short name of a package, printed on each of its sheets."""
    return public_id(4).upper()


def serial_of(label: str, position: int) -> str:
    """The number of a sheet: the package's name, then its place in it."""
    return f"{label}-{position:03d}"


def position_in(label: str, typed: str) -> int:
    """The place of a sheet from its number as somebody typed it, or from its last digits alone.

    Raises Refusal (INVALID, field `serial`) for the number of another package, or none.
    """
    compact = "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())[:12]
    if compact.isdecimal() and len(compact) <= 3:
        return int(compact)
    found = _SERIAL.fullmatch(compact)
    if found is None:
        sentence = N_("Le numéro d’une feuille s’écrit comme %(example)s : il est en haut de la feuille.")
        raise Refusal(sentence, Kind.INVALID, "serial", example=serial_of(label, 7))
    if found[1] != label:
        raise Refusal(
            N_("Cette feuille vient d’un autre paquet : ici, les numéros commencent par %(label)s."),
            Kind.INVALID,
            "serial",
            label=label,
        )
    return int(found[2])


def sealed_mail(pepper: bytes, email: str) -> str:
    """What is kept of an address that was shown at the counter: an HMAC under the pepper of the installation."""
    return f"{MAIL}:{hmac.new(pepper, f'{MAIL}:{email}'.encode(), hashlib.sha256).hexdigest()}"


@dataclass(frozen=True)
class Shown:
    """What a student showed at the counter: as the roll knows it, and as the sheet keeps it (never in clear)."""

    on_roll: str
    kept: str


def readings(text: str, uai: str, pepper: bytes) -> list[Shown]:
    """What a clerk typed may be an address, an INE, an ESI, or a student number of the establishment `uai`.

    The likeliest first. Raises Refusal (INVALID, field `identifier`) when it can be none of them.
    """
    try:
        if "@" in text:
            email = normalised_email(text)
            return [Shown(email, sealed_mail(pepper, email))]
        if is_esi(text):
            return [_number(pepper, Sealed.INE, ine_from_esi(text))]
    except Refusal as refusal:
        raise Refusal(refusal.message, Kind.INVALID, "identifier", **refusal.values) from refusal
    found: list[Shown] = []
    for kind, read in ((Sealed.INE, normalised_ine), (Sealed.NUMBER, lambda typed: numbered(uai, typed))):
        try:
            found.append(_number(pepper, kind, read(text)))
        except Refusal:
            continue
    if not found:
        sentence = N_("Écrivez un INE (onze caractères), un numéro étudiant ou une adresse de l’établissement.")
        raise Refusal(sentence, Kind.INVALID, "identifier")
    return found


def _number(pepper: bytes, kind: Sealed, value: str) -> Shown:
    identifier = sealed(pepper, kind, value)
    return Shown(identifier, identifier)


@dataclass(frozen=True)
class Figures:
    """How many sheets of a package are in each state."""

    printed: int
    by_state: Mapping[CodeState, int]

    def of(self, state: CodeState) -> int:
        """The number of sheets in a state."""
        return self.by_state.get(state, 0)

    @property
    def out(self) -> int:
        """The sheets that left the counter and did not come back."""
        return self.of(CodeState.HANDED) + self.of(CodeState.USED) + self.of(CodeState.EXPIRED)

    @property
    def accounted(self) -> int:
        """The sum of all the states, which must be what was printed."""
        return sum(self.by_state.values())


def count(printed: int, states: Iterable[CodeState]) -> Figures:
    """The figures of a package from the states of its sheets."""
    totals: dict[CodeState, int] = dict.fromkeys(CodeState, 0)
    for state in states:
        totals[state] += 1
    return Figures(printed, totals)


@dataclass(frozen=True)
class Difference:
    """A figure that the clerk counted otherwise than the register."""

    state: CodeState
    register: int
    counted: int


def differences(figures: Figures, counted: Mapping[CodeState, int]) -> list[Difference]:
    """Where the sheets on the table are not those of the register."""
    return [
        Difference(state, figures.of(state), number) for state, number in counted.items() if figures.of(state) != number
    ]

"""The numbers that say who a student is: INE, ESI, student number; and the code of an establishment. Pure.

Sources: the formats are those of the ministry (RNIE since 2019, BEA, SISE, apprenticeship);
the European Student Identifier of a French student holds the INE, so that both are one.
A number is never kept in clear: `sealed` turns it into what the database may hold.
"""

import hmac
import re
import unicodedata
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register

# The letters of the check digits of the ministry: I, O and Q, too like digits, are left out.
CHECK_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
INE_LENGTH = 11
LONGEST_NUMBER = 40
_LONGEST_TEXT = 120

_ESI = re.compile(r"urn:schac:personaluniquecode:int:esi:(?P<issuer>[a-z0-9.-]{2,80}):(?P<code>[a-z0-9.-]{1,60})")
_UAI = re.compile(r"[0-9]{7}[A-Z]")
_NUMBER = re.compile(rf"[0-9A-Z]{{1,{LONGEST_NUMBER}}}")
# What people put between the digits to read them better.
_BETWEEN = frozenset(".-_'’‐‑‒–—/")


class IneKind(StrEnum):
    """The register that gave an INE; the shapes have no number in common."""

    RNIE = "rnie"
    BEA = "bea"
    SISE = "sise"
    APPRENTICESHIP = "apprenticeship"


register(
    {
        IneKind.RNIE: N_("INE du répertoire national"),
        IneKind.BEA: N_("INE du second degré"),
        IneKind.SISE: N_("INE du supérieur"),
        IneKind.APPRENTICESHIP: N_("INE de l’apprentissage"),
    }
)

_SHAPES = {
    IneKind.RNIE: re.compile(r"[0-9]{9}[A-Z]{2}"),
    IneKind.BEA: re.compile(r"[0-9]{10}[A-Z]"),
    IneKind.SISE: re.compile(r"[0-9A-Z]{10}[0-9]"),
    IneKind.APPRENTICESHIP: re.compile(r"[0-9]{4}A[0-9]{5}[A-Z]"),
}


class Sealed(StrEnum):
    """What a sealed identifier was made from; the name stands before its colon."""

    INE = "ine"
    NUMBER = "num"


def sealed(pepper: bytes, kind: Sealed, value: str) -> str:
    """The normalised identifier `kind:hex` that may be stored; `value` is a normalised INE or `numbered(…)`.

    HMAC-SHA256 under the pepper of the installation: a plain hash of an INE is reversed in seconds.
    """
    return f"{kind}:{hmac.digest(pepper, f'{kind}:{value}'.encode(), 'sha256').hex()}"


def normalised_ine(text: str) -> str:
    """An INE in capitals, without spaces, from whatever a person, a spreadsheet or a scanner made of it.

    An RNIE carries no public check and is never refused for one; in the nine places where only
    a digit can stand, the letters O, I and L are the digits they look like. Raises Refusal (INVALID).
    """
    ine = _with_digits(_compact(text))
    kind = ine_kind(ine)
    if kind is None:
        raise Refusal(_shape_fault(ine), Kind.INVALID)
    if not _is_coherent(ine, kind):
        raise Refusal(N_("Cet INE a une faute : son dernier caractère ne correspond pas aux autres."), Kind.INVALID)
    return ine


def ine_kind(ine: str) -> IneKind | None:
    """The kind whose shape a text in capitals has, None when it has none; the check is not looked at."""
    return next((kind for kind, shape in _SHAPES.items() if shape.fullmatch(ine)), None)


def ine_from_esi(text: str) -> str:
    """The normalised INE held by the ESI of a French student; raises Refusal (INVALID) for any other ESI.

    Form: `urn:schac:personalUniqueCode:int:esi:fr:INE`; case does not matter.
    """
    found = _ESI.fullmatch(_visible(text).lower())
    if found is None:
        raise Refusal(
            N_("Un identifiant européen (ESI) s’écrit : urn:schac:personalUniqueCode:int:esi:fr:1234567890V."),
            Kind.INVALID,
        )
    if found["issuer"] != "fr":
        raise Refusal(
            N_("Cet identifiant européen (ESI) ne contient pas d’INE : il ne commence pas par esi:fr."), Kind.INVALID
        )
    return normalised_ine(found["code"])


def is_esi(text: str) -> bool:
    """Whether a text means to be an ESI, well formed or not."""
    if text.isascii() and ":" not in text:
        return False
    return _visible(text).lower().startswith("urn:schac:")


def numbered(uai: str, text: str) -> str:
    """A student number as it is sealed: the establishment's code, a colon, the number in capitals.

    Two establishments give the same number to two people. Leading zeros count. Raises Refusal (INVALID).
    """
    number = _compact(text)
    if _NUMBER.fullmatch(number) is None:
        raise Refusal(N_("Un numéro étudiant se compose de chiffres et de lettres."), Kind.INVALID)
    return f"{normalised_uai(uai)}:{number}"


def normalised_uai(text: str) -> str:
    """The code of an establishment in capitals, without the `{UAI}` that RENATER puts before it.

    Raises Refusal (INVALID) for anything but seven digits and a letter; see `uai_is_coherent` for that letter.
    """
    uai = _compact(text.strip().removeprefix("{UAI}"))
    if _UAI.fullmatch(uai) is None:
        raise Refusal(N_("Un code UAI se compose de sept chiffres et d’une lettre, comme 0311384L."), Kind.INVALID)
    return uai


def uai_is_coherent(uai: str) -> bool:
    """Whether the letter of a normalised code follows from its digits: worth a warning, never a refusal."""
    return _UAI.fullmatch(uai) is not None and uai[-1] == check_letter(uai[:-1])


def check_letter(digits: str) -> str:
    """The letter that follows the digits of a BEA number or of a UAI."""
    return CHECK_LETTERS[int(digits) % len(CHECK_LETTERS)]


def _is_coherent(ine: str, kind: IneKind) -> bool:
    if kind is IneKind.BEA:
        return ine[-1] == check_letter(ine[:-1])
    if kind is IneKind.SISE:
        return int(ine[-1]) == int(ine[:10], 36) % 10
    return True


def _visible(text: str) -> str:
    """One way of writing each letter, no space, no character that cannot be seen; short, whatever was given."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT])
    return "".join(letter for letter in plain if not letter.isspace() and unicodedata.category(letter)[0] != "C")


def _compact(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        return ""
    if text.isascii() and text.isalnum():
        # Nearly every number of a list: nothing to take out.
        return text.upper()
    # Outside ASCII, a capital may be two letters: ß would count for SS.
    return "".join(
        letter.upper() if letter.isascii() else letter for letter in _visible(text) if letter not in _BETWEEN
    )


def _with_digits(ine: str) -> str:
    """O, I and L as digits where the shape leaves no other reading.

    A SISE number, which ends in a digit, may hold them; the tenth place is a letter in an RNIE
    and a digit in a BEA number: both are left as they are.
    """
    if len(ine) != INE_LENGTH or not ine[-1].isalpha():
        return ine
    return ine[:9].translate(_LOOK_ALIKES) + ine[9:]


_LOOK_ALIKES = str.maketrans("OIL", "011")


def _shape_fault(ine: str) -> str:
    if len(ine) == INE_LENGTH - 1 and ine.isdecimal():
        return N_("Un INE a onze caractères, celui-ci dix : un tableur a peut-être ôté le zéro du début.")
    if len(ine) != INE_LENGTH:
        return N_("Un INE a onze caractères, chiffres et lettres, comme 1234567890V.")
    return N_("Cela n’a la forme d’aucun INE : il a onze caractères, comme 1234567890V ou 123456789AB.")

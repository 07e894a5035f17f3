"""The number that shows that an association was declared: RNA, or SIRET and its key. Pure.

Sources: the national register of associations (RNA: W and nine digits); INSEE (SIRET: fourteen digits, the last of
which is a Luhn key; the establishments of La Poste, SIREN 356 000 000, add up to a multiple of five instead).
"""

import re

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

_RNA = re.compile(r"W[0-9]{9}")
_SIRET = re.compile(r"[0-9]{14}")
_LA_POSTE = "356000000"


def bare(text: object) -> object:
    """A number without the spaces, points and dashes with which people write it, in capitals."""
    return re.sub(r"[\s.\-]", "", text).upper() if isinstance(text, str) else text


def number_fault(number: str) -> Refusal | None:
    """What is wrong with a bare number, None for a RNA or a SIRET that holds; the register itself is not asked."""
    if _RNA.fullmatch(number):
        return None
    if number.startswith("W"):
        return _fault(N_("Un numéro RNA s’écrit W suivi de neuf chiffres : comptez-les."))
    if not _SIRET.fullmatch(number):
        return _fault(N_("Donnez le numéro RNA (W et neuf chiffres) ou le SIRET (quatorze chiffres) de l’association."))
    if not _key_holds(number):
        return _fault(N_("Ce SIRET n’existe pas : sa clé ne correspond pas. Un chiffre a sans doute été mal recopié."))
    return None


def _fault(message: str) -> Refusal:
    return Refusal(message, Kind.INVALID, "carrier_number")


def _key_holds(siret: str) -> bool:
    digits = [int(digit) for digit in siret]
    if siret.startswith(_LA_POSTE) and sum(digits) % 5 == 0:
        return True
    doubled = [digit * 2 if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0

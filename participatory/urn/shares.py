"""The private key of an urn, cut in shares that people keep on paper: SLIP-39 words, no passphrase.

Source: SLIP-0039 (Shamir's secret sharing for mnemonic codes), as the library shamir-mnemonic implements it.
"""

from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.constants import MAX_SHARE_COUNT
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

KEY_BYTES = 32
# 256 bits take 26 words of ten bits; 4 words say which share of which key it is, 3 are its check.
SHARE_WORDS = 33


class ShareError(Refusal, ValueError):
    """Why a key is not cut, or not put together again, in the words of whoever holds a share.

    Never holds a word of a share: messages are logged and shown to others.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, Kind.INVALID, None, **values)


def split(private: bytes, trustees: int, threshold: int) -> list[str]:
    """Cut a private key (32 bytes) in one share per trustee, of which any `threshold` give it back.

    Each share is 33 English words. Raises ShareError for numbers that cannot be: 16
    trustees at most, and a threshold of one only for a single trustee.
    """
    if len(private) != KEY_BYTES:
        raise ValueError(f"a private key is {KEY_BYTES} bytes")
    if not 1 <= trustees <= MAX_SHARE_COUNT:
        raise ShareError(N_("Une clé se partage en %(most)s parts au plus."), most=MAX_SHARE_COUNT)
    if not 1 <= threshold <= trustees:
        raise ShareError(
            N_("Le nombre de parts nécessaires est compris entre 1 et le nombre de parts, %(trustees)s."),
            trustees=trustees,
        )
    if threshold == 1 < trustees:
        raise ShareError(
            N_("Quand plusieurs personnes gardent une part, il en faut au moins deux : une seule serait la clé.")
        )
    # The key is random: slow hashing of a passphrase that does not exist would protect nothing.
    return list(generate_mnemonics(1, [(threshold, trustees)], private, iteration_exponent=0)[0])


def combine(shares: Sequence[str]) -> bytes:
    """The private key that these shares give; capitals, spaces and line ends are forgiven.

    More shares than needed must all agree. Raises ShareError with a plain reason.
    """
    if not shares:
        raise ShareError(N_("Aucune part n’a été donnée."))
    read = [_read(text, number) for number, text in enumerate(shares, start=1)]
    first = read[0]
    for number, share in enumerate(read, start=1):
        if share.group_parameters() != first.group_parameters():
            raise ShareError(N_("La part %(number)s n’est pas de la même clé que la part 1."), number=number)
        if share in read[: number - 1]:
            raise ShareError(N_("La part %(number)s a déjà été donnée."), number=number)
    needed = first.member_threshold
    if len(read) < needed:
        raise ShareError(
            N_("Il faut %(needed)s parts pour retrouver la clé ; vous en avez donné %(count)s."),
            needed=needed,
            count=len(read),
        )
    return _agreed(read, needed)


def check(share: str) -> None:
    """Raise ShareError unless these words are one whole share, without a misspelt or misplaced word."""
    _read(share, 1)


def _agreed(read: Sequence[Share], needed: int) -> bytes:
    """The key that each share gives with the first ones: the same for all, or one of them is wrong."""
    common = read[: needed - 1]
    keys: set[bytes] = set()
    try:
        for share in read[needed - 1 :]:
            keys.add(combine_mnemonics([each.mnemonic() for each in (*common, share)]))
    except MnemonicError:
        keys.clear()
    if len(keys) != 1:
        raise ShareError(N_("Ces parts ne s’accordent pas entre elles : l’une d’elles n’est pas la bonne."))
    return keys.pop()


def _read(text: str, number: int) -> Share:
    """One share, or the reason why the one given in this place (from 1) cannot be read."""
    words = text.lower().split()
    unknown = next((place for place, word in enumerate(words, start=1) if word not in WORD_INDEX_MAP), None)
    if unknown is not None:
        raise ShareError(
            N_("Part %(number)s : le mot n° %(place)s n’est pas dans la liste des mots. Vérifiez son orthographe."),
            number=number,
            place=unknown,
        )
    if len(words) != SHARE_WORDS:
        raise ShareError(
            N_("Part %(number)s : elle compte %(count)s mots au lieu de %(wanted)s."),
            number=number,
            count=len(words),
            wanted=SHARE_WORDS,
        )
    try:
        share = Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        # The library's own message quotes words of the share.
        raise ShareError(
            N_("Part %(number)s : un mot n’est pas le bon, ou deux mots sont échangés. Relisez-la mot à mot."),
            number=number,
        ) from None
    if share.group_count != 1:
        raise ShareError(N_("Part %(number)s : elle vient d’un autre outil que celui-ci."), number=number)
    return share

"""Ballots of the box, entered by two people apart, who must say the same; nothing plain is kept."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum

from participatory.ballots.choosing import Fault, choices_fault, terms_of
from participatory.ballots.models import VoteOpening
from participatory.ballots.opening import NO_KEY, opening_of, prices_of
from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.queries import is_account_of
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.stands import policy, queries
from participatory.stands.models import PaperBallot, PaperBatch
from participatory.stands.rules import Mark, choices_mac, number_in, number_mac
from participatory.urn.document import BallotDocument, Choice, ContestBallot, to_bytes
from participatory.urn.sealing import info, seal

Chosen = Mapping[str, Sequence[Choice]]

# The paper cannot be corrected: when it does say this, it is void.
PAPER_WORDS: Mapping[Fault, str] = {
    Fault.EMPTY: N_("Aucun choix : dites que ce bulletin est blanc."),
    Fault.TWICE: N_("Un projet est coché deux fois. Relisez le papier ; s’il le dit bien, ce bulletin est nul."),
    Fault.UNKNOWN: N_("Un projet saisi n’est pas sur ce bulletin. Rouvrez la page de saisie, puis recommencez."),
    Fault.TOO_FEW: N_(
        "Il faut au moins %(least)s projets par liste, et cette saisie en compte %(count)s. Relisez le papier ; s’il "
        "le dit bien, ce bulletin est nul."
    ),
    Fault.TOO_MANY: N_(
        "Il faut au plus %(most)s projets par liste, et cette saisie en compte %(count)s. Relisez le papier ; s’il le "
        "dit bien, ce bulletin est nul."
    ),
    Fault.RANKS: N_(
        "Chaque rang sert une fois, du premier au dernier. Relisez le papier ; s’il dit autre chose, ce bulletin est "
        "nul."
    ),
    Fault.TOO_DEAR: N_(
        "Le total des projets saisis dépasse l’enveloppe de la liste. Relisez le papier ; s’il le dit bien, ce "
        "bulletin est nul."
    ),
    Fault.NO_POINT: N_("Chaque projet saisi reçoit au moins un point ; laissez vide celui qui n’en a pas."),
    Fault.TOO_HIGH: N_(
        "Un projet reçoit au plus %(most_points)s points. Relisez le papier ; s’il en donne plus, ce bulletin est nul."
    ),
    Fault.TOO_MANY_POINTS: N_(
        "Cette saisie donne %(given)s points, et une liste en permet %(points)s. Relisez le papier ; s’il le dit bien, "
        "ce bulletin est nul."
    ),
}


class Entered(Enum):
    """What an entry came to."""

    FIRST = "first"
    AGREED = "agreed"
    DIFFERENT = "different"


def enter_ballot(
    batch: PaperBatch, by: Person, now: datetime, *, typed: str, mark: Mark, chosen: Chosen, key: bytes
) -> Entered:
    """Enter one ballot; `chosen` by contest, `key` is the secret « paper » of the round.

    Two entries that differ are both forgotten, and the ballot is to be entered twice again. Raises Refusal out of
    time, for a number of no ballot of this batch, to the person of the first entry, and for choices against the rules.
    """
    held = queries.locked_batch(batch.id)
    refuse_if(policy.can_enter(by, held, now))
    opening = opening_of(held.round)
    if opening is None:
        raise NO_KEY
    number = number_in(typed)
    ballot = _ballot(held, number_mac(key, number))
    filled = {contest: tuple(choices) for contest, choices in chosen.items() if choices}
    refuse_if(mark_fault(held, opening, mark, filled))
    said = choices_mac(key, number, mark, filled if mark is Mark.VALID else {})
    if not ballot.choices_mac:
        ballot.entered_by, ballot.choices_mac = by.public_id, said
        ballot.ciphertext = _sealed(held, opening, filled if mark is Mark.VALID else {})
        db.session.flush()
        return Entered.FIRST
    if is_account_of(ballot.entered_by, by):
        raise Refusal(
            N_("Vous avez déjà saisi ce bulletin : une autre personne fait la seconde saisie."),
            Kind.FORBIDDEN,
            "number",
        )
    return _compared(ballot, number, said)


def _ballot(batch: PaperBatch, mac: str) -> PaperBallot:
    found = queries.locked_ballot(batch, mac)
    if found is None:
        raise Refusal(N_("Ce numéro n’est pas celui d’un bulletin de ce lot."), Kind.INVALID, "number")
    if found.handed_back:
        raise Refusal(
            N_(
                "Ce bulletin a été rendu quand une signature a été annulée : il ne se saisit pas. Mettez-le avec ceux "
                "qui sont abîmés ; s’il était dans l’urne, dites-le à la clôture du lot."
            ),
            Kind.INVALID,
            "number",
        )
    if found.agreed:
        raise Refusal(N_("Ce bulletin est déjà saisi deux fois."), Kind.INVALID, "number")
    return found


def _compared(ballot: PaperBallot, number: str, said: str) -> Entered:
    same = hmac.compare_digest(ballot.choices_mac, said)
    ballot.entered_by = ballot.choices_mac = ""
    if same:
        ballot.agreed, ballot.disputed = True, ""
    else:
        ballot.ciphertext, ballot.disputed = None, number
    db.session.flush()
    return Entered.AGREED if same else Entered.DIFFERENT


def mark_fault(batch: PaperBatch, opening: VoteOpening, mark: Mark, filled: Chosen) -> Refusal | None:
    """Why what was entered is no ballot; one that breaks the rules is void, and is said so by whoever enters it."""
    if mark is not Mark.VALID:
        if filled:
            return Refusal(
                N_("Un bulletin blanc ou nul se saisit sans aucun choix : effacez-les."), Kind.INVALID, "mark"
            )
        return None
    if not filled:
        return Refusal(PAPER_WORDS[Fault.EMPTY], Kind.INVALID, "mark")
    book = batch.round.rulebook
    own = book.contests_of(batch.site.slug)
    for contest, choices in filled.items():
        if contest not in own:
            return Refusal(N_("Cette liste n’est pas sur les bulletins de ce lot."), Kind.INVALID)
        fault = choices_fault(choices, prices_of(opening, contest), terms_of(book, contest), PAPER_WORDS)
        if fault is not None:
            return Refusal(fault.message, Kind.INVALID, "mark", **fault.values)
    return None


def _sealed(batch: PaperBatch, opening: VoteOpening, filled: Chosen) -> bytes:
    """The ballot encrypted to the key of the round; a blank or void one holds no choice, and is void at the count."""
    kept = filled or {MAIN_CONTEST: ()}
    document = BallotDocument(
        batch.round.public_id,
        batch.round.rulebook.ballot_kind.value,
        {contest: ContestBallot(tuple(choices)) for contest, choices in kept.items()},
    )
    bound = info(batch.round.public_id, opening.rulebook_digest)
    return seal(to_bytes(document, opening.padded_size), bytes.fromhex(opening.public_key), bound).ciphertext

"""The codes that enrol a device, the numbers of paper ballots, what is kept of them, and their reckoning. Pure."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.identifiers import CROCKFORD, grouped, public_id, ungrouped
from participatory.core.labels import N_, register
from participatory.urn.document import Choice

# Twelve letters carry 60 bits, and are good once within a quarter of an hour.
CODE_LETTERS = 12
ENROL_WITHIN = timedelta(minutes=15)
# Without JavaScript nothing tells the server that somebody is still reading: the session of a stand ends this long
# after the last page. With it the page signs out sooner, and tells while people read.
SESSION_LASTS = timedelta(minutes=5)
# Eight letters for one ballot (40 bits): a number that nobody printed is not met by chance.
NUMBER_LETTERS = 8
# Ballots of thirty projects are drawn at four or five a second, within the patience of proxies.
LARGEST_BATCH = 100
LONGEST_LABEL, LONGEST_NOTE = 60, 300
# The receipts of a batch follow each other in the journal: its voters hide among each other, and need to be some.
SMALL_BATCH = 10


class Mark(StrEnum):
    """What a ballot of the box is."""

    VALID = "valid"
    BLANK = "blank"
    VOID = "void"


class Standing(StrEnum):
    """What the counter learns of somebody, and nothing more."""

    MAY_VOTE = "may_vote"
    HAS_VOTED = "has_voted"
    NOT_ON_ROLL = "not_on_roll"
    OTHER_BALLOT = "other_ballot"


class CancelReason(StrEnum):
    """Why a signature on paper is taken back."""

    MIND_CHANGED = "mind_changed"
    WRONG_PERSON = "wrong_person"
    NO_BALLOT = "no_ballot"


register(
    {
        Mark.VALID: N_("Bulletin rempli"),
        Mark.BLANK: N_("Bulletin blanc : aucune case, aucun nombre"),
        Mark.VOID: N_("Bulletin nul : illisible, signé, ou contraire aux consignes imprimées"),
        Standing.MAY_VOTE: N_("Sur la liste électorale, n’a pas voté"),
        Standing.HAS_VOTED: N_("A déjà voté"),
        Standing.NOT_ON_ROLL: N_("N’est pas sur la liste électorale"),
        Standing.OTHER_BALLOT: N_("Sur la liste électorale, mais pour un autre site : il lui faut un autre bulletin"),
        CancelReason.MIND_CHANGED: N_("La personne a rendu son bulletin sans le déposer"),
        CancelReason.WRONG_PERSON: N_("Une autre personne a été notée par erreur"),
        CancelReason.NO_BALLOT: N_("Aucun bulletin ne lui a été remis"),
    }
)


def new_code() -> str:
    """The code that enrols a device."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LETTERS))


def new_token() -> str:
    """What the cookie of an enrolled device holds."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of it: its SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_mac(key: bytes, typed: str) -> str:
    """What is kept of a code of enrolment: its HMAC-SHA256, in hexadecimal."""
    return _mac(key, f"stand|{ungrouped(typed)}")


def shown(code: str) -> str:
    """A code or a number in groups that the eye can follow."""
    return grouped(code, 4)


def new_label() -> str:
    """The short name of a batch, printed on each of its ballots."""
    return public_id(4).upper()


def new_numbers(size: int) -> list[str]:
    """The numbers of a batch, drawn at random, each once and in no order that tells anything."""
    drawn: set[str] = set()
    while len(drawn) < size:
        drawn.add("".join(secrets.choice(CROCKFORD) for _ in range(NUMBER_LETTERS)))
    return sorted(drawn)


def number_in(typed: str) -> str:
    """The number of a ballot from what was typed or scanned; raises Refusal (INVALID, field `number`)."""
    found = ungrouped(typed[:40])
    if len(found) != NUMBER_LETTERS:
        raise Refusal(
            N_("Le numéro d’un bulletin compte huit lettres et chiffres : il est en haut à droite."),
            Kind.INVALID,
            "number",
        )
    return found


def number_mac(key: bytes, number: str) -> str:
    """What is kept of the number of a ballot."""
    return _mac(key, f"number|{number}")


def choices_mac(key: bytes, number: str, mark: Mark, chosen: Mapping[str, Sequence[Choice]]) -> str:
    """What is kept of a first entry, for the second to be compared with: never the choices."""
    said = ";".join(
        f"{contest}={' '.join(f'{project}:{value}' for project, value in sorted(choices))}"
        for contest, choices in sorted(chosen.items())
        if choices
    )
    return _mac(key, f"choices|{number}|{mark.value}|{said}")


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Counted:
    """What two people count when they close a batch.

    `exchanged` were spoilt and given back, `missing` were handed out and never came back, `returned` were never
    handed out. `in_box` were entered twice alike, `signatures` is how many people signed for this batch. Of those
    exchanged, `handed_back` were given up when signatures were cancelled.
    """

    issued: int
    in_box: int
    signatures: int
    exchanged: int
    missing: int
    returned: int
    handed_back: int = 0

    @property
    def used(self) -> int:
        """The ballots that go into the urn: one for each signature at most."""
        return min(self.in_box, self.signatures)

    @property
    def drawn(self) -> int:
        """Ballots of the box for which nobody signed: as many are drawn by lot and left out."""
        return self.in_box - self.used

    @property
    def undeposited(self) -> int:
        """Signatures whose ballot never came into the box."""
        return self.signatures - self.used

    @property
    def spoiled(self) -> int:
        """Ballots that were handed out and do not count."""
        return self.exchanged + self.missing + self.drawn


def counted_fault(counted: Counted, note: str) -> Refusal | None:
    """Why these figures do not close a batch: sheets that are nowhere, or a difference that nobody explains."""
    found = counted.in_box + counted.exchanged + counted.missing + counted.returned
    if found != counted.issued:
        return Refusal(
            N_(
                "Ces nombres font %(found)s bulletins, et le lot en compte %(issued)s : %(in_box)s saisis deux fois, "
                "plus ceux que vous comptez ici. Comptez de nouveau, ou saisissez ceux de l’urne qui manquent."
            ),
            Kind.INVALID,
            "returned",
            found=found,
            issued=counted.issued,
            in_box=counted.in_box,
        )
    if counted.exchanged < counted.handed_back:
        return Refusal(
            N_(
                "%(handed_back)s bulletins ont été rendus quand des signatures ont été annulées : comptez-les parmi "
                "ceux qui sont abîmés."
            ),
            Kind.INVALID,
            "exchanged",
            handed_back=counted.handed_back,
        )
    if counted.undeposited > counted.missing:
        return Refusal(
            N_(
                "%(signatures)s personnes ont signé et l’urne compte %(in_box)s bulletins. Déclarez les autres remis "
                "et jamais déposés : au moins %(undeposited)s."
            ),
            Kind.INVALID,
            "missing",
            signatures=counted.signatures,
            in_box=counted.in_box,
            undeposited=counted.undeposited,
        )
    if (counted.missing or counted.drawn) and not note:
        return Refusal(N_("Dites ici ce qui explique la différence."), Kind.INVALID, "note")
    return None

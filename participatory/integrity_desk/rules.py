"""What may become of a case and of each of its ballots. Pure.

A machine proposes a case and nothing else. From `quarantined` on, every change is a person's: an officer asks the voter
to confirm, the voter does or does not, two officers decide. What nobody decided counts.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.identifiers import CROCKFORD, ungrouped
from participatory.core.labels import N_, register

SHORTEST_REASON = 10
LONGEST_REASON = 300
LONGEST_WORDS = 600
# Twelve characters of Crockford's base 32 carry 60 bits; the specification of integrity asks for 50.
CODE_LENGTH = 12
MAIL_CODE_LASTS = timedelta(minutes=30)
# Mailed codes that one voter may ask for, for one ballot.
MOST_MAIL_CODES = 5
# A case that people had put aside is shown again once it has grown by half and by this many ballots at least.
GROWS_BY = 3


class CaseState(StrEnum):
    """Where a case stands."""

    NEW = "new"
    DISMISSED = "dismissed"
    QUARANTINED = "quarantined"
    PROPOSED = "proposed"
    CLOSED = "closed"


class BallotState(StrEnum):
    """Where a ballot of a case stands; it counts as cast in every state but `set_aside`."""

    FLAGGED = "flagged"
    QUARANTINED = "quarantined"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"
    PROPOSED = "proposed"
    SET_ASIDE = "set_aside"
    RESTORED = "restored"


class Proof(StrEnum):
    """How a voter confirmed that a ballot is theirs."""

    DOOR = "door"
    COUNTER = "counter"
    CODE = "code"


class Deed(StrEnum):
    """What was done to a case, as its notes say."""

    OPENED = "opened"
    GROWN = "grown"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    QUARANTINED = "quarantined"
    LIFTED = "lifted"
    CONFIRMED = "confirmed"
    PROPOSED = "proposed"
    DECIDED = "decided"
    APPEALED = "appealed"
    APPEAL_DECIDED = "appeal_decided"
    UNDO_PROPOSED = "undo_proposed"
    UNDONE = "undone"
    IDENTIFIED = "identified"
    LEFT = "left"
    CLOSED = "closed"


register(
    {
        CaseState.NEW: N_("À examiner"),
        CaseState.DISMISSED: N_("Classé sans suite"),
        CaseState.QUARANTINED: N_("En attente de confirmation"),
        CaseState.PROPOSED: N_("En attente d’une décision"),
        CaseState.CLOSED: N_("Terminé"),
    }
)
register(
    {
        BallotState.FLAGGED: N_("Signalé"),
        BallotState.QUARANTINED: N_("Confirmation demandée"),
        BallotState.CONFIRMED: N_("Confirmé par la personne"),
        BallotState.CLEARED: N_("Hors de cause"),
        BallotState.PROPOSED: N_("Mise à l’écart proposée"),
        BallotState.SET_ASIDE: N_("Mis à l’écart"),
        BallotState.RESTORED: N_("Rétabli"),
    }
)
register(
    {
        Proof.DOOR: N_("connexion par l’établissement"),
        Proof.COUNTER: N_("carte d’étudiant montrée au guichet"),
        Proof.CODE: N_("code envoyé à l’adresse de l’établissement"),
    }
)
register(
    {
        Deed.OPENED: N_("Dossier ouvert par la détection"),
        Deed.GROWN: N_("De nouveaux bulletins ont rejoint le dossier"),
        Deed.DISMISSED: N_("Classé sans suite"),
        Deed.REOPENED: N_("Rouvert"),
        Deed.QUARANTINED: N_("Confirmation demandée aux personnes"),
        Deed.LIFTED: N_("Bulletins mis hors de cause"),
        Deed.CONFIRMED: N_("Bulletin confirmé"),
        Deed.PROPOSED: N_("Mise à l’écart proposée"),
        Deed.DECIDED: N_("Décision prise"),
        Deed.APPEALED: N_("Recours reçu"),
        Deed.APPEAL_DECIDED: N_("Recours tranché"),
        Deed.UNDO_PROPOSED: N_("Rétablissement proposé"),
        Deed.UNDONE: N_("Bulletins rétablis"),
        Deed.IDENTIFIED: N_("Personnes identifiées, avec un motif"),
        Deed.LEFT: N_("Bulletin retiré par la personne"),
        Deed.CLOSED: N_("Fermé : la détection ne voit plus rien"),
    }
)
# From each state, the states that a ballot may take; what is not here is refused.
MOVES: dict[BallotState, frozenset[BallotState]] = {
    BallotState.FLAGGED: frozenset({BallotState.QUARANTINED, BallotState.CLEARED}),
    BallotState.QUARANTINED: frozenset({BallotState.CONFIRMED, BallotState.CLEARED, BallotState.PROPOSED}),
    BallotState.PROPOSED: frozenset({BallotState.CONFIRMED, BallotState.SET_ASIDE, BallotState.RESTORED}),
    BallotState.SET_ASIDE: frozenset({BallotState.RESTORED}),
    BallotState.CONFIRMED: frozenset(),
    BallotState.CLEARED: frozenset({BallotState.QUARANTINED}),
    BallotState.RESTORED: frozenset(),
}
# What a machine may still change or forget: nobody has touched these ballots.
UNTOUCHED = frozenset({BallotState.FLAGGED})
# What the voter is still asked about.
ASKED = frozenset({BallotState.QUARANTINED, BallotState.PROPOSED})
SETTLED = frozenset({BallotState.CONFIRMED, BallotState.CLEARED, BallotState.SET_ASIDE, BallotState.RESTORED})


def may_become(state: str, wanted: BallotState) -> bool:
    """Whether a ballot in this state may take the wanted one."""
    return wanted in MOVES[BallotState(state)]


def state_of_case(ballots: Iterable[str], *, dismissed: bool = False) -> CaseState:
    """The state of a case from those of its ballots; `dismissed` says that a person put aside what is still flagged."""
    states = {BallotState(each) for each in ballots}
    if BallotState.PROPOSED in states:
        return CaseState.PROPOSED
    if BallotState.QUARANTINED in states:
        return CaseState.QUARANTINED
    if BallotState.FLAGGED in states:
        return CaseState.DISMISSED if dismissed else CaseState.NEW
    return CaseState.DISMISSED if dismissed else CaseState.CLOSED


def has_grown(before: int, now: int) -> bool:
    """Whether a case that people had put aside with `before` ballots is to be read again with `now` ballots."""
    return now >= before + GROWS_BY and 2 * now >= 3 * before


def clean(text: str) -> str:
    """A text on one line, without what a database refuses."""
    return " ".join(text.replace("\0", "").split())


def reason_fault(text: str, field: str = "reason") -> Refusal | None:
    """Why this is no reason: too short to say anything, or too long."""
    if len(clean(text)) < SHORTEST_REASON:
        return Refusal(N_("Dites pourquoi, en quelques mots : dix signes au moins."), Kind.INVALID, field)
    if len(clean(text)) > LONGEST_REASON:
        return Refusal(N_("Ce texte est trop long : 300 signes au plus."), Kind.INVALID, field)
    return None


def new_code() -> str:
    """A random code of CODE_LENGTH characters, without ambiguous letters."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))


def counter_mac(key: bytes, typed: str) -> str:
    """What is stored of the code that a letter bears, in hexadecimal: good at a counter and nowhere else."""
    return hmac.new(key, f"confirm-counter|{ungrouped(typed)}".encode(), hashlib.sha256).hexdigest()


def mailed_mac(key: bytes, ballot: str, typed: str) -> str:
    """What is stored of the code mailed for one ballot, in hexadecimal: good for it and for no other."""
    return hmac.new(key, f"confirm-mail|{ballot}|{ungrouped(typed)}".encode(), hashlib.sha256).hexdigest()


def well_formed(typed: str) -> bool:
    """Whether what somebody typed has the length of a code."""
    return len(typed) <= 40 and len(ungrouped(typed)) == CODE_LENGTH and set(ungrouped(typed)) <= set(CROCKFORD)

"""The delay of a case of setting aside, what a voter may answer, and what evidence may say. Pure.

Source: the specification of the ballot, « Setting aside »; the delay in days is in the rulebook of the round.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from participatory.core.clock import PARIS, paris
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register
from participatory.rounds.rulebook import SetAsideMotive

SHORTEST_EVIDENCE = 20
SHORTEST_APPEAL = 10
LONGEST_APPEAL = 600
LONGEST_EVIDENCE = 600
LONGEST_TOLD = 300
LONGEST_ANSWER = 600

# A student number, an address: evidence that held one would join a person to a ballot.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]*[0-9]{5})[0-9A-Za-z]{8,13}(?![0-9A-Za-z])")


class Outcome(StrEnum):
    """What the second officer decided."""

    SET_ASIDE = "set_aside"
    KEPT = "kept"


class Wish(StrEnum):
    """What a voter answers about their ballot."""

    KEEP = "keep"
    LEAVE = "leave"


class AppealOutcome(StrEnum):
    """What a third officer decided of an appeal."""

    RESTORED = "restored"
    UPHELD = "upheld"


register(
    {
        Outcome.SET_ASIDE: N_("Mis à l’écart : il ne comptera pas"),
        Outcome.KEPT: N_("Conservé : il comptera"),
    }
)
register(
    {
        Wish.KEEP: N_("Je confirme ce bulletin : il doit compter"),
        Wish.LEAVE: N_("J’accepte que ce bulletin ne compte pas"),
    }
)


register(
    {
        AppealOutcome.RESTORED: N_("Rétabli : il comptera"),
        AppealOutcome.UPHELD: N_("Mise à l’écart maintenue : il ne comptera pas"),
    }
)


# The motives of the rulebook, said to the person whose ballot is in question.
OWN_MOTIVES: Mapping[SetAsideMotive, str] = {
    SetAsideMotive.DUPLICATE_IDENTITY: N_("Vous auriez signé deux fois"),
    SetAsideMotive.PROOF_WITHDRAWN: N_("Votre établissement a retiré la preuve de votre inscription"),
    SetAsideMotive.USURPATION: N_("Une autre personne aurait voté en votre nom"),
}


def answer_until(now: datetime, days: int) -> datetime:
    """The last second (UTC) of the last day, in Paris, of a delay that starts the day after `now`."""
    last = paris(now).date() + timedelta(days=days)
    return datetime.combine(last, time(23, 59, 59), PARIS).astimezone(UTC)


def evidence_fault(text: str) -> Refusal | None:
    """Why this is no evidence: too short, too long, or it names somebody by an address or a number."""
    if len(text) < SHORTEST_EVIDENCE:
        message = N_("Dites ce qui s’est passé et d’où vous le savez : vingt signes au moins.")
        return Refusal(message, Kind.INVALID, "evidence")
    if len(text) > LONGEST_EVIDENCE:
        return Refusal(N_("Ce texte est trop long : 600 signes au plus."), Kind.INVALID, "evidence")
    if "@" in text or _NUMBER.search(text):
        return Refusal(
            N_(
                "N’écrivez ni adresse ni numéro : rien de ce dossier ne doit mener à une personne. "
                "Nommez plutôt la pièce et sa date."
            ),
            Kind.INVALID,
            "evidence",
        )
    return None


def words_fault(text: str, field: str = "words") -> Refusal | None:
    """Why an appeal, or the reasons given for its decision, say too little or too much."""
    if len(text) < SHORTEST_APPEAL:
        return Refusal(N_("Dites pourquoi, en quelques mots : dix signes au moins."), Kind.INVALID, field)
    if len(text) > LONGEST_APPEAL:
        return Refusal(N_("Ce texte est trop long : 600 signes au plus."), Kind.INVALID, field)
    return None

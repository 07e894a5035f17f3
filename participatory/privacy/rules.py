"""How long things are kept, why the law allows it, and why staff may look: pure.

Sources: GDPR, articles 5.1.e (kept no longer than needed), 6.1 (lawfulness), 13 to 20 (rights);
the CNIL's guide on durations of retention (a warning before an unused account goes).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register

LONGEST_REASON = 300
SHORTEST_REASON = 10
# How long a reading stays open to the member of staff who gave the reason.
READING_LASTS = timedelta(minutes=15)
# How many rows one transaction of the daily job deletes at most: a vote must not wait behind it.
BATCH = 1000
CODE_LASTS = timedelta(minutes=15)
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Delays:
    """The durations that hold for the whole installation; those of a round are in its rulebook."""

    # CNIL, reference framework of online accounts: two years without a visit.
    inactive: timedelta = timedelta(days=730)
    # Between the letter that warns and the deletion of an unused account.
    warned: timedelta = timedelta(days=30)
    # Codes and links that nobody used, after they stopped being good.
    codes: timedelta = timedelta(days=1)
    # Letters that no mail server took.
    letters: timedelta = timedelta(days=7)
    # Who of the staff read what: a year, so that the person can still see it and complain.
    readings: timedelta = timedelta(days=365)
    # Counters against repeated attempts, after their window has ended.
    counters: timedelta = timedelta(hours=1)
    # Lists of an establishment that nobody decided about.
    waiting_lists: timedelta = timedelta(days=30)


DELAYS = Delays()


class Basis(StrEnum):
    """What makes a processing lawful (GDPR, article 6.1)."""

    PUBLIC_TASK = "public_task"
    LEGAL_DUTY = "legal_duty"


class Task(StrEnum):
    """For what a member of staff looks somebody up; it decides what is shown."""

    SIGN_IN = "sign_in"
    ROLL = "roll"
    RIGHTS = "rights"
    INCIDENT = "incident"
    # Given by the pages of the control alone, which show nothing of the person.
    BALLOT = "ballot"


register(
    {
        Basis.PUBLIC_TASK: N_("Mission d’intérêt public de la Région (article 6.1.e du RGPD)"),
        Basis.LEGAL_DUTY: N_("Obligation légale (article 6.1.c du RGPD)"),
        Task.SIGN_IN: N_("Aider la personne à se connecter"),
        Task.ROLL: N_("Répondre à une question sur la liste électorale"),
        Task.RIGHTS: N_("Répondre à une demande sur ses droits (accès, correction, effacement)"),
        Task.INCIDENT: N_("Traiter un incident de sécurité"),
        Task.BALLOT: N_("Contrôler le droit de voter de la personne"),
    }
)


def reason_fault(reason: str) -> Refusal | None:
    """Why this is no reason for reading what is held about somebody."""
    bare = " ".join(reason.split())
    if sum(letter.isalnum() for letter in bare) < SHORTEST_REASON:
        return Refusal(
            N_("Dites pourquoi en quelques mots, dix lettres au moins : la personne lira ce motif."),
            Kind.INVALID,
            "reason",
        )
    if len(bare) > LONGEST_REASON:
        return Refusal(N_("Ce motif est trop long : 300 signes au plus."), Kind.INVALID, "reason")
    return None


def may_go(last_seen: datetime, warned_at: datetime | None, now: datetime) -> bool:
    """Whether an unused account may be deleted: its time is over and its owner was warned long enough ago.

    A warning from the future (a clock that was wrong) or from before the last visit is none.
    """
    if warned_at is None or warned_at > now or warned_at < last_seen:
        return False
    return last_seen <= now - DELAYS.inactive and warned_at <= now - DELAYS.warned

"""The topics on which people are told, how often a letter leaves, and when a digest is due. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from participatory.core.clock import paris
from participatory.core.labels import N_, register


class Topic(StrEnum):
    """What a notice is about; people choose for each how often they are written to."""

    OWN_PROJECT = "own_project"
    OWN_VOTE = "own_vote"
    FOLLOWED = "followed"
    COMMENTS = "comments"
    MODERATION_WORK = "moderation_work"
    APPRAISAL_WORK = "appraisal_work"
    ROUND = "round"


class Pace(StrEnum):
    """How often letters about a topic leave; the notice is on the site in every case."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"
    SITE = "site"


register(
    {
        Topic.OWN_PROJECT: N_("Décisions sur vos projets"),
        Topic.OWN_VOTE: N_("Ce qui touche un vote auquel vous avez pris part"),
        Topic.FOLLOWED: N_("Projets que vous suivez"),
        Topic.COMMENTS: N_("Commentaires et réponses"),
        Topic.MODERATION_WORK: N_("Travail de modération"),
        Topic.APPRAISAL_WORK: N_("Travail d’instruction"),
        Topic.ROUND: N_("Vie des budgets"),
    }
)
register(
    {
        Pace.NOW: N_("Une lettre à chaque fois"),
        Pace.DAILY: N_("Un résumé par jour"),
        Pace.WEEKLY: N_("Un résumé par semaine"),
        Pace.SITE: N_("Sur le site seulement"),
    }
)

# A decision on one's project opens delays to answer and to appeal, and who voted may choose again while the vote is
# open: these letters leave whatever one chose.
OBLIGATORY = frozenset({Topic.OWN_PROJECT, Topic.OWN_VOTE})
DEFAULTS = {
    Topic.OWN_PROJECT: Pace.NOW,
    Topic.OWN_VOTE: Pace.NOW,
    Topic.FOLLOWED: Pace.WEEKLY,
    Topic.COMMENTS: Pace.DAILY,
    Topic.MODERATION_WORK: Pace.NOW,
    Topic.APPRAISAL_WORK: Pace.NOW,
    Topic.ROUND: Pace.NOW,
}
DIGESTS = (Pace.DAILY, Pace.WEEKLY)
# Digests leave in the morning of Paris, the weekly one on Monday.
DIGEST_HOUR = 8
# How long a notice stays on the site.
KEPT = timedelta(days=365)


def period_start(pace: Pace, now: datetime) -> datetime:
    """The instant at which the present period of a digest began, that is when its letter is due (aware).

    A digest tells what happened before that instant; what comes later waits for the next one.
    """
    local = paris(now)
    start = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0, fold=0)
    if pace is Pace.WEEKLY:
        start -= timedelta(days=start.weekday())
    if start > local:
        start -= timedelta(days=7 if pace is Pace.WEEKLY else 1)
    return start


def period_name(pace: Pace, now: datetime) -> str:
    """What the present period of a digest is called where it is noted that it left: its first day."""
    return period_start(pace, now).date().isoformat()

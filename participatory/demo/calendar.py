"""Dates that put a round in the middle of any phase."""

from datetime import UTC, datetime, time, timedelta

from participatory.core.clock import PARIS, paris
from participatory.rounds.rules import DATED, Phase

# Days that each phase lasts, after the edition of 2024: a fortnight to announce, two months to review, a month to vote.
LASTS = {
    Phase.ANNOUNCEMENT: 14,
    Phase.SUBMISSION: 45,
    Phase.REVIEW: 60,
    Phase.VOTING: 28,
    Phase.CONTROL: 14,
    Phase.RESULTS: 21,
    Phase.DELIVERY: 365,
}


def dates_within(phase: Phase, now: datetime) -> dict[Phase, datetime]:
    """The start of each phase (UTC), at 18:00 in Paris, such that a third of the given phase has passed.

    For DRAFT the announcement is a week away.
    """
    if phase is Phase.DRAFT:
        start = now + timedelta(days=7)
    else:
        before = sum(LASTS[earlier] for earlier in DATED[: DATED.index(phase)])
        start = now - timedelta(days=before + LASTS[phase] // 3)
    days = 0
    dates: dict[Phase, datetime] = {}
    for each in DATED:
        day = paris(start).date() + timedelta(days=days)
        dates[each] = datetime.combine(day, time(18), PARIS).astimezone(UTC)
        days += LASTS[each]
    return dates

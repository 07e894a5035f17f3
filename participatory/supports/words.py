"""What was seen in supports, as it is said to people: a plain line, no name, no score."""

from flask_babel import gettext, ngettext

from participatory.integrity.rules import Family
from participatory.proposals.models import Proposal
from participatory.supports.models import SupportReading
from participatory.supports.queries import thresholds
from participatory.supports.rules import SEEN, Count
from participatory.web.filters import locale_code


def said_alike(reading: SupportReading | None, count: Count) -> str:
    """How many supports look alike, by what, and that nothing was done; or how many an officer left out.

    Empty when none do.
    """
    if reading is None or not reading.flagged:
        return ""
    line = ngettext(
        "%(num)s soutien sur %(given)s ressemble à d’autres (%(seen)s) : à regarder, rien n’est retiré.",
        "%(num)s soutiens sur %(given)s se ressemblent (%(seen)s) : à regarder, rien n’est retiré.",
        reading.flagged,
        given=reading.given,
        seen=families_said(reading),
    )
    if not count.left_out:
        return str(line)
    alike = ngettext(
        "%(num)s soutien sur %(given)s ressemble à d’autres (%(seen)s).",
        "%(num)s soutiens sur %(given)s se ressemblent (%(seen)s).",
        reading.flagged,
        given=reading.given,
        seen=families_said(reading),
    )
    return f"{alike} {said_left_out(count)}"


def said_left_out(count: Count) -> str:
    """How many supports are not counted."""
    return str(ngettext("%(num)s soutien n’est pas compté.", "%(num)s soutiens ne sont pas comptés.", count.left_out))


def said_count(count: Count, needed: int) -> str:
    """How many supports are counted, and how many the rulebook wishes for; `needed` is 0 where it wishes for none."""
    number = count.counted
    # French says zero in the singular, and no catalogue of ours knows it: its sentences are the keys.
    form = 1 if not number and locale_code() == "fr" else number
    if number < needed:
        below = ngettext(
            "%(count)s soutien sur %(needed)s souhaités",
            "%(count)s soutiens sur %(needed)s souhaités",
            form,
            count=number,
            needed=needed,
        )
        return str(below)
    if needed:
        reached = ngettext(
            "%(count)s soutien, pour %(needed)s souhaités",
            "%(count)s soutiens, pour %(needed)s souhaités",
            form,
            count=number,
            needed=needed,
        )
        return str(reached)
    return str(ngettext("%(count)s soutien", "%(count)s soutiens", form, count=number))


def needed_by(proposal: Proposal) -> int:
    """How many supports the rulebook asks of a project, 0 for none."""
    return thresholds([proposal])[proposal.id]


def families_said(reading: SupportReading) -> str:
    """What was seen, the most frequent first, in the page's language."""
    return ", ".join(gettext(SEEN[Family(code)]) for code in reading.family_codes)

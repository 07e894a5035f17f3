"""What was seen in comments, as it is said to moderators: a plain line, no name, no score."""

from flask_babel import gettext, ngettext

from participatory.comments.models import CommentReading
from participatory.integrity.rules import Family
from participatory.supports.rules import SEEN


def said_alike(reading: CommentReading | None) -> str:
    """How many comments look alike, by what, and that nothing was done; empty when none do."""
    if reading is None or not reading.flagged:
        return ""
    seen = ", ".join(gettext(SEEN[Family(code)]) for code in reading.family_codes)
    line = ngettext(
        "%(num)s commentaire sur %(written)s ressemble à d’autres (%(seen)s) : à lire, rien n’est masqué.",
        "%(num)s commentaires sur %(written)s se ressemblent (%(seen)s) : à lire, rien n’est masqué.",
        reading.flagged,
        written=reading.written,
        seen=seen,
    )
    return str(line)

"""Writing together, in words and numbers: kinds of invitations, of amendments, of documents. Pure."""

from datetime import timedelta
from enum import StrEnum

from participatory.core.labels import N_, register

MAX_CO_AUTHORS = 5
MAX_DOCUMENTS = 5
MAX_WAITING = 5
INVITATION_LASTS = timedelta(days=14)
# The texts for which a reader may propose other words; the rest is what was judged: place, theme and money.
AMENDABLE = ("summary", "need", "solution", "beneficiaries")

# Texts in which signs of Markdown stand for emphasis, lists and links.
IN_MARKDOWN = frozenset({"need", "solution", "beneficiaries", "team"})


class InvitationKind(StrEnum):
    """What is offered."""

    CO_AUTHOR = "co_author"
    SUCCESSION = "succession"


class DocumentKind(StrEnum):
    """What a file is."""

    PDF = "pdf"
    PICTURE = "picture"


class AmendmentState(StrEnum):
    """What became of an amendment."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Carrier(StrEnum):
    """An association that carries a project without having a page here."""

    DECLARED = "declared"
    IN_CREATION = "in_creation"


register(
    {
        AmendmentState.OPEN: N_("En attente"),
        AmendmentState.ACCEPTED: N_("Accepté"),
        AmendmentState.REFUSED: N_("Refusé"),
        AmendmentState.WITHDRAWN: N_("Repris"),
        Carrier.DECLARED: N_("Association déclarée"),
        Carrier.IN_CREATION: N_("Association en création"),
        DocumentKind.PDF: N_("PDF"),
        DocumentKind.PICTURE: N_("image"),
    }
)

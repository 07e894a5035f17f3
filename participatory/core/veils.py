"""What is seen of a public text that somebody reported: all of it, or nothing while a person decides, or less."""

from enum import StrEnum

from participatory.core.labels import N_, register


class Veil(StrEnum):
    """How much of a text readers see; a veil never changes the text itself."""

    NONE = ""
    PENDING = "pending"
    HIDDEN = "hidden"
    RESTRICTED = "restricted"


register(
    {
        Veil.NONE: N_("Visible"),
        Veil.PENDING: N_("Masqué en attente d’une décision"),
        Veil.HIDDEN: N_("Masqué par une décision"),
        Veil.RESTRICTED: N_("Replié par une décision"),
    }
)

# Readers are not shown these texts at all; what is restricted opens on demand.
COVERED = frozenset({Veil.PENDING, Veil.HIDDEN})

"""Words shown to people for the values that the code handles.

Messages are French sentences and serve as the keys of the catalogues; `N_` only
marks them, so that pure modules need no translation machinery.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

# The type is part of the key: members of two StrEnums with the same value are equal, and would share one label.
_LABELS: dict[tuple[type[Enum], Enum], str] = {}


def N_(message: str) -> str:  # noqa: N802 — the name that extractors of messages know.
    """Mark a message for the catalogues; it is translated where it is shown."""
    return message


def register(labels: Mapping[Any, str]) -> None:
    """Declare the French label of each member of an enum."""
    _LABELS.update({(type(member), member): message for member, message in labels.items()})


def label(member: Enum) -> str:
    """The French label of an enum's member, still to be translated.

    Raises KeyError for a member without a label: a page must not show a code.
    """
    return _LABELS[type(member), member]

"""French typography, applied when a text is shown and never stored."""

import re

_NARROW, _WIDE = "\u202f", "\u00a0"
_RULES = (
    (re.compile(r" ([;!?])"), _NARROW + r"\1"),
    (re.compile(r" ([:»€%])"), _WIDE + r"\1"),
    (re.compile(r"« "), "«" + _WIDE),
    (re.compile(r"(\d) (\d{3})(?!\d)"), r"\1" + _NARROW + r"\2"),
    (re.compile(r"(\d) (h|min|ans|jours|mois|km|kWh|m²)\b"), r"\1" + _WIDE + r"\2"),
)


def french(text: str) -> str:
    """Put the unbreakable spaces of French before ; ! ? : » % € and after «."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text

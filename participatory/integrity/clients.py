"""What a browser calls itself, in a few words that thousands share. Pure."""

import re

from ua_parser import parse

OTHER = "autre"
LONGEST = 40
_READ = 500
# Some patterns of the library take a name from the agent itself, which anybody may write.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+-]*")


def client_family(user_agent: str) -> str:
    """The family of a browser and its platform without any version, "Firefox · Android"; "autre" for an odd one."""
    found = parse(user_agent[:_READ])
    parts = [part.family for part in (found.user_agent, found.os) if part is not None and part.family != "Other"]
    if not parts or not all(_PLAIN.fullmatch(part) for part in parts):
        return OTHER
    return " · ".join(parts)[:LONGEST]

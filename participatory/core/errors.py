"""The refusal of a deed, in the words of the person who asked for it."""

from enum import IntEnum


class Kind(IntEnum):
    """Why a deed is refused, as the HTTP status that says so."""

    FORBIDDEN = 403
    NOT_FOUND = 404
    CONFLICT = 409
    INVALID = 422


class Refusal(Exception):  # noqa: N818 — a refusal is a normal answer, not a fault.
    """A deed that the rules do not allow.

    `message` is a French sentence (a catalogue key) with named placeholders,
    `values` fills them, `field` names the form field to correct, if there is one.
    """

    def __init__(self, message: str, kind: Kind = Kind.CONFLICT, field: str | None = None, **values: object):
        super().__init__(message, values)
        self.message = message
        self.kind = kind
        self.field = field
        self.values = values

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


def refuse_if(refusal: Refusal | None) -> None:
    """Raise the refusal that a policy returned; do nothing when it returned none."""
    if refusal is not None:
        raise refusal

"""Addresses of throwaway mailboxes, with which one person could open a hundred accounts.

They are refused once the code of their letter was given back, never when the letter is asked for: asking
tells nobody whether an address is known here.
"""

from collections.abc import Callable

from disposable_email_domains import blocklist
from flask import Flask, current_app

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_

_HOOK = "addresses_on_rolls"


def offer_rolls(app: Flask, is_on_a_roll: Callable[[str], bool]) -> None:
    """Say how to tell whether a normalised address is on a roll: the rolls stand above this package."""
    app.extensions[_HOOK] = is_on_a_roll


def is_throwaway(email: str) -> bool:
    """Whether the domain of a normalised address, or one above it, lends mailboxes to whoever passes."""
    labels = email.rpartition("@")[2].split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))


def can_open_account(email: str) -> Refusal | None:
    """Whether an account may open with a proven address, or take it: a throwaway mailbox only when a roll names it."""
    is_on_a_roll: Callable[[str], bool] = current_app.extensions.get(_HOOK, lambda _email: False)
    if not is_throwaway(email) or is_on_a_roll(email):
        return None
    sentence = N_(
        "Cette adresse vient d’un service de boîtes jetables : un compte ne peut pas la porter. "
        "Prenez celle de votre établissement, ou une autre que vous gardez."
    )
    return Refusal(sentence, Kind.INVALID, "code")

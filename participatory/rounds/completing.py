"""What packages above add to the rulebook of a new round, such as the commitment to the parameters of detection.

Rounds stand below them and cannot ask; each offers a function, which is asked in the transaction that writes the round.
"""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from participatory.rounds.rulebook import Rulebook

_OFFERED = "rulebook_completions"

# Given the rules of a new round and the instant (UTC), the same rules with what a package adds.
Completion = Callable[[Rulebook, datetime], Rulebook]


def offer_completion(app: Flask, completion: Completion) -> None:
    """Have something added to the rulebook of every round that is created from now on."""
    app.extensions.setdefault(_OFFERED, []).append(completion)


def completed(book: Rulebook, now: datetime) -> Rulebook:
    """These rules with what every package adds to them; the caller holds the transaction."""
    for completion in current_app.extensions.get(_OFFERED, ()):
        book = completion(book, now)
    return book

"""Who keeps the shares of a new key beside its trustees: nobody, but for the demonstration, which says so."""

from collections.abc import Callable, Sequence

from flask import Flask, current_app

from participatory.rounds.models import Round

Keeper = Callable[[Round, Sequence[str]], None]
_OFFERED = "share_keeper"


def offer_keeper(app: Flask, keeper: Keeper) -> None:
    """Have the shares of every new key kept: a real installation must never offer this."""
    app.extensions[_OFFERED] = keeper


def keep_here(round_: Round, shares: Sequence[str]) -> None:
    """Hand the shares to whoever offered to keep them, in the caller's transaction; nothing when nobody did."""
    keeper: Keeper | None = current_app.extensions.get(_OFFERED)
    if keeper is not None:
        keeper(round_, shares)

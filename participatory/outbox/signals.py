"""Told when a committed transaction has left letters to send."""

from blinker import Signal

letters_waiting = Signal("letters are waiting in the outbox")

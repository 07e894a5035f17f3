"""Said within the sealing of an urn (or its annulment), before the commit, once no signal names a slot any more."""

from blinker import Signal as Announcement

# Sent with the row number of the round; `fresh` maps each former key (the slot) to `(new key, instant in UTC)`: whoever
# wrote slots or instants of ballots elsewhere puts these in their place, in the same transaction.
unlinked = Announcement()

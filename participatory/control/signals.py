"""What packages above are told.

`links_destroyed`: once an urn is sealed or annulled and its link key destroyed, the disk has to be cleaned.
`case_opened` (`case`, `place`, `now`): in the transaction in which it was opened on the ballot of this slot.
`case_moved` (`case`, `now`): in the transaction in which a case of setting aside was decided, appealed or undone.
"""

from blinker import Signal

links_destroyed = Signal()
case_opened = Signal()
case_moved = Signal()

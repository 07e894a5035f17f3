"""Said once an urn is sealed or annulled and its link key destroyed: the disk has then to be cleaned."""

from blinker import Signal

links_destroyed = Signal()

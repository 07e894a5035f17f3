"""What packages above are told.

`moved` (sender: the proposal; `move`, `now`): in the transaction in which a proposal passed to another state, before
the caller's last row of the journal, so that who listens may write too.
"""

from blinker import Signal

moved = Signal()

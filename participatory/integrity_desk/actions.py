"""The deeds of the desk, each in the transaction of the caller; the modules below do them."""

from participatory.control.appeals import appeal, decide_appeal
from participatory.integrity_desk.asking import confirm, confirm_at_counter, quarantine, send_code
from participatory.integrity_desk.identifying import identify
from participatory.integrity_desk.judging import decide, dismiss, lift, propose, propose_undo, reopen, undo
from participatory.integrity_desk.passing import assess_round

__all__ = [
    "appeal",
    "assess_round",
    "confirm",
    "confirm_at_counter",
    "decide",
    "decide_appeal",
    "dismiss",
    "identify",
    "lift",
    "propose",
    "propose_undo",
    "quarantine",
    "reopen",
    "send_code",
    "undo",
]

"""The receipt that a person may read again until they sign out, and how it is drawn."""

from dataclasses import dataclass

import segno
from flask import Flask, session
from flask_babel import gettext as _
from markupsafe import Markup, escape

from participatory.identity.models import Person
from participatory.rounds.models import Round
from participatory.urn.receipts import receipt_code
from participatory.web.pages import absolute_url

KEPT = "receipts"


@dataclass(frozen=True)
class Shown:
    """A receipt in groups of letters, the address that looks it up, and that address as a QR code."""

    groups: list[str]
    address: str
    qr: Markup


def keep(round_: Round, person: Person, receipt: str) -> None:
    """Remember the receipt (hexadecimal) for this person until they sign out."""
    held = session.get(KEPT, {})
    mine = held.get("rounds", {}) if held.get("person") == person.public_id else {}
    session[KEPT] = {"person": person.public_id, "rounds": {**mine, round_.public_id: receipt}}


def shown(round_: Round, person: Person) -> Shown | None:
    """The receipt of this person in this round, None when this visit has none."""
    held = session.get(KEPT, {})
    receipt = held.get("rounds", {}).get(round_.public_id) if held.get("person") == person.public_id else None
    if receipt is None:
        return None
    code = receipt_code(receipt)
    address = absolute_url("ballots.receipt_lookup", recu=code)
    return Shown(code.split("-"), address, _drawing(address))


def forget(round_: Round, person: Person) -> None:
    """The ballot of this receipt is no longer in the urn."""
    held = session.get(KEPT, {})
    if held.get("person") == person.public_id:
        rounds = {key: receipt for key, receipt in held.get("rounds", {}).items() if key != round_.public_id}
        session[KEPT] = {"person": person.public_id, "rounds": rounds}


def forget_all(_app: Flask, **_event: object) -> None:
    """The person is signing out: no receipt stays behind."""
    session.pop(KEPT, None)


def _drawing(address: str) -> Markup:
    """The address as a QR code in SVG, with presentation attributes alone (the content policy forbids styles)."""
    svg = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    name = escape(_("Code QR : ouvre la page qui vérifie ce reçu"))
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1))  # noqa: S704 — drawn by segno.

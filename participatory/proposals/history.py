"""The history of a project in words: what each version says, field by field, and what changed between two."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from participatory.catalogue.rules import LineKind
from participatory.core.labels import N_
from participatory.proposals.costing import Funder, FundingState
from participatory.proposals.differences import Change, Piece, text_differences, word_differences
from participatory.proposals.records import ProposalVersion
from participatory.proposals.rules import Marker
from participatory.proposals.together import Carrier
from participatory.rounds.rulebook import Theme
from participatory.web.filters import euros
from participatory.web.filters import label as words

Written = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One field that changed: its name (a catalogue key) and both texts as one."""

    name: str
    pieces: list[Piece]


def _place(written: Written) -> str:
    return str(written.get("site") or _("Toute la région"))


def _theme(written: Written) -> str:
    return str(words(Theme(written["theme"]))) if written.get("theme") else ""


def _markers(written: Written) -> str:
    return ", ".join(words(Marker(code)) for code in written.get("markers", ()))


def _carrier(written: Written) -> str:
    if written.get("association"):
        return str(written["association"])
    if not written.get("carrier_code"):
        return str(_("En son nom"))
    kind = words(Carrier(written["carrier_code"]))
    return " – ".join(part for part in (kind, written["carrier_name"], written["carrier_number"]) if part)


def _months(written: Written) -> str:
    return " → ".join(month for month in (written.get("starts_in"), written.get("ends_in")) if month)


def _costs(written: Written) -> str:
    rows = [
        f"{line['label']} : {line['quantity']} × {euros(line['unit_cents'])} ({words(LineKind(line['kind']))})"
        + (f" – {line['source']}" if line.get("source") else "")
        for line in written.get("lines", ())
    ]
    return "\n".join(rows)


def _funding(written: Written) -> str:
    rows = []
    for each in written.get("cofunding", ()):
        who = words(Funder(each["funder"])) if each.get("funder") else ""
        named = f" ({each['name']})" if each.get("name") else ""
        rows.append(f"{who}{named} : {euros(each['cents'])} – {words(FundingState(each['state']))}")
    return "\n".join(rows)


def _least(written: Written) -> str:
    least = written.get("partial_min_cents")
    return euros(least) if least else ""


def _documents(written: Written) -> str:
    return "\n".join(each["title"] for each in written.get("documents", ()))


def _text(name: str) -> Callable[[Written], str]:
    return lambda written: str(written.get(name) or "")


FIELDS: tuple[tuple[str, Callable[[Written], str]], ...] = (
    (N_("Titre"), _text("title")),
    (N_("En une ou deux phrases"), _text("summary")),
    (N_("Le besoin"), _text("need")),
    (N_("Ce que vous proposez"), _text("solution")),
    (N_("À qui cela profite"), _text("beneficiaries")),
    (N_("Lieu"), _place),
    (N_("Quand"), _months),
    (N_("Thème"), _theme),
    (N_("Sert aussi"), _markers),
    (N_("Porté par"), _carrier),
    (N_("L’équipe"), _text("team")),
    (N_("Dépenses"), _costs),
    (N_("Autres financements"), _funding),
    (N_("Financement en partie accepté à partir de"), _least),
    (N_("Documents"), _documents),
    (N_("Ce que l’image montre"), _text("image_alt")),
)
_IN_MARKDOWN = frozenset({"Le besoin", "Ce que vous proposez", "À qui cela profite", "L’équipe"})


def changes(before: Written, after: Written) -> list[Field]:
    """The fields that differ between two texts, in the order of the page, each with its differences word by word."""
    found = []
    for name, said in FIELDS:
        compared = text_differences if name in _IN_MARKDOWN else word_differences
        pieces = compared(said(before), said(after))
        if any(piece.change is not Change.SAME for piece in pieces):
            found.append(Field(name, pieces))
    if before.get("image_key") != after.get("image_key"):
        found.append(Field(N_("Image"), [Piece(Change.SAME, _("Une autre image, ou aucune."))]))
    return found


def summary_of(versions: list[ProposalVersion]) -> dict[int, list[str]]:
    """For each version but the first one, the names of the fields that changed since the one before."""
    pairs = pairwise(versions)
    return {after.number: [field.name for field in changes(before.content, after.content)] for before, after in pairs}

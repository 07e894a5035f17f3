"""What is left to write, as a list that people tick off in the order that pleases them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from participatory.core.labels import N_
from participatory.proposals.content import Content


class Progress(StrEnum):
    """Where a task stands: done, asked before submitting, or free."""

    DONE = "done"
    ASKED = "asked"
    FREE = "free"


@dataclass(frozen=True)
class Task:
    """A thing to write: its name (a catalogue key), the field where it begins, where it stands."""

    name: str
    anchor: str
    progress: Progress


def tasks(content: Content, missing: Collection[str], documents: int = 0) -> list[Task]:
    """The tasks of a project; `missing` are the fields that keep it from being submitted, `documents` are attached."""
    rows = (
        (N_("Le titre et le résumé"), "title", ("title", "summary"), content.title),
        (N_("Le besoin"), "need", ("need",), content.need),
        (N_("Ce que vous proposez"), "solution", ("solution",), content.solution),
        (N_("À qui cela profite"), "beneficiaries", (), content.beneficiaries),
        (N_("Le lieu et le thème"), "site", ("site", "theme"), content.theme),
        (N_("Quand"), "starts_in", ("starts_in", "ends_in"), content.starts_in),
        (N_("Ce que ça coûte"), "lines", ("lines", "cofunding", "partial_min"), content.lines),
        (N_("L’équipe et qui porte"), "team", ("association", "carrier_name", "carrier_number"), content.team),
        (N_("Une image"), "image", ("image_alt",), content.image_key),
        (N_("Documents"), "documents", (), documents),
    )
    return [Task(name, anchor, _progress(fields, missing, given)) for name, anchor, fields, given in rows]


def _progress(fields: tuple[str, ...], missing: Collection[str], given: object) -> Progress:
    if any(each.partition("-")[0] in fields for each in missing):
        return Progress.ASKED
    return Progress.DONE if given else Progress.FREE

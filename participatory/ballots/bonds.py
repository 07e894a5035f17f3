"""The links between projects, as the opening froze them, in the words of the booth: on a card, and of a whole ballot.

A voter may choose projects that exclude each other: each receives the vote, and the count funds one of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten

from flask_babel import gettext

from participatory.ballots.opening import opening_of
from participatory.ballots.queries import titles_of
from participatory.core.typography import french
from participatory.rounds.models import Round
from participatory.tally.linking import REQUIRES, as_rows

_TITLE = 70


@dataclass(frozen=True)
class Bonds:
    """The groups of which one at most is funded, what each project requires, and the titles to say it with.

    `present` are the projects on the ballot (public identifiers).
    """

    groups: tuple[tuple[str, ...], ...] = ()
    requires: tuple[tuple[str, str], ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    present: frozenset[str] = frozenset()

    def on_card(self, project: str) -> list[str]:
        """What the card of a project says of its links."""
        said = [
            gettext("Incompatible avec %(others)s : un seul peut être financé.", others=self._named(others))
            for group in self.groups
            if project in group and (others := [each for each in group if each != project])
        ]
        return said + list(self._needs(project))

    def of_ballot(self, chosen: Sequence[str]) -> list[str]:
        """What somebody who chose these projects should know before the ballot is sealed."""
        said = []
        for group in self.groups:
            both = [each for each in chosen if each in group]
            if len(both) > 1:
                message = gettext(
                    "%(titles)s sont incompatibles : votre bulletin compte pour chacun, un seul pourra être financé.",
                    titles=self._named(both),
                )
                said.append(message)
        for project, required in self.requires:
            if project in chosen and required not in chosen and required in self.present:
                message = gettext(
                    "%(title)s ne peut être financé que si %(other)s l’est aussi : vous ne l’avez pas choisi.",
                    title=self._named([project]),
                    other=self._named([required]),
                )
                said.append(message)
        return said

    def _needs(self, project: str) -> Iterator[str]:
        needed = [required for each, required in self.requires if each == project]
        gone = [each for each in needed if each not in self.present]
        if gone:
            yield gettext(
                "Il ne peut pas se faire sans %(others)s, hors du vote : il ne sera pas financé.",
                others=self._named(gone),
            )
        elif needed:
            yield gettext("Financé seulement avec %(others)s.", others=self._named(needed))

    def _named(self, projects: Sequence[str]) -> str:
        titles = dict(self.titles)
        return ", ".join(
            french(gettext("« %(title)s »", title=shorten(titles.get(each, each), _TITLE, placeholder="…")))
            for each in projects
        )


def bonds_of(round_: Round, present: Sequence[str]) -> Bonds:
    """The links of an open vote, between the projects on the ballot; none before the opening."""
    opening = opening_of(round_)
    rows = as_rows(opening.links) if opening else []
    if not rows:
        return Bonds(present=frozenset(present))
    there = frozenset(present)
    members: dict[str, list[str]] = {}
    for link, kind, project, _required in rows:
        if kind != REQUIRES and project in there:
            members.setdefault(link, []).append(project)
    return Bonds(
        tuple(tuple(group) for group in members.values() if len(group) > 1),
        tuple((project, required) for _link, kind, project, required in rows if kind == REQUIRES and project in there),
        tuple(titles_of(round_, sorted({each for row in rows for each in row[2:] if each})).items()),
        there,
    )

"""What a Pabulib file says of a finished election, in the terms of a round of ours.

Amounts are in hundredths of the file's currency; instants in UTC.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from participatory.core.clock import PARIS
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rounds.rules import DATED, Phase
from participatory.tally.declared_terms import declared_terms, declares_terms
from participatory.tally.election import Election, VoteType, in_finer_unit

ORIGIN = N_("Élection reprise d’un fichier Pabulib (pabulib.org).")

_CENTS = 100
_DATES = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_CURRENCY = re.compile(r"[A-Z]{3}")
# No amount of public money comes near, and the sum of many still fits the database's integers.
_GREATEST = 10**15
_LONGEST_ID = 60


def in_cents(election: Election) -> Election:
    """The election counted in hundredths of its currency.

    Raises Refusal for amounts finer than that or beyond measure, for an id that is too
    long to keep, and for a file with reserved parts or other terms of ours, whose sites
    and carriers nothing here would know.
    """
    longest = max(election.projects, key=lambda project: len(project.id), default=None)
    if longest is not None and len(longest.id) > _LONGEST_ID:
        raise Refusal(N_("L’identifiant « %(id)s » dépasse %(most)s signes."), id=longest.id[:80], most=_LONGEST_ID)
    if declares_terms(election) and _has_terms(election):
        raise Refusal(
            N_("Ce fichier vient d’un budget avec des parts réservées, des plafonds ou un financement partiel : "
               "il se recompte avec « participatory tally ».")
        )  # fmt: skip
    if election.unit > _CENTS:
        raise Refusal(N_("Ce fichier compte en fractions de centime : il ne peut pas être importé."), Kind.INVALID)
    finer = in_finer_unit(election, _CENTS)
    if max([finer.budget, *(project.cost for project in finer.projects)]) > _GREATEST:
        raise Refusal(N_("Ce fichier contient un montant démesuré : il ne peut pas être importé."), Kind.INVALID)
    return finer


def title_of(meta: dict[str, str]) -> str:
    """A title made of the place, its part and the year: `Toulouse 2022, 6 - Saint-Cyprien`."""
    place = meta.get("unit") or meta.get("description") or "Pabulib"
    year = meta.get("instance", "")
    head = place if year in place else f"{place} {year}"
    part = meta.get("subunit") or meta.get("district") or ""
    return " ".join((f"{head}, {part}" if part and part != place else head).split())[:120]


def currency_of(meta: dict[str, str]) -> str:
    """The code of the currency (ISO 4217), XXX when the file names none."""
    written = meta.get("currency", "").strip().upper()
    return written if _CURRENCY.fullmatch(written) else "XXX"


def in_currency(election: Election, currency: str) -> Election:
    """The same election, in a currency that its file forgot to name; one that is named stays.

    Raises Refusal for what is not a code of three letters.
    """
    if not currency:
        return election
    if _CURRENCY.fullmatch(currency) is None:
        raise Refusal(N_("« %(currency)s » n’est pas un code de monnaie : écrivez EUR ou PLN."), currency=currency)
    if currency_of(election.meta) != "XXX":
        return election
    return replace(election, meta=election.meta | {"currency": currency})


def dates_of(meta: dict[str, str], now: datetime) -> dict[Phase, datetime]:
    """The calendar of the finished round, all of it before `now`.

    The vote is between the file's dates (or within its year, or the year before `now`
    where it says nothing). The other phases have no date in a file: they are set close
    around the vote, in their order, because a round needs them.
    """
    first, last = _days(meta, now)
    opens = _midnight(first)
    closes = min(_midnight(last + timedelta(days=1)), now - timedelta(hours=3))
    if closes <= opens:
        raise Refusal(N_("Le vote de ce fichier n’est pas terminé : seule une élection finie peut être importée."))
    before = (Phase.ANNOUNCEMENT, Phase.SUBMISSION, Phase.REVIEW)
    after = (Phase.RESULTS, Phase.DELIVERY)
    dates = {phase: opens - timedelta(days=len(before) - place) for place, phase in enumerate(before)}
    dates |= {Phase.VOTING: opens, Phase.CONTROL: closes}
    dates |= {phase: closes + timedelta(hours=place) for place, phase in enumerate(after, start=1)}
    return {phase: dates[phase] for phase in DATED}


def details_of(extra: dict[str, str]) -> str:
    """Where a project stands in its city, from the columns that say so: category, part of the town, district."""
    columns = ("category", "subunit", "neighborhood", "district")
    found = [extra[column] for column in columns if extra.get(column)]
    return " · ".join(dict.fromkeys(" ".join(value.split()) for value in found))


def kept_meta(election: Election) -> dict[str, str]:
    """What the file says of itself and that our own edition of it keeps: place, dates, kind of vote."""
    keys = ("description", "country", "unit", "subunit", "district", "instance", "edition", "language")
    dated = ("date_begin", "date_end", "min_length", "max_length", "min_points", "max_points")
    sums = ("min_sum_points", "max_sum_points")
    meta = {key: election.meta[key] for key in (*keys, *dated, *sums) if key in election.meta}
    # Rankings are kept as the points that they give, under the type that says so.
    kind = VoteType.SCORING if election.vote_type is VoteType.ORDINAL else election.vote_type
    return meta | {"vote_type": kind.value, "currency": currency_of(election.meta)}


def shortened(text: str, most: int) -> str:
    """A text that fits, cut at the last word that does."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head, _, _ = line[: most - 1].rpartition(" ")
    return (head or line[: most - 1]) + "…"


@dataclass(frozen=True)
class Report:
    """What an import did: the round's address, what was counted, and where the declared result differs."""

    slug: str
    title: str
    projects: int
    ballots: int
    winners: int
    only_counted: tuple[str, ...] = ()
    only_declared: tuple[str, ...] = ()
    declared: bool = False

    def lines(self) -> Iterator[str]:
        """The report in English, for the command line."""
        yield f"{self.title}: {self.projects} projects, {self.ballots} ballots, {self.winners} funded"
        yield f"/budgets/{self.slug}/resultats"
        if not self.declared:
            yield "The file declares no result."
        elif not self.only_counted and not self.only_declared:
            yield "The count equals the declared result."
        else:
            yield "The count differs from the declared result:"
            yield from (f"  funded by the count only: {project}" for project in self.only_counted)
            yield from (f"  declared only: {project}" for project in self.only_declared)


def _has_terms(election: Election) -> bool:
    """Whether the file bounds its projects by terms that a rulebook of ours says by sites and carriers."""
    terms = declared_terms(election)
    return bool(terms.floors or terms.caps or terms.groups or terms.requires or terms.partial is not None)


def _days(meta: dict[str, str], now: datetime) -> tuple[date, date]:
    begin, end = _day(meta.get("date_begin", ""), first=True), _day(meta.get("date_end", ""), first=False)
    if begin or end:
        one = begin or end
        assert one is not None
        return one, end if end and end >= one else one
    year = _YEAR.search(meta.get("instance", ""))
    known = int(year.group()) if year else now.year - 1
    return date(known, 1, 1), date(known, 12, 31)


def _day(written: str, *, first: bool) -> date | None:
    for pattern in _DATES:
        try:
            return datetime.strptime(written.strip(), pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    year = _YEAR.fullmatch(written.strip())
    if year is None:
        return None
    return date(int(year.group()), 1, 1) if first else date(int(year.group()), 12, 31)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS).astimezone(UTC)

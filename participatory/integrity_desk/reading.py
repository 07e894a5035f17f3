"""What the page of a case shows: its ballots under letters and numbers, their hours drawn, the other votes beside."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from participatory.core.clock import paris
from participatory.core.database import db
from participatory.integrity.models import Signal
from participatory.integrity.rules import Family, NetworkKind
from participatory.integrity_desk.models import CaseBallot, SuspectCase
from participatory.integrity_desk.rules import BallotState, Proof
from participatory.integrity_desk.timeline import Counts, Drawing, Lane, Point, draw, letters
from participatory.rounds.models import Round
from participatory.stands.models import Stand
from participatory.territories.queries import sites

PAGE_SIZE = 50
# Fewer other votes than this would be about somebody.
FEWEST_OTHERS = 5
_MINUTE = 60
# A sign that gives less to a ballot than this says nothing of it.
_WORTH_SAYING = 0.5


@dataclass(frozen=True)
class BallotRow:
    """A ballot in the table: networks and devices are letters, and the strongest family comes first."""

    number: int
    at: datetime
    site: str
    kind: NetworkKind
    network: str
    device: str
    client: str
    seconds: float | None
    stand: str
    families: tuple[Family, ...]
    state: BallotState
    proof: Proof | None


@dataclass(frozen=True)
class Table:
    """A page of the table: `number` of `pages`, from 1; `total` counts all the ballots of the case."""

    rows: tuple[BallotRow, ...]
    number: int
    pages: int
    total: int
    stands: bool


@dataclass(frozen=True)
class Hours:
    """The drawing, and how many other ballots of the sites stand behind it; `few` says that they are not told."""

    drawing: Drawing
    others: int
    few: bool


def site_names() -> dict[str, str]:
    """The names of the sites, by slug."""
    return {site.slug: site.name for site in sites()}


def table_of(ballots: Sequence[CaseBallot], page: int, names: Mapping[str, str]) -> Table:
    """A page of the table of a case."""
    pages = max(-(-len(ballots) // PAGE_SIZE), 1)
    number = min(max(page, 1), pages)
    networks, devices = _letters(ballots)
    shown = ballots[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    stands = _stand_names(shown)
    rows = tuple(
        BallotRow(
            each.number,
            each.at,
            names.get(each.site, each.site),
            NetworkKind(each.network_kind),
            networks.get(each.network, ""),
            devices.get(each.device, ""),
            each.client,
            each.seconds,
            stands.get(each.stand, each.stand),
            _families(each),
            BallotState(each.state),
            Proof(each.proof) if each.proof else None,
        )
        for each in shown
    )
    return Table(rows, number, pages, len(ballots), any(each.stand for each in ballots))


def _letters(ballots: Sequence[CaseBallot]) -> tuple[dict[str, str], dict[str, str]]:
    return letters(each.network for each in ballots), letters(each.device for each in ballots)


def _families(ballot: CaseBallot) -> tuple[Family, ...]:
    ranked = sorted(ballot.families, key=lambda name: -ballot.families[name])
    return tuple(Family(name) for name in ranked if ballot.families[name] >= _WORTH_SAYING)


def _stand_names(ballots: Sequence[CaseBallot]) -> dict[str, str]:
    named = {each.stand for each in ballots if each.stand}
    if not named:
        return {}
    wanted = sa.select(Stand.public_id, Stand.label).where(Stand.public_id.in_(named))
    return dict(db.session.execute(wanted).all())


def hours_of(case: SuspectCase, ballots: Sequence[CaseBallot], names: Mapping[str, str]) -> Hours | None:
    """The drawing of a case, None for one without ballots any more."""
    if not ballots:
        return None
    networks, devices = _letters(ballots)
    points = [
        Point(
            each.number,
            each.at,
            each.seconds,
            {Lane.DEVICE: each.device, Lane.NETWORK: each.network, Lane.CLIENT: each.client, Lane.SITE: each.site},
            each.state,
        )
        for each in ballots
    ]
    counted = _others(case.round, case, ballots)
    total = sum(several for _at, several in counted)
    few = total < FEWEST_OTHERS
    return Hours(draw(points, () if few else counted, {**names, **networks, **devices}), total, few)


def _others(round_: Round, case: SuspectCase, ballots: Sequence[CaseBallot]) -> Counts:
    """The other ballots of the same sites on the days of these, by minute."""
    days = [paris(each.at).replace(hour=0, minute=0, second=0, microsecond=0) for each in ballots]
    starts, ends = min(days).astimezone(UTC), (max(days) + timedelta(days=1)).astimezone(UTC)
    instant = sa.cast(sa.extract("epoch", Signal.at), sa.BigInteger)
    minute = instant - instant % _MINUTE
    wanted = (
        sa.select(minute, sa.func.count())
        .where(Signal.round_id == round_.id, Signal.act == case.act, Signal.site.in_(case.sites))
        .where(Signal.at >= starts, Signal.at < ends)
        .group_by(minute)
    )
    own = Counter(int(each.at.timestamp()) // _MINUTE * _MINUTE for each in ballots)
    found = ((int(at), several - own[int(at)]) for at, several in db.session.execute(wanted))
    return tuple((datetime.fromtimestamp(at, UTC), several) for at, several in sorted(found) if several > 0)


def compact(numbers: Sequence[int]) -> str:
    """Numbers as people write them: `1-12, 15`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def spelled_out(text: str, most: int) -> list[int]:
    """The numbers that somebody wrote as `1-12, 15`, none above `most`; raises ValueError for anything else."""
    found: set[int] = set()
    for part in text.replace("–", "-").replace(";", ",").split(","):
        first, _dash, last = (piece.strip() for piece in part.partition("-"))
        last = last or first
        if not (first.isascii() and last.isascii() and first.isdigit() and last.isdigit()) or len(part) > 20:
            raise ValueError(part)
        low, high = int(first), int(last)
        if not 1 <= low <= high <= most:
            raise ValueError(part)
        found.update(range(low, high + 1))
    return sorted(found)

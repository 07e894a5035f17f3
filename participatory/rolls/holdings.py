"""What the rolls hold about people: a pseudonym, a site, an establishment; computed when asked, never stored.

The list is kept until some days after the results, for appeals; then it goes with the secrets
that lead to it, and nothing can join it to anybody any more.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask, current_app

from participatory.core.database import db
from participatory.core.joining import references
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.privacy.holdings import (
    Coming,
    Deleted,
    Erasure,
    Holding,
    Kept,
    Processing,
    Retention,
    offer_erasure,
    offer_holdings,
    offer_processing,
    offer_retention,
)
from participatory.privacy.rules import DELAYS, Task
from participatory.privacy.wording import day, duration, moment_text, said
from participatory.rolls.models import RollList, RollListRow, Voter
from participatory.rolls.queries import roll_sizes, voter_of
from participatory.rounds.models import Round
from participatory.web.settings import secret_store

# What leads from a line of the roll to a person, to a ballot, or to the order in which somebody saw the projects.
SECRETS = ("pepper", "link", "order", "paper", "signals", "confirm")
_SEEING = frozenset({Task.ROLL, Task.RIGHTS})
_STARTS = "roll_clock"

# When the clock of a round's roll starts (UTC), None while it must not.
Start = Callable[[Round], datetime | None]


def start_clock(app: Flask, start: Start) -> None:
    """Say when the clock of a roll starts: results know when they were published, rolls stand below them."""
    app.extensions[_STARTS] = start


def lines_of(person: Person) -> list[tuple[Round, Voter]]:
    """The lines of a person on the rolls that still exist, computed through the pseudonym of each round."""
    with_rolls = sa.select(Round).where(sa.exists().where(Voter.round_id == Round.id)).order_by(Round.voting_at.desc())
    found = []
    for round_ in db.session.scalars(with_rolls):
        voter = voter_of(round_, secret_store().get("pepper", round_.public_id), person)
        if voter is not None:
            found.append((round_, voter))
    return found


def ends_at(round_: Round) -> datetime | None:
    """When the roll of a round goes (UTC); None as long as its results are not out."""
    started = _start_of(round_)
    return started + timedelta(days=round_.rulebook.roll_kept_days) if started is not None else None


def until(round_: Round) -> str:
    """The same in words."""
    ends = ends_at(round_)
    if ends is not None:
        return said(N_("jusqu’au %(day)s"), day=day(ends))
    delay = duration(timedelta(days=round_.rulebook.roll_kept_days))
    return said(N_("%(delay)s après la publication des résultats"), delay=delay)


def _start_of(round_: Round) -> datetime | None:
    start: Start = current_app.extensions.get(_STARTS, lambda each: each.results_at)
    return start(round_)


def _held(person: Person, now: datetime) -> Holding | None:
    lines = lines_of(person)
    if not lines:
        return None
    rows = tuple(
        (
            round_.title,
            said(
                N_("%(establishment)s ; vote pour le site %(site)s ; ligne gardée %(until)s"),
                establishment=voter.establishment.name,
                site=voter.site.name,
                until=until(round_),
            ),
        )
        for round_, voter in lines
    )
    data = [
        {
            "round": round_.title,
            "establishment": voter.establishment.name,
            "site": voter.site.name,
            "source": voter.source,
            "kept_until": moment_text(ends_at(round_)),
        }
        for round_, voter in lines
    ]
    note = said(N_("Ni votre nom ni votre adresse n’y sont, mais un pseudonyme, recalculé pour vous à l’instant."))
    return Holding(said(N_("Selon le règlement de chaque budget : voyez à côté de chacun.")), rows, (note,), data)


def _foresee(person: Person, now: datetime) -> Erasure:
    stays = tuple(
        Kept(
            said(
                N_("Votre ligne sur la liste électorale de « %(title)s », gardée %(until)s"),
                title=round_.title,
                until=until(round_),
            ),
            said(
                N_(
                    "C’est un pseudonyme, sans nom ni adresse : il empêche de voter deux fois. "
                    "Seul votre numéro ou votre adresse permet de le retrouver, et nous ne les aurons plus."
                )
            ),
        )
        for round_, _voter in lines_of(person)
    )
    return Erasure(stays=stays)


def _erase(person: Person, now: datetime) -> None:
    """Nothing: the line of the roll stays until its time, whoever asks."""


def _ending() -> list[tuple[Round, datetime]]:
    with_rolls = sa.select(Round).where(sa.exists().where(Voter.round_id == Round.id)).order_by(Round.id)
    rounds = ((each, ends_at(each)) for each in db.session.scalars(with_rolls).unique())
    return [(round_, ends) for round_, ends in rounds if ends is not None]


def _coming(moment: datetime) -> Sequence[Coming]:
    due = [(round_, ends) for round_, ends in _ending() if ends <= moment]
    sizes = roll_sizes([round_ for round_, _ends in due])
    return [Coming(sizes[round_.id], ends, round_.title) for round_, ends in due]


def _batch(now: datetime, most: int) -> Deleted | None:
    """Destroy the secrets of a roll whose time is over, then a part of its lines.

    The secrets go first, so that a run that is killed leaves lines that nobody can read; a later
    run finds them and goes on.
    """
    round_ = next((each for each, ends in _ending() if ends <= now), None)
    if round_ is None:
        return None
    for name in SECRETS:
        secret_store().destroy(name, round_.public_id)
    lines = sa.select(Voter.id).where(Voter.round_id == round_.id).order_by(Voter.id).limit(most)
    gone = forget_voters(list(db.session.scalars(lines)))
    return Deleted(gone, round_.id, round_.public_id)


def forget_voters(numbers: Sequence[int]) -> int:
    """Delete lines of the roll by their row, with whatever names them (signatures, keys, places); how many went."""
    for table, column in references(Voter):
        db.session.execute(sa.delete(table).where(column.in_(numbers)))
    gone = sa.delete(Voter).where(Voter.id.in_(numbers))
    return int(db.session.execute(gone, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]


def _rows_of_old_lists(moment: datetime) -> sa.Select[int]:
    joined = sa.select(RollListRow.id).join(RollList, RollList.id == RollListRow.list_id)
    return joined.where(RollList.sent_at <= moment - DELAYS.waiting_lists)


def _coming_lists(moment: datetime) -> Sequence[Coming]:
    due = _rows_of_old_lists(moment).with_only_columns(sa.func.count(), sa.func.min(RollList.sent_at))
    number, first = db.session.execute(due).one()
    return [Coming(number, first + DELAYS.waiting_lists)] if number else []


def _list_batch(now: datetime, most: int) -> Deleted | None:
    rows = list(db.session.scalars(_rows_of_old_lists(now).limit(most)))
    if not rows:
        return None
    gone = sa.delete(RollListRow).where(RollListRow.id.in_(rows))
    return Deleted(db.session.execute(gone, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]


def _lists_kept() -> str:
    return duration(DELAYS.waiting_lists)


def _kept() -> str:
    return said(N_("le délai que fixe le règlement du budget, après la publication des résultats"))


def offer(app: Flask) -> None:
    """Enter the rolls into the register, into deletions, and into the daily job."""
    processing = Processing(
        "rolls",
        N_("Votre place sur les listes électorales"),
        N_("Pseudonyme, site, établissement, source de la preuve"),
        N_("réserver le vote aux étudiantes et étudiants, à raison d’une voix par personne"),
        N_("les responsables du budget et les référents, en nombres seulement"),
        _kept,
        tasks=_SEEING,
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    file = Processing(
        "roll_files",
        N_("Fichier d’une liste électorale en cours d’import"),
        N_("Adresses ou numéros, site, établissement"),
        N_("le relire avant de l’inscrire"),
        N_("la personne qui l’importe"),
        lambda: said(N_("une heure au plus ; les pseudonymes qui en sont tirés, jusqu’à la décision")),
    )
    offer_processing(app, file)
    whole = N_("Liste électorale, signatures et clés d’un budget")
    offer_retention(app, Retention("roll", whole, _kept, _coming, _batch))
    title = N_("Listes envoyées que personne n’a décidées")
    offer_retention(app, Retention("waiting_lists", title, _lists_kept, _coming_lists, _list_batch))

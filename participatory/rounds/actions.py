"""Creating a round, changing it before its vote, adopting its rulebook, moving its dates."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from participatory.core.database import db
from participatory.core.errors import Kind, Refusal, refuse_if
from participatory.core.identifiers import slugify
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.rounds import policy
from participatory.rounds.drafts import Draft
from participatory.rounds.faults import rulebook_fault
from participatory.rounds.models import Round, RulebookVersion
from participatory.rounds.queries import locked_round
from participatory.rounds.rulebook import Rulebook
from participatory.rounds.rules import DATED, Phase, Texts, calendar_fault

Dates = Mapping[Phase, datetime]
Deed = tuple[Verb, dict[str, object]]
# The page that creates a round stands at this address among the pages that edit one.
_RESERVED_SLUGS = frozenset({"nouveau"})


def create_round(draft: Draft, actor: Person, now: datetime) -> Round:
    """A new round with version 1 of its rulebook; a book without seed gets a random one, published from the start.

    Raises Refusal: FORBIDDEN for whoever does not conduct rounds; INVALID with the
    field for dates, rules or a title that cannot be.
    """
    refuse_if(policy.can_conduct(actor))
    refuse_if(calendar_fault(draft.dates))
    refuse_if(policy.new_date_fault(draft.dates, now))
    refuse_if(rulebook_fault(draft.book))
    book = draft.book if draft.book.tie_seed else draft.book.changed(tie_seed=secrets.token_hex(16))
    title = draft.texts.title
    round_ = Round(slug=_slug(title), created_at=now, **asdict(draft.texts), **_columns(draft.dates))
    round_.versions.append(_version(1, book, "", actor.public_id, now))
    db.session.add(round_)
    _flush(N_("Un autre budget porte déjà ce titre, ou presque : choisissez-en un autre."), "title")
    created: list[Deed] = [
        (Verb.ROUND_CREATED, {"title": title}),
        (Verb.RULEBOOK_ADOPTED, _adopted(round_.current_version)),
    ]
    _record_all(round_, created, actor.public_id, now)
    return round_


def edit_round(round_: Round, draft: Draft, actor: Person, now: datetime) -> tuple[Verb, ...]:
    """Replace what differs, before voting opens; the deeds done, none when nothing differs.

    Raises Refusal: FORBIDDEN; CONFLICT when voting has opened or somebody else edited
    since `draft.seen`; INVALID with the field for dates or rules that cannot be, or for
    rules changed without a note.
    """
    held = locked_round(round_.id)
    refuse_if(policy.can_change_rules(actor, held, now))
    refuse_if(policy.can_replace(held, draft.seen))
    deeds = [
        *_change_texts(held, draft.texts),
        *_move(held, draft.dates, now),
        *_adopt(held, draft.book, draft.note, actor.public_id, now),
    ]
    _record_all(held, deeds, actor.public_id, now)
    return tuple(verb for verb, _ in deeds)


def adopt_rulebook(round_: Round, book: Rulebook, note: str, actor: Person, now: datetime) -> RulebookVersion:
    """Make these rules the ones in force, as a new version when they differ; the version in force afterwards.

    Raises Refusal as `edit_round` does.
    """
    held = locked_round(round_.id)
    refuse_if(policy.can_change_rules(actor, held, now))
    _record_all(held, _adopt(held, book, note, actor.public_id, now), actor.public_id, now)
    return held.current_version


def set_calendar(round_: Round, dates: Dates, actor: Person, now: datetime) -> bool:
    """Move phases that are still to come; whether anything moved.

    Raises Refusal: FORBIDDEN, CONFLICT for an imported round, INVALID with the phase
    as field when a date is past, bears on an open vote, or is out of order.
    """
    held = locked_round(round_.id)
    refuse_if(policy.can_set_dates(actor, held, now))
    deeds = _move(held, dates, now)
    _record_all(held, deeds, actor.public_id, now)
    return bool(deeds)


def shift_calendar(round_: Round, dates: Dates, now: datetime) -> None:
    """Move any date, past ones too: the demonstration shows each phase this way, and nothing else may use it.

    Raises Refusal (INVALID) when the dates are out of order.
    """
    refuse_if(calendar_fault(dates))
    held = locked_round(round_.id)
    _record_all(held, _written(held, dates), SYSTEM, now)


def _slug(title: str) -> str:
    slug = slugify(title, "budget")
    return f"budget-{slug}" if slug in _RESERVED_SLUGS else slug


def _columns(dates: Dates) -> dict[str, datetime]:
    return {f"{phase.value}_at": dates[phase] for phase in DATED}


def _version(number: int, book: Rulebook, note: str, actor: str, now: datetime) -> RulebookVersion:
    return RulebookVersion(
        version=number, document=book.to_json(), digest=book.digest(), note=note, adopted_by=actor, adopted_at=now
    )


def _adopted(version: RulebookVersion) -> dict[str, object]:
    return {"version": version.version, "digest": version.digest}


def _change_texts(round_: Round, texts: Texts) -> list[Deed]:
    changes = [name for name, value in asdict(texts).items() if getattr(round_, name) != value]
    for name in changes:
        setattr(round_, name, getattr(texts, name))
    return [(Verb.ROUND_CHANGED, {"changes": changes})] if changes else []


def _move(round_: Round, dates: Dates, now: datetime) -> list[Deed]:
    refuse_if(calendar_fault(dates))
    refuse_if(policy.date_fault(round_.calendar, dates, now))
    return _written(round_, dates)


def _written(round_: Round, dates: Dates) -> list[Deed]:
    moved = {phase: dates[phase] for phase in DATED if round_.calendar.starts(phase) != dates[phase]}
    for phase, moment in moved.items():
        setattr(round_, f"{phase.value}_at", moment)
    if not moved:
        return []
    return [(Verb.CALENDAR_CHANGED, {"dates": {phase.value: moment.isoformat() for phase, moment in moved.items()}})]


def _adopt(round_: Round, book: Rulebook, note: str, actor: str, now: datetime) -> list[Deed]:
    if book == round_.rulebook:
        return []
    refuse_if(rulebook_fault(book))
    refuse_if(policy.rules_need_a_reason(note))
    version = _version(round_.current_version.version + 1, book, note, actor, now)
    round_.versions.append(version)
    _flush(N_("Une autre personne vient d’adopter une version du règlement : relisez-la avant la vôtre."), None)
    return [(Verb.RULEBOOK_ADOPTED, _adopted(version))]


def _flush(taken: str, field: str | None) -> None:
    """Send the rows to the database; what is already there becomes a refusal in our words."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refusal(taken, Kind.INVALID if field else Kind.CONFLICT, field) from error


def _record_all(round_: Round, deeds: Iterable[Deed], actor: str, now: datetime) -> None:
    db.session.flush()
    for verb, values in deeds:
        record(verb, actor, now, round=round_.public_id, **values)

"""Making a finished, counted and published round out of an election of another platform."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participatory.archives import rules
from participatory.archives.rulebooks import rulebook_of
from participatory.ballots.models import OpenedBallot, UrnState
from participatory.ballots.steps import BY_SYSTEM, take_step
from participatory.core.database import db
from participatory.core.errors import Refusal
from participatory.core.identifiers import public_id, slugify
from participatory.core.labels import N_
from participatory.core.search import stems
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
from participatory.proposals.models import Proposal
from participatory.proposals.rules import State
from participatory.results.actions import freeze, keep_counts
from participatory.results.counting import Counted, count_round
from participatory.rounds.models import Round, RulebookVersion
from participatory.rounds.rulebook import MAIN_CONTEST
from participatory.tally.election import Election, Project
from participatory.tally.pabulib import read_bytes
from participatory.urn.published import choices_text

_BATCH = 5000


@dataclass(frozen=True)
class Source:
    """An election read from a file, in hundredths of its currency, and the SHA-256 of the file."""

    election: Election
    digest: str


def read_source(data: bytes) -> Source:
    """Read a `.pb` file; raises PabulibError with every problem and its line, or Refusal for what cannot be kept."""
    return Source(rules.in_cents(read_bytes(data)), hashlib.sha256(data).hexdigest())


def import_election(
    source: Source | bytes, now: datetime, *, slug: str = "", title: str = "", origin: str = "", currency: str = ""
) -> rules.Report:
    """Make a finished round of the election, count it and publish it, as the system.

    `origin` says where the file comes from and under which licence; `currency` (ISO 4217)
    completes a file that names none. Raises Refusal when a round already has this address,
    and what `read_source` raises.
    """
    source = read_source(source) if isinstance(source, bytes) else source
    election = rules.in_currency(source.election, currency)
    round_ = _create_round(election, slug, title, origin or rules.ORIGIN, now)
    identifiers = _add_proposals(round_, election, now)
    _add_ballots(round_, election, identifiers)
    figures = {"signatures": election.voters, "ballots": election.voters}
    for state in (UrnState.CLOSED, UrnState.CONTROL, UrnState.SEALED, UrnState.COUNTING):
        take_step(round_, state, BY_SYSTEM, round_.control_at, **figures)
    imported = {"projects": len(identifiers), "ballots": election.voters, "file_digest": source.digest}
    record(Verb.ELECTION_IMPORTED, SYSTEM, now, round=round_.public_id, **imported)
    return _report(round_, election, _count_and_publish(round_, election, now))


def _create_round(election: Election, slug: str, title: str, origin: str, now: datetime) -> Round:
    meta, book = election.meta, rulebook_of(election)
    title = rules.shortened(title or rules.title_of(meta), 120)
    address = slugify(slug or title, "election")
    if db.session.scalar(sa.select(Round.id).where(Round.slug == address)) is not None:
        raise Refusal(
            N_("Un budget occupe déjà l’adresse « %(slug)s » : cette élection est sans doute déjà importée. "
               "Choisissez une autre adresse pour l’importer quand même."),
            slug=address,
        )  # fmt: skip
    round_ = Round(
        slug=address,
        title=title,
        summary=rules.shortened(meta.get("description", title), 400),
        origin=origin,
        currency=rules.currency_of(meta),
        created_at=now,
        **{f"{phase.value}_at": moment for phase, moment in rules.dates_of(meta, now).items()},
    )
    version = RulebookVersion(
        version=1, document=book.to_json(), digest=book.digest(), adopted_by=SYSTEM, adopted_at=now
    )
    round_.versions.append(version)
    db.session.add(round_)
    db.session.flush()
    return round_


def _add_proposals(round_: Round, election: Election, now: datetime) -> dict[str, str]:
    """The projects as proposals without author; gives the public identifier of each id of the file."""
    identifiers = {project.id: public_id() for project in election.projects}
    rows = [_proposal(round_, project, identifiers[project.id], now) for project in election.projects]
    if rows:
        db.session.execute(sa.insert(Proposal), rows)
    return identifiers


def _proposal(round_: Round, project: Project, identifier: str, now: datetime) -> dict[str, object]:
    title, details = rules.shortened(project.name or project.id, 200), rules.details_of(project.extra)
    return {
        "public_id": identifier,
        "slug": f"{slugify(title, 'projet')}-{identifier}",
        "round_id": round_.id,
        "external_ref": project.id,
        "title": title,
        "summary": rules.shortened(details, 200),
        "need": project.extra.get("description", ""),
        "solution": "",
        "marker_codes": [],
        "state_code": State.FEASIBLE.value,
        "version": 1,
        "asked_cents": project.cost,
        "final_cents": project.cost,
        "search_text": stems(f"{project.name} {details}"),
        "created_at": now,
        "updated_at": now,
        "submitted_at": round_.submission_at,
    }


def _add_ballots(round_: Round, election: Election, identifiers: Mapping[str, str]) -> None:
    """The ballots of the file, already opened, in the order of their choices."""
    texts = sorted(
        text
        for ballot in election.ballots
        for text in [choices_text((identifiers[project], points) for project, points in ballot.choices)]
        * ballot.multiplicity
    )
    for start in range(0, len(texts), _BATCH):
        rows = [
            {"round_id": round_.id, "contest": MAIN_CONTEST, "position": number, "choices": text, "tracker": ""}
            for number, text in enumerate(texts[start : start + _BATCH], start=start)
        ]
        db.session.execute(sa.insert(OpenedBallot), rows)


def _count_and_publish(round_: Round, election: Election, now: datetime) -> Counted:
    counted = count_round(round_, declared=election.declared_winners, meta=rules.kept_meta(election))
    keep_counts(round_, {MAIN_CONTEST: counted}, SYSTEM, now)
    freeze(round_, {MAIN_CONTEST: (counted.document, counted.election)}, BY_SYSTEM, now)
    return counted


def _report(round_: Round, election: Election, counted: Counted) -> rules.Report:
    ours, theirs = frozenset(counted.outcome.winners), election.declared_winners
    named = {project.id: f"{project.id} {project.name}".strip() for project in election.projects}
    return rules.Report(
        slug=round_.slug,
        title=round_.title,
        projects=len(election.projects),
        ballots=election.voters,
        winners=len(ours),
        only_counted=tuple(named[id_] for id_ in sorted(ours - theirs)) if theirs is not None else (),
        only_declared=tuple(named[id_] for id_ in sorted(theirs - ours)) if theirs is not None else (),
        declared=theirs is not None,
    )

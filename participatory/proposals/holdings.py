"""What proposals hold about their authors: what goes with the account, with time, and what stays without the name."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_babel import ngettext

from participatory.core.database import after_commit, db
from participatory.core.joining import references
from participatory.core.labels import N_, label
from participatory.identity.models import Person
from participatory.journal.actions import SYSTEM, record
from participatory.journal.rules import Verb
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
    offer_retention,
)
from participatory.privacy.rules import Task
from participatory.privacy.wording import day, moment_text, said
from participatory.proposals.documents import documents_of, forget_files
from participatory.proposals.inviting import inherit
from participatory.proposals.models import Proposal
from participatory.proposals.queries import carried_by, using_image, written_by
from participatory.proposals.rules import PUBLIC, State
from participatory.rounds.models import Round
from participatory.web.settings import document_store, image_store

_UNSENT = (State.DRAFT.value, State.WITHDRAWN.value)


def stays(proposal: Proposal, now: datetime) -> bool:
    """Whether a proposal outlives its author's account: public when people began to vote, or part of another."""
    return proposal.state is State.MERGED or (proposal.state in PUBLIC and proposal.round.voting_at <= now)


def _goes_at(round_: Round) -> datetime:
    return round_.review_at + timedelta(days=round_.rulebook.drafts_kept_days)


def _title(proposal: Proposal) -> str:
    return proposal.title or said(N_("Brouillon sans titre"))


def _until(proposal: Proposal) -> str:
    if proposal.state_code in _UNSENT:
        return said(N_("gardé jusqu’au %(day)s"), day=day(_goes_at(proposal.round)))
    return said(N_("gardé sans limite une fois soumis au vote"))


def _held(person: Person, now: datetime) -> Holding | None:
    found = written_by(person)
    if not found:
        return None
    rows = tuple((_title(each), f"{said(label(each.state))} – {each.round.title} – {_until(each)}") for each in found)
    return Holding(
        said(N_("Selon l’état du projet : voyez à côté de chacun.")), rows, data=[_exported(x) for x in found]
    )


def _exported(proposal: Proposal) -> dict[str, Any]:
    texts = ("public_id", "title", "summary", "need", "solution", "image_alt", "version", "asked_cents", "final_cents")
    return {
        **{name: getattr(proposal, name) for name in texts},
        "round": proposal.round.title,
        "state": proposal.state_code,
        "theme": proposal.theme_code,
        "markers": proposal.marker_codes,
        "site": proposal.site.name if proposal.site else None,
        "association": proposal.association.name if proposal.association else None,
        "partial_min_cents": proposal.partial_min_cents,
        "created_at": moment_text(proposal.created_at),
        "updated_at": moment_text(proposal.updated_at),
        "lines": [
            {
                "label": line.label,
                "quantity": line.quantity,
                "unit_cents": line.unit_cents,
                "kind": line.kind_code,
                "source": line.source,
            }
            for line in proposal.lines
        ],
        "cofunding": [
            {"funder": x.funder_code, "name": x.name, "covers": x.covers, "cents": x.cents, "state": x.state_code}
            for x in proposal.cofunding
        ],
        "moves": [{"to": move.target, "version": move.version, "at": moment_text(move.at)} for move in proposal.moves],
    }


def _foresee(person: Person, now: datetime) -> Erasure:
    carried = carried_by(person)
    found = [each for each in carried if not each.co_authors]
    going = [each for each in found if not stays(each, now)]
    goes: tuple[str, ...] = ()
    if going:
        titles = ", ".join(said(N_("« %(title)s »"), title=_title(each)) for each in going)
        counted = ngettext("%(num)s projet, avec ses images :", "%(num)s projets, avec leurs images :", len(going))
        goes = (f"{counted} {titles}.",)
    why = said(
        N_(
            "Des personnes l’ont lu et ont pu voter pour lui. Il reste public, mais votre nom y est remplacé "
            "par « un ancien compte »."
        )
    )
    kept = tuple(
        Kept(said(N_("Le projet « %(title)s »"), title=_title(each)), why) for each in found if stays(each, now)
    ) + tuple(
        Kept(said(N_("Le projet « %(title)s »"), title=_title(each)), said(N_("Il passe à qui l’écrit avec vous.")))
        for each in carried
        if each.co_authors
    )
    return Erasure(goes=goes, stays=kept)


def _erase(person: Person, now: datetime) -> None:
    for proposal in carried_by(person):
        # Read again and held: an association may be deciding on it at this very moment.
        held = sa.select(Proposal).where(Proposal.id == proposal.id).with_for_update(of=Proposal)
        fresh = db.session.scalars(held.execution_options(populate_existing=True)).first()
        if fresh is not None and fresh.co_authors:
            inherit(fresh, now)
        elif fresh is not None and not stays(fresh, now):
            submitted, public_id, round_key = fresh.version > 0, fresh.public_id, fresh.round.public_id
            forget([fresh])
            if submitted and fresh.state is not State.WITHDRAWN:
                record(Verb.PROPOSAL_WITHDRAWN, SYSTEM, now, round=round_key, proposal=public_id)


def forget(proposals: Sequence[Proposal]) -> int:
    """Delete proposals with whatever names them, and their pictures once that is committed; how many went."""
    numbers, pictures = [each.id for each in proposals], {each.image_key for each in proposals if each.image_key}
    papers = [each.key for each in documents_of(numbers)]
    for table, column in references(Proposal):
        # What goes with its proposal goes by the database: versions never go alone, and their trigger says so.
        if not any(key.ondelete == "CASCADE" for key in column.foreign_keys):
            db.session.execute(sa.delete(table).where(column.in_(numbers)))
    gone = sa.delete(Proposal).where(Proposal.id.in_(numbers))
    number = db.session.execute(gone, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined]
    _forget_pictures(pictures)
    forget_files(papers, document_store())
    return int(number)


def _forget_pictures(keys: Collection[str]) -> None:
    store = image_store()
    for key in keys:
        # The same picture is stored once, whoever sent it.
        if not using_image(key):
            after_commit(partial(store.forget, key))


def _unsent(moment: datetime) -> list[tuple[Round, datetime]]:
    having = sa.select(Round).where(
        sa.exists().where(Proposal.round_id == Round.id, Proposal.state_code.in_(_UNSENT)), Round.origin == ""
    )
    rounds = db.session.scalars(having.order_by(Round.id)).unique()
    return [(round_, _goes_at(round_)) for round_ in rounds if _goes_at(round_) <= moment]


def _coming(moment: datetime) -> Sequence[Coming]:
    found = []
    for round_, ends in _unsent(moment):
        wanted = sa.select(sa.func.count(Proposal.id)).where(
            Proposal.round_id == round_.id, Proposal.state_code.in_(_UNSENT)
        )
        found.append(Coming(db.session.scalar(wanted) or 0, ends, round_.title))
    return found


def _batch(now: datetime, most: int) -> Deleted | None:
    for round_, _ends in _unsent(now):
        due = sa.select(Proposal).where(Proposal.round_id == round_.id, Proposal.state_code.in_(_UNSENT))
        rows = db.session.scalars(due.order_by(Proposal.id).limit(most).with_for_update(of=Proposal)).all()
        return Deleted(forget(rows), round_.id, round_.public_id)
    return None


def _kept() -> str:
    return said(N_("sans limite une fois soumis au vote ; un brouillon, le délai que fixe le règlement du budget"))


def _drafts_kept() -> str:
    return said(N_("le délai que fixe le règlement du budget, après la fin du dépôt"))


def offer(app: Flask) -> None:
    """Enter proposals into the register, into deletions, and into the daily job."""
    processing = Processing(
        "proposals",
        N_("Vos projets"),
        N_("Textes, coûts, images et versions, avec le nom d’usage de leur auteur"),
        N_("les faire lire, juger et choisir"),
        N_("tout le monde une fois recevables ; avant, vous et qui les examine"),
        _kept,
        tasks=frozenset({Task.RIGHTS}),
    )
    offer_holdings(app, processing, _held)
    offer_erasure(app, _foresee, _erase)
    title = N_("Brouillons et projets retirés d’un budget")
    offer_retention(app, Retention("drafts", title, _drafts_kept, _coming, _batch))

"""The approval of a list by a second person: a deed that takes two."""

from datetime import datetime

import sqlalchemy as sa

from participatory.core.database import db
from participatory.core.errors import Refusal
from participatory.core.labels import N_, label
from participatory.deeds.actions import propose, withdraw
from participatory.deeds.kinds import DeedKind, Payload
from participatory.deeds.models import Deed
from participatory.deeds.queries import waiting_for
from participatory.deeds.rules import Description, Sentence, Table
from participatory.identity.models import Person
from participatory.identity.permissions import Permission, Scope
from participatory.identity.queries import is_account_of, person_by_public_id
from participatory.journal.actions import SYSTEM
from participatory.outbox.actions import enqueue
from participatory.rolls import queries
from participatory.rolls.actions import end_list, import_list, staged_people
from participatory.rolls.comparing import compare
from participatory.rolls.models import RollList
from participatory.rolls.rules import ListState
from participatory.rounds.models import Round

NAME = "roll.approve"


def ask_approval(sent: RollList, by: Person | None, now: datetime, link: str = "") -> Deed:
    """Have a list wait for a second person; `by` is None for the operator's command, `link` leads to the deeds."""
    return propose(APPROVE, sent.public_id, {"list": sent.public_id}, by, now, link=link)


def take_back(waiting: RollList, by: Person, now: datetime) -> None:
    """Withdraw a list for the person who sent it; raises Refusal for others and when it no longer waits."""
    deed = waiting_for(NAME, waiting.public_id)
    if deed is None or not is_account_of(waiting.sent_by, by):
        raise Refusal(N_("Cette liste n’attend plus, ou une autre personne l’a envoyée."))
    withdraw(deed.public_id, APPROVE, by, label(ListState.WITHDRAWN), now)


def waiting_with_deeds(round_: Round) -> list[tuple[RollList, Deed | None]]:
    """The lists that wait in a round, each with the deed that would approve it."""
    lists = queries.waiting_lists(round_)
    about = sa.select(Deed).where(Deed.kind == NAME, Deed.subject.in_([each.public_id for each in lists]))
    deeds = {deed.subject: deed for deed in db.session.scalars(about.order_by(Deed.id))}
    return [(each, deeds.get(each.public_id)) for each in lists]


def _describe(payload: Payload) -> Description:
    waiting = _list(payload)
    facts: list[tuple[str, str | int]] = [
        (N_("Personnes de la liste"), waiting.people),
        (N_("Lignes du fichier"), waiting.rows),
        (N_("Lignes en double"), waiting.repeated),
        (N_("Lignes fautives laissées de côté"), waiting.rejected),
        (N_("Empreinte du fichier (SHA-256)"), waiting.file_digest),
    ]
    if waiting.establishment is not None:
        facts.insert(0, (N_("Établissement"), waiting.establishment.name))
    return Description(
        _title(waiting),
        tuple(facts),
        _consequences(),
        _warnings(waiting),
        (_places(waiting),),
        present=_difference(waiting),
    )


def _title(waiting: RollList) -> Sentence:
    """What tells this list from the others that wait: whose it is, and for which round."""
    if waiting.establishment is None:
        return Sentence(
            N_("Inscrire les personnes d’une liste sur la liste électorale de « %(round)s »"),
            {"round": waiting.round.title},
        )
    return Sentence(
        N_("%(place)s : inscrire une liste sur la liste électorale de « %(round)s »"),
        {"place": waiting.establishment.name, "round": waiting.round.title},
    )


def _difference(waiting: RollList) -> tuple[tuple[str, str | int], ...]:
    """The list beside the roll of this instant, which changes whenever somebody enrols."""
    change = compare(waiting.round, staged_people(waiting))
    return (
        (N_("Personnes à ajouter"), change.added),
        (N_("Personnes déjà inscrites"), change.known),
        (N_("Déjà inscrites, mais ailleurs : ce lieu leur est ajouté"), change.moved),
        (N_("Personnes inscrites pour ces établissements et absentes de la liste : elles restent"), change.absent),
    )


def _consequences() -> tuple[Sentence, ...]:
    return (
        Sentence(N_("Les personnes qui ne sont pas encore inscrites pourront voter.")),
        Sentence(N_("Personne n’est retiré, et personne ne change de site de vote.")),
        Sentence(N_("La copie de la liste qui attend ici est effacée aussitôt après.")),
    )


def _warnings(waiting: RollList) -> tuple[Sentence, ...]:
    if not waiting.warned:
        return ()
    return (Sentence(N_("Lignes prises avec un avertissement : %(count)s."), {"count": waiting.warned}),)


def _places(waiting: RollList) -> Table:
    return Table(
        N_("Personnes de la liste, par établissement et par site"),
        (N_("Établissement et site"), N_("Personnes")),
        tuple((f"{establishment} – {site}", size) for establishment, site, size in queries.counts_of_list(waiting)),
    )


def _perform(payload: Payload, by: Person, now: datetime) -> None:
    waiting = _list(payload)
    import_list(waiting, by, now)
    _tell_sender(waiting, by.public_id, now)


def _abandon(payload: Payload, now: datetime) -> None:
    """Delete what was staged: withdrawn by whoever sent it, refused by another, or left without answer."""
    waiting = _list(payload)
    deed = _last_deed(waiting)
    by, why, reason = SYSTEM, ListState.EXPIRED, ""
    if deed is not None and deed.withdrawn_at is not None:
        by, reason = deed.withdrawn_by, deed.reason
        why = ListState.WITHDRAWN if _is_sender(waiting, by) else ListState.REFUSED
    end_list(waiting, why, by, now, reason)
    _tell_sender(waiting, by, now)


def _is_sender(decided: RollList, by: str) -> bool:
    """Whether the person of this public identifier sent the list, under this account or one that became part of it."""
    person = person_by_public_id(by)
    return person is not None and is_account_of(decided.sent_by, person)


def _tell_sender(decided: RollList, by: str, now: datetime) -> None:
    """Write to the person who sent the list what became of it, unless they decided it themselves."""
    sender = person_by_public_id(decided.sent_by)
    if sender is None or _is_sender(decided, by):
        return
    place = decided.establishment.name if decided.establishment else ""
    values = {"round": decided.round.title, "state": label(decided.state), "reason": decided.reason, "place": place}
    enqueue(sender.email, "roll_list_decided", sender.locale, now, **values)


def _last_deed(waiting: RollList) -> Deed | None:
    about = sa.select(Deed).where(Deed.kind == NAME, Deed.subject == waiting.public_id)
    return db.session.scalars(about.order_by(Deed.id.desc())).first()


def _scopes(payload: Payload) -> tuple[Scope, ...]:
    return (_list(payload).round.scope,)


def _list(payload: Payload) -> RollList:
    return queries.list_by_key(str(payload["list"]))


APPROVE = DeedKind(
    NAME, N_("Approuver une liste électorale"), Permission.APPROVE_ROLL, _describe, _perform, _abandon, _scopes
)

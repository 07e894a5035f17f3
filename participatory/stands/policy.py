"""Who opens stands, prints and enters paper ballots, and when; no role outranks the phase of the vote."""

from datetime import datetime

from participatory.ballots.models import UrnState
from participatory.ballots.opening import must_have_opened
from participatory.ballots.policy import AFTER_VOTE, voting_is_open
from participatory.ballots.queries import steps_of
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.rules import Phase
from participatory.stands.models import PaperBatch, Stand

_BEFORE_THE_END = (Phase.ANNOUNCEMENT, Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING)


def can_hold_stands(person: Person, round_: Round) -> Refusal | None:
    """Officers of the round; a round brought in from elsewhere has no vote here."""
    if not person.may(Permission.OPEN_STANDS, round_.scope):
        return Refusal(N_("Seules les personnes qui conduisent ce budget ouvrent un stand."), Kind.FORBIDDEN)
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : on n’y vote pas ici."))
    return None


def can_open(person: Person, round_: Round, now: datetime) -> Refusal | None:
    """A stand may be declared beforehand; it serves while the vote is open."""
    return can_hold_stands(person, round_) or must_be_in(round_, _BEFORE_THE_END, now)


def can_enrol(person: Person, stand: Stand, now: datetime) -> Refusal | None:
    """A device is enrolled for a stand that is open."""
    return can_hold_stands(person, stand.round) or is_alive(stand, now)


def is_alive(stand: Stand, now: datetime) -> Refusal | None:
    """Why a stand no longer serves: closed, past its hour, or the vote is over."""
    if stand.closed_at is not None:
        return Refusal(N_("Ce stand est fermé."))
    if now >= stand.until:
        return Refusal(N_("Ce stand était ouvert jusqu’au %(end)s."), end=stand.until)
    return must_be_in(stand.round, _BEFORE_THE_END, now)


def serves(stand: Stand, now: datetime) -> bool:
    """Whether people vote on the device of this stand at this instant."""
    return stand.is_open(now) and voting_is_open(stand.round, now) is None


def can_close(person: Person, stand: Stand) -> Refusal | None:
    """Any officer of the round, once."""
    if refusal := can_hold_stands(person, stand.round):
        return refusal
    return Refusal(N_("Ce stand est fermé.")) if stand.closed_at is not None else None


def can_see_batch(person: Person, batch: PaperBatch) -> Refusal | None:
    """Officers of the round, and those who enter the ballots of this establishment; for others there is none."""
    may = person.may(Permission.OPEN_STANDS, batch.round.scope) or person.may(Permission.ENTER_PAPER, *batch.scopes)
    return None if may else Refusal(N_("Ce lot de bulletins n’existe pas."), Kind.NOT_FOUND)


def can_plan(person: Person, round_: Round, now: datetime) -> Refusal | None:
    """Officers of the round, until voting closes."""
    if not person.may(Permission.OPEN_STANDS, round_.scope):
        return Refusal(N_("Seules les personnes qui conduisent ce budget font imprimer des bulletins."), Kind.FORBIDDEN)
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : on n’y vote pas ici."))
    return must_be_in(round_, _BEFORE_THE_END, now)


def can_print(person: Person, batch: PaperBatch, now: datetime) -> Refusal | None:
    """Once, while the vote is open: the projects of a ballot are those that the opening froze."""
    if refusal := can_plan(person, batch.round, now):
        return refusal
    if batch.printed_at is not None:
        return Refusal(
            N_(
                "Les bulletins de ce lot ont déjà été imprimés : leurs numéros ne se relisent pas. S’ils sont perdus, "
                "déclarez-les à la clôture et préparez un autre lot."
            )
        )
    return voting_is_open(batch.round, now) or must_have_opened(batch.round)


def can_serve(person: Person, batch: PaperBatch, now: datetime) -> Refusal | None:
    """At the counter: those who enter paper ballots of this establishment, while the vote is open."""
    return _works(person, batch) or voting_is_open(batch.round, now)


def can_cancel(person: Person, batch: PaperBatch, now: datetime) -> Refusal | None:
    """Taking back a signature is for officers, while the vote is open; afterwards two people declare what lacks."""
    if not person.may(Permission.OPEN_STANDS, batch.round.scope):
        return Refusal(N_("Seules les personnes qui conduisent ce budget annulent une signature."), Kind.FORBIDDEN)
    if refusal := _works(person, batch):
        return refusal
    if voting_is_open(batch.round, now):
        return Refusal(
            N_(
                "Le vote est terminé : une signature ne s’annule plus. À la clôture du lot, que deux personnes "
                "confirment, déclarez ce bulletin remis et jamais déposé, et dites pourquoi."
            )
        )
    return None


def can_enter(person: Person, batch: PaperBatch, now: datetime) -> Refusal | None:
    """Ballots of the box are entered once the time of the vote is over, until the batch is closed."""
    return _works(person, batch) or must_be_in(batch.round, AFTER_VOTE, now) or _before_sealing(batch.round)


def can_close_batch(person: Person, batch: PaperBatch, now: datetime) -> Refusal | None:
    """Officers, between the closing of the vote and the sealing of the urn."""
    if not person.may(Permission.OPEN_STANDS, batch.round.scope):
        return Refusal(N_("Seules les personnes qui conduisent ce budget clôturent un lot."), Kind.FORBIDDEN)
    return _works(person, batch) or ready_to_close(batch, now)


def ready_to_close(batch: PaperBatch, now: datetime) -> Refusal | None:
    """Why a batch cannot be closed at this instant, whoever asks."""
    if batch.closed_at is not None:
        return Refusal(N_("Ce lot est clôturé : il ne change plus."))
    if refusal := must_be_in(batch.round, AFTER_VOTE, now) or _before_sealing(batch.round):
        return refusal
    if UrnState.CLOSED not in steps_of(batch.round):
        return Refusal(N_("Deux personnes doivent d’abord clore le vote ; les bulletins papier entrent ensuite."))
    return None


def _works(person: Person, batch: PaperBatch) -> Refusal | None:
    if refusal := can_see_batch(person, batch):
        return refusal
    if not person.may(Permission.ENTER_PAPER, *batch.scopes):
        return Refusal(N_("Vous ne saisissez pas les bulletins de cet établissement."), Kind.FORBIDDEN)
    if batch.printed_at is None:
        return Refusal(N_("Les bulletins de ce lot ne sont pas encore imprimés."))
    if batch.closed_at is not None:
        return Refusal(N_("Ce lot est clôturé : il ne change plus."))
    return None


def _before_sealing(round_: Round) -> Refusal | None:
    done = steps_of(round_)
    if UrnState.ANNULLED in done:
        return Refusal(N_("Le vote de ce budget a été annulé."))
    if UrnState.SEALED in done:
        return Refusal(N_("L’urne est scellée : plus rien n’y entre."))
    return None

"""When a vote may be closed, controlled, sealed, archived or annulled, and who may propose it."""

from datetime import datetime

from participatory.ballots.models import SettingAside, UrnState
from participatory.ballots.opening import opening_of
from participatory.ballots.policy import AFTER_VOTE
from participatory.ballots.queries import steps_of
from participatory.ballots.steps import can_step
from participatory.control.cases import cases_of
from participatory.control.obstacles import obstacle
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in

KEPT = "kept"


def time_is_over(round_: Round, now: datetime) -> Refusal | None:
    """Nobody closes a vote before the hour that its calendar gave."""
    return must_be_in(round_, AFTER_VOTE, now)


def can_conduct(person: Person, round_: Round) -> Refusal | None:
    """Closing, controlling and sealing are for those who conduct the vote of this round."""
    if person.may(Permission.CLOSE_VOTE, round_.scope):
        return None
    return Refusal(N_("Seules les personnes qui conduisent le budget peuvent faire cela."), Kind.FORBIDDEN)


def can_close(round_: Round, now: datetime) -> Refusal | None:
    """A vote that opened, once its time is over."""
    return _must_have_opened(round_) or time_is_over(round_, now) or can_step(round_, UrnState.CLOSED)


def can_take_control(round_: Round, now: datetime) -> Refusal | None:
    """A vote that is closed."""
    return time_is_over(round_, now) or can_step(round_, UrnState.CONTROL)


def can_seal(round_: Round, now: datetime) -> Refusal | None:
    """A vote under control, once every case is decided, its delay over, and nothing else is to be finished before.

    Whether roll and urn answer each other is asked by the deed itself, which reads them.
    """
    refusal = time_is_over(round_, now) or can_step(round_, UrnState.SEALED)
    return refusal or _cases_refusal(cases_of(round_), now) or obstacle(round_)


def can_archive(round_: Round, now: datetime) -> Refusal | None:
    """A vote whose result is published."""
    return can_step(round_, UrnState.ARCHIVED)


def can_annul(round_: Round, now: datetime) -> Refusal | None:
    """A vote between its opening and the publication of its result, once."""
    done = steps_of(round_)
    if UrnState.ANNULLED in done:
        return Refusal(N_("Le vote de ce budget est déjà annulé."))
    if UrnState.PUBLISHED in done:
        return Refusal(N_("Le résultat est publié : ce vote ne peut plus être annulé ici. Seul un juge le peut."))
    return _must_have_opened(round_)


def _must_have_opened(round_: Round) -> Refusal | None:
    if opening_of(round_) is None:
        return Refusal(N_("Le vote de ce budget n’a pas ouvert : il n’y a rien à clore ni à annuler."))
    return None


def _cases_refusal(cases: list[SettingAside], now: datetime) -> Refusal | None:
    waiting = sum(not case.outcome for case in cases)
    if waiting:
        return Refusal(
            N_("Mises à l’écart qui attendent encore une décision : %(count)s. L’urne se scelle après."), count=waiting
        )
    last = max((case.answer_until for case in cases if case.outcome != KEPT), default=now)
    if last > now:
        return Refusal(
            N_("La personne dont un bulletin est mis à l’écart peut répondre jusqu’au %(until)s : l’urne attend."),
            until=last,
        )
    return None

"""When a vote may be closed, controlled, sealed, archived or annulled, and who may propose it."""

from datetime import datetime

from participatory.ballots.models import SettingAside, UrnState
from participatory.ballots.opening import opening_of
from participatory.ballots.policy import AFTER_VOTE
from participatory.ballots.queries import steps_of
from participatory.ballots.steps import can_step
from participatory.control.cases import cases_of
from participatory.control.finding import undecided_pairs
from participatory.control.obstacles import obstacle
from participatory.control.rules import Outcome, Wish, answer_until
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.identity.queries import is_account_of
from participatory.rounds.models import Round
from participatory.rounds.policy import must_be_in
from participatory.rounds.rulebook import SetAsideMotive


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


def can_seal(round_: Round, now: datetime, store: SecretStore) -> Refusal | None:
    """A vote under control, once every case and every pair of signatures is decided, delays over, nothing else left.

    Whether roll and urn answer each other is asked by the deed itself, which reads them.
    """
    refusal = time_is_over(round_, now) or can_step(round_, UrnState.SEALED)
    cases = cases_of(round_)
    refusal = refusal or _cases_refusal(cases, now) or _appeals_refusal(round_, cases, now)
    return refusal or _pairs_refusal(round_, store) or obstacle(round_)


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
    silent = [case for case in cases if case.outcome != Outcome.KEPT and case.answered_at is None]
    last = max((case.answer_until for case in silent), default=now)
    if last > now:
        return Refusal(
            N_("La personne dont un bulletin est mis à l’écart peut répondre jusqu’au %(until)s : l’urne attend."),
            until=last,
        )
    return None


def appeal_until(round_: Round, case: SettingAside) -> datetime | None:
    """Until when (UTC) a voter may contest the decision of their case: the delay of the rulebook; None undecided."""
    return answer_until(case.decided_at, round_.rulebook.reconfirm_days) if case.decided_at is not None else None


def _appeals_refusal(round_: Round, cases: list[SettingAside], now: datetime) -> Refusal | None:
    """An appeal is decided before the sealing, and whoever did not accept the decision has the time to make one."""
    aside = [case for case in cases if case.outcome == Outcome.SET_ASIDE]
    waiting = sum(case.appealed_at is not None and not case.appeal_outcome for case in aside)
    if waiting:
        return Refusal(N_("Recours qui attendent une décision : %(count)s. L’urne se scelle après."), count=waiting)
    open_ = [case for case in aside if case.appealed_at is None and case.wish != Wish.LEAVE]
    last = max((until for case in open_ if (until := appeal_until(round_, case)) is not None), default=now)
    if last > now:
        return Refusal(
            N_("La personne dont un bulletin est écarté peut faire un recours jusqu’au %(until)s : l’urne attend."),
            until=last,
        )
    return None


def _pairs_refusal(round_: Round, store: SecretStore) -> Refusal | None:
    """Two ballots of one person are not sealed in silence, as long as a case about one of them can be opened."""
    if SetAsideMotive.DUPLICATE_IDENTITY not in round_.rulebook.set_aside_motives:
        return None
    count = sum(pair.to_question is not None for pair in undecided_pairs(round_, store))
    if not count:
        return None
    return Refusal(
        N_(
            "Paires de signatures d’une même personne dont personne n’a décidé : %(count)s. Ouvrez un dossier pour "
            "chacune sous « Mises à l’écart » (/gestion/budgets/%(slug)s/controle) ; l’urne se scelle une fois qu’il "
            "est décidé, que le bulletin soit conservé ou écarté."
        ),
        count=count,
        slug=round_.slug,
    )


def can_set_aside(person: Person, round_: Round) -> Refusal | None:
    """Cases are opened and decided by officers, and only while the vote is under control."""
    return can_read_cases(person, round_) or under_control(round_)


def under_control(round_: Round) -> Refusal | None:
    """Ballots are set aside after the closing and before the sealing, never else."""
    done = steps_of(round_)
    if UrnState.ANNULLED in done:
        return Refusal(N_("Le vote de ce budget a été annulé."))
    if UrnState.SEALED in done:
        return Refusal(N_("L’urne est scellée : plus aucun bulletin ne peut être mis à l’écart."))
    if UrnState.CONTROL not in done:
        return Refusal(N_("Un bulletin ne peut être mis à l’écart qu’une fois le vote sous contrôle."))
    return None


def motive_fault(round_: Round, motive: SetAsideMotive) -> Refusal | None:
    """The motives are those that the rulebook named before the vote."""
    if motive in round_.rulebook.set_aside_motives:
        return None
    return Refusal(N_("Le règlement de ce budget ne prévoit pas ce motif."), Kind.INVALID, "motive")


def can_answer(round_: Round, case: SettingAside, now: datetime) -> Refusal | None:
    """A voter answers until the end of the delay, and as long as nothing is decided."""
    if case.outcome:
        return Refusal(N_("Ce dossier est décidé : il n’attend plus de réponse."))
    if now > case.answer_until:
        return Refusal(N_("Le délai pour répondre est passé depuis le %(until)s."), until=case.answer_until)
    return under_control(round_)


def can_decide(person: Person, round_: Round, case: SettingAside, now: datetime) -> Refusal | None:
    """Another officer than the author, once the voter has answered or the delay is over, once."""
    refusal = can_set_aside(person, round_)
    if refusal is not None:
        return refusal
    if case.round_id != round_.id:
        return Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    if case.outcome:
        return Refusal(N_("Ce dossier est déjà décidé."))
    if is_account_of(case.author, person):
        return Refusal(N_("Vous avez ouvert ce dossier : une autre personne doit en décider."), Kind.FORBIDDEN)
    if case.answered_at is None and now <= case.answer_until:
        return Refusal(N_("La personne peut encore répondre, jusqu’au %(until)s."), until=case.answer_until)
    return None


def can_appeal(round_: Round, case: SettingAside, now: datetime) -> Refusal | None:
    """A voter whose ballot was set aside may contest it once, until the end of the delay and before the sealing."""
    if case.appealed_at is not None:
        return Refusal(N_("Votre recours est déjà enregistré."))
    until = appeal_until(round_, case)
    if case.outcome != Outcome.SET_ASIDE or until is None:
        return Refusal(N_("Ce bulletin compte : il n’y a rien à contester."))
    if now > until:
        return Refusal(N_("Le délai pour faire un recours est passé depuis le %(until)s."), until=until)
    return under_control(round_)


def can_decide_appeal(person: Person, round_: Round, case: SettingAside) -> Refusal | None:
    """A third officer: neither the one who proposed nor the one who decided, under whatever account; once."""
    refusal = can_set_aside(person, round_)
    if refusal is not None:
        return refusal
    if case.round_id != round_.id:
        return Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    if case.appealed_at is None:
        return Refusal(N_("Ce dossier n’a pas de recours."))
    if case.appeal_outcome or case.outcome != Outcome.SET_ASIDE:
        return Refusal(N_("Ce recours est déjà tranché."))
    if is_account_of(case.author, person) or is_account_of(case.second_by, person):
        return Refusal(
            N_(
                "Vous avez proposé ou décidé cette mise à l’écart : une troisième personne doit trancher. S’il n’y a "
                "que deux responsables, une administratrice ou un administrateur peut donner ce rôle pour ce budget "
                "à une troisième personne, même pour un jour (Rôles) ; ou bien rétablissez ce bulletin à deux."
            ),
            Kind.FORBIDDEN,
        )
    return None


def can_propose_undo(person: Person, round_: Round, case: SettingAside) -> Refusal | None:
    """An officer, as long as the ballot is set aside and nobody has proposed it."""
    refusal = can_set_aside(person, round_)
    if refusal is not None:
        return refusal
    if case.round_id != round_.id:
        return Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    if case.outcome != Outcome.SET_ASIDE:
        return Refusal(N_("Ce bulletin n’est pas mis à l’écart : il n’y a rien à rétablir."))
    if case.undo_by:
        return Refusal(N_("Le rétablissement de ce bulletin est déjà proposé : une autre personne doit le confirmer."))
    return None


def can_undo(person: Person, round_: Round, case: SettingAside) -> Refusal | None:
    """Another officer than the one who proposed it, under whatever account, before the sealing."""
    refusal = can_set_aside(person, round_)
    if refusal is not None:
        return refusal
    if case.round_id != round_.id:
        return Refusal(N_("Ce dossier n’existe pas ou n’existe plus."), Kind.NOT_FOUND)
    if case.outcome != Outcome.SET_ASIDE or not case.undo_by:
        return Refusal(N_("Personne n’a proposé de rétablir ce bulletin."))
    if is_account_of(case.undo_by, person):
        message = N_("Vous avez proposé ce rétablissement : une autre personne doit le confirmer.")
        return Refusal(message, Kind.FORBIDDEN)
    return None


def can_read_cases(person: Person, round_: Round) -> Refusal | None:
    """The cases of a round are for those who open and decide them."""
    if person.may(Permission.SET_ASIDE, round_.scope):
        return None
    return Refusal(N_("Seules les personnes qui conduisent le budget peuvent faire cela."), Kind.FORBIDDEN)

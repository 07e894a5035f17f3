"""Who may conduct a round, and what each phase allows; nobody outranks the phase."""

from collections.abc import Collection, Mapping
from datetime import datetime

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.models import Person
from participatory.identity.permissions import Permission
from participatory.rounds.models import Round
from participatory.rounds.rules import DATED, Calendar, Phase

# What may still be moved once the vote has opened: nothing that bears on the vote itself.
AFTER_THE_VOTE = frozenset({Phase.RESULTS, Phase.DELIVERY})

# The dates are given as instants; the page words them in its language, in Paris time.
NOT_YET = {
    Phase.ANNOUNCEMENT: N_("Ce budget n’est pas encore annoncé : il le sera le %(start)s."),
    Phase.SUBMISSION: N_("Le dépôt des projets n’est pas encore ouvert : il commence le %(start)s."),
    Phase.REVIEW: N_("L’instruction des projets n’a pas commencé : elle s’ouvre le %(start)s."),
    Phase.VOTING: N_("Le vote n’est pas encore ouvert : il commence le %(start)s."),
    Phase.CONTROL: N_("Le contrôle et le dépouillement attendent la clôture du vote, le %(start)s."),
    Phase.RESULTS: N_("Les résultats ne peuvent pas paraître avant le %(start)s."),
    Phase.DELIVERY: N_("La réalisation des projets ne commence que le %(start)s."),
}
OVER = {
    Phase.DRAFT: N_("Ce n’est plus possible : ce budget est annoncé depuis le %(end)s."),
    Phase.ANNOUNCEMENT: N_("Ce n’est plus possible : le dépôt des projets a commencé le %(end)s."),
    Phase.SUBMISSION: N_("Le dépôt des projets est clos depuis le %(end)s."),
    Phase.REVIEW: N_("L’instruction des projets est terminée depuis le %(end)s."),
    Phase.VOTING: N_("Le vote est clos depuis le %(end)s."),
    Phase.CONTROL: N_("Le contrôle et le dépouillement sont terminés depuis le %(end)s."),
    Phase.RESULTS: N_("La proclamation des résultats est terminée depuis le %(end)s."),
}


def must_be_in(round_: Round, phases: Collection[Phase], now: datetime) -> Refusal | None:
    """Why a deed that belongs to these phases is not possible now.

    It is too early, and the refusal says when it opens, or too late, and it says since when.
    `now` is an instant in UTC. Raises ValueError when no phase is given.
    """
    if not phases:
        raise ValueError("a deed belongs to one phase at least")
    current = round_.phase(now)
    if current in phases:
        return None
    order = list(Phase)
    later = [phase for phase in DATED if phase in phases and order.index(phase) > order.index(current)]
    if later:
        return Refusal(NOT_YET[later[0]], start=round_.calendar.starts(later[0]))
    last = max(phases, key=order.index)
    return Refusal(OVER[last], end=round_.calendar.ends(last))


def phase_refusal(round_: Round, phase: Phase, now: datetime) -> Refusal | None:
    """Why a deed that belongs to one phase is not possible now."""
    return must_be_in(round_, (phase,), now)


def voting_has_opened(round_: Round, now: datetime) -> bool:
    """Whether the rulebook is frozen: voting has opened, or the round was brought in already finished."""
    return round_.imported or round_.voting_at <= now


def can_conduct(person: Person, round_: Round | None = None) -> Refusal | None:
    """Conducting is a permission, for every round or for one; None asks about creating a round."""
    if person.may(Permission.CONDUCT_ROUNDS, *([round_.scope] if round_ else [])):
        return None
    return Refusal(N_("Seules les personnes qui conduisent le budget peuvent faire cela."), Kind.FORBIDDEN)


def can_see(round_: Round, is_conducting: bool, now: datetime) -> Refusal | None:
    """A round exists for the public from its announcement on; those who conduct it see it before."""
    if is_conducting or round_.phase(now) is not Phase.DRAFT:
        return None
    return Refusal(N_("Il n’y a pas de budget à cette adresse."), Kind.NOT_FOUND)


def can_change_rules(person: Person, round_: Round, now: datetime) -> Refusal | None:
    """Texts and rules may change until voting opens, then for nobody."""
    refusal = can_conduct(person, round_)
    if refusal is not None:
        return refusal
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : il se lit, il ne se modifie pas."))
    if voting_has_opened(round_, now):
        return Refusal(
            N_("Le vote a ouvert le %(start)s : le règlement et la présentation sont gelés."), start=round_.voting_at
        )
    return None


def can_set_dates(person: Person, round_: Round, now: datetime) -> Refusal | None:
    """Dates to come may change, even once voting has opened for what follows the count."""
    refusal = can_conduct(person, round_)
    if refusal is not None:
        return refusal
    if round_.imported:
        return Refusal(N_("Ce budget vient d’une autre plateforme : il se lit, il ne se modifie pas."))
    return None


def date_fault(calendar: Calendar, dates: Mapping[Phase, datetime], now: datetime) -> Refusal | None:
    """Why these dates cannot replace the present ones: the past stays as it was, and an open vote closes when it said.

    Only what differs is judged. The refusal names the phase as its field.
    """
    opened = calendar.voting <= now
    for phase in DATED:
        before, after = calendar.starts(phase), dates[phase]
        if before == after:
            continue
        if before <= now:
            message = N_("Cette phase a déjà commencé : sa date ne change plus.")
        elif opened and phase not in AFTER_THE_VOTE:
            message = N_("Le vote est ouvert : la date de sa clôture ne change plus.")
        elif after <= now:
            message = N_("Choisissez une date à venir.")
        else:
            continue
        return Refusal(message, Kind.INVALID, phase.value)
    return None


def new_date_fault(dates: Mapping[Phase, datetime], now: datetime) -> Refusal | None:
    """Why these dates cannot be those of a new round: only its announcement may already be past."""
    past = [phase for phase in DATED[1:] if dates[phase] <= now]
    return Refusal(N_("Choisissez une date à venir."), Kind.INVALID, past[0].value) if past else None


def can_replace(round_: Round, seen: str) -> Refusal | None:
    """Two people who edit at once: the second one has not seen what the first one wrote."""
    if seen == round_.mark:
        return None
    return Refusal(
        N_(
            "Une autre personne a modifié ce budget pendant que vous écriviez. Relisez-le, puis enregistrez à nouveau "
            "pour remplacer ses changements par les vôtres."
        )
    )


def rules_need_a_reason(note: str) -> Refusal | None:
    """A change of rules says why, since the reason is published with the version."""
    if note.strip():
        return None
    return Refusal(
        N_("Vous changez le règlement : dites pourquoi, le motif est publié avec la version."), Kind.INVALID, "note"
    )

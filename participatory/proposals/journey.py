"""What happens next to a proposal, and by when, for its author. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from participatory.core.labels import N_, register
from participatory.proposals.rules import State
from participatory.rounds.rulebook import Rulebook
from participatory.rounds.rules import Phase


@dataclass(frozen=True)
class Next:
    """A French sentence (a catalogue key) and the phase at whose start its time is up, if there is one."""

    sentence: str
    until: Phase | None = None


_CONTESTABLE = Next(
    N_(
        "Il ne sera pas au vote : lisez pourquoi. Vous pouvez répondre et, dans le délai indiqué, demander un réexamen."
    ),
    Phase.VOTING,
)
_DURING: dict[tuple[State, Phase], Next] = {
    (State.DRAFT, Phase.SUBMISSION): Next(N_("Complétez ce brouillon, puis déposez-le."), Phase.REVIEW),
    (State.SUBMITTED, Phase.SUBMISSION): Next(
        N_(
            "Une association étudiante va le lire ; vous recevrez sa réponse par courriel. "
            "Vous pouvez encore le modifier."
        ),
        Phase.REVIEW,
    ),
    (State.CHANGES_REQUESTED, Phase.SUBMISSION): Next(
        N_("Lisez ce qui est demandé, modifiez le projet, puis déposez-le à nouveau."), Phase.VOTING
    ),
    (State.CHANGES_REQUESTED, Phase.REVIEW): Next(
        N_("Lisez ce qui est demandé, modifiez le projet, puis déposez-le à nouveau."), Phase.VOTING
    ),
    (State.REFUSED, Phase.SUBMISSION): _CONTESTABLE,
    (State.REFUSED, Phase.REVIEW): _CONTESTABLE,
    (State.FEASIBLE, Phase.VOTING): Next(N_("Il est au vote : faites-le connaître."), Phase.CONTROL),
    (State.FEASIBLE, Phase.CONTROL): Next(N_("Le vote est clos : les résultats sont en préparation."), Phase.RESULTS),
    (State.FEASIBLE, Phase.RESULTS): Next(N_("Le vote est terminé : voyez les résultats du budget.")),
    (State.FEASIBLE, Phase.DELIVERY): Next(N_("Le vote est terminé : voyez les résultats du budget.")),
}
_OTHERWISE: dict[State, Next] = {
    State.DRAFT: Next(N_("Le dépôt est terminé : ce brouillon n’a pas été déposé.")),
    State.SUBMITTED: Next(N_("Une association étudiante va le lire ; vous recevrez sa réponse par courriel.")),
    State.CHANGES_REQUESTED: Next(N_("Le temps de répondre est passé : ce projet ne va pas plus loin.")),
    State.ADMITTED: Next(
        N_("Les services de la Région étudient sa faisabilité et son coût ; leur réponse sera publiée."), Phase.VOTING
    ),
    State.FEASIBLE: Next(N_("Il sera au vote. Vous n’avez rien à faire d’ici là."), Phase.VOTING),
    State.UNFEASIBLE: Next(N_("Il ne sera pas au vote : la raison est publiée sur sa page.")),
    State.REFUSED: Next(N_("Il ne sera pas au vote : la raison est publiée sur sa page.")),
    State.APPEALED: Next(N_("Une autre association, tirée au sort, relit ce projet ; vous recevrez sa réponse.")),
    State.REFUSED_FINALLY: Next(N_("Il ne sera pas au vote : la raison est publiée sur sa page.")),
    State.MERGED: Next(N_("Il a été réuni à un autre projet, que vous écrivez maintenant avec d’autres.")),
    State.WITHDRAWN: Next(N_("Vous l’avez retiré : il n’est plus examiné et n’est pas public.")),
}


_SPLIT = {
    State.DRAFT: Next(
        N_("Il vient d’un partage : gardez-y une seule des deux parties, puis déposez-le."), Phase.VOTING
    ),
    State.SUBMITTED: Next(
        N_("Une partie en devient un autre projet : ôtez-la de celui-ci, puis déposez la nouvelle version."),
        Phase.VOTING,
    ),
}
_SPLIT[State.ADMITTED] = _SPLIT[State.SUBMITTED]


def next_step(state: State, phase: Phase, *, split: bool = False) -> Next:
    """What the author of a proposal in this state may expect during this phase of its round.

    `split`: one of the two parts of a split project, whose text is to be written again.
    """
    if split and state in _SPLIT:
        return _SPLIT[state]
    return _DURING.get((state, phase)) or _OTHERWISE[state]


class Mile(StrEnum):
    """The stages of the way of every project."""

    SUBMITTED = "submitted"
    MODERATION = "moderation"
    APPRAISAL = "appraisal"
    VOTE = "vote"
    RESULT = "result"


register(
    {
        Mile.SUBMITTED: N_("Déposé"),
        Mile.MODERATION: N_("Lu par une association"),
        Mile.APPRAISAL: N_("Étudié par la Région"),
        Mile.VOTE: N_("Soumis au vote"),
        Mile.RESULT: N_("Résultat"),
    }
)
_MILES = tuple(Mile)
# How many stages are behind a project in each state.
_BEHIND = {
    State.DRAFT: 0,
    State.SUBMITTED: 1,
    State.CHANGES_REQUESTED: 1,
    State.APPEALED: 1,
    State.ADMITTED: 2,
    State.FEASIBLE: 3,
}


def way(state: State, phase: Phase) -> list[tuple[Mile, str]] | None:
    """Each stage of a project with `done`, `current` or `coming`; None for a project that goes no further."""
    if state not in _BEHIND:
        return None
    behind = _BEHIND[state]
    if state is State.FEASIBLE and phase in {Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY}:
        behind = 4 if phase is Phase.CONTROL else 5
    standing = ["done"] * behind + ["current"] + ["coming"] * len(_MILES)
    return list(zip(_MILES, standing, strict=False))


def promised(state: State, submitted_at: datetime | None, rulebook: Rulebook) -> datetime | None:
    """When the rulebook promises a first answer to a project that waits for it (UTC); None for any other."""
    if state is not State.SUBMITTED or submitted_at is None:
        return None
    return submitted_at + timedelta(days=rulebook.moderation_days)

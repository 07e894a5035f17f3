"""What happens next to a proposal, and by when, for its author. Pure."""

from dataclasses import dataclass

from participatory.core.labels import N_
from participatory.proposals.rules import State
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
    State.MERGED: Next(N_("Il a été réuni à un autre projet, dont vous êtes maintenant co-auteur ou co-autrice.")),
    State.WITHDRAWN: Next(N_("Vous l’avez retiré : il n’est plus examiné et n’est pas public.")),
}


def next_step(state: State, phase: Phase) -> Next:
    """What the author of a proposal in this state may expect during this phase of its round."""
    return _DURING.get((state, phase)) or _OTHERWISE[state]

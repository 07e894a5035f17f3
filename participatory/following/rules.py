"""Which moves of a project its followers are told, and in which words. Pure."""

from participatory.core.labels import N_
from participatory.proposals.rules import State

# What was public before the move and what anybody may know of after it.
TOLD: dict[State, str] = {
    State.ADMITTED: N_("Une association l’a déclaré recevable : la Région étudie maintenant sa faisabilité."),
    State.FEASIBLE: N_("La Région l’a déclaré réalisable : il sera au vote."),
    State.UNFEASIBLE: N_("La Région l’a déclaré non réalisable : la raison est publiée sur sa page."),
    State.REFUSED: N_("Il n’a pas été déclaré recevable : la raison est publiée sur sa page."),
    State.APPEALED: N_("Son porteur a demandé un réexamen : une autre association le relit."),
    State.REFUSED_FINALLY: N_("Après réexamen, il n’est pas recevable : la raison est publiée sur sa page."),
    State.WITHDRAWN: N_("Son porteur l’a retiré : il n’est plus public."),
    State.MERGED: N_("Il a été réuni à un autre projet, que vous suivez maintenant à sa place."),
}

"""When a round has a bundle."""

from participatory.ballots.models import VoteOpening, VoteStep
from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.rounds.models import Round


def can_have(round_: Round, opening: VoteOpening | None, counted: VoteStep | None) -> Refusal | None:
    """A bundle is made of a sealed urn: elections from elsewhere and votes from before have their `.pb` file alone."""
    if round_.imported:
        return Refusal(
            N_(
                "Ce budget vient d’une autre plateforme : il n’a pas d’urne scellée ici, donc pas de dossier à "
                "vérifier. Le fichier .pb permet de recompter."
            ),
            Kind.NOT_FOUND,
        )
    if opening is None or counted is None or "projects" not in counted.figures:
        return Refusal(
            N_("Ce vote date d’avant les urnes scellées : il n’a pas de dossier. Le fichier .pb permet de recompter."),
            Kind.NOT_FOUND,
        )
    return None

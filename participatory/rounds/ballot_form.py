"""The part of the form of a round about the vote: who is on the roll, how a ballot is filled and controlled."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField

from participatory.doors.rules import SourceKind
from participatory.rounds.basic_form import BasicForm
from participatory.rounds.faults import LEAST_POINTS, LEAST_RECONFIRM_DAYS, MOST_POINTS, MOST_RECONFIRM_DAYS
from participatory.rounds.fields import WeightsField, needed, whole_field
from participatory.rounds.rulebook import PROOFS, BallotKind, Rulebook, SetAsideMotive
from participatory.web.forms import choices


class BallotForm(BasicForm):
    """The roll, the ballot and its control."""

    proofs = SelectMultipleField(
        _l("Ce qui inscrit sur la liste électorale, sans attendre la liste d’un établissement"),
        choices=lambda: [choice for choice in choices(SourceKind) if choice.value in PROOFS],
        description=_l(
            "Qui se connecte par son établissement, ou reçoit de lui un code imprimé, est inscrit en entrant dans "
            "l’isoloir. Rien de coché : seules les listes importées disent qui vote."
        ),
    )

    ballot_kind = RadioField(_l("Bulletin"), [needed()], choices=lambda: choices(BallotKind))
    ballot_min = whole_field(_l("Nombre minimal de projets sur un bulletin"), 1, 100)
    ballot_max = whole_field(
        _l("Nombre maximal de projets sur un bulletin"), 1, 100, _l("Pour un classement, le nombre de rangs.")
    )
    points_budget = whole_field(_l("Points que chaque personne partage"), LEAST_POINTS, MOST_POINTS)
    points_cap = whole_field(
        _l("Points qu’un projet peut recevoir au plus d’une personne"), 0, MOST_POINTS, _l("0 pour ne pas limiter.")
    )
    rank_weights = WeightsField(
        _l("Ce que vaut chaque rang, du premier au dernier"),
        description=_l("Par exemple : 5, 3, 1. Laissez vide pour compter à rebours : avec trois rangs, 3, 2, 1."),
    )
    trackers = BooleanField(
        _l("Chaque personne peut demander un code secret, qui retrouve son bulletin parmi les bulletins publiés")
    )
    set_aside_motives = SelectMultipleField(
        _l("Motifs pour lesquels un bulletin peut être mis à l’écart après le vote"),
        choices=lambda: choices(SetAsideMotive),
        description=_l("Jamais pour ce qu’il contient : personne ne peut le lire à ce moment-là."),
    )
    reconfirm_days = whole_field(
        _l("Jours laissés pour répondre à qui son bulletin serait mis à l’écart"),
        LEAST_RECONFIRM_DAYS,
        MOST_RECONFIRM_DAYS,
    )

    def _ballot(self) -> dict[str, Any]:
        """The rules of the ballot; those that say nothing of its kind are left at their defaults."""
        kind = BallotKind(self.ballot_kind.data)
        pointed, ranked = kind is BallotKind.POINTS, kind is BallotKind.RANKING
        motives = self.set_aside_motives.data or []
        return {
            "proofs": tuple(each for each in PROOFS if each.value in (self.proofs.data or [])),
            "ballot_kind": kind,
            "ballot_min": self.ballot_min.data,
            "ballot_max": self.ballot_max.data,
            "points_budget": self.points_budget.data if pointed else Rulebook.points_budget,
            "points_cap": self.points_cap.data if pointed else Rulebook.points_cap,
            "rank_weights": self.rank_weights.data if ranked else Rulebook.rank_weights,
            "trackers": bool(self.trackers.data),
            "set_aside_motives": tuple(motive for motive in SetAsideMotive if motive.value in motives),
            "reconfirm_days": self.reconfirm_days.data,
        }

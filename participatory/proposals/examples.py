"""A short invented project for each theme, shown beside the form: what a need, an answer and a cost may look like.

Short on purpose: who writes little must not think that more is expected. Costs are in cents, within usual ceilings.
"""

from dataclasses import dataclass

from participatory.core.labels import N_
from participatory.rounds.rulebook import Theme


@dataclass(frozen=True)
class Example:
    """Catalogue keys of a need, of what is proposed and of the expense, and the amount in cents."""

    need: str
    solution: str
    expense: str
    cents: int


EXAMPLES: dict[Theme, Example] = {
    Theme.WELCOME: Example(
        N_("À la rentrée, on ne connaît personne et on ne sait pas où aller."),
        N_("Une semaine de visites à pied, par groupes de dix, menées par des étudiants de deuxième année."),
        N_("30 guides imprimés et 10 goûters"),
        900_00,
    ),
    Theme.HOUSING: Example(
        N_("Chaque été, on jette des meubles que d’autres cherchent en septembre."),
        N_("Un local où déposer des meubles en juin et en prendre à la rentrée, tenu par une association."),
        N_("Location d’un local et d’une camionnette, quatre mois"),
        3_200_00,
    ),
    Theme.HEALTH: Example(
        N_("Il faut deux mois pour voir un psychologue, et beaucoup renoncent."),
        N_("Une permanence d’écoute le mardi soir, avec un professionnel, sans rendez-vous."),
        N_("36 soirées d’un psychologue"),
        5_400_00,
    ),
    Theme.FOOD: Example(
        N_("Après 14 h, plus rien n’est ouvert sur le site, et un repas chaud est loin."),
        N_("Un réfrigérateur partagé et trois micro-ondes dans le hall, nettoyés à tour de rôle."),
        N_("1 réfrigérateur et 3 micro-ondes"),
        1_350_00,
    ),
    Theme.SHARED_SERVICES: Example(
        N_("Pour réparer un vélo, il faut des outils que personne n’a chez soi."),
        N_("Un atelier ouvert deux après-midi par semaine, avec des outils à emprunter."),
        N_("2 pieds d’atelier et un jeu d’outils"),
        1_800_00,
    ),
    Theme.SPORT: Example(
        N_("La salle est pleine à midi et fermée le soir."),
        N_("Trois appareils en plein air, utilisables à toute heure, près de la bibliothèque."),
        N_("3 appareils posés"),
        9_600_00,
    ),
    Theme.CULTURE: Example(
        N_("On joue de la musique chacun dans sa chambre, faute de lieu."),
        N_("Un placard d’instruments à emprunter et une scène ouverte par mois."),
        N_("8 instruments et une sonorisation d’occasion"),
        4_100_00,
    ),
    Theme.TUTORING: Example(
        N_("En première année, beaucoup décrochent avant Noël sans avoir demandé d’aide."),
        N_("Des séances de révision en petit groupe, animées par des étudiants de master."),
        N_("80 heures de tutorat"),
        1_600_00,
    ),
    Theme.INTERGENERATIONAL: Example(
        N_("Des voisins âgés mangent seuls, à deux rues de notre résidence."),
        N_("Un repas partagé le dimanche, une fois par mois, cuisiné ensemble."),
        N_("10 repas pour 30 personnes"),
        2_100_00,
    ),
    Theme.DISABILITY: Example(
        N_("Dans l’amphithéâtre, qui entend mal ne suit pas le cours."),
        N_("Des boucles magnétiques portatives, à emprunter à l’accueil."),
        N_("4 boucles magnétiques portatives"),
        1_200_00,
    ),
    Theme.ENTREPRENEURSHIP: Example(
        N_("On a des idées, mais personne à qui les montrer avant de se lancer."),
        N_("Quatre soirées où l’on présente son idée à des artisans et à des coopératives de la ville."),
        N_("4 soirées : salle et buffet"),
        1_100_00,
    ),
}


def examples_for(themes: tuple[Theme, ...], chosen: Theme | None) -> list[tuple[Theme, Example]]:
    """The examples of the themes of a round, the chosen one first."""
    ordered = sorted(themes, key=lambda each: each is not chosen)
    return [(each, EXAMPLES[each]) for each in ordered]

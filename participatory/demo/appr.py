"""The appraisal as it lives: links between projects of the vote, groups, projects in hand, opinions asked and given."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.appraisal.assigning import GroupWords, assign, due_at, keep_group, suggestions
from participatory.appraisal.linking import Wanted, declare
from participatory.appraisal.opinions import Asked, Given, answer, ask, token_of
from participatory.appraisal.preparing import note
from participatory.appraisal.rules import Verdict
from participatory.core.database import db
from participatory.core.secrets import SecretStore
from participatory.identity.models import Person
from participatory.proposals.linked import LinkKind
from participatory.proposals.models import Proposal
from participatory.proposals.queries import awaiting_appraisal
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Theme

LINK = "https://exemple.example/"
LINKED = (
    (
        LinkKind.INCOMPATIBLE,
        ("Une salle calme pour souffler entre deux cours", "La penderie : emprunter une tenue pour un entretien"),
        "Les deux projets demandent la même pièce, la seule libre au rez-de-chaussée.",
    ),
    (
        LinkKind.REQUIRES,
        (
            "La caravane des idées : entreprendre loin des métropoles",
            "La radio roulante : une émission par ville étudiante",
        ),
        "La caravane roule avec le véhicule que la radio achète : sans lui, elle n’a pas de quoi partir.",
    ),
)


def link_projects(round_: Round, person: Person) -> None:
    """Two links between projects of a round, declared a week before its vote; called before the vote opens."""
    moment = round_.voting_at - timedelta(days=7)
    for kind, titles, reason in LINKED:
        found = {each.title: each.public_id for each in db.session.scalars(_titled(round_, titles))}
        if len(found) == len(titles):
            declare(round_, Wanted(kind, tuple(found[each] for each in titles), reason), person, LINK, moment)


def share_appraisal(round_: Round, people: dict[str, Person], store: SecretStore, now: datetime) -> None:
    """Groups, and for a project that waits: somebody in charge, a note, an opinion given and one awaited."""
    first, second = people["appraiser-1"], people["appraiser-2"]
    for name, themes, member in (
        ("Vie culturelle et sportive", (Theme.CULTURE, Theme.SPORT), first),
        ("Santé, alimentation, logement", (Theme.HEALTH, Theme.FOOD, Theme.HOUSING), second),
    ):
        keep_group(GroupWords(name, themes, (), (member.public_id,)), None, first, now)
    keep_group(GroupWords("Tous les autres thèmes", (), (), (first.public_id, second.public_id)), None, first, now)
    waiting = awaiting_appraisal(round_)
    for proposal in waiting:
        hands = suggestions([proposal]).get(proposal.id)
        if hands is not None:
            assign(proposal.public_id, hands, first, now, due=due_at(round_, now), link=LINK)
    if waiting:
        _opinions(waiting[0], first, store, now)


def _opinions(proposal: Proposal, person: Person, store: SecretStore, now: datetime) -> None:
    note(proposal.public_id, "Le devis du matériel date de l’an dernier : en demander un autre.", person, now)
    for body, address in (
        ("Université de démonstration", "vie-etudiante@universite.exemple.example"),
        ("Crous de démonstration", "projets@crous.exemple.example"),
    ):
        wanted = Asked(body, address, "Le lieu est-il disponible, et qui en aura la clé ?", now + timedelta(days=10))
        made = ask(proposal.public_id, wanted, person, now, store=store, address=lambda token: LINK + token)
    given = Given(
        Verdict.RESERVES,
        "Le lieu est libre le soir, sauf en période d’examens. Un gardien doit être présent après 20 h.",
        "Camille Fictive",
        "Responsable de la vie étudiante",
        0,
    )
    answer(token_of(made.public_id, store), given, LINK, now)


def _titled(round_: Round, titles: tuple[str, ...]) -> sa.Select[Proposal]:
    return sa.select(Proposal).where(Proposal.round_id == round_.id, Proposal.title.in_(titles))

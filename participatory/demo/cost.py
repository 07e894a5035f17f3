"""The Region's catalogue of costs, and what the services and a few authors said of theirs."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from participatory.appraisal.dialogue import answer, revise
from participatory.appraisal.dialogue_rules import Answer, Revision
from participatory.catalogue.keeping import add
from participatory.catalogue.rules import Cost, LineKind
from participatory.core.database import db
from participatory.demo.stories import stories
from participatory.identity.models import Person
from participatory.proposals.models import CostLine, Proposal
from participatory.rounds.models import Round
from participatory.rounds.rulebook import Theme

_WHY = "Après étude, cette dépense peut coûter un peu moins sans rien changer au projet."
_NO = "Notre devis comprend la livraison, que votre prix ne compte pas."
_AGAIN = "Vous avez raison pour la livraison : la voici comptée."
_DISCUSSED = 4


def show_costs(round_: Round, people: Mapping[str, Person], now: datetime) -> None:
    """Publish the catalogue, then live through the dialogues of the review on the projects whose cost went down."""
    keeper = people["appraiser-1"]
    for story in stories("unit_costs"):
        add(_cost(story), keeper, now - timedelta(days=60))
    wanted = (
        sa.select(Proposal)
        .where(Proposal.round_id == round_.id, Proposal.final_cents < Proposal.asked_cents)
        .order_by(Proposal.id)
    )
    found = [(each, line) for each in db.session.scalars(wanted).unique() if (line := _cut(each)) is not None]
    for number, (proposal, line) in enumerate(found[:_DISCUSSED]):
        _discuss(proposal, line, keeper, round_.review_at + timedelta(days=2, hours=5 * number), argued=number % 2 == 1)


def _cost(story: Mapping[str, object]) -> Cost:
    """A cost of the file."""
    values = dict(story)
    return Cost(
        str(values["label"]),
        str(values["unit"]),
        int(str(values["cents"])),
        LineKind(str(values["kind"])),
        str(values["source"]),
        date.fromisoformat(str(values["priced_on"])),
        tuple(theme for theme in Theme if theme.value in _themes(values)),
    )


def _themes(values: Mapping[str, object]) -> list[str]:
    named = values["themes"]
    return [str(each) for each in named] if isinstance(named, list) else []


def _cut(proposal: Proposal) -> CostLine | None:
    """The line whose revision explains the final cost to the cent, None when no single line does."""
    cut = proposal.asked_cents - (proposal.final_cents or 0)
    return next((line for line in proposal.lines if line.total_cents > cut and cut % line.quantity == 0), None)


def _discuss(proposal: Proposal, line: CostLine, services: Person, moment: datetime, *, argued: bool) -> None:
    """A proposal and its answer; one in two is argued first, and revised."""
    author = proposal.people[0]
    price = line.unit_cents - (proposal.asked_cents - (proposal.final_cents or 0)) // line.quantity
    here, seen = line.position, 0
    page, case = f"/projets/{proposal.slug}/chiffrage", f"/instruction/{proposal.public_id}"
    if argued:
        lower = max(1, price - price // 20)
        revise(proposal.public_id, [Revision(here, line.quantity, lower, _WHY, 0)], services, page, moment)
        answer(proposal.public_id, [Answer(here, False, _NO, 1)], author, case, moment + timedelta(days=1))
        seen = 2
    why = _AGAIN if argued else _WHY
    second = moment + timedelta(days=2)
    revise(proposal.public_id, [Revision(here, line.quantity, price, why, seen)], services, page, second)
    answer(proposal.public_id, [Answer(here, True, "", seen + 1)], author, case, second + timedelta(days=1))

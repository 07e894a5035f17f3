"""What stands and paper ballots hold about people, until when, and the cookie of an enrolled device."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from participatory.core.database import db
from participatory.core.labels import N_
from participatory.privacy.holdings import (
    Coming,
    Deleted,
    Processing,
    Retention,
    offer_processing,
    offer_retention,
)
from participatory.privacy.wording import said
from participatory.rolls.holdings import ends_at
from participatory.rounds.models import Round
from participatory.stands.models import PaperBallot, PaperBatch
from participatory.stands.reading import COOKIE
from participatory.web.cookies import Cookie, offer_cookie


def _kept() -> str:
    return said(N_("effacés à la clôture du lot, quand les bulletins chiffrés entrent dans l’urne"))


def _kept_after_all() -> str:
    return said(N_("autant que la liste électorale du budget"))


def _ending() -> list[tuple[Round, datetime]]:
    """The rounds with paper ballots that never went into an urn, such as those of a vote annulled, and until when."""
    left = sa.select(PaperBatch.round_id).join(PaperBallot, PaperBallot.batch_id == PaperBatch.id)
    rounds = db.session.scalars(sa.select(Round).where(Round.id.in_(left)).order_by(Round.id))
    return [(round_, ends) for round_ in rounds if (ends := ends_at(round_)) is not None]


def _of(round_: Round) -> sa.Select[str]:
    batches = sa.select(PaperBatch.id).where(PaperBatch.round_id == round_.id)
    return sa.select(PaperBallot.number_mac).where(PaperBallot.batch_id.in_(batches))


def _coming(moment: datetime) -> Sequence[Coming]:
    return [
        Coming(len(db.session.scalars(_of(round_)).all()), ends, round_.title)
        for round_, ends in _ending()
        if ends <= moment
    ]


def _batch(now: datetime, most: int) -> Deleted | None:
    round_ = next((each for each, ends in _ending() if ends <= now), None)
    if round_ is None:
        return None
    gone = list(db.session.scalars(_of(round_).limit(most)))
    db.session.execute(sa.delete(PaperBallot).where(PaperBallot.number_mac.in_(gone)))
    return Deleted(len(gone), round_.id, round_.public_id)


def offer(app: Flask) -> None:
    """Enter the processing into the register, and declare the cookie; voters are in the roll and its signatures."""
    paper = Processing(
        "paper_ballots",
        N_("Bulletins papier"),
        N_("L’empreinte du numéro imprimé et le bulletin chiffré ; ni nom, ni lien avec une personne"),
        N_("compter aussi les bulletins remis à un bureau, après deux saisies séparées"),
        N_("les deux personnes qui saisissent chaque bulletin ; ensuite personne avant le dépouillement"),
        _kept,
    )
    offer_processing(app, paper)
    title = N_("Bulletins papier d’un vote annulé")
    offer_retention(app, Retention("paper_ballots", title, _kept_after_all, _coming, _batch))
    purpose = N_("reconnaître l’appareil d’un stand de vote, où l’on se déconnecte vite")
    offer_cookie(
        app, Cookie(COOKIE, purpose, N_("un jeton tiré au sort, celui de l’appareil"), N_("jusqu’à la fin du stand"))
    )

"""In the demonstration: a project written by two people, whose readers proposed other words, with its versions."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from participatory.core.database import db
from participatory.proposals import amending
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.rules import State
from participatory.proposals.versions import keep_version
from participatory.proposals.written import content_of
from participatory.rounds.models import Round

_SAID = (" Chacun y passe quand il peut, sans rendez-vous.", " Un affichage en français facile l’explique à l’entrée.")


def write_together(round_: Round, now: datetime) -> None:
    """Keep what was submitted of a round that receives projects; give one two authors and two amendments."""
    wanted = sa.select(Proposal).where(
        Proposal.round_id == round_.id, Proposal.version > 0, Proposal.author_id.is_not(None)
    )
    projects = db.session.scalars(wanted.order_by(Proposal.id)).all()
    for each in projects:
        assert each.author is not None
        keep_version(each, content_of(each), each.author.public_id, each.submitted_at or now)
    open_ones = [each for each in projects if each.state is State.ADMITTED]
    if not open_ones:
        return
    project = open_ones[0]
    others = list({each.author_id: each.author for each in projects if each.author_id != project.author_id}.values())
    author, friend, reader = project.author, others[0], others[-1]
    assert author is not None
    assert friend is not None
    assert reader is not None
    if friend is not reader:
        db.session.add(CoAuthor(proposal=project, person=friend, joined_at=now - timedelta(days=3)))
    db.session.flush()
    for days, said in zip((2, 1), _SAID, strict=True):
        then = now - timedelta(days=days)
        typed = {"solution": project.solution + said}
        sent = amending.propose(project, reader, typed, then, why="On saura mieux comment venir.", link="")
        if days == 2:
            amending.accept(sent, author, "Merci, c’est plus clair.", "", then + timedelta(hours=5))

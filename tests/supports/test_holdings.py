"""People see the projects that they support, take them along when they leave, and the roll takes the rest."""

from __future__ import annotations

import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.integrity.models import Signal
from participatory.journal.models import JournalEntry
from participatory.privacy.holdings import erase_all, foreseen, holdings_of
from participatory.proposals.holdings import forget
from participatory.proposals.models import Proposal
from participatory.rolls.holdings import forget_voters
from participatory.rolls.models import Voter
from participatory.supports.jobs import look
from participatory.supports.models import Support, SupportDeed, SupportLeftOut, SupportReading
from tests.factories import make_person, sign_in
from tests.supports.making import crowd, project, student, support
from tests.supports.test_looking import flag
from tests.supports.test_ruling import decide


def held(person):
    return next(holding for line, holding in holdings_of(person, now()) if line.key == "supports")


def test_my_data_show_the_projects_that_i_support_and_nobody_elses(client):
    proposal, other = project(title="Le verger"), project(title="La laverie")
    person = student(proposal.round)
    support(proposal, person)
    support(other, student(other.round))
    assert held(make_person()) is None
    (row,) = held(person).rows
    assert row[0] == "Le verger"
    sign_in(client, person)
    html = client.get("/mon-compte/mes-donnees").text
    assert "Le verger" in html
    assert "La laverie" not in html


def test_deleting_an_account_takes_its_supports_along_and_the_journal_says_nothing_of_it(app):
    proposal = project()
    person = student(proposal.round)
    support(proposal, person)
    assert any("1 projet" in words for words in foreseen(person, now()).goes)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(JournalEntry))
    with transaction():
        erase_all(person, now())
    assert db.session.scalars(sa.select(Support)).all() == db.session.scalars(sa.select(Signal)).all() == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) == before


def test_supports_go_with_the_roll(app):
    proposal = project()
    crowd(proposal, 3)
    flag(proposal, 3)
    decide(proposal, make_person(roles=(Role.OFFICER,)), seen=3)
    with transaction():
        forget_voters(list(db.session.scalars(sa.select(Voter.id))))
    assert db.session.scalars(sa.select(Support)).all() == db.session.scalars(sa.select(SupportLeftOut)).all() == []


def test_a_project_that_goes_takes_everything_about_its_supports(app):
    proposal = project()
    crowd(proposal, 3)
    flag(proposal, 3)
    decide(proposal, make_person(roles=(Role.OFFICER,)), seen=3)
    look()
    with transaction():
        forget([db.session.get(Proposal, proposal.id)])
    for table in (Support, SupportLeftOut, SupportDeed, SupportReading):
        assert db.session.scalars(sa.select(table)).all() == []

"""One project becomes two when everybody who writes it agrees; supports stay, and nobody counts twice unasked."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.following.models import Follow
from participatory.identity.models import Person
from participatory.identity.permissions import Role
from participatory.mergers.models import Split
from participatory.mergers.rules import SplitOutcome
from participatory.mergers.telling import tell_all
from participatory.notifications.models import Notification
from participatory.privacy.holdings import erase_all, holdings_of
from participatory.proposals.models import CoAuthor, Proposal
from participatory.proposals.policy import can_edit, can_submit
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from participatory.supports.queries import count_of
from tests.factories import add_voter, make_person, make_proposal, make_round, move_round, sign_in
from tests.supports.making import student, support


class World:
    """A project of Ada and Bob, read by an association already."""

    def __init__(self, phase=Phase.REVIEW, state=State.ADMITTED):
        self.round = make_round(phase)
        self.ada, self.bob, self.zoe = make_person(name="Ada"), make_person(name="Bob"), make_person(name="Zoé")
        self.source = make_proposal(self.round, state, author=self.ada, title="Un verger et un atelier vélo")
        with transaction():
            db.session.add(CoAuthor(proposal_id=self.source.id, person_id=self.bob.id, joined_at=now()))
            self.source.submitted_at = now() - timedelta(days=3)
        for person in (self.ada, self.bob):
            add_voter(self.round, person)


@pytest.fixture
def world(app):
    return World()


def proposed(client, world, person=None, page="partager", **changes):
    sign_in(client, person or world.ada)
    data = {"title": "L’atelier vélo", "carrier": world.bob.public_id, "message": "Deux idées en une."} | changes
    return client.post(f"/projets/{world.source.slug}/{page}", data=data)


def split():
    return db.session.scalars(sa.select(Split)).one()


def answered(client, person, act="yes"):
    sign_in(client, person)
    return client.post(f"/partages/{split().public_id}", data={"act": act})


def fresh(proposal):
    return db.session.get(Proposal, proposal.id, populate_existing=True)


def test_everybody_agrees_and_the_part_is_a_draft_of_the_same_people(client, world):
    assert proposed(client, world).status_code == 303
    assert split().part is None
    sign_in(client, world.bob)
    html = client.get(f"/partages/{split().public_id}").text
    assert "Deux idées en une." in html
    assert "ne sont pas copiés" in html
    assert answered(client, world.bob).status_code == 303
    part = split().part
    assert (part.state, part.title, part.need, part.author_id) == (
        State.DRAFT,
        "L’atelier vélo",
        "Un besoin.",
        world.bob.id,
    )
    assert {each.id for each in part.people} == {world.ada.id, world.bob.id}
    assert [line.unit_cents for line in part.lines] == [line.unit_cents for line in fresh(world.source).lines]
    assert fresh(world.source).state is State.ADMITTED
    assert "L’atelier vélo" in client.get(f"/projets/{world.source.slug}").text
    assert "Issu du partage de" in client.get(f"/projets/{part.slug}").text
    assert client.get(f"/projets/{part.slug}/modifier").status_code == 200
    assert "ôtez-la d’ici" in client.get(f"/projets/{world.source.slug}/modifier").text
    sign_in(client, world.zoe)
    assert "n’est pas encore public" in client.get(f"/projets/{world.source.slug}").text
    assert client.get(f"/projets/{part.slug}").status_code == 404


def test_the_part_waits_for_the_source_without_it_and_both_are_read_again(client, world):
    proposed(client, world)
    answered(client, world.bob)
    part, moment = split().part, now()
    assert can_edit(part, world.bob, moment) is None
    assert "Un verger et un atelier vélo" in can_submit(part, world.bob, True, 0, moment).values["title"]
    sign_in(client, world.ada)
    form = {"title": "Un verger", "summary": "Des pommes.", "need": "Un besoin.", "solution": "Planter.",
            "site": "region", "theme": "culture", "association": "", "lines-0-label": "Arbres", "lines-0-quantity": "1",
            "lines-0-unit": "5000", "lines-0-kind": "operating",
            "updated_at": fresh(world.source).updated_at.isoformat()}  # fmt: skip
    sent = client.post(f"/projets/{world.source.slug}/deposer", data=form)
    assert sent.status_code == 303, sent.text
    assert (fresh(world.source).state, fresh(world.source).version) == (State.SUBMITTED, 2)
    db.session.expire_all()
    assert can_submit(split().part, world.bob, True, 0, now()) is None
    # Once it has been written again, it is read like any other.
    assert can_edit(fresh(world.source), world.ada, now()) is not None


def test_one_no_ends_it_and_nothing_is_made(client, world):
    proposed(client, world)
    answered(client, world.bob, "no")
    assert (split().outcome, split().part) == (SplitOutcome.REFUSED, None)
    assert answered(client, world.bob).status_code == 409
    assert can_edit(world.source, world.ada, now()) is not None


def test_whoever_proposed_may_take_it_back_and_nobody_else(client, world):
    proposed(client, world)
    assert answered(client, world.bob, "withdraw").status_code == 403
    assert answered(client, world.ada, "withdraw").status_code == 303
    assert split().outcome is SplitOutcome.WITHDRAWN


def test_who_judges_suggests_it_and_the_authors_alone_decide(client, world):
    moderator = make_person(roles=(Role.MODERATOR,))
    assert proposed(client, world, moderator, "suggerer-un-partage").status_code == 303
    assert {each.person_id for each in split().consents} == {world.ada.id, world.bob.id}
    assert answered(client, moderator).status_code == 403
    answered(client, world.ada)
    assert split().part is None
    answered(client, world.bob)
    assert split().part is not None


def test_a_stranger_neither_reads_nor_proposes_nor_answers(client, world):
    assert proposed(client, world, world.zoe).status_code == 403
    assert proposed(client, world, world.zoe, "suggerer-un-partage").status_code == 403
    proposed(client, world)
    sign_in(client, world.zoe)
    assert client.get(f"/partages/{split().public_id}").status_code == 404
    assert answered(client, world.zoe).status_code == 404


def test_nothing_is_split_once_the_vote_is_open(client, world):
    proposed(client, world)
    move_round(world.round, Phase.VOTING)
    assert answered(client, world.bob).status_code == 409
    sign_in(client, world.ada)
    assert client.get(f"/projets/{world.source.slug}/partager").status_code == 409


def test_a_text_that_changed_or_a_new_author_is_asked_about(client, world):
    proposed(client, world)
    with transaction():
        fresh(world.source).version += 1
    assert answered(client, world.bob).status_code == 409
    with transaction():
        fresh(world.source).version -= 1
        db.session.add(CoAuthor(proposal_id=world.source.id, person_id=world.zoe.id, joined_at=now()))
    assert answered(client, world.bob).status_code == 303
    assert split().part is None
    answered(client, world.zoe)
    assert split().part is not None


@pytest.mark.parametrize(
    "changes", [{"title": " "}, {"title": "a" * 121}, {"message": ""}, {"carrier": "inconnu"}, {"message": "a" * 1001}]
)
def test_a_form_that_is_not_whole_is_given_back_with_what_was_typed(client, world, changes):
    sent = proposed(client, world, **changes)
    assert sent.status_code == 422
    assert "Deux idées en une." in sent.text or "message" in changes
    assert db.session.scalar(sa.select(sa.func.count(Split.id))) == 0


def test_who_carries_as_many_as_the_rulebook_allows_does_not_carry_one_more(client, world):
    most = world.round.rulebook.max_proposals_per_person
    for _each in range(most):
        make_proposal(world.round, State.SUBMITTED, author=world.bob)
    sent = proposed(client, world)
    assert sent.status_code == 422
    assert "choisissez une autre personne" in sent.text


def test_one_waits_for_answers_at_a_time_and_a_merger_waits_too(client, world):
    other = make_proposal(world.round, State.ADMITTED, author=world.ada)
    assert proposed(client, world).status_code == 303
    assert proposed(client, world).status_code == 409
    data = {"other": other.public_id, "kept": "this", "message": "La même idée."}
    assert client.post(f"/projets/{world.source.slug}/reunir", data=data).status_code == 409
    split()


def test_whoever_writes_it_alone_splits_it_at_once(client, world):
    with transaction():
        db.session.execute(sa.delete(CoAuthor))
    assert proposed(client, world, carrier=world.ada.public_id).status_code == 303
    assert split().part.author_id == world.ada.id


def test_answered_twice_it_is_made_once(app_on_each_database):
    app_on_each_database.config["WTF_CSRF_ENABLED"] = False
    world, client = World(), app_on_each_database.test_client()
    proposed(client, world)
    assert answered(client, world.bob).status_code == 303
    assert answered(client, world.bob).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(Proposal.id)).where(Proposal.round_id == world.round.id)) == 2


def test_supports_stay_and_those_concerned_are_told_once_the_part_is_public(client, world):
    one = student(world.round)
    support(world.source, one)
    with transaction():
        db.session.add(Follow(proposal_id=world.source.id, person_id=world.zoe.id, at=now()))
        db.session.add(Follow(proposal_id=world.source.id, person_id=one.id, at=now()))
    proposed(client, world)
    answered(client, world.bob)
    assert tell_all() == 0
    with transaction():
        split().part.state_code = State.ADMITTED.value
    assert tell_all() == 2
    assert tell_all() == 0
    notices = db.session.scalars(sa.select(Notification).where(Notification.template == "split_public")).all()
    # Each once, and what is kept does not say who supports and who follows.
    assert sorted(each.person_id for each in notices) == sorted([one.id, world.zoe.id])
    assert len({str(each.values) for each in notices}) == 1
    assert (count_of(world.source, now()).given, count_of(split().part, now()).given) == (1, 0)
    support(split().part, one)
    support(split().part, one)
    assert count_of(split().part, now()).given == 1
    assert "ne sont pas copiés" in client.get(f"/projets/{world.source.slug}").text


def test_my_data_show_it_and_deleting_the_account_takes_it_along(client, world):
    proposed(client, world)
    held = next(holding for line, holding in holdings_of(world.bob, now()) if line.key == "mergers")
    assert held.data["splits"]
    with transaction():
        erase_all(db.session.get(Person, world.ada.id), now())

"""Projects that bear on each other: declared before the vote, frozen with it, told in the booth, counted."""

import pytest
import sqlalchemy as sa

from participatory.appraisal.linking import Wanted, declare, lift
from participatory.ballots.opening import open_vote, opening_of
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.proposals.linked import LinkKind, links_of
from participatory.proposals.rules import State
from participatory.results.candidates import candidates_of, listed_in
from participatory.results.election import terms_of
from participatory.rounds.rules import Phase
from participatory.tally.linking import groups_among, requirements_among, stranded
from tests.factories import add_voter, make_person, make_proposal, make_round, move_round, sign_in

WHY = "Les deux projets occupent la même salle le même jour."


def world(number=3, phase=Phase.REVIEW, **values):
    round_ = make_round(phase)
    return round_, [make_proposal(round_, author=make_person(), **values) for _ in range(number)]


def link(round_, kind, *proposals, by=None, reason=WHY):
    by = by or make_person(roles=(Role.APPRAISER,))
    wanted = Wanted(kind, tuple(each.public_id for each in proposals), reason)
    with transaction():
        return declare(round_, wanted, by, "https://b.example/", now())


def opened(round_):
    move_round(round_, Phase.VOTING)
    with transaction():
        return open_vote(round_, now())


def verbs():
    return list(db.session.scalars(sa.select(JournalEntry.verb).order_by(JournalEntry.position)))


def test_a_link_is_kept_with_its_reason_and_the_authors_are_written_to(app):
    round_, (one, two, _other) = world()
    link(round_, LinkKind.INCOMPATIBLE, one, two)
    kept = links_of(round_)[0]
    assert (kept.kind, kept.reason, kept.proposals) == (LinkKind.INCOMPATIBLE, WHY, [one, two])
    letters = db.session.scalars(sa.select(Letter).where(Letter.template == "project_linked")).all()
    assert {each.recipient for each in letters} == {one.author.email, two.author.email}
    assert verbs()[-1] == "appraisal.link_declared"


@pytest.mark.parametrize(
    ("kind", "chosen", "reason"),
    [
        (LinkKind.INCOMPATIBLE, (0,), WHY),
        (LinkKind.INCOMPATIBLE, (0, 1, 2), WHY),
        (LinkKind.ONE_OF, (0,), WHY),
        (LinkKind.REQUIRES, (0, 0), WHY),
        (LinkKind.INCOMPATIBLE, (0, 1), "Trop court."),
        (LinkKind.INCOMPATIBLE, (0, 1), "x" * 601),
    ],
)
def test_a_link_that_says_nothing_is_refused(app, kind, chosen, reason):
    round_, projects = world()
    with pytest.raises(Refusal):
        link(round_, kind, *(projects[each] for each in chosen), reason=reason)


def test_links_that_would_keep_a_project_out_for_ever_are_refused(app):
    round_, (one, two, three) = world()
    link(round_, LinkKind.REQUIRES, one, two)
    link(round_, LinkKind.REQUIRES, two, three)
    for kind, chosen in (
        (LinkKind.REQUIRES, (three, one)),
        (LinkKind.INCOMPATIBLE, (one, three)),
        (LinkKind.REQUIRES, (one, two)),
    ):
        with pytest.raises(Refusal):
            link(round_, kind, *chosen)


def test_a_project_of_another_round_or_not_admitted_is_not_linked(app):
    round_, (one, *_others) = world()
    stranger, refused = world()[1][0], make_proposal(round_, State.REFUSED)
    for other in (stranger, refused):
        with pytest.raises(Refusal):
            link(round_, LinkKind.INCOMPATIBLE, one, other)


def test_who_does_not_appraise_or_has_an_interest_declares_nothing(app):
    round_, (one, two, _other) = world()
    author = make_person(roles=(Role.APPRAISER,))
    own = make_proposal(round_, author=author)
    for person, project in ((make_person(roles=(Role.OFFICER,)), one), (author, own)):
        with pytest.raises(Refusal):
            link(round_, LinkKind.INCOMPATIBLE, project, two, by=person)


def test_links_are_frozen_when_the_vote_opens(app):
    round_, (one, two, three) = world()
    kept = link(round_, LinkKind.ONE_OF, one, two, three)
    opening = opened(round_)
    assert [row[2] for row in opening.links] == sorted(each.public_id for each in (one, two, three))
    assert verbs()[-2:] == ["vote.links_frozen", "vote.opened"]
    with pytest.raises(Refusal, match="figés"):
        link(round_, LinkKind.INCOMPATIBLE, one, two)
    person = make_person(roles=(Role.APPRAISER,))
    with pytest.raises(Refusal, match="figés"), transaction():
        lift(kept.public_id, person, "https://b.example/", now())


def test_a_vote_without_links_journals_none(app):
    round_, _projects = world()
    assert opened(round_).links == []
    assert "vote.links_frozen" not in verbs()


def test_a_lifted_link_is_told_and_does_not_reach_the_vote(app):
    round_, (one, two, _other) = world()
    kept, person = link(round_, LinkKind.INCOMPATIBLE, one, two), make_person(roles=(Role.APPRAISER,))
    with transaction():
        lift(kept.public_id, person, "https://b.example/", now())
    with pytest.raises(Refusal, match="déjà levé"), transaction():
        lift(kept.public_id, person, "https://b.example/", now())
    assert (links_of(round_), opened(round_).links) == ([], [])
    assert db.session.scalars(sa.select(Letter).where(Letter.template == "project_unlinked")).first()


def test_the_count_is_given_the_groups_and_the_requirements_of_the_opening(app):
    round_, (one, two, three) = world()
    group, need = link(round_, LinkKind.INCOMPATIBLE, one, two), link(round_, LinkKind.REQUIRES, three, one)
    opened(round_)
    terms = terms_of(round_, candidates_of(round_, "main"))
    assert [(each.key, each.project_ids) for each in terms.groups] == [
        (group.public_id, frozenset({one.public_id, two.public_id}))
    ]
    assert terms.requires == {three.public_id: frozenset({one.public_id})}
    assert need.public_id != group.public_id


def test_a_project_without_what_it_requires_leaves_the_count(app):
    round_, (one, two, three) = world()
    link(round_, LinkKind.REQUIRES, three, two)
    link(round_, LinkKind.REQUIRES, two, one)
    opened(round_)
    with transaction():
        db.session.merge(one).state_code = State.UNFEASIBLE.value
    assert {each.public_id: each.left for each in listed_in(round_)} == {
        one.public_id: "unfeasible",
        two.public_id: "requires",
        three.public_id: "requires",
    }


def test_rows_become_groups_of_two_at_least_and_requirements_among_those_counted():
    rows = [
        ("l1", "one_of", "a", ""),
        ("l1", "one_of", "b", ""),
        ("l1", "one_of", "c", ""),
        ("l2", "requires", "d", "a"),
    ]
    assert groups_among(rows, {"a": "a"}) == ()
    assert groups_among(rows, {"a": "x", "c": "y"})[0].project_ids == {"x", "y"}
    assert requirements_among(rows, {"d": "d"}) == {}
    assert requirements_among(rows, {"d": "d", "a": "a"}) == {"d": {"a"}}
    assert stranded(rows, {"d", "b"}) == {"d"}
    assert stranded(rows, {"a", "d"}) == frozenset()


def test_the_booth_and_the_check_page_explain_links_and_refuse_none(client):
    round_, (one, two, three) = world()
    link(round_, LinkKind.INCOMPATIBLE, one, two)
    link(round_, LinkKind.REQUIRES, three, one)
    opened(round_)
    voter = make_person()
    add_voter(round_, voter)
    sign_in(client, voter)
    booth = client.get(f"/budgets/{round_.slug}/vote").text
    assert booth.count("Incompatible avec") == 2
    assert "Financé seulement avec" in booth
    for each in (one, two):
        answer = client.post(f"/budgets/{round_.slug}/vote/panier/{each.public_id}", data={"act": "add"})
        assert answer.status_code in (200, 303)
    check = client.get(f"/budgets/{round_.slug}/vote/verifier").text
    assert "sont incompatibles" in check
    assert opening_of(round_).links


def test_links_are_declared_shown_and_lifted_on_their_page(client):
    round_, (one, two, _three) = world()
    sign_in(client, make_person(roles=(Role.APPRAISER,)))
    address = f"/instruction/liens?budget={round_.slug}"
    typed = {"kind": "incompatible", "projects": [one.public_id, two.public_id], "first": "", "reason": WHY}
    assert client.post(address, data=typed | {"reason": "Non."}).status_code == 422
    assert client.post(address, data=typed | {"projects": [one.public_id, "inconnu"]}).status_code == 422
    assert client.post(address, data=typed).status_code == 303
    assert client.post(address, data=typed).status_code == 422
    assert WHY in client.get(address).text
    assert "Incompatible avec" in client.get(f"/projets/{one.slug}").text
    kept = links_of(round_)[0].public_id
    assert client.post(f"/instruction/liens/{kept}/lever").status_code == 303
    assert client.post(f"/instruction/liens/{kept}/lever").status_code == 409
    assert "Incompatible avec" not in client.get(f"/projets/{one.slug}").text

"""Two people for one deed: who may say yes, to what exactly, and until when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Refusal
from participatory.deeds import actions, queries
from participatory.deeds.kinds import offer_deed
from participatory.deeds.models import Deed
from participatory.deeds.rules import LASTS, DeedState, Description, Sentence
from participatory.deeds.views import expire_overdue
from participatory.identity.actions import person_for
from participatory.identity.holders import names_of
from participatory.identity.models import PersonIdentifier, RoleGrant
from participatory.identity.permissions import ScopeKind
from participatory.identity.queries import person_by_public_id
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.privacy.retention import carry_out, due
from participatory.rounds.models import Round
from tests.deeds.conftest import RENAME
from tests.factories import make_person, make_round


@pytest.fixture
def officers(app):
    return make_person(roles=(Role.OFFICER,)), make_person(roles=(Role.OFFICER,))


def confirm(deed, by, seen=None, moment=None):
    with transaction():
        return actions.confirm(deed.public_id, RENAME, by, moment or now(), seen=seen or deed.shown)


def title_of(round_) -> str:
    return db.session.scalar(sa.select(Round.title).where(Round.id == round_.id))


def verbs() -> list[str]:
    wanted = sa.select(JournalEntry.verb).where(JournalEntry.verb.startswith("deed."))
    return list(db.session.scalars(wanted.order_by(JournalEntry.position)))


def test_another_officer_confirms_and_the_deed_is_done(proposed, officers, round_):
    deed = proposed(officers[0])
    assert title_of(round_) != "Nouveau titre"
    done = confirm(deed, officers[1])
    assert title_of(round_) == "Nouveau titre"
    assert done.state(now()) is DeedState.CONFIRMED
    assert verbs() == ["deed.proposed", "deed.confirmed"]
    assert list(faults()) == []


def test_nobody_confirms_what_they_proposed(proposed, officers, round_):
    deed = proposed(officers[0])
    with pytest.raises(Refusal, match="une autre personne"):
        confirm(deed, officers[0])
    assert title_of(round_) != "Nouveau titre"


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.APPRAISER,), (Role.REFERENT,), (Role.ADMINISTRATOR,)])
def test_no_other_role_confirms(proposed, officers, round_, roles):
    deed = proposed(officers[0])
    with pytest.raises(Refusal, match="rôles"):
        confirm(deed, make_person(roles=roles))


def test_an_officer_of_another_round_does_not_confirm(proposed, officers, round_):
    elsewhere = make_person()
    with transaction():
        limit = {"scope_kind": ScopeKind.ROUND.value, "scope_key": "unautrebudget"}
        grant = RoleGrant(role="officer", granted_by="system", granted_at=now(), **limit)
        db.session.merge(elsewhere).grants.append(grant)
    db.session.expire_all()
    with pytest.raises(Refusal, match="rôles"):
        confirm(proposed(officers[0]), elsewhere)


def test_what_changed_since_the_proposal_is_refused_then_proposed_again(proposed, officers, round_):
    deed = proposed(officers[0])
    with transaction():
        db.session.get_one(Round, round_.id).title = "Entre-temps"
    with pytest.raises(Refusal, match="a changé"):
        confirm(deed, officers[1])
    with transaction():
        renewed = actions.renew(deed.public_id, RENAME, officers[1], now())
    with pytest.raises(Refusal, match="une autre personne"):
        confirm(renewed, officers[1])
    confirm(renewed, officers[0])
    assert title_of(round_) == "Nouveau titre"


def test_a_page_that_showed_something_else_confirms_nothing(proposed, officers, round_):
    deed = proposed(officers[0])
    with pytest.raises(Refusal, match="plus à jour"):
        confirm(deed, officers[1], seen="0" * 64)


def test_a_deed_that_breaks_halfway_leaves_nothing(proposed, officers, round_):
    deed = proposed(officers[0], "panne")
    with pytest.raises(RuntimeError):
        confirm(deed, officers[1])
    db.session.expire_all()
    assert queries.deed_by_public_id(deed.public_id).state(now()) is DeedState.WAITING
    assert verbs() == ["deed.proposed"]


def test_a_withdrawn_deed_says_why_and_is_not_done(proposed, officers, round_):
    deed = proposed(officers[0])
    with pytest.raises(Refusal, match="pourquoi"), transaction():
        actions.withdraw(deed.public_id, RENAME, officers[1], " \0 ", now())
    with transaction():
        gone = actions.withdraw(deed.public_id, RENAME, officers[1], "Mauvaise\nliste " + "x" * 400, now())
    assert gone.reason.startswith("Mauvaise liste x")
    assert len(gone.reason) == 300
    with pytest.raises(Refusal, match="retiré"):
        confirm(deed, officers[1])
    assert db.session.get_one(Round, round_.id).summary == "abandonné"


def test_two_proposals_for_one_thing_do_not_wait_together(proposed, officers):
    proposed(officers[0])
    with pytest.raises(Refusal, match="semblable"):
        proposed(officers[1])


def test_a_deed_lives_a_week_then_is_abandoned_by_the_job(proposed, officers, round_, app):
    old = proposed(officers[0], moment=now() - LASTS - timedelta(seconds=1))
    with pytest.raises(Refusal, match="périmé"):
        confirm(old, officers[1])
    assert expire_overdue() == 1
    assert expire_overdue() == 0
    assert db.session.get_one(Round, round_.id).summary == "abandonné"
    assert verbs() == ["deed.proposed", "deed.expired"]


def test_an_overdue_deed_makes_room_for_a_new_one(proposed, officers):
    proposed(officers[0], moment=now() - LASTS - timedelta(seconds=1))
    assert proposed(officers[0]).state(now()) is DeedState.WAITING


def test_those_who_may_confirm_are_written_to_and_nobody_else(proposed, officers):
    make_person(roles=(Role.MODERATOR,))
    proposed(officers[0])
    letters = db.session.scalars(sa.select(Letter).where(Letter.template == "deed_waiting"))
    assert [letter.recipient for letter in letters] == [officers[1].email]


def test_the_operator_proposes_and_any_officer_confirms(proposed, officers, round_):
    confirm(proposed(None), officers[0])
    assert title_of(round_) == "Nouveau titre"


def test_what_is_shown_has_one_digest_whatever_the_order_of_its_values():
    one = Description(Sentence("a", {"x": 1, "y": 2}))
    assert one.digest() == Description(Sentence("a", {"y": 2, "x": 1})).digest()
    assert one.digest() != Description(Sentence("a", {"x": 1, "y": 3})).digest()


def test_two_officers_who_confirm_at_once_do_it_once(app_on_each_database):
    app = app_on_each_database
    offer_deed(app, RENAME)
    count = []
    kind = replace(RENAME, perform=lambda _payload, by, _moment: count.append(by.public_id))
    round_ = make_round()
    people = [make_person(roles=(Role.OFFICER,)) for _ in range(6)]
    with transaction():
        payload = {"round": round_.id, "key": round_.public_id, "title": "Nouveau titre"}
        deed = actions.propose(kind, round_.public_id, payload, people[0], now())
    wanted, shown = deed.public_id, deed.shown
    db.session.remove()

    def one(number: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    by = person_by_public_id(people[number].public_id)
                    actions.confirm(wanted, kind, by, now(), seen=shown)
            except Refusal:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(one, range(1, 6)))
    assert answers.count(True) == 1
    assert len(count) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Deed).where(Deed.confirmed_at.is_not(None))) == 1


def test_nobody_confirms_under_one_account_what_they_proposed_under_another_that_became_part_of_it(
    proposed, officers, round_
):
    mine, other = officers
    deed = proposed(mine)
    former = mine.public_id
    with transaction():
        mine = db.session.merge(mine)
        mine.grants[0].revoked_at = now()
        number = "num:" + "c" * 64
        db.session.add_all(
            [
                PersonIdentifier(person_id=mine.id, value="ine:" + "a" * 64, source="cas", added_at=now()),
                PersonIdentifier(person_id=other.id, value=number, source="cas", added_at=now()),
            ]
        )
    with transaction():
        whole = person_for(["ine:" + "a" * 64, number], None, "cas", "fr", now())
    assert (whole.public_id, whole.roles) == (other.public_id, {"officer"})
    # Days later, the daily job has passed: it must not forget whose the former account was.
    carry_out(next(rule for rule, _coming in due(now()) if rule.key == "emptied_accounts"), now())
    with pytest.raises(Refusal, match="autre personne"):
        confirm(deed, whole)
    assert title_of(round_) != "Nouveau titre"
    assert names_of({former}) == {former: whole.display_name}
    with transaction():
        actions.withdraw(deed.public_id, RENAME, whole, "finalement non", now())

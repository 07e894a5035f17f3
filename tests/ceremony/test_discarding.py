"""A key that its trustees have checked goes by two people alone, before the vote; every change is told by letter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from participatory.ballots.opening import open_vote, opening_of
from participatory.ceremony.actions import check_key, create_key
from participatory.ceremony.discarding import DISCARD, ask_discard
from participatory.ceremony.models import ElectionKey
from participatory.ceremony.queries import key_of
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.deeds.actions import confirm
from participatory.deeds.models import Deed
from participatory.identity.models import Person
from participatory.identity.rules import Role
from participatory.journal.models import JournalEntry
from participatory.outbox.models import Letter
from participatory.outbox.sender import compose
from participatory.rounds.models import Round
from participatory.rounds.rules import Phase
from tests.ceremony.test_ceremony_command import run
from tests.ceremony.test_ceremony_pages import THREE, address, round_without_key, shares_on, soon, verbs
from tests.factories import limit_role, make_person, make_round, sign_in


@pytest.fixture
def officers(app) -> tuple[Person, Person]:
    return two_officers()


def two_officers() -> tuple[Person, Person]:
    return make_person(roles=(Role.OFFICER,)), make_person(roles=(Role.OFFICER,))


def checked_round(by: Person, phase: Phase = Phase.REVIEW) -> Round:
    """A round whose key was made by an officer and checked with its trustees; its letters are forgotten."""
    round_ = round_without_key(phase)
    with transaction():
        shares = create_key(round_, 3, 2, by.public_id, now())
        check_key(round_, shares[:2], by.public_id, now())
        db.session.execute(sa.delete(Letter))
    db.session.expire_all()
    return round_


def proposed(round_: Round, by: Person) -> Deed:
    with transaction():
        return ask_discard(round_, by, now(), link="http://x/gestion/actes")


def confirmed(deed: Deed, by: Person) -> Deed:
    with transaction():
        return confirm(deed.public_id, DISCARD, by, now(), seen=deed.shown)


def letters(template: str = "key_made") -> list[Letter]:
    return list(db.session.scalars(sa.select(Letter).where(Letter.template == template).order_by(Letter.recipient)))


def test_one_officer_alone_does_not_replace_a_checked_key(client, officers):
    round_ = checked_round(officers[0])
    made = key_of(round_).fingerprint
    sign_in(client, officers[1])
    answer = client.post(address(round_), data={**THREE, "seen": made, "replace": "y"})
    assert answer.status_code == 409
    assert "une personne seule ne la remplace plus" in answer.text
    assert shares_on(answer.text) == []
    db.session.expire_all()
    assert key_of(round_).fingerprint == made
    assert key_of(round_).checked_at is not None
    assert letters() == []
    assert "Refaire la clé" not in client.get(address(round_)).text


def test_the_command_replaces_no_checked_key_either(app, officers):
    round_ = checked_round(officers[0])
    made = key_of(round_).fingerprint
    for flags in ((), ("--replace",)):
        refused = run(app, "create", round_.slug, *flags)
        assert refused.exit_code == 1
        assert "two officers" in refused.output
        assert "--replace" not in refused.output
    db.session.expire_all()
    assert key_of(round_).fingerprint == made


def test_two_officers_discard_it_and_another_ceremony_is_held(client, officers):
    first, second = officers
    round_ = checked_round(first)
    made = key_of(round_).fingerprint
    sign_in(client, first)
    answer = client.post(f"{address(round_)}/ecarter")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for said in (made, first.public_id, "Vérifiée avec ses gardiens le", "ne valent plus rien", "appelez un gardien"):
        assert said in page
    deed = db.session.scalars(sa.select(Deed)).one()
    assert client.post(f"/gestion/actes/{deed.public_id}/confirmer", data={"seen": deed.shown}).status_code == 403
    assert answer.location in client.get(address(round_)).text
    sign_in(client, second)
    done = client.post(f"/gestion/actes/{deed.public_id}/confirmer", data={"seen": deed.shown})
    assert done.status_code == 303
    db.session.expire_all()
    assert key_of(round_) is None
    row = db.session.scalars(sa.select(JournalEntry).where(JournalEntry.verb == "ceremony.discarded")).one()
    assert (row.actor, made in row.payload) == (second.public_id, True)
    assert len(shares_on(client.post(address(round_), data=THREE).text)) == 3
    assert [verb for verb in verbs() if verb.startswith(("ceremony.", "deed."))] == [
        "ceremony.created", "ceremony.checked", "deed.proposed", "ceremony.discarded", "deed.confirmed",
        "ceremony.created",
    ]  # fmt: skip


def test_a_key_that_nobody_checked_is_made_again_and_not_discarded(client, officers):
    round_ = make_round(Phase.REVIEW)
    sign_in(client, officers[0])
    assert client.post(f"{address(round_)}/ecarter").status_code == 409
    assert client.post(f"{address(round_without_key())}/ecarter").status_code == 409
    assert db.session.scalars(sa.select(Deed)).all() == []


def test_the_same_discarding_waits_once(officers):
    round_ = checked_round(officers[0])
    proposed(round_, officers[0])
    with pytest.raises(Refusal):
        proposed(round_, officers[1])


def test_a_key_checked_again_meanwhile_must_be_proposed_again(client, officers):
    round_ = checked_round(officers[0])
    deed = proposed(round_, officers[0])
    with transaction():
        key_of(round_).checked_at = round_.announcement_at
    with pytest.raises(Refusal):
        confirmed(deed, officers[1])
    db.session.expire_all()
    assert key_of(round_) is not None


def test_a_deed_about_a_key_that_is_gone_still_reads_and_does_nothing(client, officers):
    round_ = checked_round(officers[0])
    deed = proposed(round_, officers[0])
    with transaction():
        db.session.execute(sa.delete(ElectionKey).where(ElectionKey.round_id == round_.id))
        create_key(round_, 3, 2, "system", now())
    sign_in(client, officers[1])
    assert "n’est déjà plus celle du vote" in client.get(f"/gestion/actes/{deed.public_id}").text
    with pytest.raises(Refusal):
        confirmed(deed, officers[1])
    db.session.expire_all()
    assert key_of(round_) is not None


def test_once_the_vote_has_opened_nobody_discards_its_key(client, officers):
    round_ = checked_round(officers[0], Phase.VOTING)
    deed = proposed(round_, officers[0])
    with transaction():
        open_vote(round_, now())
    with pytest.raises(Refusal):
        confirmed(deed, officers[1])
    db.session.expire_all()
    assert key_of(round_) is not None
    sign_in(client, officers[0])
    assert client.post(f"{address(round_)}/ecarter").status_code == 409


def test_an_officer_of_another_round_neither_proposes_nor_confirms(client, officers):
    first, second = officers
    round_, other = checked_round(first), make_round(Phase.REVIEW)
    deed = proposed(round_, first)
    limit_role(second, Role.OFFICER, other.scope)
    with pytest.raises(Refusal) as caught:
        confirmed(deed, second)
    assert caught.value.kind is Kind.FORBIDDEN
    sign_in(client, second)
    assert client.post(f"{address(round_)}/ecarter").status_code == 403


def test_a_discarding_that_meets_the_opening_leaves_a_vote_with_its_key_or_neither(app_on_each_database):
    app, (first, second) = app_on_each_database, two_officers()
    round_ = checked_round(first, Phase.VOTING)
    deed = proposed(round_, first)
    named, start = (round_.id, deed.public_id, deed.shown, second.id), Barrier(2)

    def discard() -> None:
        confirm(named[1], DISCARD, db.session.get_one(Person, named[3]), now(), seen=named[2])

    def at_once(deed) -> bool:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    deed()
            except Refusal:
                return False
            finally:
                db.session.remove()
        return True

    with ThreadPoolExecutor(2) as pool:
        opening = pool.submit(at_once, lambda: open_vote(db.session.get_one(Round, named[0]), now()))
        discarding = pool.submit(at_once, discard)
        done = opening.result(), discarding.result()
    db.session.rollback()
    db.session.expire_all()
    round_ = db.session.get_one(Round, named[0])
    assert sorted(done) == [False, True]
    assert (key_of(round_) is not None, opening_of(round_) is not None) == (done[0], done[0])
    assert ("vote.opened" in verbs(), "ceremony.discarded" in verbs()) == done


def test_making_and_replacing_a_key_is_told_to_the_other_officers_of_the_round(client, officers):
    first, second = officers
    elsewhere = make_person(roles=(Role.OFFICER,))
    make_person(roles=(Role.ADMINISTRATOR,))
    round_, other = round_without_key(), make_round(Phase.REVIEW)
    limit_role(elsewhere, Role.OFFICER, other.scope)
    sign_in(client, first)
    client.post(address(round_), data=THREE)
    made = key_of(round_).fingerprint
    client.post(address(round_), data={**THREE, "seen": made, "replace": "y"})
    db.session.expire_all()
    now_made = key_of(round_).fingerprint
    told = [(each.recipient, each.values["made"], each.values["fingerprint"]) for each in letters()]
    assert told == [(second.email, "created", made), (second.email, "replaced", now_made)]
    for letter in letters():
        body = compose(letter).body
        assert first.public_id in body
        assert address(round_) in body
        assert "vous y attendiez pas" in body


def test_a_key_made_by_the_operator_is_told_to_every_officer(app, officers):
    round_ = round_without_key()
    assert run(app, "create", round_.slug).exit_code == 0
    assert {each.recipient for each in letters()} == {each.email for each in officers}
    assert "en ligne de commande" in compose(letters()[0]).body


def test_a_discarding_is_told_to_whoever_did_not_confirm_it(officers):
    first, second = officers
    third = make_person(roles=(Role.OFFICER,))
    round_ = checked_round(first)
    made = key_of(round_).fingerprint
    confirmed(proposed(round_, first), second)
    assert {each.recipient for each in letters()} == {first.email, third.email}
    message = compose(letters()[0])
    for said in (first.public_id, second.public_id, made):
        assert said in message.body
    assert round_.title in message.subject


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("made", ["created", "replaced", "discarded"])
def test_the_letter_reads_in_each_case_and_language(app, made, locale):
    values = {"round": "Budget 100 %", "fingerprint": "ab" * 32, "who": "ABC", "second": "", "link": "/cle"}
    letter = Letter(recipient="x@exemple.example", template="key_made", locale=locale, values={**values, "made": made})
    message = compose(letter)
    assert message.subject.replace("\u00a0", " ").endswith("Budget 100 %")
    assert values["fingerprint"] in message.body
    assert "%(" not in message.body


def test_a_vote_that_opened_with_an_unchecked_key_says_so_to_everybody(client, officers):
    round_ = make_round(Phase.VOTING)
    with transaction():
        open_vote(round_, now())
    sign_in(client, officers[0])
    staff = f"/gestion/budgets/{round_.slug}"
    pages = (address(round_), "/gestion", staff, f"/budgets/{round_.slug}", f"/budgets/{round_.slug}/reglement")
    for path in pages:
        page = client.get(path).text
        assert "Clé non vérifiée par ses gardiens" in page
        assert "avis--warning" in page
    with transaction():
        key_of(round_).checked_at = now()
    for path in pages:
        assert "Clé non vérifiée par ses gardiens" not in client.get(path).text


def test_before_the_vote_an_unchecked_key_is_no_warning_for_the_public(client, officers):
    round_ = make_round(Phase.REVIEW)
    soon(round_, 3)
    assert "Clé non vérifiée par ses gardiens" not in client.get(f"/budgets/{round_.slug}").text
    sign_in(client, officers[0])
    page = client.get(address(round_)).text
    assert "Le vote ouvrirait quand même" in page
    assert "pourrait copier toutes les parts" in page

"""Importing a list into the roll, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.core.errors import Kind, Refusal
from participatory.identity.rules import Role
from participatory.journal.actions import faults
from participatory.journal.models import JournalEntry
from participatory.rolls import queries
from participatory.rolls.actions import compare, import_roll, read_roll
from participatory.rolls.models import RollImport, Voter
from participatory.rolls.policy import can_import
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_round, move_round

PEPPER = b"p" * 32


def a_list(*rows: str) -> bytes:
    return "\n".join(["e-mail;site;établissement", *rows]).encode()


def people(count: int, start: int = 0) -> list[str]:
    return [f"etudiant{number}@etu.exemple.example;Albi;INUC" for number in range(start, start + count)]


def bring_in(round_, content, by=None, **options):
    roll = read_roll(content, PEPPER)
    with transaction():
        return import_roll(round_, roll, by, now(), **{"without_bad_rows": False, **options})


def test_a_list_is_imported_once_whatever_the_times(app_on_each_database):
    round_, officer = make_round(), make_person(roles=(Role.OFFICER,))
    first = bring_in(round_, a_list(*people(3)), officer)
    again = bring_in(round_, a_list(*people(3)), officer)
    assert (first.added, first.known, again.added, again.known) == (3, 0, 0, 3)
    assert queries.roll_size(round_) == 3
    entries = db.session.scalars(sa.select(JournalEntry)).all()
    assert [(entry.verb, entry.actor) for entry in entries] == [("roll.imported", officer.public_id)] * 2
    assert first.file_digest in entries[0].payload
    assert list(faults()) == []


def test_the_roll_holds_pseudonyms_and_the_voter_is_found_by_address(app):
    round_, other = make_round(), make_round()
    bring_in(round_, a_list("Camille@etu.exemple.example;Sète;UM"))
    camille, sacha = make_person(email="camille@etu.exemple.example"), make_person()
    voter = queries.voter_of(round_, PEPPER, camille)
    assert (voter.site.slug, voter.establishment.acronym, voter.source) == ("sete", "UM", "import")
    assert len(voter.pseudonym) == 64
    assert queries.voter_of(round_, PEPPER, sacha) is None
    assert queries.voter_of(other, PEPPER, camille) is None
    assert queries.voter_of(round_, b"q" * 32, camille) is None


def test_the_same_person_has_another_pseudonym_in_another_round(app):
    one, other = make_round(), make_round()
    for round_, pepper in ((one, b"a" * 32), (other, b"b" * 32)):
        with transaction():
            import_roll(round_, read_roll(a_list(*people(1)), pepper), None, now(), without_bad_rows=False)
    assert len(set(db.session.scalars(sa.select(Voter.pseudonym)))) == 2


def test_bad_rows_stop_everything_unless_they_are_left_out(app):
    round_ = make_round()
    content = a_list(*people(2), "personne;Albi;INUC")
    with pytest.raises(Refusal) as refused:
        bring_in(round_, content)
    assert (refused.value.kind, refused.value.field) == (Kind.INVALID, "without_bad_rows")
    assert queries.roll_size(round_) == 0
    assert db.session.scalars(sa.select(JournalEntry)).all() == []
    done = bring_in(round_, content, without_bad_rows=True)
    assert (done.added, done.rejected) == (2, 1)


def test_a_list_of_bad_rows_alone_is_no_import(app):
    with pytest.raises(Refusal, match="aucune ligne"):
        bring_in(make_round(), a_list("personne;Albi;INUC"), without_bad_rows=True)


def test_a_list_says_what_it_would_change_and_moves_nobody(app):
    round_ = make_round()
    bring_in(round_, a_list(*people(2)))
    content = a_list(*people(1), "etudiant1@etu.exemple.example;Toulouse;UT3", *people(4, 10))
    change = compare(round_, read_roll(content, PEPPER))
    assert (change.added, change.known, change.moved) == (4, 2, 1)
    bring_in(round_, content)
    assert [count.value for count in queries.count_by_site(round_) if count.value] == [6]


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.ANNOUNCEMENT, Phase.SUBMISSION, Phase.REVIEW, Phase.VOTING])
def test_the_roll_grows_until_voting_closes(app, phase):
    assert can_import(make_person(roles=(Role.OFFICER,)), make_round(phase), now()) is None


@pytest.mark.parametrize("phase", [Phase.CONTROL, Phase.RESULTS, Phase.DELIVERY])
def test_the_roll_is_closed_with_the_vote_for_everybody(app, phase):
    round_, officer = make_round(), make_person(roles=(Role.OFFICER, Role.ADMINISTRATOR))
    move_round(round_, phase)
    for by in (officer, None):
        with pytest.raises(Refusal, match="ne change plus"):
            bring_in(round_, a_list(*people(1)), by)


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.APPRAISER, Role.ADMINISTRATOR])
def test_only_officers_import(app, role):
    with pytest.raises(Refusal) as refused:
        bring_in(make_round(), a_list(*people(1)), make_person(roles=(role,) if role else ()))
    assert refused.value.kind is Kind.FORBIDDEN


def test_two_overlapping_lists_imported_at_once_count_nobody_twice(app_on_each_database):
    round_ = make_round()
    round_id = round_.id
    lists = [a_list(*people(400)), a_list(*people(400, 200))]

    def bring(content):
        with app_on_each_database.app_context():
            done = bring_in(db.session.get(type(round_), round_id), content)
            return done.added, done.known

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(bring, lists))
    db.session.rollback()
    assert queries.roll_size(round_) == 600
    assert sorted(results) == [(200, 200), (400, 0)]
    assert len(db.session.scalars(sa.select(RollImport)).all()) == 2
    assert list(faults()) == []


def test_sixty_thousand_people_take_a_handful_of_statements(app, count_queries):
    round_ = make_round()
    roll = read_roll(a_list(*people(60_000)), PEPPER)
    with count_queries() as sent, transaction():
        import_roll(round_, roll, None, now(), without_bad_rows=False)
    assert queries.roll_size(round_) == 60_000
    assert len(sent.statements) < 40

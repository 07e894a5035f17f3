"""How a ballot is filled, the envelopes of areas, and the control of the vote: typed, refused, said in words."""

from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa

from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.rounds.actions import adopt_rulebook
from participatory.rounds.area_faults import MOST_AREAS
from participatory.rounds.faults import rulebook_fault
from participatory.rounds.models import Round
from participatory.rounds.rulebook import BallotKind, Cap, CapScope, Contest, Rulebook, SetAsideMotive, balance_floor
from participatory.rounds.rules import Phase
from participatory.rounds.wording import choices_sentence
from participatory.tally.election import Ballot, Election, Project, VoteType
from participatory.tally.methods import Method, RuleName, Satisfaction
from participatory.tally.rules import run
from participatory.tally.terms import Terms
from tests.factories import RULEBOOK, make_person, make_round, sign_in
from tests.rounds.forms import new_round, shown, typed_area

TOULOUSE = Contest("toulouse", "Toulouse", 20_000_00, ("toulouse",))
PYRENEES = Contest("pyrenees", "Pyrénées", 10_000_00, ("tarbes", "foix-ariege"))
AREAS = (TOULOUSE, PYRENEES)
POINTS = {"ballot_kind": BallotKind.POINTS}
RANKING = {"ballot_kind": BallotKind.RANKING}


@pytest.fixture
def officer(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person)
    return person


def book_of(round_: Round) -> Rulebook:
    return db.session.get(Round, round_.id, populate_existing=True).rulebook


def edit(client, round_: Round, **typed: object):
    return client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, note="Parce que.", **typed))


def plain(text: str) -> str:
    """A page as it is read: plain spaces, no mark-up, one space between words."""
    spaced = unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ").replace("\u202f", " ")
    return re.sub(r"\s+", " ", spaced)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("points_budget", {**POINTS, "points_budget": 1}),
        ("points_budget", {**POINTS, "points_budget": 1001}),
        ("points_budget", {**POINTS, "points_budget": 4, "ballot_min": 5, "ballot_max": 6}),
        ("points_cap", {**POINTS, "points_cap": 11}),
        ("points_cap", {**POINTS, "points_cap": -1}),
        ("points_cap", {**POINTS, "points_cap": 3, "ballot_max": 3}),
        ("rank_weights", {**RANKING, "rank_weights": (5, 3)}),
        ("rank_weights", {**RANKING, "rank_weights": (5, 3, 2, 1)}),
        ("rank_weights", {**RANKING, "rank_weights": (3, 5, 1)}),
        ("rank_weights", {**RANKING, "rank_weights": (5, 3, 0)}),
        ("rank_weights", {**RANKING, "rank_weights": (1001, 3, 1)}),
        ("set_aside_motives", {"set_aside_motives": ()}),
        ("reconfirm_days", {"reconfirm_days": 0}),
        ("reconfirm_days", {"reconfirm_days": 31}),
        ("moderation_days", {"moderation_days": 0}),
        ("answer_days", {"answer_days": 61}),
        ("appeal_days", {"appeal_days": -1}),
        ("areas-0-amount", {"contests": (Contest("a", "A", 0, ("foix-ariege",)),)}),
        ("areas-0-amount", {"contests": (Contest("a", "A", 499_99, ("foix-ariege",)),)}),
        ("areas-1-amount", {"contests": (TOULOUSE, Contest("b", "B", 80_000_00, ("foix-ariege",)))}),
        ("areas-0-sites", {"contests": (Contest("a", "A", 10_000_00, ()),)}),
        ("areas-1-sites", {"contests": (TOULOUSE, Contest("b", "B", 10_000_00, ("foix-ariege", "toulouse")))}),
        ("areas-1-name", {"contests": (TOULOUSE, Contest("b", "toulouse", 10_000_00, ("foix-ariege",)))}),
        ("areas-1-name", {"contests": (TOULOUSE, Contest("toulouse", "B", 10_000_00, ("foix-ariege",)))}),
        ("areas-0-name", {"contests": (Contest("main", "Main", 10_000_00, ("foix-ariege",)),)}),
        ("areas-0-name", {"contests": (Contest("a", " ", 10_000_00, ("foix-ariege",)),)}),
        ("areas", {"contests": tuple(Contest(f"a{n}", f"A{n}", 500_00, (f"s{n}",)) for n in range(MOST_AREAS + 1))}),
        # What bears on the regional envelope fits in what the areas leave: 70 000 of 100 000.
        ("balance_floor", {"contests": AREAS, "floors": (balance_floor(70_000_01),)}),
        ("project_max", {"contests": AREAS, "floors": (), "project_max_cents": 70_000_01}),
        ("cap_site", {"contests": AREAS, "caps": (Cap(CapScope.SITE, 70_000_01),)}),
    ],
)
def test_a_ballot_that_cannot_be_is_refused_at_its_field(field, values):
    found = rulebook_fault(RULEBOOK.changed(**values))
    assert found is not None
    assert found.field == field


@pytest.mark.parametrize(
    "values",
    [
        {**POINTS, "points_budget": 10, "points_cap": 5, "satisfaction": Satisfaction.POINTS},
        {**POINTS, "points_cap": 0},
        {**RANKING, "rank_weights": (5, 3, 1), "satisfaction": Satisfaction.COST_POINTS},
        {**RANKING, "rank_weights": (2, 2, 2)},
        RANKING,
        {"contests": AREAS, "floors": (balance_floor(70_000_00),), "caps": (Cap(CapScope.SITE, 70_000_00),)},
        {"trackers": False, "set_aside_motives": (SetAsideMotive.USURPATION,), "reconfirm_days": 30},
    ],
)
def test_a_ballot_that_can_be_is_accepted_and_read_back_from_its_document(values):
    book = RULEBOOK.changed(**values)
    assert rulebook_fault(book) is None
    assert Rulebook.from_json(book.to_json()) == book


@pytest.mark.parametrize("kind", [BallotKind.APPROVAL, BallotKind.KNAPSACK])
@pytest.mark.parametrize("satisfaction", [Satisfaction.POINTS, Satisfaction.COST_POINTS])
def test_points_satisfy_nobody_on_ballots_that_give_none(kind, satisfaction):
    found = rulebook_fault(RULEBOOK.changed(ballot_kind=kind, count_rule=RuleName.MES, satisfaction=satisfaction))
    assert found is not None
    assert found.field == "satisfaction"


@pytest.mark.parametrize("rule", list(RuleName))
@pytest.mark.parametrize("satisfaction", list(Satisfaction))
@pytest.mark.parametrize("kind", list(BallotKind))
def test_whatever_the_form_accepts_the_tally_counts(kind, satisfaction, rule):
    book = RULEBOOK.changed(ballot_kind=kind, count_rule=rule, satisfaction=satisfaction)
    if rulebook_fault(book) is not None:
        return
    projects = (Project("a", 40, "A"), Project("b", 60, "B"))
    pointed = kind in (BallotKind.POINTS, BallotKind.RANKING)
    ballots = tuple(Ballot(str(number), (("a", 3 if pointed else 1), ("b", 1))) for number in range(3))
    meta = {"vote_type": (VoteType.SCORING if pointed else VoteType.APPROVAL).value}
    election = Election(meta, projects, ballots, 50, 1)
    outcome = run(election, Method(rule, satisfaction), Terms(50))
    assert [each.project for each in outcome.steps] == ["a"]


def test_an_officer_writes_a_ballot_of_points(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    answer = edit(client, round_, ballot_kind="points", points_budget="12", points_cap="6", ballot_max="5")
    assert answer.status_code == 303
    book = book_of(round_)
    assert (book.ballot_kind, book.points_budget, book.points_cap) == (BallotKind.POINTS, 12, 6)
    page = client.get(f"/gestion/budgets/{round_.slug}").text
    assert 'value="12"' in page


@pytest.mark.parametrize("typed", ["5, 3, 1", "5 3 1", " 5,3,1, ", "5;3;1"])
def test_an_officer_writes_a_ranking_and_its_weights(client, officer, typed):
    round_ = make_round(Phase.SUBMISSION)
    assert edit(client, round_, ballot_kind="ranking", rank_weights=typed).status_code == 303
    assert book_of(round_).rank_weights == (5, 3, 1)
    assert 'value="5, 3, 1"' in client.get(f"/gestion/budgets/{round_.slug}").text


def test_equal_shares_by_points_are_offered_to_ballots_that_give_points(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    typed = {"ballot_kind": "ranking", "count_rule": "mes", "satisfaction": "cost-points", "step": "1"}
    assert edit(client, round_, **typed).status_code == 303
    assert book_of(round_).satisfaction is Satisfaction.COST_POINTS
    refused = edit(client, round_, **typed | {"ballot_kind": "knapsack"})
    assert refused.status_code == 422
    assert 'href="#satisfaction' in refused.text


def test_options_of_another_kind_are_left_out(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    edit(client, round_, ballot_kind="knapsack", points_budget="50", points_cap="9", rank_weights="9, 8, 7")
    assert book_of(round_) == RULEBOOK.changed(ballot_kind=BallotKind.KNAPSACK)


def test_codes_motives_and_delays_are_set(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    edit(client, round_, trackers="", set_aside_motives=["usurpation"], reconfirm_days="8", answer_days="20")
    book = book_of(round_)
    assert (book.moderation_days, book.answer_days, book.appeal_days) == (7, 20, 10)
    assert (book.trackers, book.set_aside_motives, book.reconfirm_days) == (False, (SetAsideMotive.USURPATION,), 8)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("rank_weights", "5, beaucoup, 1"),
        ("rank_weights", "5, -3, 1"),
        ("rank_weights", "²"),
        ("rank_weights", "5, 3"),
        ("rank_weights", "1" * 30),
        ("points_budget", "0"),
        ("points_budget", "mille"),
        ("points_budget", "99999999999"),
        ("points_cap", "-1"),
        ("reconfirm_days", "0"),
        ("reconfirm_days", ""),
        ("answer_days", "jamais"),
        ("ballot_kind", "dice"),
    ],
)
def test_what_makes_no_ballot_is_refused_and_nothing_typed_is_lost(client, officer, field, typed):
    round_ = make_round(Phase.SUBMISSION)
    answer = edit(client, round_, **{"ballot_kind": "ranking", field: typed})
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert "Parce que." in answer.text
    if field != "ballot_kind":
        assert f'value="{typed}"' in answer.text
    assert book_of(round_) == RULEBOOK


def test_an_area_gets_a_key_from_its_name_and_keeps_it_when_it_is_renamed(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    first = typed_area(0, "Tarn et Aveyron", "8 000", ["albi", "rodez"])
    assert edit(client, round_, **first).status_code == 303
    made = book_of(round_).contests
    assert made == (Contest("tarn-et-aveyron", "Tarn et Aveyron", 8_000_00, ("albi", "rodez")),)
    renamed = typed_area(0, "Le Tarn", "9 000", ["albi"], key="tarn-et-aveyron")
    assert edit(client, round_, **renamed).status_code == 303
    assert book_of(round_).contests == (Contest("tarn-et-aveyron", "Le Tarn", 9_000_00, ("albi",)),)


def test_areas_of_one_name_do_not_share_a_key_and_a_made_up_key_is_ignored(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    typed = typed_area(0, "Albi", "8 000", ["albi"], key="main") | typed_area(3, "Main", "5 000", ["foix-ariege"])
    assert edit(client, round_, **typed).status_code == 303
    assert [area.key for area in book_of(round_).contests] == ["albi", "main-2"]


def test_rows_left_empty_are_left_out(client, officer):
    round_ = make_round(Phase.SUBMISSION, contests=AREAS)
    typed = typed_area(1, "", "", [], key="pyrenees") | typed_area(2, "", " ", [])
    assert edit(client, round_, **typed).status_code == 303
    assert book_of(round_).contests == (TOULOUSE,)


@pytest.mark.parametrize(
    ("field", "area"),
    [
        ("areas-1-name", ("", "5 000", ["foix-ariege"])),
        ("areas-1-amount", ("Foix", "", ["foix-ariege"])),
        ("areas-1-amount", ("Foix", "beaucoup", ["foix-ariege"])),
        ("areas-1-amount", ("Foix", "100 000", ["foix-ariege"])),
        ("areas-1-sites", ("Foix", "5 000", [])),
        ("areas-1-sites", ("Foix", "5 000", ["atlantis"])),
        ("areas-1-sites", ("Foix", "5 000", ["toulouse", "foix-ariege"])),
        ("areas-1-name", ("x" * 81, "5 000", ["foix-ariege"])),
    ],
)
def test_an_area_that_cannot_be_is_told_at_its_row(client, officer, field, area):
    round_ = make_round(Phase.SUBMISSION)
    typed = typed_area(0, "Toulouse", "20 000", ["toulouse"]) | typed_area(1, *area)
    answer = edit(client, round_, **typed)
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert f'value="{area[0]}"' in answer.text
    assert book_of(round_) == RULEBOOK


def test_rows_are_added_and_taken_away_without_javascript_and_nothing_is_saved(client, officer):
    round_ = make_round(Phase.SUBMISSION, contests=AREAS)
    added = edit(client, round_, add="1", summary="En chemin.")
    assert added.status_code == 200
    assert 'name="areas-2-name"' in added.text
    assert "En chemin." in added.text
    removed = edit(client, round_, remove="0")
    assert 'name="areas-0-name"' not in removed.text
    assert 'value="Pyrénées"' in removed.text
    assert book_of(round_).contests == AREAS
    new = client.post("/gestion/budgets/nouveau", data=new_round(add="1"))
    assert new.status_code == 200
    assert 'name="areas-0-name"' in new.text
    assert len(db.session.scalars(sa.select(Round)).all()) == 1


def test_rows_numbered_by_somebody_else_do_no_harm(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    typed = {"areas-99999-name": "X", "areas-²-name": "Y", "areas--1-name": "Z", "areas-name": "T"}
    assert edit(client, round_, **typed).status_code == 303
    assert book_of(round_) == RULEBOOK
    assert edit(client, round_, remove="²").status_code == 200


def test_saving_areas_and_options_without_a_change_adopts_nothing(client, officer):
    round_ = make_round(Phase.SUBMISSION, **RANKING, rank_weights=(5, 3, 1), contests=AREAS, trackers=False)
    assert client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_)).status_code == 303
    assert len(db.session.get(Round, round_.id, populate_existing=True).versions) == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({**POINTS, "points_budget": 12}, "Répartissez 12 points entre 1 et 3 projets."),
        ({**POINTS, "points_cap": 5}, "Un projet en reçoit 5 au plus."),
        ({**RANKING, "rank_weights": (5, 3, 1)}, "Les rangs valent, dans l’ordre : 5, 3, 1 points."),
        (RANKING, "Les rangs valent, dans l’ordre : 3, 2, 1 points."),
        ({**RANKING, "min_votes": 9}, "au moins 9 points"),
        ({"contests": AREAS}, "Pyrénées : 10 000 €, pour les projets de ces sites : Tarbes"),
        ({"contests": AREAS}, "Enveloppe régionale : 70 000 €"),
        ({"contests": AREAS}, "ce qui reste de l’une ne rejoint pas une autre"),
        ({"contests": AREAS, "ballot_kind": BallotKind.KNAPSACK}, "sans dépasser l’enveloppe."),
        ({}, "qui retrouve son bulletin parmi les bulletins publiés"),
        ({"trackers": False}, "Aucun code ne permet de retrouver ensuite son bulletin"),
        ({"set_aside_motives": (SetAsideMotive.USURPATION,)}, "Une autre personne a voté en son nom"),
        ({"reconfirm_days": 8}, "a 8 jours pour répondre"),
        ({"moderation_days": 3}, "L’association a 3 jours pour répondre."),
        ({"answer_days": 21}, "L’auteur a 21 jours pour compléter son projet"),
        ({"appeal_days": 1}, "le réexamine alors en 1 jour,"),
    ],
)
def test_the_rulebook_says_the_ballot_in_words(client, values, said):
    round_ = make_round(Phase.SUBMISSION, **values)
    assert said in plain(client.get(f"/budgets/{round_.slug}/reglement").text)


def test_the_public_page_shows_the_part_of_each_area(client):
    round_ = make_round(Phase.SUBMISSION, contests=AREAS)
    text = plain(client.get(f"/budgets/{round_.slug}").text)
    for said in ("20 000 € Toulouse", "10 000 € Pyrénées", "30 000 € Tous les projets, sur toute la région"):
        assert said in text


def test_an_imported_round_says_nothing_that_its_data_do_not_tell(client):
    round_ = make_round(Phase.DELIVERY, **POINTS)
    with transaction():
        round_.origin = "Pabulib"
    text = plain(client.get(f"/budgets/{round_.slug}/reglement").text)
    assert "Répartissez vos points entre les projets de votre choix." in text
    assert "mise à l’écart" not in text


def test_the_versions_say_what_changed_in_the_ballot_and_the_areas(client, officer):
    round_ = make_round(Phase.SUBMISSION, contests=(TOULOUSE,))
    with transaction():
        book = round_.rulebook.changed(**RANKING, rank_weights=(5, 3, 1), contests=(PYRENEES,), trackers=False)
        adopt_rulebook(round_, book, "Plus juste.", officer, now())
    text = plain(client.get(f"/budgets/{round_.slug}/reglement").text)
    assert "Bulletin : Classement au lieu de Vote par approbation." in text
    assert "Ce que vaut chaque rang : 5, 3, 1 (règle ajoutée)." in text
    assert "Enveloppe de territoire : Pyrénées : 10 000 €, pour Tarbes" in text
    assert "Enveloppe de territoire : Toulouse : règle retirée" in text
    assert "Enveloppe régionale : 90 000 € au lieu de 80 000 €." in text
    assert "Code secret pour retrouver son bulletin : non au lieu de oui." in text


@pytest.mark.parametrize("kind", list(BallotKind))
def test_every_kind_has_a_sentence_in_both_languages(app, kind):
    for locale in ("fr", "en"):
        with app.test_request_context(f"/?lang={locale}"):
            assert choices_sentence(RULEBOOK.changed(ballot_kind=kind))

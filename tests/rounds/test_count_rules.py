"""The rule of the count, its options, caps and partial funding: set by the officer, said in the rulebook."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from participatory.core import labels
from participatory.core.clock import now
from participatory.core.database import db, transaction
from participatory.identity.rules import Role
from participatory.rounds.actions import adopt_rulebook
from participatory.rounds.faults import rulebook_fault
from participatory.rounds.models import Round
from participatory.rounds.rulebook import BallotKind, Cap, CapScope, Rulebook, TieBreak
from participatory.rounds.rules import Phase
from participatory.rounds.rules_in_words import changes
from participatory.tally.methods import Completion, RuleName, Satisfaction, Stop
from tests.factories import RULEBOOK, make_person, make_round, sign_in
from tests.rounds.forms import new_round, shown

# The document of these tests and its digest as they were before the count had options.
DIGEST_BEFORE = "f1b385733e9f5c2d96ec4e3608b6b0bddcb33ef28832eb53e28ecfe19677f855"
OPTIONS = frozenset({"satisfaction", "completion", "stop", "step_permille", "caps", "partial_funding"})
SHARES = {"count_rule": RuleName.MES, "completion": Completion.ADD1U}
EVERYTHING = RULEBOOK.changed(
    count_rule=RuleName.MES,
    satisfaction=Satisfaction.CARDINALITY,
    completion=Completion.ADD1,
    stop=Stop.EXHAUSTIVE,
    step_permille=5,
    caps=(Cap(CapScope.SITE, 50_000_00), Cap(CapScope.CARRIER, 30_000_00)),
    partial_funding=True,
)


@pytest.fixture
def officer(client):
    person = make_person(roles=(Role.OFFICER,))
    sign_in(client, person)
    return person


def book_of(round_: Round) -> Rulebook:
    return db.session.get(Round, round_.id, populate_existing=True).rulebook


def edit(client, round_: Round, **typed: object):
    return client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_, note="Parce que.", **typed))


def test_an_earlier_document_keeps_its_digest_and_counts_as_it_did():
    assert RULEBOOK.digest() == DIGEST_BEFORE
    assert not OPTIONS & set(json.loads(RULEBOOK.to_json()))
    assert RULEBOOK.satisfaction is Satisfaction.COST
    assert RULEBOOK.completion is Completion.NONE
    assert (RULEBOOK.stop, RULEBOOK.step_permille) == (Stop.OVERSPEND, 10)
    assert (RULEBOOK.caps, RULEBOOK.partial_funding) == ((), False)


def test_a_document_with_every_option_reads_back_the_same():
    read = Rulebook.from_json(EVERYTHING.to_json())
    assert read == EVERYTHING
    assert read.digest() == EVERYTHING.digest()
    assert isinstance(read.caps[0].scope, CapScope)
    assert set(json.loads(EVERYTHING.to_json())) >= OPTIONS


@pytest.mark.parametrize(
    "values",
    [
        {"satisfaction": Satisfaction.CARDINALITY},
        {"completion": Completion.GREEDY},
        {"stop": Stop.EXHAUSTIVE},
        {"step_permille": 11},
        {"caps": (Cap(CapScope.THEME, 30_000_00),)},
        {"partial_funding": True},
    ],
)
def test_an_option_that_is_no_default_stands_in_the_document(values):
    changed = RULEBOOK.changed(**values)
    assert set(json.loads(changed.to_json())) - set(json.loads(RULEBOOK.to_json())) == set(values)
    assert changed.digest() != RULEBOOK.digest()
    assert Rulebook.from_json(changed.to_json()) == changed


@pytest.mark.parametrize("text", ['{"scope":"planet","amount_cents":1}', '{"scope":"site"}', '"site"'])
def test_a_document_with_a_cap_that_means_nothing_is_not_read(text):
    document = RULEBOOK.to_json().removesuffix("}") + f',"caps":[{text}]}}'
    with pytest.raises((ValueError, KeyError, TypeError)):
        Rulebook.from_json(document)


def test_every_value_has_its_own_words():
    for members in (BallotKind, RuleName, Satisfaction, Completion, Stop, CapScope, TieBreak):
        words = [labels.label(member) for member in members]
        assert len(set(words)) == len(words)
    assert labels.label(BallotKind.POINTS) != labels.label(Satisfaction.POINTS)
    assert labels.label(RuleName.GREEDY) != labels.label(Completion.GREEDY)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("satisfaction", {"satisfaction": Satisfaction.POINTS}),
        ("satisfaction", {"satisfaction": Satisfaction.COST_POINTS, "ballot_kind": BallotKind.KNAPSACK}),
        ("step", {"step_permille": 0}),
        ("step", {"step_permille": -10}),
        ("step", {"step_permille": 1001}),
        ("cap_site", {"caps": (Cap(CapScope.SITE, 0),)}),
        ("cap_theme", {"caps": (Cap(CapScope.THEME, -1),)}),
        ("cap_carrier", {"caps": (Cap(CapScope.CARRIER, 29_999_99),)}),
        ("cap_department", {"caps": (Cap(CapScope.DEPARTMENT, 100_000_01),)}),
        ("cap_site", {"caps": (Cap(CapScope.SITE, 40_000_00), Cap(CapScope.SITE, 50_000_00))}),
    ],
)
def test_options_that_cannot_be_are_refused_at_their_field(field, values):
    found = rulebook_fault(RULEBOOK.changed(**values))
    assert found is not None
    assert found.field == field


def test_points_may_count_where_ballots_give_points():
    book = RULEBOOK.changed(ballot_kind=BallotKind.POINTS, satisfaction=Satisfaction.COST_POINTS)
    assert rulebook_fault(book) is None
    assert rulebook_fault(EVERYTHING) is None


def test_a_new_round_is_greedy_and_equal_shares_are_proposed_with_the_advised_completion(client, officer):
    page = client.get("/gestion/budgets/nouveau").text
    assert 'checked id="count_rule-0"' in page
    assert 'checked id="completion-2"' in page
    client.post("/gestion/budgets/nouveau", data=new_round())
    book = db.session.scalars(sa.select(Round)).one().rulebook
    assert book.count_rule is RuleName.GREEDY
    assert not OPTIONS & set(json.loads(book.to_json()))


def test_an_officer_chooses_equal_shares_with_their_options(client, officer):
    round_ = make_round(Phase.SUBMISSION)
    answer = edit(
        client,
        round_,
        count_rule="mes",
        satisfaction="cardinality",
        completion="add1u",
        step="0,5 %",
        cap_site="50 000",
        cap_carrier="30 000 €",
        partial_funding="y",
    )
    assert answer.status_code == 303
    book = book_of(round_)
    assert (book.count_rule, book.satisfaction) == (RuleName.MES, Satisfaction.CARDINALITY)
    assert (book.completion, book.step_permille, book.stop) == (Completion.ADD1U, 5, Stop.OVERSPEND)
    assert book.caps == (Cap(CapScope.SITE, 50_000_00), Cap(CapScope.CARRIER, 30_000_00))
    assert book.partial_funding
    page = client.get(f"/gestion/budgets/{round_.slug}").text
    assert 'value="0,5"' in page
    assert 'value="50\u202f000"' in page


@pytest.mark.parametrize("rule", ["greedy", "greedy-per-cost", "phragmen"])
def test_the_options_of_equal_shares_are_left_out_under_another_rule(client, officer, rule):
    round_ = make_round(Phase.SUBMISSION)
    edit(client, round_, count_rule=rule, satisfaction="cardinality", completion="add1", step="7")
    assert book_of(round_) == RULEBOOK.changed(count_rule=RuleName(rule))


def test_the_step_is_left_out_where_shares_do_not_rise(client, officer):
    round_ = make_round(Phase.SUBMISSION, **SHARES, step_permille=50)
    edit(client, round_, completion="greedy")
    assert book_of(round_) == RULEBOOK.changed(count_rule=RuleName.MES, completion=Completion.GREEDY)


def test_the_end_of_the_raise_that_the_form_does_not_show_is_kept(client, officer):
    round_ = make_round(Phase.SUBMISSION, **SHARES, stop=Stop.EXHAUSTIVE)
    edit(client, round_, step="2")
    assert book_of(round_).stop is Stop.EXHAUSTIVE


def test_saving_every_option_without_a_change_adopts_nothing(client, officer):
    round_ = make_round(Phase.SUBMISSION, **{name: getattr(EVERYTHING, name) for name in ("count_rule", *OPTIONS)})
    answer = client.post(f"/gestion/budgets/{round_.slug}", data=shown(round_))
    assert answer.status_code == 303
    assert len(db.session.get(Round, round_.id, populate_existing=True).versions) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("step", "0"),
        ("step", "0,0"),
        ("step", "100,1"),
        ("step", "1e9"),
        ("step", "1000000000"),
        ("step", "-1"),
        ("step", "0,05"),
        ("step", "peu"),
        ("step", "²"),
        ("step", ""),
        ("cap_site", "-5"),
        ("cap_site", "0"),
        ("cap_theme", "1e9"),
        ("cap_department", "99999999999999999999"),
        ("cap_department", "100 000,01"),
        ("cap_carrier", "29 999,99"),
        ("cap_carrier", "beaucoup"),
        ("count_rule", "lottery"),
        ("count_rule", ""),
        ("satisfaction", "points"),
        ("completion", "perfect"),
    ],
)
def test_what_cannot_be_counted_is_refused_and_nothing_typed_is_lost(client, officer, field, typed):
    round_ = make_round(Phase.SUBMISSION)
    answer = edit(client, round_, **{"count_rule": "mes", "step": "3", field: typed})
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    assert "Parce que." in answer.text
    if field.startswith(("step", "cap")):
        assert f'value="{typed}"' in answer.text
    assert book_of(round_) == RULEBOOK


@pytest.mark.parametrize("roles", [(), (Role.MODERATOR,), (Role.APPRAISER,)])
def test_others_cannot_choose_the_rule(client, roles):
    round_ = make_round(Phase.SUBMISSION)
    sign_in(client, make_person(roles=roles))
    assert edit(client, round_, count_rule="mes").status_code == 403
    assert book_of(round_) == RULEBOOK


@pytest.mark.parametrize("phase", [Phase.VOTING, Phase.CONTROL, Phase.RESULTS])
def test_the_rule_is_frozen_once_voting_has_opened(client, officer, phase):
    round_ = make_round(phase)
    assert edit(client, round_, count_rule="mes", partial_funding="y").status_code == 409
    assert book_of(round_) == RULEBOOK


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "du plus voté au moins voté"),
        ({"count_rule": RuleName.GREEDY_PER_COST}, "on divise son nombre de votes par son coût"),
        ({"count_rule": RuleName.PHRAGMEN}, "Toutes se remplissent au même rythme"),
        ({"count_rule": RuleName.MES}, "L’argent qui reste alors n’est pas dépensé."),
        ({**SHARES, "step_permille": 5}, "de 0,5\u00a0% de la première part d’un bulletin"),
        ({**SHARES, "satisfaction": Satisfaction.CARDINALITY}, "la plus petite somme"),
        ({**SHARES, "stop": Stop.EXHAUSTIVE}, "que plus aucun projet choisi ne tienne"),
        ({"count_rule": RuleName.MES, "completion": Completion.GREEDY}, "finance les autres projets"),
        ({"caps": (Cap(CapScope.DEPARTMENT, 30_000_00),)}, "d’un même département ne reçoivent pas plus de 30"),
        ({"caps": (Cap(CapScope.CARRIER, 30_000_00),)}, "que porte une même association"),
        ({"partial_funding": True}, "il faut que son auteur l’ait accepté d’avance"),
        ({"min_votes": 12}, "au moins 12 votes pour être financé. Les autres sont écartés."),
    ],
)
def test_the_rulebook_says_in_words_what_each_rule_does(client, values, said):
    round_ = make_round(Phase.SUBMISSION, **values)
    assert said in client.get(f"/budgets/{round_.slug}/reglement").text


@pytest.mark.parametrize("satisfaction", [Satisfaction.POINTS, Satisfaction.COST_POINTS])
@pytest.mark.parametrize("rule", list(RuleName))
def test_an_imported_round_with_points_says_its_rule_too(client, rule, satisfaction):
    round_ = make_round(
        Phase.DELIVERY, ballot_kind=BallotKind.POINTS, count_rule=rule, satisfaction=satisfaction, min_votes=3
    )
    with transaction():
        round_.origin = "Pabulib"
    text = client.get(f"/budgets/{round_.slug}/reglement").text
    assert "au moins 3 points" in text
    assert "nombre de votes" not in text.partition('id="depouillement"')[2].partition("</article>")[0]


def test_the_order_of_application_is_threshold_floors_rest_then_partial_funding(client):
    round_ = make_round(Phase.SUBMISSION, min_votes=12, partial_funding=True)
    text = client.get(f"/budgets/{round_.slug}/reglement").text.partition("Dans quel ordre")[2]
    steps = ("au moins 12 votes", "La part réservée", "tous les projets restants", "l’ait accepté d’avance")
    places = [text.index(step) for step in steps]
    assert places == sorted(places)


def test_the_versions_say_which_option_came_and_which_went(client, officer):
    round_ = make_round(Phase.SUBMISSION, caps=(Cap(CapScope.THEME, 40_000_00),))
    with transaction():
        adopt_rulebook(round_, round_.rulebook.changed(**SHARES, caps=()), "Plus juste.", officer, now())
    text = client.get(f"/budgets/{round_.slug}/reglement").text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Règle du dépouillement : Parts égales au lieu de Les plus votés d’abord." in text
    assert "Parts égales : pas de l’augmentation : 1 % de la première part d’un bulletin (règle ajoutée)." in text
    assert "Plafond par thème : règle retirée (c’était : 40 000 €)." in text


def test_the_same_rules_have_no_changes(app):
    with app.test_request_context("/"):
        assert changes(EVERYTHING, EVERYTHING) == []

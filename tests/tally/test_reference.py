"""The program against the slow count, on small elections with many ties, under every rule, option and term."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participatory.tally.election import Election
from participatory.tally.methods import Method, RuleName
from participatory.tally.outcome import Outcome, Part, ProjectOutcome, Purse, Reason
from participatory.tally.rules import run
from participatory.tally.terms import Terms
from tests.tally import reference
from tests.tally.strategies import caps, close_elections, elections, methods, orders, terms_for, tied_elections

MONEY = (Reason.NO_MONEY, Reason.OUTSIDE_FLOOR)


def compare(election: Election, method: Method, terms: Terms) -> tuple[Outcome, reference.Count]:
    outcome, slow = run(election, method, terms), reference.count(election, method, terms)
    assert [(s.project, s.stage, s.paid, s.part, s.rho) for s in outcome.steps] == [
        (p.project, stage, p.paid, p.part, p.rho) for stage, p in slow.purchases
    ]
    assert [(s.key, s.budget, s.raises or 0, s.unspent) for s in outcome.stages] == [
        (s.key, s.budget, s.raises or 0, s.left) for s in slow.stages
    ]
    return outcome, slow


@given(st.data())
def test_every_rule_on_plain_terms(data: st.DataObject) -> None:
    case = data.draw(tied_elections() | elections())
    compare(case, data.draw(methods()), Terms(case.budget))


@given(st.data())
def test_what_floating_point_cannot_tell_apart(data: st.DataObject) -> None:
    case = data.draw(close_elections())
    method = data.draw(methods())
    # A step of a few units, or of a part of a small floor, would mean as many counts as these amounts have units.
    method = replace(method, step=data.draw(st.sampled_from([Fraction(1, 2), Fraction(9, 7)])), step_is_share=True)
    terms = Terms(case.budget, order=data.draw(orders()), caps=data.draw(caps(case)))
    outcome, slow = compare(case, method, terms)
    if method.rule in (RuleName.MES, RuleName.PHRAGMEN):
        check_money(reference.Case(case, terms), outcome, slow)


@pytest.mark.parametrize("rule", RuleName)
@given(data=st.data())
def test_each_rule_under_all_terms(rule: RuleName, data: st.DataObject) -> None:
    case = data.draw(tied_elections() | elections())
    terms = data.draw(terms_for(case, limits=data.draw(st.booleans()), partial=True))
    outcome, slow = compare(case, data.draw(methods(rule)), terms)
    check_outcome(case, terms, outcome)
    check_steps(outcome)
    if rule in (RuleName.MES, RuleName.PHRAGMEN):
        check_money(reference.Case(case, terms), outcome, slow)


def check_outcome(case: Election, terms: Terms, outcome: Outcome) -> None:
    """What holds whatever the rule."""
    facts = reference.Case(case, terms)
    assert outcome.cost + outcome.remainder == outcome.budget == terms.budget
    assert outcome.remainder >= 0
    assert outcome.ballots == len(facts.voters)
    assert outcome.ballots_with_winner == sum(
        any(voter.get(winner, 0) > 0 for winner in outcome.winners) for voter in facts.voters
    )
    assert sorted(p.id for p in outcome.projects) == sorted(facts.cost)
    assert [p.rank for p in outcome.projects] == list(range(1, len(facts.cost) + 1))
    assert {p.id for p in outcome.projects if p.state.wins} == set(outcome.winners)
    assert outcome.exhaustive == (not any(p.reason in MONEY and p.cost <= outcome.remainder for p in outcome.projects))
    check_limits(facts, outcome)
    for project in outcome.projects:
        assert (project.score, project.supporters) == (facts.score[project.id], len(facts.supporters[project.id]))
        check_reason(facts, case, outcome, project)


def check_limits(facts: reference.Case, outcome: Outcome) -> None:
    paid = {step.project: step.paid for step in outcome.steps}
    for cap in facts.terms.caps:
        assert sum(paid.get(p, 0) for p in cap.project_ids) <= cap.amount
    for group in facts.terms.groups:
        assert len(group.project_ids & paid.keys()) <= 1
    for winner in paid:
        assert facts.terms.requires.get(winner, frozenset()) <= paid.keys()
        assert winner in facts.admitted


def check_reason(facts: reference.Case, case: Election, outcome: Outcome, project: ProjectOutcome) -> None:
    """A loser's reason is true of the outcome, and what it names did act."""
    p, winners = project.id, list(outcome.winners)
    if project.state.wins:
        assert project.reason is None
        assert project.paid == next(step.paid for step in outcome.steps if step.project == p)
        return
    assert (project.stage, project.paid) == (None, 0)
    assert (project.reason is Reason.THRESHOLD) == (p not in facts.admitted)
    if project.reason is Reason.INCOMPATIBLE:
        assert project.by in facts.rivals(p, winners)
    elif project.reason is Reason.CAP:
        assert project.by in facts.full_caps(p, winners, project.cost)
    elif project.reason is Reason.REQUIRES:
        assert project.by in facts.terms.requires[p]
        # A project that is funded only in part, at the very end, does not help those that require it.
        assert project.by not in {step.project for step in outcome.steps if step.part is not Part.PARTIAL}
    elif project.reason in MONEY:
        unbound = reference.count(case, outcome.method, reference.without_floors(facts.terms))
        closed = [floor.key for floor in facts.terms.floors if p not in floor.project_ids]
        kept_out = bool(closed) and p in unbound.funded_in_full
        assert (project.reason, project.by) == (
            (Reason.OUTSIDE_FLOOR, ",".join(closed)) if kept_out else (Reason.NO_MONEY, None)
        )


def check_steps(outcome: Outcome) -> None:
    left = {stage.key: stage.budget for stage in outcome.stages}
    for step in outcome.steps:
        left[step.stage] -= step.paid
        assert step.remaining_after == left[step.stage] >= 0
        assert (step.paid < step.cost) == (step.part is Part.PARTIAL)
    for stage in outcome.stages:
        assert stage.projects == tuple(step.project for step in outcome.steps if step.stage == stage.key)
        assert stage.spent + stage.unspent == stage.budget


def check_money(facts: reference.Case, outcome: Outcome, slow: reference.Count) -> None:
    """The purse of each loser, from the accounts of all voters."""
    for project in outcome.projects:
        if project.reason not in MONEY:
            assert project.purse is None
            continue
        assert project.purse is not None
        assert project.purse.stage == slow.main.key
        if slow.main.received is None:
            assert (project.purse.left, project.purse.taken) == (0, ())
            continue
        check_purse(project, project.purse, reference.wallet(facts, slow.main, project.id))
        taken = sum(payment.amount for payment in project.purse.taken)
        assert project.purse.left + taken == slow.main.received * project.supporters


def check_purse(project: ProjectOutcome, purse: Purse, known: reference.Wallet) -> None:
    last = known.last_affordable(project.cost)
    assert purse.left == known.left
    assert purse.missing == max(project.cost - known.left, 0)
    assert [(each.project, each.amount, each.left_after) for each in purse.taken] == known.taken
    assert [payment.paid for payment in purse.largest] == sorted((each.paid for each in purse.taken), reverse=True)
    assert purse.last_affordable == last
    if last is not None:
        assert purse.left_then == [*known.after, known.left][last]


@given(st.data())
def test_the_prices_of_equal_shares_pay_the_cost(data: st.DataObject) -> None:
    """What a supporter paid at most, from its utility: Σ min(bᵢ, ρ·uᵢ) = cost with the balances before the step."""
    case = data.draw(tied_elections())
    method = data.draw(methods(RuleName.MES))
    terms = Terms(case.budget)
    facts, slow = reference.Case(case, terms), reference.count(case, method, terms)
    for step, purchase in zip(run(case, method, terms).steps, slow.main.purchases, strict=True):
        if step.part is not Part.RULE:
            assert (step.rho, step.price) == (None, None)
            continue
        assert sum(purchase.payments.values()) == step.cost
        units = {i: facts.voters[i][step.project] if method.sat.by_points else 1 for i in purchase.payments}
        assert step.price == max(Fraction(paid, units[i]) for i, paid in purchase.payments.items())


@given(st.data())
def test_the_order_of_ballots_and_projects_does_not_matter(data: st.DataObject) -> None:
    case = data.draw(tied_elections())
    method, terms = data.draw(methods()), data.draw(terms_for(case, limits=True, partial=True))
    turned = Election(case.meta, case.projects[::-1], case.ballots[::-1], case.budget)
    assert run(case, method, terms) == run(turned, method, terms)


@given(st.data())
def test_ballots_cast_together_count_as_ballots_cast_apart(data: st.DataObject) -> None:
    case = data.draw(tied_elections())
    assume(any(ballot.multiplicity > 1 for ballot in case.ballots))
    apart = tuple(
        type(ballot)(f"{ballot.voter}-{time}", ballot.choices)
        for ballot in case.ballots
        for time in range(ballot.multiplicity)
    )
    method, terms = data.draw(methods()), data.draw(terms_for(case))
    assert run(case, method, terms) == run(Election(case.meta, case.projects, apart, case.budget), method, terms)

"""`participatory tally`: counts a Pabulib file offline, without a database."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from participatory.tally.amounts import in_units, parse_amount, smallest_unit
from participatory.tally.compare import Alternative, compare, compared_with
from participatory.tally.declared_method import declared_method, parse_step
from participatory.tally.declared_terms import declared_terms, items_of
from participatory.tally.election import Election, in_finer_unit
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.outcome import Outcome
from participatory.tally.pabulib import PabulibError, read_file
from participatory.tally.profile import Profile
from participatory.tally.report import alternatives_as_json, as_json, comparison_as_json
from participatory.tally.rules import run_profile
from participatory.tally.tables import as_text, comparison
from participatory.tally.terms import Terms
from participatory.tally.ties import Criterion, Lot, Order, Ties
from participatory.tally.wording import Language, sentences

# A file with a thousand bad lines is corrected from the first ones.
_SHOWN_PROBLEMS = 20
# With a step so small, add1 may count tens of thousands of times.
_MANY_STEPS = 10_000


def _seed(ctx: click.Context, param: click.Parameter, value: str | None) -> bytes | None:
    """The bytes that an option gives in hexadecimal, None where it is not given."""
    if value is None:
        return None
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not written in hexadecimal", ctx, param) from None


def _step(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[Fraction, bool] | None:
    """δ as `parse_step` reads it, None where it is not given."""
    if value is None:
        return None
    try:
        return parse_step(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is neither an amount nor a percentage", ctx, param) from None


@dataclass(frozen=True)
class Options:
    """What the command was asked, None where it was left to the file or to the defaults."""

    rule: str | None
    sat: str | None
    completion: str | None
    stop: str | None
    step: tuple[Fraction, bool] | None
    ties: str | None
    seed: bytes | None
    round_key: str | None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", type=click.Choice([rule.value for rule in RuleName]), help="The rule of counting.")
@click.option("--sat", type=click.Choice([sat.value for sat in Satisfaction]), help="mes: what a project is worth.")
@click.option("--completion", type=click.Choice([c.value for c in Completion]), help="mes: how the rest is spent.")
@click.option("--stop", type=click.Choice([stop.value for stop in Stop]), help="add1: when raising stops.")
@click.option("--step", callback=_step, help="add1: the raise δ, in the currency (default: 1) or as 1% of B/n.")
@click.option(
    "--ties",
    type=click.Choice([t.value for t in Ties]),
    help="lexico: by id (default); rulebook: cost, supporters, lot.",
)
@click.option("--seed", callback=_seed, help="The published seed of the lot, in hexadecimal.")
@click.option("--round", "round_key", help="The round for which the lot is drawn.")
@click.option("--budget", help="Count with this budget instead of the file's, in its currency.")
@click.option("--explain", is_flag=True, help="Say for each project why it is funded or not, and what was missing.")
@click.option("--lang", type=click.Choice([each.value for each in Language]), default="en", help="Of the sentences.")
@click.option("--compare", "side_by_side", is_flag=True, help="Print what each rule would give, side by side.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
@click.pass_context
def tally(
    ctx: click.Context,
    /,
    *,
    file: Path,
    budget: str | None,
    explain: bool,
    lang: str,
    side_by_side: bool,
    as_object: bool,
    **options: Any,
) -> None:
    """Count the Pabulib election in FILE and print who is funded.

    A result published by this program carries its rule and the terms of its count (ties,
    seed, reserved parts, caps, threshold); they are used unless an option says otherwise.
    """
    # The exact ratios of a large count have more digits than Python writes without being told.
    sys.set_int_max_str_digits(0)
    asked = Options(**options)
    election = _with_budget(_read(ctx, file), budget)
    terms = _terms(election, asked)
    method = _method(election, asked, required=not side_by_side)
    profile = _load(ctx, file, election)
    _warn_of_small_steps(method, terms, profile)
    if side_by_side:
        _print_comparison(file, election, profile, terms, method, as_object=as_object)
        return
    assert method is not None
    outcome = run_profile(profile, method, terms, explained=explain)
    said = dict(sentences(outcome, election, terms, Language(lang))) if explain else None
    if as_object:
        report = as_json(str(file), election, profile, outcome, said)
        others = _counted(election, profile, terms, compared_with(method)[1:]) if explain else ()
        click.echo(json.dumps(report | alternatives_as_json(election, others), ensure_ascii=False))
    else:
        _print_text(election, profile, outcome, said or {})
    if not terms.order.lot.seed and _needs_lot(outcome):
        click.echo("A tie was decided by lot with an empty seed: give the published one by --seed.", err=True)


def _read(ctx: click.Context, file: Path) -> Election:
    """Read the file, or leave with exit code 2 and each problem with its line on standard error."""
    try:
        return read_file(file)
    except PabulibError as error:
        for problem in error.problems[:_SHOWN_PROBLEMS]:
            click.echo(f"{file}:{problem.line}: {problem.reason}", err=True)
        if len(error.problems) > _SHOWN_PROBLEMS:
            click.echo(f"and {len(error.problems) - _SHOWN_PROBLEMS} more problems", err=True)
        ctx.exit(2)


def _load(ctx: click.Context, file: Path, election: Election) -> Profile:
    try:
        return Profile.of(election)
    except ValueError as error:
        click.echo(f"{file}: {error}", err=True)
        ctx.exit(2)


def _with_budget(election: Election, written: str | None) -> Election:
    if written is None:
        return election
    try:
        budget = parse_amount(written)
    except ValueError:
        raise click.BadParameter(f"{written!r} is not an amount", param_hint="--budget") from None
    if budget <= 0:
        raise click.BadParameter("the budget must be greater than zero", param_hint="--budget")
    # A budget with cents for a file without any is counted, with its costs, in cents.
    unit = max(election.unit, smallest_unit([budget]))
    return replace(in_finer_unit(election, unit), budget=in_units(budget, unit))


def _terms(election: Election, asked: Options) -> Terms:
    """What the file declares, each part replaced by the option that speaks of it."""
    try:
        terms = declared_terms(election)
    except ValueError:
        raise click.BadParameter("the floors of the file exceed this budget", param_hint="--budget") from None
    lot = terms.order.lot
    chosen = Lot(
        lot.seed if asked.seed is None else asked.seed, lot.round if asked.round_key is None else asked.round_key
    )
    return replace(terms, order=Order(terms.order.ties if asked.ties is None else Ties(asked.ties), chosen))


def _method(election: Election, asked: Options, *, required: bool) -> Method | None:
    """What the file declares, unless another rule is asked, each part replaced by the option that speaks of it."""
    declared = declared_method(items_of(election), election.unit)
    if asked.rule is None and declared is None:
        if required:
            raise click.UsageError("Missing option '--rule': this file does not say by which rule it is counted.")
        return None
    rule = declared.rule if declared and asked.rule is None else RuleName(asked.rule or "")
    base = declared if declared and declared.rule is rule else Method(rule, step=Fraction(election.unit))
    amount, is_share = asked.step or (base.step, base.step_is_share)
    return Method(
        rule,
        Satisfaction(asked.sat) if asked.sat else base.sat,
        Completion(asked.completion) if asked.completion else base.completion,
        Stop(asked.stop) if asked.stop else base.stop,
        amount * election.unit if asked.step and not is_share else amount,
        is_share,
    )


def _warn_of_small_steps(method: Method | None, terms: Terms, profile: Profile) -> None:
    """A δ that is nothing beside the money of a ballot asks for as many counts as it goes into it."""
    if method is None or method.rule is not RuleName.MES or not method.completion.raises_endowment:
        return
    ballots = max(1, profile.ballots)
    if method.increment(terms.budget, ballots) * ballots * _MANY_STEPS < terms.budget:
        click.echo("The step is very small beside the money of a ballot: this may take long. Try --step 1%.", err=True)


def _print_text(election: Election, profile: Profile, outcome: Outcome, said: Mapping[str, str]) -> None:
    click.echo("\n".join(as_text(election, profile, outcome)))
    for project, sentence in said.items():
        click.echo(f"\n{project}: {sentence}")


def _print_comparison(
    file: Path, election: Election, profile: Profile, terms: Terms, method: Method | None, *, as_object: bool
) -> None:
    alternatives = _counted(election, profile, terms, compared_with(method or Method(RuleName.GREEDY)))
    if as_object:
        click.echo(json.dumps(comparison_as_json(str(file), election, alternatives), ensure_ascii=False))
    else:
        click.echo("\n".join(comparison(election, alternatives)))


def _counted(election: Election, profile: Profile, terms: Terms, methods: Sequence[Method]) -> tuple[Alternative, ...]:
    """What each method gives, by the categories of the file."""
    categories = {project.id: project.extra.get("category", "") for project in election.projects}
    return compare(profile, terms, categories, methods)


def _needs_lot(outcome: Outcome) -> bool:
    return any(Criterion.LOT in tie.criteria for tie in outcome.ties_broken if tie.decisive)

"""`participatory tally`: counts a Pabulib file offline, without a database."""

import json
from dataclasses import replace
from pathlib import Path

import click

from participatory.tally.amounts import in_units, parse_amount, smallest_unit
from participatory.tally.declared_terms import declared_terms
from participatory.tally.election import Election, in_finer_unit
from participatory.tally.outcome import Outcome
from participatory.tally.pabulib import PabulibError, read_file
from participatory.tally.report import as_json, as_text
from participatory.tally.rules import RULES
from participatory.tally.terms import Terms
from participatory.tally.ties import Criterion, Lot, Order, Ties

# A file with a thousand bad lines is corrected from the first ones.
_SHOWN_PROBLEMS = 20


def _seed(ctx: click.Context, param: click.Parameter, value: str | None) -> bytes | None:
    """The bytes that an option gives in hexadecimal, None where it is not given."""
    if value is None:
        return None
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not written in hexadecimal", ctx, param) from None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", type=click.Choice(list(RULES)), required=True, help="The rule of counting.")
@click.option(
    "--ties",
    type=click.Choice([ties.value for ties in Ties]),
    help="lexico: by id (the default); rulebook: lower cost, more supporters, lot.",
)
@click.option("--seed", callback=_seed, help="The published seed of the lot, in hexadecimal.")
@click.option("--round", "round_key", help="The round for which the lot is drawn.")
@click.option("--budget", help="Count with this budget instead of the file's, in its currency.")
@click.option("--explain", is_flag=True, help="Say for each project what was missing.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
@click.pass_context
def tally(  # noqa: PLR0917 — one parameter for each option of the command.
    ctx: click.Context,
    file: Path,
    rule: str,
    ties: str | None,
    seed: bytes | None,
    round_key: str | None,
    budget: str | None,
    explain: bool,
    as_object: bool,
) -> None:
    """Count the Pabulib election in FILE and print who is funded.

    A result published by this program carries the terms of its count (ties, seed,
    reserved parts, threshold); they are used unless an option says otherwise.
    """
    election = _with_budget(_read(ctx, file), budget)
    terms = _terms(election, ties, seed, round_key)
    outcome = RULES[rule].count(election, terms)
    if as_object:
        click.echo(json.dumps(as_json(str(file), election, outcome, explain), ensure_ascii=False))
    else:
        click.echo("\n".join(as_text(election, outcome, explain)))
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


def _terms(election: Election, ties: str | None, seed: bytes | None, round_key: str | None) -> Terms:
    """What the file declares, each part replaced by the option that speaks of it."""
    try:
        terms = declared_terms(election)
    except ValueError:
        raise click.BadParameter("the floors of the file exceed this budget", param_hint="--budget") from None
    lot = terms.order.lot
    chosen = Lot(lot.seed if seed is None else seed, lot.round if round_key is None else round_key)
    return replace(terms, order=Order(terms.order.ties if ties is None else Ties(ties), chosen))


def _needs_lot(outcome: Outcome) -> bool:
    return any(Criterion.LOT in tie.criteria for tie in outcome.ties_broken if tie.decisive)

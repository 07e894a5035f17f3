"""The method of a count that a file carries beside its terms (see `carried`).

The items: `count_rule`, and for equal shares `count_sat`, `count_completion`,
`count_stop` and `count_step`, which is a number of the currency, or `1%` of B/n.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from participatory.tally.amounts import parse_amount
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop

RULE = "count_rule"
SAT = "count_sat"
COMPLETION = "count_completion"
STOP = "count_stop"
STEP = "count_step"

_CHOICES = {RULE: RuleName, SAT: Satisfaction, COMPLETION: Completion, STOP: Stop}


def declared_method(items: Mapping[str, str], unit: int) -> Method | None:
    """The method that a file carries, None when it carries none; raises ValueError for a value that cannot be."""
    if RULE not in items:
        return None
    amount, is_share = parse_step(items.get(STEP, "1"))
    return Method(
        RuleName(items[RULE]),
        Satisfaction(items.get(SAT, Satisfaction.COST)),
        Completion(items.get(COMPLETION, Completion.NONE)),
        Stop(items.get(STOP, Stop.OVERSPEND)),
        amount if is_share else amount * unit,
        is_share,
    )


def parse_step(written: str) -> tuple[Fraction, bool]:
    """δ as it is written: an amount of the currency, or with `%` a part of B/n; raises ValueError."""
    is_share = written.strip().endswith("%")
    amount = parse_amount(written.strip().removesuffix("%"))
    if amount <= 0:
        raise ValueError(f"a step must be greater than zero: {written!r}")
    return (amount / 100, True) if is_share else (amount, False)


def faulty_method(items: Mapping[str, str]) -> Iterator[str]:
    """The keys of the items whose value cannot be, in a file that carries the method of its count."""
    for key, choices in _CHOICES.items():
        if key in items and items[key] not in [choice.value for choice in choices]:
            yield key
    try:
        parse_step(items.get(STEP, "1"))
    except ValueError:
        yield STEP


def method_as_items(method: Method, unit: int) -> dict[str, str]:
    """The items that carry this method; `unit` is the election's."""
    items = {RULE: method.rule.value}
    if method.rule is RuleName.MES:
        items |= {SAT: method.sat.value, COMPLETION: method.completion.value}
    if method.rule is RuleName.MES and method.completion.raises_endowment:
        items |= {STOP: method.stop.value, STEP: written_step(method, unit)}
    return items


def written_step(method: Method, unit: int) -> str:
    """δ as a file and the command write it: in the currency, or in per cent of B/n."""
    return f"{_decimal(method.step * 100)}%" if method.step_is_share else _decimal(method.step / unit)


def _decimal(number: Fraction) -> str:
    """A number in decimals, exactly; raises ValueError for one that has no end (a third)."""
    digits = next((n for n in range(10) if (number * 10**n).denominator == 1), None)
    if digits is None:
        raise ValueError(f"{number} cannot be written with nine decimals")
    whole, rest = divmod((number * 10**digits).numerator, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if rest else str(whole)

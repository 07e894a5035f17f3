"""Which parameters of detection can be: numbers within bounds, and an address that never weighs enough alone. Pure."""

from dataclasses import Field, fields
from math import isfinite

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.integrity.rules import Parameters

MOST_NUMBER = 100
MOST_WHOLE = 1000
# Below these a detection would flag half of an honest electorate, or call one suspicion two.
LEAST: dict[str, float] = {"flag_at": 2, "families_at_least": 2, "family_above": 0.5}
# What a network gives, however busy it is, stays below what flags a ballot.
_OF_A_NETWORK = ("most_network", "most_shared", "night_score")


def is_whole(parameter: "Field[object]") -> bool:
    """Whether a parameter is a whole number."""
    return isinstance(parameter.default, int)


def bounds(parameter: "Field[object]") -> tuple[float, float]:
    """The least and the most that a parameter may be."""
    return LEAST.get(parameter.name, 0), MOST_WHOLE if is_whole(parameter) else MOST_NUMBER


def parameters_fault(parameters: Parameters) -> Refusal | None:
    """Why these cannot be the parameters of a round, with the field; None when they can."""
    for each in fields(Parameters):
        value = float(getattr(parameters, each.name))
        least, most = bounds(each)
        if not isfinite(value) or not least <= value <= most:
            message = N_("Choisissez un nombre de %(least)s à %(most)s.")
            return Refusal(message, Kind.INVALID, each.name, least=f"{least:g}", most=f"{most:g}")
    for name in _OF_A_NETWORK:
        if getattr(parameters, name, 0) >= parameters.flag_at:
            message = N_(
                "Un réseau ou une heure ne suffit jamais à signaler un bulletin : restez sous le total de signalement."
            )
            return Refusal(message, Kind.INVALID, name)
    return None

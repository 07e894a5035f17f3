"""The figures that the pages of rounds show, counted where every package is in reach."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Flask, url_for
from flask_babel import gettext, ngettext

from participatory.core import labels
from participatory.portal.queries import proposals_by_state
from participatory.proposals.rules import PUBLIC, State
from participatory.rounds.figures import Figure, offer_figures
from participatory.rounds.models import Round
from participatory.rounds.rules import DATED, Phase

# Before the vote, the staff see what waits in moderation and appraisal; drafts are their authors' own business.
_STAFF_STATES = tuple(state for state in State if state is not State.DRAFT)
_BALLOT_KNOWN = frozenset(DATED[DATED.index(Phase.VOTING) :])


def public_figures(rounds: Sequence[Round], now: datetime) -> Mapping[int, list[Figure]]:
    """How many projects the public can read: those on the ballot once the vote is open."""
    states = proposals_by_state(rounds)
    return {each.id: _projects(each, states[each.id], now) for each in rounds}


def _projects(round_: Round, counts: Mapping[str, int], now: datetime) -> list[Figure]:
    url = url_for("proposals.index", slug=round_.slug)
    if round_.phase(now) in _BALLOT_KNOWN:
        value = counts.get(State.FEASIBLE.value, 0)
        label = ngettext("projet au vote", "projets au vote", value)
    else:
        value = sum(counts.get(state.value, 0) for state in PUBLIC)
        label = ngettext("projet à lire", "projets à lire", value)
    return [Figure(value, label, url)] if value else []


def staff_figures(rounds: Sequence[Round], now: datetime) -> Mapping[int, list[Figure]]:
    """The proposals by state, for those who conduct the rounds."""
    return {round_id: _by_state(counts) for round_id, counts in proposals_by_state(rounds).items()}


def _by_state(counts: Mapping[str, int]) -> list[Figure]:
    return [
        Figure(counts[state.value], _in_number(state, counts[state.value]))
        for state in _STAFF_STATES
        if counts.get(state.value)
    ]


def _in_number(state: State, count: int) -> str:
    """What these proposals are, agreeing with how many they are; a state worded without agreement keeps its label."""
    worded = {
        State.ADMITTED: ngettext("recevable, à instruire", "recevables, à instruire", count),
        State.REFUSED: ngettext("non recevable", "non recevables", count),
        State.REFUSED_FINALLY: ngettext("non recevable après réexamen", "non recevables après réexamen", count),
        State.UNFEASIBLE: ngettext("non réalisable", "non réalisables", count),
        State.WITHDRAWN: ngettext("retiré", "retirés", count),
        State.MERGED: ngettext("réuni à un autre", "réunis à un autre", count),
    }
    return str(worded.get(state) or gettext(labels.label(state)).lower())


def offer(app: Flask) -> None:
    """Give these figures to the pages of rounds."""
    offer_figures(app, public_figures)
    offer_figures(app, staff_figures, staff=True)

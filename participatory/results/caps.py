"""The caps of a rulebook, one for each site, department, theme or carrier that some project has."""

from collections import defaultdict
from collections.abc import Mapping

from participatory.core.labels import label
from participatory.proposals.models import Proposal
from participatory.results.candidates import Candidate, carriers_of
from participatory.rounds.rulebook import Cap, CapScope, Rulebook
from participatory.tally.terms import Cap as TallyCap


def caps_of(book: Rulebook, references: Mapping[str, Candidate]) -> tuple[TallyCap, ...]:
    """The caps of the count, in cents, on the projects by their id in it; the keys read like `site:albi`.

    A cap that its projects do not exceed even together is left out: it bounds nothing.
    """
    return tuple(
        TallyCap(key, cap.amount_cents, frozenset(members))
        for cap in book.caps
        for key, members in sorted(_by_key(cap, references).items())
        if sum(references[id_].cost_cents for id_ in members) > cap.amount_cents
    )


def cap_names(book: Rulebook, references: Mapping[str, Candidate]) -> dict[str, str]:
    """What each key of `caps_of` bounds, for the words of the result."""
    return {
        key: _name(cap.scope, references[members[0]].proposal)
        for cap in book.caps
        for key, members in _by_key(cap, references).items()
    }


def _by_key(cap: Cap, references: Mapping[str, Candidate]) -> dict[str, list[str]]:
    members: defaultdict[str, list[str]] = defaultdict(list)
    if cap.scope is CapScope.CARRIER:
        for id_, carrier in carriers_of(list(references.values())).items():
            members[f"{cap.scope.value}:{carrier}"].append(id_)
    else:
        for id_ in sorted(references):
            if value := _value(cap.scope, references[id_].proposal):
                members[f"{cap.scope.value}:{value}"].append(id_)
    return members


def _value(scope: CapScope, proposal: Proposal) -> str | None:
    if scope is CapScope.THEME:
        return proposal.theme_code
    if proposal.site is None:
        return None
    return proposal.site.slug if scope is CapScope.SITE else proposal.site.department_code.lower()


def _name(scope: CapScope, proposal: Proposal) -> str:
    if scope is CapScope.THEME:
        return label(proposal.theme) if proposal.theme else ""
    if scope is CapScope.CARRIER:
        return proposal.association.name if proposal.association else ""
    if proposal.site is None:
        return ""
    return proposal.site.name if scope is CapScope.SITE else proposal.site.department.name

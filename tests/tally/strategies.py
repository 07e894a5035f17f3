"""Small elections drawn by hypothesis with many ties, and methods and terms to count them by."""

from fractions import Fraction

from hypothesis import strategies as st

from participatory.tally.amounts import format_amount
from participatory.tally.election import Ballot, Choices, Election, Project, VoteType, approval, ranking
from participatory.tally.methods import Completion, Method, RuleName, Satisfaction, Stop
from participatory.tally.terms import Cap, Floor, Group, Terms
from participatory.tally.ties import Lot, Order, Ties

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12) | st.text(
    'ab ;"\n\r,é', max_size=12
)
texts = _TEXT.map(str.strip)
_IDS = st.from_regex(r"[a-z0-9.\-]{1,4}", fullmatch=True) | st.sampled_from(
    ["é;è", 'le "Pré"', "deux mots", "ligne\nseconde"]
)
# The names that the format keeps for itself cannot be a column about projects or voters.
_COLUMNS = st.from_regex(r"[a-z_]{1,6}", fullmatch=True).filter(
    lambda column: column not in {"cost", "name", "vote", "points", "key", "value"}
)


def extras() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(_COLUMNS, texts.filter(bool), max_size=2)


def choices(vote_type: VoteType, ids: list[str], places: int) -> st.SearchStrategy[Choices]:
    named = st.lists(st.sampled_from(ids), unique=True, max_size=1 if vote_type is VoteType.CHOOSE_1 else places)
    if vote_type.counts_votes:
        return named.map(approval)
    if vote_type is VoteType.ORDINAL:
        return named.map(lambda projects: ranking(projects, places))
    given = st.integers(0 if vote_type is VoteType.CUMULATIVE else -2, 5)
    return named.flatmap(lambda ps: st.tuples(*(st.tuples(st.just(p), given) for p in ps)))


@st.composite
def elections(draw: st.DrawFn, *, plain: bool = True) -> Election:
    """Any election of at most six projects; with `plain=False` also cents, quotes and extra columns."""
    vote_type = draw(st.sampled_from(VoteType))
    ids = draw(st.lists(_IDS, min_size=1, max_size=6, unique=True))
    unit = 1 if plain else draw(st.sampled_from([1, 100]))
    costs = [draw(st.integers(1, 6)) * unit for _ in ids]
    budget = draw(st.integers(1, 15)) * unit + (0 if unit == 1 else 1)
    projects = tuple(
        Project(id_, cost, "" if plain else draw(texts), {} if plain else draw(extras()))
        for id_, cost in zip(ids, costs, strict=True)
    )
    places = len(ids)
    ballots = tuple(
        Ballot(str(voter), draw(choices(vote_type, ids, places)), {} if plain else draw(extras()))
        for voter in range(draw(st.integers(0, 6)))
    )
    meta = {
        "num_projects": str(len(projects)),
        "num_votes": str(len(ballots)),
        "budget": format_amount(budget, unit),
        "vote_type": vote_type.value,
        "max_length": str(places),
    }
    if not plain and (description := draw(texts)):
        meta["description"] = description
    return Election(meta, projects, ballots, budget, unit)


@st.composite
def tied_elections(draw: st.DrawFn, *, negative: bool = True) -> Election:
    """An election made for ties: few different costs, few different ballots, cast several times or drawn again."""
    vote_type = draw(st.sampled_from(VoteType))
    # As strings, 10 comes before 9.
    ids = draw(st.permutations(["10", "9", "a", "b", "c", "d", "e"]))[: draw(st.integers(1, 7))]
    prices = draw(st.sampled_from([(1,), (2, 3), (1, 2, 4), (6, 7, 8, 9), (5, 10, 15, 60)]))
    projects = tuple(Project(id_, draw(st.sampled_from(prices))) for id_ in ids)
    whole = sum(project.cost for project in projects)
    budget = draw(st.integers(1, whole) | st.sampled_from([project.cost for project in projects]))
    kinds = draw(st.lists(choices(vote_type, ids, len(ids)), max_size=5))
    if not negative:
        kinds = [tuple((p, abs(points)) for p, points in kind) for kind in kinds]
    times = st.integers(1, 3) | st.just(1)
    drawn = draw(st.lists(st.tuples(st.sampled_from(kinds), times), max_size=8)) if kinds else []
    ballots = tuple(Ballot(f"v{place}", kind, multiplicity=each) for place, (kind, each) in enumerate(drawn))
    return Election({"vote_type": vote_type.value, "budget": str(budget)}, projects, ballots, budget)


def methods(*rules: RuleName) -> st.SearchStrategy[Method]:
    """Any method of these rules (of all where none is named), with any δ that lets the slow count end soon."""
    shares = st.sampled_from([Fraction(1, 10), Fraction(2, 7), Fraction(1, 2), Fraction(1), Fraction(5, 2)])
    amounts = st.sampled_from([Fraction(1, 10), Fraction(1, 3), Fraction(5, 7), Fraction(1), Fraction(4)])
    steps = st.tuples(amounts, st.just(False)) | st.tuples(shares, st.just(True))
    equal_shares = st.builds(
        lambda sat, completion, stop, step: Method(RuleName.MES, sat, completion, stop, *step),
        st.sampled_from(Satisfaction),
        st.sampled_from(Completion),
        st.sampled_from(Stop),
        steps,
    )
    others = st.sampled_from([rule for rule in rules or tuple(RuleName) if rule is not RuleName.MES] or [None])
    if rules == (RuleName.MES,):
        return equal_shares
    if rules and RuleName.MES not in rules:
        return others.map(Method)
    return st.one_of(equal_shares, others.map(Method))


def orders() -> st.SearchStrategy[Order]:
    lots = st.binary(max_size=2).map(lambda seed: Lot(seed, "essai"))
    return st.builds(Order, st.sampled_from(Ties), lots)


@st.composite
def terms_for(draw: st.DrawFn, election: Election, *, limits: bool = False, partial: bool = False) -> Terms:
    """Terms with up to two floors that may overlap, a threshold and both strategies for ties.

    With `limits` also caps, groups and requirements, with `partial` partial funding.
    """
    ids = [project.id for project in election.projects]
    floors, left = [], election.budget
    for key in draw(st.sampled_from([(), ("vue",), ("vue", "rural")])):
        part = draw(st.integers(0, left))
        floors.append(Floor(key, part, frozenset(draw(st.sets(st.sampled_from(ids))))))
        left -= part
    least = draw(st.dictionaries(st.sampled_from(ids), st.integers(1, 8))) if partial else None
    return Terms(
        election.budget,
        tuple(floors),
        draw(st.none() | st.integers(-1, 4)),
        draw(orders()),
        caps=draw(caps(election)) if limits else (),
        groups=draw(groups(ids)) if limits else (),
        requires=draw(requirements(ids)) if limits else {},
        partial=least if partial and draw(st.booleans()) else None,
    )


def some(ids: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(ids), min_size=min(2, len(ids)), max_size=4)


def caps(election: Election) -> st.SearchStrategy[tuple[Cap, ...]]:
    ids = [project.id for project in election.projects]
    amounts = st.integers(0, election.budget)
    pairs = st.lists(st.tuples(amounts, some(ids)), max_size=2)
    return pairs.map(lambda drawn: tuple(Cap(f"cap{n}", amount, ps) for n, (amount, ps) in enumerate(drawn)))


def groups(ids: list[str]) -> st.SearchStrategy[tuple[Group, ...]]:
    return st.lists(some(ids), max_size=2).map(lambda sets: tuple(Group(f"group{n}", s) for n, s in enumerate(sets)))


@st.composite
def requirements(draw: st.DrawFn, ids: list[str]) -> dict[str, frozenset[str]]:
    """Who requires whom, without a circle: a project requires only what comes before it in a drawn order."""
    order = draw(st.permutations(ids))
    needing = draw(st.sets(st.sampled_from(order[1:]), max_size=3)) if len(order) > 1 else set()
    return {
        p: draw(st.frozensets(st.sampled_from(order[: order.index(p)]), min_size=1, max_size=2))
        for p in sorted(needing)
    }


@st.composite
def close_elections(draw: st.DrawFn) -> Election:
    """An election whose ratios, prices and times differ by less than floating point can tell, or not at all."""
    vote_type = draw(st.sampled_from([VoteType.APPROVAL, VoteType.SCORING]))
    ids = [f"p{number}" for number in range(draw(st.integers(2, 5)))]
    large = draw(st.sampled_from([10**9, 10**15, 3 * 10**17]))
    costs = st.builds(lambda parts, more: large * parts + more, st.integers(1, 3), st.integers(-2, 2))
    projects = tuple(Project(id_, draw(costs)) for id_ in ids)
    budget = draw(costs) * draw(st.integers(1, 2)) + draw(st.integers(-1, 1))
    points = st.integers(1, 2) | st.sampled_from([10**6, 10**6 + 1])
    named = st.lists(st.sampled_from(ids), unique=True, max_size=len(ids))
    ballots = []
    for voter in range(draw(st.integers(1, 6))):
        given = [(p, 1 if vote_type.counts_votes else draw(points)) for p in draw(named)]
        ballots.append(Ballot(str(voter), tuple(given), multiplicity=draw(st.integers(1, 3))))
    return Election({"vote_type": vote_type.value, "budget": str(budget)}, projects, tuple(ballots), budget)

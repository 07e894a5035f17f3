"""Small elections drawn by hypothesis, with many ties and with floors."""

from hypothesis import strategies as st

from participatory.tally.amounts import format_amount
from participatory.tally.election import Ballot, Choices, Election, Project, VoteType, approval, ranking
from participatory.tally.stages import Floor, Terms
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
def terms_for(draw: st.DrawFn, election: Election) -> Terms:
    """Terms with up to two floors that may overlap, a threshold and both strategies for ties."""
    ids = [project.id for project in election.projects]
    floors, left = [], election.budget
    for key in draw(st.sampled_from([(), ("vue",), ("vue", "rural")])):
        part = draw(st.integers(0, left))
        floors.append(Floor(key, part, frozenset(draw(st.sets(st.sampled_from(ids))))))
        left -= part
    order = Order(draw(st.sampled_from(Ties)), Lot(draw(st.binary(max_size=2)), "essai"))
    return Terms(election.budget, tuple(floors), draw(st.none() | st.integers(-1, 4)), order)

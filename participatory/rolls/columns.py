"""What the columns of a list are: a proposal from their titles and their content, which a person confirms. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_, register
from participatory.rolls.places import folded
from participatory.rolls.texts import SHOWN, Line, shown


class ColumnKind(StrEnum):
    """What a column may hold for us; everything else is neither kept nor compared."""

    INE = "ine"
    ESI = "esi"
    NUMBER = "number"
    EMAIL = "email"
    SITE = "site"
    ESTABLISHMENT = "establishment"
    UNUSED = "unused"


register(
    {
        ColumnKind.INE: N_("INE"),
        ColumnKind.ESI: N_("Identifiant européen (ESI)"),
        ColumnKind.NUMBER: N_("Numéro étudiant"),
        ColumnKind.EMAIL: N_("Adresse électronique"),
        ColumnKind.SITE: N_("Site d’études"),
        ColumnKind.ESTABLISHMENT: N_("Établissement"),
        ColumnKind.UNUSED: N_("Ne pas utiliser"),
    }
)

IDENTIFIERS = (ColumnKind.INE, ColumnKind.ESI, ColumnKind.NUMBER, ColumnKind.EMAIL)
PLACES = (ColumnKind.SITE, ColumnKind.ESTABLISHMENT)
# How far down the row of titles is looked for, and how many rows below it are looked at.
HEAD_WITHIN = 15
LOOKED_AT = 60
SAMPLES = 3

# In the order in which a column is preferred when a file has several that would do; folded, see places.py.
_TITLES = {
    ColumnKind.INE: (
        "ine numero_ine n_ine no_ine num_ine code_ine supanncodeine identifiant_national_etudiant "
        "identifiant_national id_national ine_rnie ine_bea ine_ou_bea nne cod_nne_ind national_student_number"
    ),
    ColumnKind.ESI: (
        "esi code_esi identifiant_europeen identifiant_europeen_etudiant european_student_identifier "
        "schacpersonaluniquecode"
    ),
    ColumnKind.NUMBER: (
        "numero_etudiant n_etudiant no_etudiant num_etudiant code_etudiant cod_etu supannetuid matricule "
        "student_number student_id"
    ),
    ColumnKind.EMAIL: (
        "e_mail_etudiant email_etudiant mail_etudiant e_mail_institutionnel email_institutionnel "
        "mail_institutionnel e_mail email mail courriel mel "
        "adresse_e_mail adresse_email adresse_mail adresse_courriel adresse_electronique "
        "email_address e_mail_address adresse"
    ),
    ColumnKind.SITE: "site site_d_etudes site_d_etude ville_universitaire campus ville city town commune",
    ColumnKind.ESTABLISHMENT: (
        "etablissement establishment institution universite university ecole school uai code_uai etab "
        "etablissement_d_inscription"
    ),
}
_KNOWN = {kind: titles.split() for kind, titles in _TITLES.items()}


@dataclass(frozen=True)
class Layout:
    """The line of the titles, 0 when there is none, and the kind of each column from the first."""

    head: int
    kinds: tuple[ColumnKind, ...]

    def place(self, kind: ColumnKind) -> int | None:
        """Where the column of a kind stands, from 0; None when there is none."""
        return self.kinds.index(kind) if kind in self.kinds else None


@dataclass(frozen=True)
class Column:
    """A column as it is shown: letter, title, masked values, what we think it is."""

    letter: str
    title: str
    samples: tuple[str, ...]
    kind: ColumnKind


def fault_of(layout: Layout, *, one_establishment: bool) -> Refusal | None:
    """Why a list cannot be read with these columns; `one_establishment`: its column may be missing."""
    used = [kind for kind in layout.kinds if kind is not ColumnKind.UNUSED]
    if len(used) > len(set(used)):
        return _refused(
            N_("Deux colonnes ne peuvent pas être la même chose : gardez la bonne, n’utilisez pas l’autre.")
        )
    if not set(used) & set(IDENTIFIERS):
        return _refused(
            N_("Dites quelle colonne identifie les personnes : l’INE, l’ESI, le numéro étudiant ou l’adresse.")
        )
    if ColumnKind.SITE not in used:
        return _refused(N_("Dites quelle colonne est le site d’études."))
    if ColumnKind.ESTABLISHMENT not in used and not one_establishment:
        return _refused(N_("Dites quelle colonne est l’établissement : cette liste peut en avoir plusieurs."))
    return None


def _refused(message: str) -> Refusal:
    return Refusal(message, Kind.INVALID, "columns")


def head_of(lines: Sequence[Line], looks_like: Mapping[ColumnKind, Callable[[str], bool]]) -> int:
    """The number of the line that holds the titles, 0 when the list begins with a person.

    A few lines may stand above: the title of an export, its date. A line is that of the titles
    when it names two things that we know, or else when it is the first with several cells.
    """
    best = max(lines[:HEAD_WITHIN], key=lambda line: len(_named(line.cells)), default=None)
    if best is not None and len(_named(best.cells)) >= 2:
        return best.number
    wide = next((line for line in lines[:HEAD_WITHIN] if sum(map(bool, line.cells)) >= 2), None)
    if wide is None or any(looks_like[kind](cell) for cell in wide.cells if cell for kind in IDENTIFIERS):
        return 0
    return wide.number


def _named(cells: Iterable[str]) -> dict[ColumnKind, int]:
    """Where the column of each kind stands, judged by the titles alone."""
    names = [folded(cell[:SHOWN]).replace(" ", "_") for cell in cells]
    found = {
        kind: next((names.index(title) for title in titles if title in names), None) for kind, titles in _KNOWN.items()
    }
    return {kind: place for kind, place in found.items() if place is not None}


def proposed(
    lines: Sequence[Line], looks_like: Mapping[ColumnKind, Callable[[str], bool]]
) -> tuple[Layout, tuple[Column, ...]]:
    """The layout that a list seems to have, and its columns to show.

    A column goes by its title, else by what most of its cells look like; each kind is given once.
    """
    head = head_of(lines, looks_like)
    titles = next((line.cells for line in lines if line.number == head), ())
    below = [line.cells for line in lines if line.number > head and line.fault is None][:LOOKED_AT]
    width = max(map(len, [titles, *below]), default=0)
    columns = [[cells[place] for cells in below if place < len(cells) and cells[place]] for place in range(width)]
    by_place = {place: kind for kind, place in _named(titles).items()}
    for place, cells in enumerate(columns):
        free = [kind for kind in looks_like if kind not in by_place.values()]
        if place not in by_place and cells:
            kind = next((kind for kind in free if _most(cells, looks_like[kind])), None)
            by_place.update({place: kind} if kind else {})
    kinds = tuple(by_place.get(place, ColumnKind.UNUSED) for place in range(width))
    seen = tuple(
        Column(
            letter_of(place),
            shown(titles[place]) if place < len(titles) else "",
            _samples(cells, kinds[place]),
            kinds[place],
        )
        for place, cells in enumerate(columns)
    )
    return Layout(head, kinds), seen


def _most(cells: Sequence[str], looks: Callable[[str], bool]) -> bool:
    return sum(map(looks, cells)) * 5 >= len(cells) * 4


def _samples(cells: Sequence[str], kind: ColumnKind) -> tuple[str, ...]:
    some = list(dict.fromkeys(cells))[:SAMPLES]
    return tuple(shown(cell) if kind in PLACES else masked(cell) for cell in some)


def masked(text: str) -> str:
    """Enough of a value to recognise what it is, not who: the first letters, and the domain of an address."""
    start, at, domain = shown(text).partition("@")
    kept = start[:2] if len(start) > 3 else start[:1]
    return kept + "•" * min(max(len(start) - len(kept), 1), 9) + at + domain


def letter_of(place: int) -> str:
    """The letter that a spreadsheet gives to a column, counted from 0."""
    first, last = divmod(place, 26)
    return (letter_of(first - 1) if first else "") + chr(ord("A") + last)

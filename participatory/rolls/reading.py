"""Reading a list of voters as universities export it: three columns, in whatever order, language and encoding."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

from participatory.core.errors import Kind, Refusal
from participatory.core.labels import N_
from participatory.identity.rules import normalised_email
from participatory.rolls.places import Gazetteer, folded
from participatory.rolls.rules import BadRow, GoodRow, Reading

DELIMITERS = ";,\t"
LONGEST_LINE = 1_000
_SHOWN = 120

# In the order in which a column is preferred when a file has several that would do; folded, see places.py.
HEADERS = {
    "email": (
        "e_mail email mail courriel mel adresse_e_mail adresse_email adresse_mail adresse_courriel "
        "adresse_electronique email_address e_mail_address adresse"
    ),
    "site": "site site_d_etudes site_d_etude ville_universitaire campus ville city town",
    "establishment": "etablissement establishment institution universite university ecole school uai code_uai etab",
}


@dataclass
class _Sorting:
    good: dict[str, GoodRow] = field(default_factory=dict)
    repeated: int = 0
    bad: list[BadRow] = field(default_factory=list)


def read_list(content: bytes, sites: Gazetteer, establishments: Gazetteer) -> Reading:
    """Sort the rows of a csv file into good, repeated and bad ones.

    Raises Refusal (INVALID, field `file`) when the file as a whole cannot be read: empty, not
    a text, or without its three columns. Lines are read one by one, so that a quotation mark
    left open spoils one row and not the rest of the file.
    """
    lines = decoded(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    filled = ((number, line) for number, line in enumerate(lines, 1) if line.strip(DELIMITERS + ' "'))
    head = next(filled, None)
    if head is None:
        raise _unreadable(N_("Ce fichier est vide."))
    delimiter = _delimiter(head[1])
    places = _columns(_cells(head[1], delimiter))
    sorting = _Sorting()
    for number, line in filled:
        try:
            _sort(sorting, number, _row(line, delimiter, places), sites, establishments)
        except Refusal as reason:
            sorting.bad.append(BadRow(number, _shown(line), reason))
    return Reading(tuple(sorting.good.values()), sorting.repeated, tuple(sorting.bad))


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, with or without its mark, in UTF-16 with it, or as Excel writes in France (cp1252).

    Raises Refusal (INVALID, field `file`) for a workbook or any other file that is not a text.
    """
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _unreadable(
            N_("Ceci est un classeur, pas un fichier csv : dans le tableur, choisissez « Enregistrer sous », puis CSV.")
        )
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable(N_("Ce fichier n’est pas un texte : exportez la liste au format csv, puis recommencez."))


def _unreadable(message: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, "file", **values)


def _delimiter(head: str) -> str:
    return max(DELIMITERS, key=head.count)


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def _columns(head: list[str]) -> dict[str, int]:
    """Where each of the three columns stands."""
    names = [folded(cell[:_SHOWN]).replace(" ", "_") for cell in head]
    places = {
        column: next((names.index(name) for name in known.split() if name in names), None)
        for column, known in HEADERS.items()
    }
    found = {column: place for column, place in places.items() if place is not None}
    if len(found) < len(HEADERS):
        raise _unreadable(
            N_(
                "La première ligne doit nommer trois colonnes : e-mail, site et établissement. "
                "Celle de ce fichier dit : « %(head)s »."
            ),
            head=_shown(" ; ".join(head)),
        )
    return found


def _row(line: str, delimiter: str, places: dict[str, int]) -> tuple[str, str, str]:
    """The address, the site and the establishment of a line; raises Refusal."""
    if len(line) > LONGEST_LINE:
        raise _wrong(N_("Cette ligne est trop longue : un guillemet est peut-être resté ouvert."))
    try:
        cells = _cells(line, delimiter)
    except csv.Error as error:
        raise _wrong(N_("Cette ligne ne se lit pas comme du csv.")) from error
    email, site, establishment = (cells[places[name]] if places[name] < len(cells) else "" for name in HEADERS)
    missing = next(_empty(email, site, establishment), None)
    if missing is not None:
        raise missing
    return email, site, establishment


def _empty(email: str, site: str, establishment: str) -> Iterator[Refusal]:
    if not email:
        yield _wrong(N_("L’adresse électronique manque."))
    if not site:
        yield _wrong(N_("Le site manque."))
    if not establishment:
        yield _wrong(N_("L’établissement manque."))


def _sort(sorting: _Sorting, line: int, row: tuple[str, str, str], sites: Gazetteer, establishments: Gazetteer) -> None:
    """Put a row among the good ones or count it as repeated; raises Refusal when it is neither."""
    # A spreadsheet would run an address that begins like a formula, and no university gives such a one.
    email = "" if row[0][0] in "=+-@" else _address(row[0])
    if not email:
        raise _wrong(N_("« %(text)s » n’est pas une adresse électronique."), text=_shown(row[0]))
    site = sites.find(row[1])
    if site is None:
        raise _unknown(
            row[1],
            sites,
            N_("Le site « %(text)s » est inconnu."),
            N_("Le site « %(text)s » est inconnu. Voulez-vous dire « %(near)s » ?"),
        )
    establishment = establishments.find(row[2])
    if establishment is None:
        raise _unknown(
            row[2],
            establishments,
            N_("L’établissement « %(text)s » est inconnu."),
            N_("L’établissement « %(text)s » est inconnu. Voulez-vous dire « %(near)s » ?"),
        )
    new = GoodRow(line, email, site, establishment)
    first = sorting.good.setdefault(email, new)
    if (first.site_id, first.establishment_id) != (site, establishment):
        raise _wrong(
            N_("Cette adresse est déjà à la ligne %(first)s, avec un autre site ou un autre établissement."),
            first=first.line,
        )
    sorting.repeated += first is not new


def _address(text: str) -> str:
    try:
        return normalised_email(text)
    except Refusal:
        return ""


def _unknown(text: str, known: Gazetteer, plainly: str, with_suggestion: str) -> Refusal:
    if known.is_shared(text):
        return _wrong(N_("« %(text)s » désigne plusieurs lieux : écrivez le nom entier."), text=_shown(text))
    near = known.nearest(text[:_SHOWN])
    if near:
        return _wrong(with_suggestion, text=_shown(text), near=near)
    return _wrong(plainly, text=_shown(text))


def _wrong(message: str, **values: object) -> Refusal:
    return Refusal(message, Kind.INVALID, None, **values)


def _shown(text: str) -> str:
    """What a page shows of a text that may be of any length and hold any character."""
    visible = "".join(letter if letter.isprintable() else "�" for letter in text.replace("\t", " ")[:_SHOWN])
    return visible + ("…" if len(text) > _SHOWN else "")

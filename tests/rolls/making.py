"""Lists as establishments send them, in each format."""

import io
import struct

import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from participatory.identity.identifiers import check_letter
from participatory.rolls.columns import ColumnKind
from participatory.rolls.lists import known_places, look_at, read_roll
from participatory.rolls.reading import Peppers

HEAD = ("e-mail", "site", "établissement")
PEPPERS = Peppers(b"i" * 32, b"p" * 32)


def bea(number):
    """A right INE of the second degree."""
    digits = f"{number:010d}"
    return digits + check_letter(digits)


def people(count, start=0):
    return [(f"etudiant{number}@etu.exemple.example", "Albi", "INUC") for number in range(start, start + count)]


def csv_of(*rows, head=HEAD, encoding="utf-8", delimiter=";"):
    return "\n".join(delimiter.join(map(str, row)) for row in (head, *rows)).encode(encoding)


def xlsx_of(*rows, head=HEAD, sheets=("Liste",), before=0, **options):
    """A workbook whose last sheet holds the rows, `before` lines down; the other sheets are empty."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
        for number, row in enumerate((head, *rows), before):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def ods_of(*rows, head=HEAD):
    document = OpenDocumentSpreadsheet()
    table = Table(name="Liste")
    for row in (head, *rows):
        line = TableRow()
        for cell in row:
            kind = "float" if isinstance(cell, int | float) else "string"
            made = TableCell(valuetype=kind, **({"value": cell} if kind == "float" else {}))
            made.addElement(P(text=str(cell)))
            line.addElement(made)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    content = io.BytesIO()
    document.write(content)
    return content.getvalue()


def xls_of(*rows, head=HEAD):
    """A workbook of Excel 97: labels and numbers in one sheet, in a compound file of one stream."""
    return _compound_file(_workbook_stream([head, *rows]))


def _record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def _workbook_stream(rows):
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x1D2B, 0x7CC, 0, 6))
    name = "Liste"
    sheet_head = len(start) + 4 + 8 + len(name) + 4
    globals_ = start + _record(0x85, struct.pack("<IHBB", sheet_head, 0, len(name), 0) + name.encode()) + _record(0x0A)
    width = max(map(len, rows))
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x1D2B, 0x7CC, 0, 6))
    sheet += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", line, column, 0)
            if isinstance(cell, int | float):
                sheet += _record(0x203, place + struct.pack("<d", cell))
            else:
                sheet += _record(0x204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
    return globals_ + sheet + _record(0x0A)


def _compound_file(stream):
    # Streams under 4,096 bytes live elsewhere in such a file; padding keeps to the plain way.
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    fat = [fat_mark, end, *range(3, sectors + 2), end]
    assert len(fat) <= 128
    header = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    directory = _entry("Root Entry", 5, 1, end, 0) + _entry("Workbook", 2, free, 2, len(stream))
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return header + table + directory.ljust(512, b"\0") + stream


def _entry(name, kind, child, start, size):
    free, coded = 0xFFFFFFFF, (name + "\0").encode("utf-16-le")
    head = coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded), kind, 1)
    return head + struct.pack("<III", free, free, child) + b"\0" * 36 + struct.pack("<IQ", start, size)


def read(content, kinds=None, only=None):
    """A file read with the proposed columns, or with others, given by place."""
    known = known_places(only)
    layout = look_at(content, known).layout
    if kinds:
        layout = type(layout)(layout.head, tuple(map(ColumnKind, kinds)))
    return read_roll(content, layout, known, PEPPERS)

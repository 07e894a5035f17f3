"""Files as tables: formats, encodings, separators, and files made to harm."""

import io
import zipfile

import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from participatory.core.errors import Refusal
from participatory.rolls import sheets, unpacking
from participatory.rolls.sheets import open_table
from tests.rolls.making import HEAD, csv_of, ods_of, xls_of, xlsx_of

ROW = ("élodie@etu.exemple.example", "Nîmes-Alès", "0301687W")


def cells(content):
    return [line.cells for line in open_table(content).lines]


def refused(content):
    with pytest.raises(Refusal) as found:
        list(open_table(content).lines)
    assert found.value.field == "file"
    return str(found.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_files_are_read_as_spreadsheets_write_them(encoding, delimiter, newline):
    text = csv_of(ROW, delimiter=delimiter).decode().replace("\n", newline)
    assert cells(text.encode(encoding)) == [HEAD, ROW]


@pytest.mark.parametrize("make", [xlsx_of, xls_of, ods_of])
def test_workbooks_are_read_and_numbers_become_what_was_typed(make):
    content = make((*ROW, 12345678901, 21400123.0, "00123"), head=(*HEAD, "INE", "n", "zéros"))
    assert cells(content)[1] == (*ROW, "12345678901", "21400123", "00123")


def test_the_first_sheet_with_content_is_read_and_the_others_are_named():
    table = open_table(xlsx_of(ROW, sheets=("Accueil", "Étudiants"), before=4))
    assert (table.sheet, table.others) == ("Étudiants", ("Accueil",))
    assert [line.number for line in table.lines] == [5, 6]


def test_a_hidden_sheet_is_not_read():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        hidden, shown = book.add_worksheet("Cachée"), book.add_worksheet("Vue")
        hidden.write(0, 0, "secret")
        shown.write(0, 1, "e-mail")
        hidden.hide()
        shown.activate()
        shown.set_first_sheet()
    table = open_table(content.getvalue())
    assert table.sheet == "Vue"
    assert [line.cells for line in table.lines] == [("", "e-mail")]


def test_the_separator_that_excel_is_told_is_obeyed():
    assert cells(b"sep=|\na|b;c;d\n1|2;3;4\n") == [("a", "b;c;d"), ("1", "2;3;4")]


def test_the_separator_is_the_one_that_most_lines_agree_on():
    text = "Liste ; export ; du 12\ne-mail,site\na@b.fr,Albi\nb@b.fr,Albi\nc@b.fr,Albi\n"
    assert cells(text.encode())[1] == ("e-mail", "site")


def test_a_quotation_mark_left_open_spoils_one_row():
    lines = list(open_table(b'a;b\n"c;d\ne;f\n').lines)
    assert [line.cells for line in lines if line.number != 2] == [("a", "b"), ("e", "f")]


def test_an_endless_line_spoils_one_row():
    first, second, third = open_table(b"a;b\n" + b"x" * 500_000 + b";y\nc;d\n").lines
    assert "trop longue" in str(second.fault)
    assert len(second.cells[0]) < 200
    assert (first.fault, third.fault) == (None, None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "ne s’ouvre pas"),
        (b"\xd0\xcf\x11\xe0rest", "ne s’ouvre pas"),
        (b"\x00\x01\x02", "ni un texte ni un classeur"),
        (b"\xff\xfe\x00", "ni un texte ni un classeur"),
        (b"\x81\x8d", "ni un texte ni un classeur"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><table><tr><td>a@b.fr</td></tr></table>", "page web"),
        (xlsx_of(head=()), "vide"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(content, words):
    assert words in refused(content)


def test_a_cell_in_the_last_corner_of_a_sheet_does_not_stop_the_service():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "e-mail")
        sheet.write(1_048_575, 16_383, "x")
    assert "trop grand" in refused(content.getvalue())


@pytest.mark.parametrize(
    ("rows", "columns", "words"), [(1_000_000, 1, "plus de 200000 lignes"), (1_000_000, 1_000, "trop grand")]
)
def test_one_cell_said_to_repeat_a_billion_times_does_not_stop_the_service(rows, columns, words):
    document = OpenDocumentSpreadsheet()
    table, row = Table(name="Liste"), TableRow(numberrowsrepeated=rows)
    cell = TableCell(valuetype="string", numbercolumnsrepeated=columns)
    cell.addElement(P(text="x"))
    row.addElement(cell)
    table.addElement(row)
    document.spreadsheet.addElement(table)
    content = io.BytesIO()
    document.write(content)
    assert words in refused(content.getvalue())


def test_a_workbook_that_would_unpack_to_gigabytes_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (unpacking.MOST_UNPACKED + 1))
    assert len(content.getvalue()) < 10 * 1024 * 1024
    assert "trop grand" in refused(content.getvalue())


def test_a_list_of_a_million_rows_is_refused_in_each_format():
    rows = b"a\n" * (unpacking.MOST_ROWS + 1)
    assert "plus de 200000 lignes" in refused(rows)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number in range(unpacking.MOST_ROWS + 1):
            sheet.write_number(number, 0, number)
    assert "plus de 200000 lignes" in refused(content.getvalue())


def test_a_workbook_with_a_password_says_so(monkeypatch):
    # No library at hand encrypts a workbook; the sentence is tried with what the program would say.
    monkeypatch.setattr(sheets, "_said", lambda *_given: sheets._answers([b'{"fault": "password"}\n']))
    assert "mot de passe" in refused(xlsx_of(ROW))


def test_hostile_cells_are_cut_and_never_computed():
    lines = cells(xlsx_of(("=1+1", "x" * 30_000, "a\x1fb"), strings_to_formulas=False))
    assert lines[1][0] == "=1+1"
    assert len(lines[1][1]) == unpacking.LONGEST_CELL


def test_only_the_first_rows_are_read_when_asked():
    assert len(list(open_table(xlsx_of(*[ROW] * 50), 10).lines)) == 10
    assert len(list(open_table(csv_of(*[ROW] * 50), 10).lines)) == 10

"""Files that would harm whoever opens them, sent at the door of the import: a sentence, and nothing enters."""

import io
import zipfile

import pytest

from tests.factories import sign_in
from tests.intake.test_intake import HEAD, looked_at, officer, projects, round_, workbook

__all__ = ["officer", "round_"]


def _bomb():
    held = io.BytesIO()
    with (
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(251):
            part.write(bytes(1024**2))
    return held.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _bomb,
        lambda: workbook(["A-1", "=1+1", "", "", "", "", "", "", ""]),
        lambda: b"PK\x03\x04garbage",
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        HEAD.encode,
    ],
    ids=["bomb", "formula", "torn", "drawing", "empty"],
)
def test_a_file_that_cannot_be_trusted_is_refused_and_where_it_comes_from_is_kept(round_, officer, client, content):
    sign_in(client, officer)
    answer = looked_at(client, round_, content())
    assert answer.status_code == 422
    assert "champ__erreur" in answer.text
    assert 'value="Atelier de Tarbes"' in answer.text
    assert not projects()

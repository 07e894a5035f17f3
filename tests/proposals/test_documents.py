"""The documents of a project: what is taken, what is refused with a sentence, who reads them."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from participatory.core.database import db
from participatory.core.errors import Refusal
from participatory.core.storage import MAX_BYTES, DocumentStore
from participatory.proposals.records import Document
from participatory.proposals.rules import State
from participatory.rounds.rules import Phase
from tests.factories import make_person, make_proposal, make_round, sign_in

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def _photo(size=(40, 30)):
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def draft(app):
    return make_proposal(make_round(Phase.SUBMISSION), State.DRAFT, author=make_person("porteuse@etu.example"))


def _send(client, draft, data, title="Un devis"):
    return client.post(
        f"/projets/{draft.slug}/documents",
        data={"title": title, "file": (io.BytesIO(data), "devis.pdf")},
        content_type="multipart/form-data",
    )


def _rows():
    return db.session.scalars(sa.select(Document).order_by(Document.id)).all()


def test_a_pdf_and_a_photo_are_attached_and_read_by_those_who_see_the_project(client, draft):
    sign_in(client, draft.author)
    assert _send(client, draft, PDF).status_code == 303
    assert _send(client, draft, _photo(), "Le plan").status_code == 303
    pdf, photo = _rows()
    answer = client.get(f"/documents/{pdf.public_id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/documents/{photo.public_id}").data[8:12] == b"WEBP"
    sign_in(client, make_person("autre@etu.example"))
    assert client.get(f"/documents/{pdf.public_id}").status_code == 404
    assert client.post(f"/documents/{pdf.public_id}/retirer").status_code == 404
    assert _send(client, draft, PDF).status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (SVG, "ni un PDF ni une image"),
        (PDF[:20], "incomplet"),
        (b"", "ni un PDF"),
        (_photo((9000, 9000)), "trop de pixels"),
        (b"PK\x03\x04 xlsx", "ni un PDF"),
    ],
    ids=["svg", "cut", "empty", "bomb", "xlsx"],
)
def test_what_is_no_document_is_refused_with_a_sentence_and_the_title_comes_back(client, draft, data, said):
    sign_in(client, draft.author)
    answer = _send(client, draft, data, "Mon devis précis")
    assert answer.status_code == 422
    assert said in answer.text.replace("\u202f", " ").replace("\xa0", " ") or not data
    assert 'value="Mon devis précis"' in answer.text
    assert not _rows()


def test_a_file_that_is_too_heavy_is_refused_before_anything_reads_it(tmp_path):
    with pytest.raises(Refusal, match="8 Mo"):
        DocumentStore(tmp_path).keep(PDF + b" " * MAX_BYTES)


def test_a_document_taken_off_is_gone_with_its_file(client, draft):
    sign_in(client, draft.author)
    _send(client, draft, PDF)
    (pdf,) = _rows()
    assert client.post(f"/documents/{pdf.public_id}/retirer").status_code == 303
    assert client.get(f"/documents/{pdf.public_id}").status_code == 404

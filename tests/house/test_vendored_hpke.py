"""The encryption of the browser is the code that npm gives, and nothing else."""

import json
from hashlib import sha256

from tests.house import vendored_hpke


def test_each_part_of_the_vendored_file_is_a_file_of_npm():
    text = vendored_hpke.PARTS.read_text("utf-8")
    files = vendored_hpke.parts(text)
    assert vendored_hpke.sums(files) == vendored_hpke.DIGESTS.read_text("utf-8")
    assert vendored_hpke.assembled(files) == text
    assert len(files) > 20


def test_the_digests_are_those_that_were_taken_from_npm():
    digest = sha256(vendored_hpke.DIGESTS.read_bytes()).hexdigest()
    assert digest == "f0a4767f5d9dad8bafc92481a14e3829af3a70f3a058dbc6e9ccc98609d6769f"


def test_no_part_asks_for_another_that_is_not_there():
    text = vendored_hpke.PARTS.read_text("utf-8")
    assert json.loads(text.split("new Set(", 1)[1].split(");", 1)[0]) == sorted(vendored_hpke.LEFT_OUT)

"""A ballot sealed in a real browser, under the security policy, is the one that the urn opens and checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from participatory.core.identifiers import CROCKFORD
from participatory.urn import document, receipts, sealing
from participatory.urn.document import BallotDocument, ContestBallot
from participatory.web.headers import protect
from tests.browser.conftest import LiveSite, listen
from tests.house.source import ROOT

INFO = sealing.info("r0und", "ab" * 32)
DOCUMENTS = [
    BallotDocument("r0und", "approval", {"main": ContestBallot((("b", 1), ("a", 1)), "0123456789ABCDEF")}),
    BallotDocument("r0und", "points", {"main": ContestBallot((("p10", 9), ("p9", 9999), ("P1", 1)))}),
    BallotDocument(
        "r0und", "ranking", {"main": ContestBallot(()), "10": ContestBallot((("x_.-", 1),)), "9": ContestBallot(())}
    ),
    BallotDocument(
        "r" * 20,
        "knapsack",
        {f"{key:040d}": ContestBallot(tuple((f"{n:020d}", 1) for n in range(120))) for key in (2, 1)},
    ),
]
SEAL = """async ({ballot, secret}) => {
  const urn = await import("/static/js/urn.js");
  const asked = {...ballot, publicKey: urn.fromHex(ballot.publicKey)};
  const sealed = secret ? await urn.resealBallot({...asked, secret: urn.fromHex(secret)}) : await urn.sealBallot(asked);
  return {
    ciphertext: urn.toHex(sealed.ciphertext), base64: urn.toBase64(sealed.ciphertext), secret: urn.toHex(sealed.secret),
    receipt: urn.toHex(sealed.receipt), code: urn.receiptCode(sealed.receipt),
  };
}"""


@pytest.fixture(scope="module")
def files() -> Iterator[LiveSite]:
    """Our static files under our security policy, and one empty page."""
    app = Flask("files", static_folder=str(ROOT / "static"))
    app.secret_key = "of this test"
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>Urn</title>")
    protect(app, https=False)
    yield from listen(app)


@pytest.fixture
def urn_page(page: Page, files: LiveSite) -> Iterator[Page]:
    """An open page that may import the urn; nothing may complain."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(files.url)
    yield page
    assert [text for text in complaints if "favicon" not in text and "404" not in text] == []


def as_given(ballot: BallotDocument, public: bytes, size: int) -> dict[str, Any]:
    contests = {
        key: {"choices": [list(choice) for choice in contest.choices], "tracker": contest.tracker}
        for key, contest in ballot.contests.items()
    }
    content = {"round": ballot.round, "kind": ballot.kind, "contests": contests}
    return {"publicKey": public.hex(), "info": INFO.decode(), "size": size, "document": content}


@pytest.mark.parametrize("ballot", DOCUMENTS, ids=lambda ballot: ballot.kind)
def test_what_the_browser_seals_the_urn_opens_and_checks(urn_page: Page, ballot: BallotDocument):
    pair, size = sealing.new_key(), 8192
    sealed = urn_page.evaluate(SEAL, {"ballot": as_given(ballot, pair.public, size), "secret": None})
    ciphertext = bytes.fromhex(sealed["ciphertext"])
    plaintext = sealing.unseal(ciphertext, pair.private, INFO)
    assert plaintext == document.to_bytes(ballot, size)
    # The challenge: choices and the secret that was shown give the ciphertext again.
    assert sealing.reseal(plaintext, pair.public, INFO, bytes.fromhex(sealed["secret"])) == ciphertext
    assert sealed["receipt"] == receipts.receipt_of(ciphertext)
    assert sealed["code"] == receipts.receipt_code(sealed["receipt"])
    assert receipts.receipt_from(sealed["code"]) == sealed["receipt"]


def test_the_browser_and_the_server_reseal_to_the_same_bytes(urn_page: Page):
    pair = sealing.new_key()
    for ballot in DOCUMENTS[:3]:
        plaintext = document.to_bytes(ballot, 512)
        sealed = sealing.seal(plaintext, pair.public, INFO)
        asked = {"ballot": as_given(ballot, pair.public, 512), "secret": sealed.secret.hex()}
        assert urn_page.evaluate(SEAL, asked)["ciphertext"] == sealed.ciphertext.hex()


def test_two_seals_of_the_same_choices_differ(urn_page: Page):
    asked = {"ballot": as_given(DOCUMENTS[0], sealing.new_key().public, 512), "secret": None}
    first, second = (urn_page.evaluate(SEAL, asked) for _ in range(2))
    assert first["secret"] != second["secret"]
    assert first["ciphertext"] != second["ciphertext"]


def test_trackers_drawn_in_the_browser_are_trackers(urn_page: Page):
    drawn = urn_page.evaluate('async () => Array.from({length: 200}, (await import("/static/js/urn.js")).newTracker)')
    assert len(set(drawn)) == 200
    assert set("".join(drawn)) == set(CROCKFORD)
    for tracker in drawn[:3]:
        ballot = BallotDocument("r", "k", {"main": ContestBallot((), tracker)})
        assert document.from_bytes(document.to_bytes(ballot, 256)) == ballot


@pytest.mark.parametrize(
    "change",
    [
        {"size": 64},
        {"publicKey": "00" * 31},
        {"publicKey": "00" * 32},
        {"publicKey": "zz" * 32},
        {"document": {"round": "r", "kind": "k", "contests": {}}},
        {"document": {"round": "é", "kind": "k", "contests": {"main": {"choices": []}}}},
        {"document": {"round": "r", "kind": "k", "contests": {"main": {"choices": [["a", 0]]}}}},
        {"document": {"round": "r", "kind": "k", "contests": {"main": {"choices": [["a", 1.5]]}}}},
        {"document": {"round": "r", "kind": "k", "contests": {"main": {"choices": [["a", 1], ["a", 2]]}}}},
        {"document": {"round": "r", "kind": "k", "contests": {"main": {"choices": [], "tracker": "I" * 16}}}},
    ],
)
def test_what_the_urn_would_refuse_is_not_sealed(urn_page: Page, change: dict[str, Any]):
    asked = as_given(DOCUMENTS[0], sealing.new_key().public, 512) | change
    refused = f"async (asked) => {{ try {{ await ({SEAL})(asked); return false; }} catch {{ return true; }} }}"
    assert urn_page.evaluate(refused, {"ballot": asked, "secret": None}) is True


def test_a_browser_without_the_curve_says_that_it_cannot_seal(urn_page: Page):
    able = 'async () => (await import("/static/js/urn.js")).canSeal()'
    assert urn_page.evaluate(able) is True
    urn_page.evaluate('() => { SubtleCrypto.prototype.importKey = async () => { throw new Error("NotSupported"); }; }')
    assert urn_page.evaluate(able) is False

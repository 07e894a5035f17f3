"""While a vote is open nothing depends on the choices: no page, export, letter, log line or row but the ciphertexts.

The same people do the same deeds twice, in two fresh applications with the same secrets, identifiers, draws and
clock; only their choices differ. Everything that can be read is then compared. What the encryption draws itself
(ciphertexts, hence receipts and the digests of the journal) is masked; nothing else is.
"""

from __future__ import annotations

import logging
import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from participatory.ballots import actions, casting
from participatory.ballots.models import Challenge, Envelope, VoteOpening
from participatory.ballots.opening import open_vote
from participatory.checkpoints.jobs import sign_and_tell
from participatory.core.database import Base, db, transaction
from participatory.deeds.kinds import DeedKind, offer_deed
from participatory.deeds.rules import Description, Sentence
from participatory.identity.permissions import Permission
from participatory.outbox.sender import deliver_waiting
from participatory.reminders.jobs import send_due
from participatory.rounds.models import Round
from participatory.urn.receipts import receipt_code
from participatory.web.access import Door, mark_of
from tests import factories
from tests.conftest import close, make_app
from tests.factories import add_voter, make_person, make_proposal, sign_in
from tests.house.matrix import TABLE
from tests.house.small_world import ACTORS, ANONYMOUS, World, build
from tests.house.test_rights_matrix import path_of
from tests.sharing import STATEMENTS

START = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
VOTERS = 5
# Words of the letters that must have left: a ballot cast, one taken back, a basket left, the last days, a checkpoint.
SUBJECTS = {
    "Votre bulletin est dans l’urne",
    "Votre bulletin est retiré de l’urne",
    "Vous avez commencé à voter",
    "Dernière chance de voter",
    "Point de contrôle du journal",
}
# What each voter clicks in their basket, then what they cast in the end: as many clicks, other choices.
CLICKS = {
    "one": [((0, 1, 1), (0,)), ((0, 1), (0, 1)), ((2, 0, 2), (0,)), ((1, 2, 3), (1, 2, 3)), ((0,), (0,))],
    "other": [((3, 2, 1), (3, 2, 1)), ((2, 2), ()), ((3, 1, 2), (3, 1, 2)), ((3, 0, 0), (3,)), ((3,), (3,))],
}
CLICKS["other"][1] = ((2, 3), (2, 3))


@dataclass
class Seen:
    """Everything that somebody other than the voter at their booth could read."""

    pages: dict[str, str] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)
    lines: Counter[str] = field(default_factory=Counter)
    tables: dict[str, list[str]] = field(default_factory=dict)


class Dice:
    """The randomness of the operating system, drawn again the same in each run."""

    def __init__(self) -> None:
        self.throw("start")

    def throw(self, label: str) -> None:
        """Begin a sequence of its own, so that nothing drawn before matters."""
        self._source = random.Random(label)  # noqa: S311 — the point is that it is no secret.

    def draw(self, size: int) -> bytes:
        """What takes the place of `os.urandom`."""
        return self._source.randbytes(size)


@dataclass
class Made:
    """A small world kept in a folder: its names and cookies, and the cookies of people who will vote."""

    folder: Path
    names: dict[str, str]
    cookies: dict[str, str]
    voters: list[str]
    projects: list[str]


@pytest.fixture(scope="module")
def made(prepared_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The world of the matrix of rights, five projects on its open vote, five people who have signed in."""
    folder = tmp_path_factory.mktemp("secrecy")
    shutil.copy(prepared_sqlite, folder / "participatory.sqlite")
    with time_machine.travel(START, tick=False):
        app = make_app(folder)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            world = build(app)
            round_ = db.session.scalars(sa.select(Round).where(Round.slug == world.names["voting"])).one()
            projects = [make_proposal(round_).public_id for _ in range(4)]
            with transaction():
                # Frozen again, now that these projects are there.
                db.session.execute(sa.delete(VoteOpening).where(VoteOpening.round_id == round_.id))
            with transaction():
                open_vote(round_, START)
            voters = [_voter(app, round_) for _ in range(VOTERS)]
            # Its key is drawn by the library at the first visit.
            app.test_client().get("/connexion/saml/metadonnees")
        close(app)
    return Made(folder, world.names, world.cookies, voters, projects)


def _voter(app: Flask, round_: Round) -> str:
    person, client = make_person(), app.test_client()
    add_voter(round_, person)
    sign_in(client, person)
    return client.get_cookie("session").value


class Run:
    """One of the two runs."""

    def __init__(
        self, made: Made, folder: Path, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Coordinates
    ) -> None:
        self._clock = clock
        shutil.copytree(made.folder, folder)
        self.dice, self.seen, self.made = Dice(), Seen(), made
        monkeypatch.setattr(os, "urandom", self.dice.draw)
        monkeypatch.setattr(random, "_urandom", self.dice.draw)
        monkeypatch.setattr(factories, "_numbers", count(10_000))
        # What other tests left compiled would make the first run draw less than the second one.
        STATEMENTS.clear()
        self.app = make_app(folder)
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.world = World(self.app, made.names, made.cookies)
        _offer_the_deed_of_the_world(self.app)
        self.clients = [self._browser(cookie) for cookie in made.voters]
        self.slug = made.names["voting"]
        self.baskets: list[set[int]] = [set() for _ in made.voters]

    def _browser(self, cookie: str) -> FlaskClient:
        client = self.app.test_client()
        client.set_cookie("session", cookie)
        return client

    def everything(self, clicks: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> Seen:
        """People vote, change, challenge, withdraw, leave; then everybody looks at everything."""
        lines = StringIO()
        with ExitStack() as stack:
            stack.enter_context(redirect_stdout(lines))
            stack.enter_context(redirect_stderr(lines))
            stack.enter_context(_logged(lines))
            self._vote(clicks)
            with self.app.app_context():
                self._look()
                db.session.remove()
        close(self.app)
        self.seen.lines = Counter(self._masked(line) for line in lines.getvalue().splitlines())
        return self.seen

    def _vote(self, clicks: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> None:
        self._at(1)
        for number, (clicked, _chosen) in enumerate(clicks):
            for step, project in enumerate(clicked):
                self._click(number, step, project)
        for number in range(4):
            self._cast(number, clicks[number][1])
        self._at(2)
        # One changes, one challenges, one takes their ballot back; the last one has begun a basket and left.
        self._cast(2, clicks[3][1])
        self._cast(3, clicks[0][1], deed="controler")
        self._post(1, f"/budgets/{self.slug}/vote/retirer", {})

    def _at(self, hours: int) -> None:
        self._clock.move_to(START + timedelta(hours=hours))

    def _click(self, number: int, step: int, project: int) -> None:
        # A second click on the same project takes it out.
        chosen, held = self.made.projects[project], self.baskets[number]
        act = "remove" if project in held else "add"
        held ^= {project}
        self.dice.throw(f"click {number} {step}")
        self._post(number, f"/budgets/{self.slug}/vote/panier/{chosen}", {"act": act})

    def _cast(self, number: int, chosen: tuple[int, ...], deed: str = "deposer") -> None:
        self.dice.throw(f"seal {number} {deed}")
        choices = [f"main:{self.made.projects[each]}:1" for each in chosen]
        page = self.clients[number].post(f"/budgets/{self.slug}/vote/sceller", data={"choice": choices})
        assert page.status_code == 200, page.text
        fields = dict(re.findall(r'name="(ciphertext|key|proof)" value="([^"]+)"', page.text))
        self.dice.throw(f"cast {number} {deed}")
        self._post(number, f"/budgets/{self.slug}/urne/{deed}", fields)

    def _post(self, number: int, path: str, data: dict[str, str]) -> None:
        answer = self.clients[number].post(path, data=data)
        assert answer.status_code in {200, 303}, (path, answer.status_code, answer.text[:2000])

    def _look(self) -> None:
        self._mask()
        self.seen.tables = {table.name: self._rows(table) for table in Base.metadata.sorted_tables}
        self.dice.throw("letters")
        sign_and_tell()
        deliver_waiting()
        # The day after, who has left a basket is written to; two days before the closing, who has not voted.
        for days in (1, 8):
            self._clock.move_to(START + timedelta(days=days, hours=10))
            self.dice.throw(f"reminders {days}")
            send_due()
            deliver_waiting()
        self._clock.move_to(START + timedelta(days=8, hours=11))
        self._mask()
        sent = self.app.extensions["mailman"].outbox
        self.seen.letters = sorted(self._masked(f"{mail.to} {mail.subject}\n{mail.body}") for mail in sent)
        self._open_every_page()

    def _open_every_page(self) -> None:
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda each: each.rule):
            if "GET" not in rule.methods or rule.endpoint == "static":
                continue
            for line in TABLE[rule.endpoint]:
                path = path_of(self.world, line, rule.rule)
                for name, client in self._who_opens(rule.endpoint):
                    self.dice.throw(f"{name} {path}")
                    with client.get(path) as answer:
                        # The tag of a file that waits on the disk is made of its hour and its place there.
                        dropped = {"ETag"} if rule.endpoint == "bundles.download" else set()
                        head = "\n".join(f"{key}: {value}" for key, value in answer.headers if key not in dropped)
                        content = answer.get_data().decode("utf-8", "replace")
                        self.seen.pages[f"{name} {path}"] = self._masked(f"{answer.status}\n{head}\n\n{content}")

    def _who_opens(self, endpoint: str) -> Iterator[tuple[str, FlaskClient]]:
        mark = mark_of(self.app, endpoint)
        if mark.door is Door.STAFF:
            actor = next(each for each in ACTORS if {p.value for p in each.permissions} & mark.permissions)
            yield actor.name, self.world.browser(actor)
            return
        if mark.door is Door.PUBLIC:
            yield "anonymous", self.world.browser(ANONYMOUS)
        # Only the pages of their own booth may tell somebody what they have chosen.
        if not endpoint.startswith("ballots."):
            yield "who voted", self._browser(self.made.voters[0])
            yield "who began a basket", self._browser(self.made.voters[4])

    def _rows(self, table: sa.Table) -> list[str]:
        rows = db.session.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()
        return [self._masked("; ".join(f"{name}={self._cell(value)}" for name, value in row.items())) for row in rows]

    def _cell(self, value: object) -> str:
        return "<ciphertext>" if isinstance(value, bytes) and value in self._ciphertexts else str(value)

    def _mask(self) -> None:
        """Note what the encryption has drawn, and what is made of it."""
        drawn: dict[str, str] = {}
        rows = [*db.session.execute(sa.select(Envelope.ciphertext, Envelope.receipt))]
        rows += [*db.session.execute(sa.select(Challenge.ciphertext, Challenge.receipt))]
        self._ciphertexts = {ciphertext for ciphertext, _receipt in rows}
        for payload in db.session.scalars(sa.text("SELECT payload FROM journal_entry")):
            for receipt in re.findall(r'"receipt":"(\w{64})"', payload):
                drawn |= {receipt: "<receipt>", receipt_code(receipt): "<receipt>"}
        for each in db.session.execute(sa.text("SELECT digest, content FROM journal_entry")):
            drawn |= {value: "<digest>" for value in each if value}
        for (value,) in db.session.execute(sa.text("SELECT signature FROM checkpoint")):
            drawn |= dict.fromkeys((value, value[:64], value[64:]), "<signature>")
        self._drawn = re.compile("|".join(sorted(map(re.escape, drawn), key=len, reverse=True)) or "$^")
        self._names = drawn

    def _masked(self, text: str) -> str:
        return self._drawn.sub(lambda found: self._names[found[0]], text)


def _offer_the_deed_of_the_world(app: Flask) -> None:
    with app.app_context():
        round_ = db.session.scalars(sa.select(Round).where(Round.title == "Budget « voting »")).one()
        scope = round_.scope
    title = Description(title=Sentence("Un acte d’essai", {}))
    offer_deed(
        app,
        DeedKind(
            "matrix.nothing",
            "Un acte d’essai",
            Permission.APPROVE_ROLL,
            lambda _payload: title,
            lambda *_arguments: None,
            lambda *_arguments: None,
            lambda _payload: (scope,),
        ),
    )


@contextmanager
def _logged(lines: StringIO) -> Iterator[None]:
    """Everything that any library says, at the level that says most."""
    root, handler = logging.getLogger(), logging.StreamHandler(lines)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def read_after(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Seen]:
    """What can be read after a vote in which these choices were made."""

    def read(choices: str) -> Seen:
        with time_machine.travel(START, tick=False) as clock, monkeypatch.context() as patched:
            root = logging.getLogger()
            before = root.level
            root.setLevel(logging.DEBUG)
            run = Run(made, tmp_path / choices, patched, clock)
            root.setLevel(before)
            return run.everything(CLICKS[choices])

    return read


def differences(one: Seen, other: Seen) -> dict[str, list[str]]:
    """What differs between two runs, by sort: the pages, tables and lines by name."""
    pages = [name for name in one.pages if one.pages[name] != other.pages.get(name)]
    tables = [name for name in one.tables if one.tables[name] != other.tables[name]]
    lines = sorted((one.lines - other.lines) + (other.lines - one.lines))
    letters = [a for a, b in zip(one.letters, other.letters, strict=False) if a != b]
    found = {"pages": pages, "tables": tables, "lines": lines, "letters": letters}
    return {sort: each for sort, each in found.items() if each}


def test_nothing_that_can_be_read_while_the_vote_is_open_depends_on_the_choices(read_after, made):
    one, other = read_after("one"), read_after("other")
    # That there was something to read.
    assert len(one.pages) > 150
    assert {word for letter in one.letters for word in SUBJECTS if word in letter} == SUBJECTS
    assert len(one.tables["envelope"]) == 3
    assert len(one.tables["challenge"]) == 1
    assert len([row for row in one.tables["integrity_signal"] if "act=ballot" in row]) == 3
    assert set(one.pages) == set(other.pages)
    assert differences(one, other) == {}
    # The projects themselves are named by their own row, and by the list frozen at the opening.
    naming = {name for name, rows in one.tables.items() if any(each in row for row in rows for each in made.projects)}
    assert naming == {"proposal", "vote_opening"}


def test_a_leak_of_each_sort_would_be_seen(read_after, monkeypatch):
    """The test of the test: a seal that tells what it saw, in four places."""
    sealing = actions.seal_choices
    log = structlog.get_logger()

    def telling(round_, opening, voter, chosen, *rest):
        [(first, _one), *_others] = next(iter(chosen.values()))
        log.debug("sealed", first=first)
        with transaction():
            held = db.session.get(Round, round_.id)
            held.summary = f"{held.summary[:10]} {first}"
        return sealing(round_, opening, voter, chosen, *rest)

    words = casting.letter_words
    monkeypatch.setattr(actions, "seal_choices", telling)
    monkeypatch.setattr(
        casting, "letter_words", lambda round_, person: words(round_, person) | {"round": round_.summary}
    )
    found = differences(read_after("one"), read_after("other"))
    assert set(found) == {"pages", "tables", "lines", "letters"}
    assert "round" in found["tables"]

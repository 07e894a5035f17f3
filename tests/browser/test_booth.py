"""The booth on a phone, for each kind of ballot, with and without JavaScript: choose, check, seal, cast, challenge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Request, expect

from participatory.ballots.basket import COOKIE
from participatory.ballots.models import Challenge, Envelope
from participatory.ballots.opening import opening_of
from participatory.core.database import db
from participatory.identity.models import Person
from participatory.rounds.models import Round
from participatory.rounds.rulebook import BallotKind, Contest
from participatory.urn.checking import checked
from participatory.urn.document import BallotDocument, from_bytes
from participatory.urn.receipts import receipt_of
from participatory.urn.sealing import info, unseal
from tests.browser.conftest import LiveSite, serve
from tests.conftest import Browser as Client
from tests.factories import KEY, add_voter, make_person, make_proposal, make_round, sign_in

AREA = Contest("tarbes", "Tarbes", 20_000_00, ("tarbes",))
RULES = {
    "approval": {"ballot_kind": BallotKind.APPROVAL, "ballot_max": 3},
    "knapsack": {"ballot_kind": BallotKind.KNAPSACK, "ballot_max": 50, "budget_cents": 60_000_00, "floors": ()},
    "points": {"ballot_kind": BallotKind.POINTS, "ballot_max": 10, "points_budget": 5, "points_cap": 3},
    "ranking": {"ballot_kind": BallotKind.RANKING, "ballot_max": 3, "rank_weights": (5, 3, 1)},
}
TITLES = ("Des vélos", "Un jardin", "Une épicerie", "Une fresque")
SENT = ("/sceller", "/deposer", "/controler")


@dataclass
class Vote:
    """An open vote behind a live site, and a phone whose voter has signed in."""

    site: LiveSite
    page: Page
    slug: str
    ids: dict[str, str]

    @property
    def booth(self) -> str:
        """The address of the booth."""
        return f"{self.site.url}/budgets/{self.slug}/vote"

    def card(self, title: str):
        """The card of a project."""
        return self.page.locator(f"#projet-{self.ids[title]}")

    def press(self, title: str, name: str) -> None:
        """Press a button of a card, and wait for what it changes."""
        with self.page.expect_response(lambda answer: "/vote/panier/" in answer.url):
            self.card(title).get_by_role("button", name=name).click()

    def document(self, model: type = Envelope) -> BallotDocument:
        """What the one envelope of a table holds, as the trustees would read it."""
        with self.site.app.app_context():
            round_ = db.session.scalars(sa.select(Round).where(Round.slug == self.slug)).one()
            opening = opening_of(round_)
            assert opening is not None
            ciphertext = db.session.scalars(sa.select(model.ciphertext).where(model.round_id == round_.id)).one()
            bound = info(round_.public_id, opening.rulebook_digest)
            db.session.remove()
        return from_bytes(unseal(ciphertext, KEY.private, bound))

    def count(self, model: type) -> int:
        """How many rows a table of the urn holds."""
        with self.site.app.app_context():
            number = db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
            db.session.remove()
        return number


@pytest.fixture
def served(make_test_app) -> Iterator[LiveSite]:
    """A site without a demonstration."""
    yield from serve(make_test_app(public_url="http://127.0.0.1"))


@pytest.fixture
def open_vote(served: LiveSite, browser: Browser) -> Iterator[Callable[..., Vote]]:
    """A function that opens a vote of a kind and gives a phone with its voter signed in."""
    contexts = []

    def opened(kind: str, *, script: bool = True, site_slug: str = "toulouse", **rules: object) -> Vote:
        with served.app.app_context():
            round_ = make_round(**(RULES[kind] | rules))
            ids = {}
            for number, title in enumerate(TITLES, start=1):
                where = "tarbes" if rules.get("contests") and number == len(TITLES) else "toulouse"
                ids[title] = make_proposal(
                    round_, cost_cents=number * 10_000_00, title=title, site_slug=where
                ).public_id
            person = make_person()
            add_voter(round_, person, site_slug)
            cookie, slug = signed_in(served, person), round_.slug
            db.session.remove()
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="fr-FR", java_script_enabled=script
        )
        context.add_cookies([{"name": "session", "value": cookie, "url": served.url}])
        contexts.append(context)
        page = context.new_page()
        vote = Vote(served, page, slug, ids)
        page.goto(vote.booth)
        return vote

    yield opened
    for context in contexts:
        context.close()


def signed_in(site: LiveSite, person: Person) -> str:
    client: Client = site.app.test_client()
    sign_in(client, person)
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def choose(vote: Vote, kind: str) -> dict[str, int]:
    """Choose by buttons as the kind asks; gives what the ballot must say, by title."""
    if kind == "points":
        for _ in range(3):
            vote.press("Un jardin", "Donner un point")
        vote.press("Des vélos", "Donner un point")
        vote.press("Un jardin", "Retirer un point")
        return {"Un jardin": 2, "Des vélos": 1}
    for title in ("Des vélos", "Un jardin"):
        vote.press(title, "Ajouter")
    if kind != "ranking":
        return {"Des vélos": 1, "Un jardin": 1}
    vote.page.locator("#panier-resume").click()
    with vote.page.expect_response(lambda answer: "/vote/panier/" in answer.url):
        vote.page.locator("#panier").get_by_role("button", name="Monter « Un jardin »").click()
    expect(vote.card("Un jardin")).to_contain_text("Choix n° 1")
    return {"Un jardin": 1, "Des vélos": 2}


def said(vote: Vote, document: BallotDocument, contest: str = "main") -> dict[str, int]:
    titles = {identifier: title for title, identifier in vote.ids.items()}
    return {titles[project]: value for project, value in document.contests[contest].choices}


def to_check(vote: Vote) -> None:
    vote.page.get_by_role("link", name="Vérifier mon vote").click()
    expect(vote.page.locator("h1")).to_contain_text(["Vérifiez votre bulletin"])


def fits(vote: Vote, axe_script) -> None:
    assert axe_script(vote.page) == []
    assert not vote.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def sent_by(vote: Vote) -> list[str]:
    """The bodies of the requests that send a ballot somewhere, as they leave the browser."""
    bodies: list[str] = []
    vote.page.on(
        "request", lambda request: bodies.append(request.post_data or "") if request.url.endswith(SENT) else None
    )
    return bodies


def cookies_of(request: Request) -> str:
    return "; ".join(cookie["name"] for cookie in request.frame.page.context.cookies(request.url))


@pytest.mark.parametrize("kind", RULES)
def test_a_ballot_of_each_kind_is_sealed_in_the_browser_and_its_choices_never_leave_it(open_vote, kind, axe_script):
    vote = open_vote(kind)
    bodies = sent_by(vote)
    cookies: list[str] = []
    vote.page.on("request", lambda request: cookies.append(cookies_of(request)) if "/urne/" in request.url else None)
    expected = choose(vote, kind)
    fits(vote, axe_script)
    to_check(vote)
    fits(vote, axe_script)
    vote.page.locator("#sceller[data-ready]").wait_for()
    vote.page.get_by_role("button", name="Mettre sous enveloppe").click()
    expect(vote.page.locator("#scelle")).to_contain_text("chiffré dans votre navigateur")
    fits(vote, axe_script)
    code = vote.page.locator("#recu-scelle").inner_text()
    assert vote.count(Envelope) == 0
    vote.page.get_by_role("button", name="Déposer mon bulletin").click()
    expect(vote.page.locator("h1")).to_have_text("Votre bulletin est dans l’urne")
    assert vote.page.locator("#recu").inner_text() == code
    fits(vote, axe_script)
    assert said(vote, vote.document()) == expected
    assert len(bodies) == 1
    assert not any(identifier in unquote(bodies[0]) for identifier in vote.ids.values())
    assert "choice=" not in bodies[0]
    assert len(cookies) == 1
    assert "session" in cookies[0]
    assert COOKIE not in cookies[0], "the basket does not go with the envelope"


@pytest.mark.parametrize("kind", RULES)
def test_a_ballot_of_each_kind_is_cast_without_javascript(open_vote, kind):
    vote = open_vote(kind, script=False)
    expected = choose(vote, kind)
    to_check(vote)
    vote.page.get_by_role("button", name="Mettre sous enveloppe").click()
    expect(vote.page.locator("main")).to_contain_text("chiffré par le serveur")
    code = vote.page.locator("#recu-scelle").inner_text()
    vote.page.get_by_role("button", name="Déposer mon bulletin").click()
    expect(vote.page.locator("h1")).to_have_text("Votre bulletin est dans l’urne")
    assert vote.page.locator("#recu").inner_text() == code
    assert said(vote, vote.document()) == expected


def test_an_envelope_opened_in_the_browser_is_proven_there_and_never_counts(open_vote, axe_script, tmp_path):
    vote = open_vote("points")
    bodies = sent_by(vote)
    expected = choose(vote, "points")
    to_check(vote)
    vote.page.get_by_label("Je veux un code secret").check()
    vote.page.locator("#sceller[data-ready]").wait_for()
    vote.page.get_by_role("button", name="Mettre sous enveloppe").click()
    tracker = vote.page.locator("[data-tracker=main] strong").inner_text().replace(" ", "")
    assert len(tracker) == 16
    vote.page.get_by_text("Je veux d’abord vérifier").click()
    fits(vote, axe_script)
    vote.page.get_by_role("button", name="Contrôler le chiffrement").click()
    expect(vote.page.locator("#ouvert h1")).to_be_visible()
    expect(vote.page.locator("#ouvert")).to_contain_text("Un jardin – points : 2")
    vote.page.get_by_text("Refaire la preuve moi-même").click()
    vote.page.get_by_text("Le secret, la clé et l’enveloppe").click()
    fits(vote, axe_script)
    file = downloaded(vote, tmp_path)
    assert said(vote, checked(file)) == expected == said(vote, vote.document(Challenge))
    assert file["document"]["contests"]["main"]["tracker"] == tracker
    assert (vote.count(Envelope), vote.count(Challenge)) == (0, 1)
    assert tracker not in "".join(bodies)
    assert file["secret"] not in "".join(bodies)
    vote.page.get_by_role("link", name="Refaire mon bulletin").click()
    expect(vote.page.locator("#verification")).to_contain_text("Un jardin")


def downloaded(vote: Vote, folder: Path) -> dict[str, object]:
    with vote.page.expect_download() as waited:
        vote.page.get_by_role("link", name="Télécharger le fichier de contrôle").click()
    path = folder / waited.value.suggested_filename
    waited.value.save_as(path)
    return json.loads(path.read_text("utf-8"))


def test_an_envelope_of_the_server_is_opened_without_javascript(open_vote, tmp_path):
    vote = open_vote("ranking", script=False)
    expected = choose(vote, "ranking")
    to_check(vote)
    vote.page.get_by_role("button", name="Mettre sous enveloppe").click()
    vote.page.get_by_text("Je veux d’abord vérifier").click()
    vote.page.get_by_role("button", name="Contrôler le chiffrement").click()
    expect(vote.page.locator("main")).to_contain_text("Cette enveloppe ne comptera jamais")
    vote.page.get_by_text("Refaire la preuve moi-même").click()
    file = downloaded(vote, tmp_path)
    assert said(vote, checked(file)) == expected
    assert receipt_of(bytes.fromhex(file["ciphertext"])) == file["receipt"]
    assert vote.count(Envelope) == 0


def test_two_envelopes_are_cast_in_one_sitting_and_one_may_stay_blank(open_vote, axe_script):
    vote = open_vote("approval", site_slug="tarbes", contests=(AREA,))
    vote.press("Des vélos", "Ajouter")
    vote.page.get_by_role("link", name="Enveloppe « Tarbes »").first.click()
    expect(vote.page.locator("li.projet")).to_have_count(1)
    fits(vote, axe_script)
    to_check(vote)
    expect(vote.page.locator("#verification")).to_contain_text("Laissée blanche")
    fits(vote, axe_script)
    vote.page.get_by_role("link", name="Choisir des projets").click()
    vote.press("Une fresque", "Ajouter")
    to_check(vote)
    vote.page.locator("#sceller[data-ready]").wait_for()
    vote.page.get_by_role("button", name="Mettre sous enveloppe").click()
    vote.page.get_by_role("button", name="Déposer mon bulletin").click()
    expect(vote.page.locator("h1")).to_have_text("Votre bulletin est dans l’urne")
    document = vote.document()
    assert said(vote, document) == {"Des vélos": 1}
    assert said(vote, document, "tarbes") == {"Une fresque": 1}


def test_points_are_typed_and_a_ranking_is_made_with_the_keyboard_alone(open_vote):
    vote = open_vote("points")
    field = vote.page.get_by_label("Points pour « Un jardin »")
    field.focus()
    vote.page.keyboard.press("Control+a")
    with vote.page.expect_response(lambda answer: "/vote/panier/" in answer.url):
        vote.page.keyboard.type("3")
        vote.page.keyboard.press("Enter")
    expect(vote.card("Un jardin")).to_contain_text("3 points")
    expect(vote.page.locator(":focus")).to_have_attribute("id", f"points-{vote.ids['Un jardin']}")
    expect(vote.page.locator("#annonce")).to_contain_text("Un jardin")
    more = vote.card("Un jardin").get_by_role("button", name="Donner un point")
    more.focus()
    vote.page.keyboard.press("Enter")
    expect(vote.page.locator("#annonce")).to_contain_text("au plus 3 points")
    expect(vote.page.locator(":focus")).to_have_attribute("id", f"btn-{vote.ids['Un jardin']}")


def test_the_focus_follows_a_project_that_is_moved_in_the_ranking(open_vote):
    vote = open_vote("ranking")
    for title in ("Des vélos", "Un jardin", "Une épicerie"):
        vote.press(title, "Ajouter")
    vote.page.locator("#panier-resume").click()
    down = f"descendre-{vote.ids['Des vélos']}"
    vote.page.locator(f"#{down}").focus()
    for rank in (2, 3, 3):
        with vote.page.expect_response(lambda answer: "/vote/panier/" in answer.url):
            vote.page.keyboard.press("Enter")
        expect(vote.card("Des vélos")).to_contain_text(f"Choix n° {rank}")
        expect(vote.page.locator(":focus")).to_have_attribute("id", down)
    expect(vote.page.locator("#annonce")).to_contain_text("rang 3")
    vote.card("Des vélos").get_by_label("Rang").select_option("1")
    expect(vote.card("Un jardin")).to_contain_text("Choix n° 2")


def test_leaving_with_a_basket_asks_first_and_reading_a_project_does_not(open_vote):
    vote = open_vote("approval")
    asked: list[str] = []
    vote.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    vote.press("Des vélos", "Ajouter")
    vote.page.get_by_role("link", name="Un jardin").first.click()
    vote.page.wait_for_url("**/projets/**")
    assert asked == []
    vote.page.get_by_role("link", name="Revenir à mon panier").click()
    expect(vote.page.locator("li.projet--pris")).to_have_count(1)
    vote.page.locator("#panier-resume").click()
    vote.page.get_by_role("link", name="Quitter sans voter").click()
    expect(vote.page.locator(".attend")).to_contain_text("Votre panier attend")
    assert asked == ["beforeunload"]


def test_somebody_who_gives_no_sign_is_asked_and_stays(open_vote):
    vote = open_vote("approval")
    vote.page.clock.install()
    vote.page.reload()
    vote.page.locator("#veille").wait_for(state="attached")
    vote.page.clock.run_for(599_000)
    expect(vote.page.locator("#veille-question")).to_be_hidden()
    vote.page.clock.run_for(3_000)
    expect(vote.page.locator("#veille-question")).to_be_visible()
    vote.page.get_by_role("button", name="Je continue").click()
    vote.page.clock.run_for(60_000)
    expect(vote.page.locator("#veille-question")).to_be_hidden()


def test_a_browser_that_cannot_seal_lets_the_server_do_it(open_vote):
    vote = open_vote("approval")
    vote.page.add_init_script('SubtleCrypto.prototype.importKey = async () => { throw new Error("NotSupported"); };')
    choose(vote, "approval")
    to_check(vote)
    vote.page.get_by_role("button", name="Mettre sous enveloppe").click()
    expect(vote.page.locator("main")).to_contain_text("chiffré par le serveur")
    vote.page.get_by_role("button", name="Déposer mon bulletin").click()
    expect(vote.page.locator("h1")).to_have_text("Votre bulletin est dans l’urne")


def test_a_ballot_is_withdrawn_in_two_steps(open_vote, axe_script):
    vote = open_vote("approval")
    choose(vote, "approval")
    to_check(vote)
    vote.page.get_by_role("button", name="Mettre sous enveloppe").click()
    vote.page.get_by_role("button", name="Déposer mon bulletin").click()
    vote.page.get_by_role("link", name="Retirer mon bulletin").click()
    fits(vote, axe_script)
    vote.page.get_by_role("button", name="Retirer mon bulletin de l’urne").click()
    expect(vote.page.locator("#messages")).to_contain_text("vous n’avez pas voté")
    assert vote.count(Envelope) == 0

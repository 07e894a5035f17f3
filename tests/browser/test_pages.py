"""Every page, as each role sees it: nothing for axe to say, nothing blocked, nothing that overflows, nothing heavy."""

from __future__ import annotations

import re

import brotli
import pytest
import sqlalchemy as sa
from flask import url_for
from playwright.sync_api import Page

from participatory.core.database import db
from participatory.core.identifiers import slugify
from participatory.demo.ask import CLOSED, OPEN
from participatory.demo.loader import find_student_round
from participatory.demo.opine import CLOSED as TALKED
from participatory.demo.opine import OPEN as TALK
from participatory.demo.stories import stories
from participatory.integrity_desk.models import SuspectCase
from participatory.integrity_desk.report_models import IntegrityReport
from participatory.integrity_desk.reporting import number_of
from participatory.notices.models import Notice
from participatory.proposals.queries import awaiting_appraisal, awaiting_moderation, on_ballot
from participatory.questionnaires.models import Questionnaire
from participatory.rounds.models import Round
from participatory.rounds.queries import all_rounds
from participatory.web.access import mark_of
from tests.browser.conftest import LiveSite
from tests.house.source import ROOT

# Colours are the same on every width: the dark ones are looked at on a phone.
SCREENS = [(390, 844, "light"), (390, 844, "dark"), (1280, 900, "light")]
# These two open a page of every kind: they look at them in the dark and on a large screen too.
OF_EVERY_KIND = ("visitor", "officer")
LARGE = 1000
FIRST_PAGE_BYTES = 60_000
PEOPLE = {"visitor": None, "student": "lou", "moderator": "mod-briques", "appraiser": "appraiser-1"}
PEOPLE |= {"officer": "officer-1", "administrator": "administrator"}
FACTOR_PAGES = [f"/mon-compte/double-verification{page}" for page in ("", "/application", "/cle", "/codes")]
FACTOR_PAGES.append("/connexion/deuxieme-facteur")


@pytest.fixture(scope="module")
def site(module_site: LiveSite) -> LiveSite:
    """One server for all these pages, which change nothing."""
    return module_site


def pages_of(site: LiveSite, role: str) -> list[str]:
    """The addresses that a role opens, with something on each."""
    with site.app.app_context(), site.app.test_request_context():
        student, past, next_ = _rounds()
        project = on_ballot(student)[0]
        return {
            "visitor": lambda: _public_pages(student, past, project.slug),
            "student": lambda: _student_pages(student, next_),
            "moderator": lambda: [
                "/moderation",
                "/moderation/charge",
                "/moderation/liens",
                "/moderation/modeles",
                _case("moderation", awaiting_moderation()[0].public_id),
            ],
            "appraiser": lambda: [
                "/instruction",
                "/instruction/avis-prepares",
                "/gestion/couts",
                "/instruction/repartition",
                "/instruction/groupes",
                "/instruction/liens",
                _case("appraisal", awaiting_appraisal()[0].public_id),
                *_appraised(awaiting_appraisal()[0].public_id),
            ],
            "officer": lambda: _officer_pages(student, next_),
            "administrator": lambda: [
                *FACTOR_PAGES,
                "/gestion/roles",
                "/gestion/sources",
                "/gestion/sources/nouvelle",
                "/mon-compte",
            ],
        }[role]()


def _rounds() -> tuple[Round, Round, Round]:
    student = find_student_round()
    assert student is not None
    past = next(each for each in all_rounds() if each.imported)
    next_ = next(each for each in all_rounds() if not each.imported and each.id != student.id)
    return student, past, next_


def _case(package: str, public_id: str) -> str:
    return url_for(f"{package}.case", public_id=public_id)


def _appraised(public_id: str) -> list[str]:
    return [f"/instruction/{public_id}/dossier", f"/instruction/{public_id}/grille"]


def _public_pages(student: Round, past: Round, project: str) -> list[str]:
    fixed = [
        "/",
        "/budgets",
        "/grille-des-couts",
        "/questionnaires",
        "/aide",
        "/accessibilite",
        "/confidentialite",
        "/mentions-legales",
        "/donnees",
        "/journal",
        "/cookies",
        "/signaler-une-anomalie",
    ]
    fixed += [
        "/connexion",
        "/connexion/etablissement",
        "/verifier",
        "/verifier/code",
        "/demo",
        "/demo/courrier",
        "/nulle-part",
        "/?lang=en",
    ]
    fixed += ["/connexion/code-imprime", "/stand"]
    of_round = ["rounds.show", "rounds.rulebook", "proposals.index", "ballots.booth", "results.show"]
    of_round.append("integrity_public.show")
    return [
        *fixed,
        *[url_for(endpoint, slug=student.slug) for endpoint in of_round],
        url_for("proposals.index", slug=student.slug, q="zzzz"),
        url_for("proposals.show", slug=project),
        _reported("notices.followed", "number"),
        url_for("notices.report", kind="proposal", key=project),
        url_for("results.show", slug=past.slug),
        url_for("results.comparison", slug=past.slug),
        "/conversations",
        url_for("conversations.show", slug=slugify(TALK, "")),
        url_for("conversations.opinions", slug=slugify(TALKED, "")),
        url_for("questionnaires.show", slug=_asked(OPEN).slug),
        url_for("questionnaires.results", slug=_asked(CLOSED).slug),
        url_for("simulator.index"),
        url_for("simulator.show", slug=past.slug, budget=80, rule=2),
    ]


def _asked(title: str) -> Questionnaire:
    return db.session.scalars(sa.select(Questionnaire).where(Questionnaire.title == title)).one()


def _student_pages(student: Round, next_: Round) -> list[str]:
    return [
        "/mes-projets",
        url_for("conversations.show", slug=slugify(TALK, "")),
        url_for("questionnaires.show", slug=_asked(OPEN).slug),
        "/mon-compte",
        "/mon-compte/mes-donnees",
        "/mon-compte/adresse",
        "/mes-suivis",
        "/mon-compte/avis",
        "/mon-association",
        "/mon-compte/lettres",
        "/mon-compte/blocage",
        "/mon-compte/supprimer",
        url_for("ballots.booth", slug=student.slug),
        url_for("ballots.check", slug=student.slug),
        url_for("ballots.receipt", slug=student.slug),
        url_for("ballots.withdrawal", slug=student.slug),
        url_for("proposals.invitation", slug=next_.slug),
        url_for("enrolment.show", slug=student.slug),
        url_for("enrolment.show", slug=next_.slug),
    ]


def _officer_pages(student: Round, next_: Round) -> list[str]:
    return [
        "/gestion",
        "/gestion/personnes",
        "/gestion/conservation",
        "/gestion/actes",
        "/gestion/arbitrages",
        "/gestion/tableau-de-bord",
        "/gestion/projets-recueillis",
        "/gestion/soutiens",
        "/gestion/textes-signales",
        "/gestion/personnes-bloquees",
        _reported("notices.case", "number"),
        "/gestion/budgets/nouveau",
        "/gestion/reseaux",
        "/gestion/questionnaires",
        "/gestion/conversations",
        url_for("conversations.desk", slug=slugify(TALK, "")),
        url_for("questionnaires.compose", public_id=_asked(OPEN).public_id),
        url_for("questionnaires.preview", public_id=_asked(OPEN).public_id),
        url_for("questionnaires.edit", public_id=_asked(OPEN).public_id, key="q4"),
        "/gestion/guichet/confirmations",
        "/gestion/codes-imprimes",
        "/gestion/codes-imprimes/nouveau",
        url_for("rounds.edit", slug=next_.slug),
        url_for("rounds.edit", slug=student.slug),
        url_for("ceremony.show", slug=next_.slug),
        url_for("ceremony.show", slug=student.slug),
        url_for("rolls.show", slug=student.slug),
        "/etablissement/listes",
        "/gestion/qui-peut-quoi",
        url_for("results.control", slug=student.slug),
        url_for("removals.show", slug=student.slug),
        "/gestion/stands",
        url_for("stands.index", slug=student.slug),
        url_for("stands.batches", slug=student.slug),
        url_for("integrity_public.parameters", slug=next_.slug),
        url_for("integrity_public.parameters", slug=student.slug),
        "/integrite/signalements",
        "/integrite",
        *_pages_of_a_case(),
        url_for("integrity_public.read", number=number_of(_report_waiting())),
    ]


def _pages_of_a_case() -> list[str]:
    waiting = sa.select(SuspectCase).where(SuspectCase.state == "new").order_by(SuspectCase.weight.desc())
    case = db.session.scalars(waiting).first()
    deeds = ("case", "dismiss", "quarantine", "lift", "identify")
    return [url_for(f"integrity_desk.{each}", public_id=case.public_id) for each in deeds]


def _reported(endpoint: str, argument: str) -> str:
    """A page of the text that waits for a decision since the longest."""
    waiting = sa.select(Notice).where(Notice.decision_id.is_(None)).order_by(Notice.id)
    return url_for(endpoint, **{argument: db.session.scalars(waiting).first().public_id})


def _report_waiting() -> IntegrityReport:
    waiting = sa.select(IntegrityReport).where(IntegrityReport.state == "waiting")
    return db.session.scalars(waiting).first()


def sign_in(page: Page, site: LiveSite, role: str) -> None:
    """Step into a role by the demonstration's page."""
    key = PEOPLE[role]
    if key is None:
        return
    name = next(story["name"] for story in stories("people") if story["key"] == key)
    page.goto(f"{site.url}/demo")
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


@pytest.mark.parametrize(
    ("width", "height", "scheme", "role"),
    [(*screen, role) for screen in SCREENS for role in PEOPLE if screen == SCREENS[0] or role in OF_EVERY_KIND],
)
def test_pages_are_accessible_and_fit(browser, site, axe_script, role, width, height, scheme):
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR", reduced_motion="reduce"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, site, role)
    found = {}
    for path in pages_of(site, role):
        page.goto(site.url + path)
        # In the dark colours alone differ; on a large screen, what holds on a phone holds, if it fits.
        problems = axe_script(page, *(["color-contrast"] if scheme == "dark" else [])) if width < LARGE else []
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            problems.append("scrolls sideways")
        if problems:
            found[path] = problems
    context.close()
    assert found == {}
    assert [text for text in complaints if "404" not in text] == []


def test_first_page_is_light(site):
    html = site.app.test_client().get("/").text
    total = len(brotli.compress(html.encode()))
    for name in [*_first_files(html), "fonts/bricolage-720.woff2"]:
        data = (ROOT / "static" / name).read_bytes()
        total += len(data) if name.endswith("woff2") else len(brotli.compress(data))
    assert total <= FIRST_PAGE_BYTES


def _first_files(html: str) -> list[str]:
    """What the home page asks for at once: style, scripts, the preloaded font, the icons."""
    return sorted(set(re.findall(r'(?:href|src)="/static/([^"#?]+)', html)))


def test_every_page_without_argument_was_looked_at(site):
    """A new page must join the list above."""
    seen = {path.split("?")[0] for role in PEOPLE for path in pages_of(site, role)}
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    pages = {rule.rule for rule in rules if mark_of(site.app, rule.endpoint) and "." not in rule.rule}
    not_pages = {"/mon-compte/rappels", "/sante", "/stand/present", "/preuve", "/connexion/saml/metadonnees"}
    # These lead back to the page of networks and to that of costs.
    not_pages |= {"/gestion/reseaux/import", "/gestion/couts/import"}
    assert pages - seen - not_pages == set()


def test_the_menu_of_staff_shows_where_one_is_on_a_phone(page: Page, site: LiveSite):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, site, "administrator")
    page.goto(f"{site.url}/gestion/conservation")
    left, right = page.evaluate(
        "() => { const it = document.querySelector('.gestion__nav [aria-current]').getBoundingClientRect();"
        " return [it.left, it.right] }"
    )
    assert 0 <= left < right < 392  # Parts of a pixel, at the end of the line.

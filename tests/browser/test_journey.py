"""A whole student budget round on a phone, from the idea to the recount, by people who read only the pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from participatory.demo.loader import STUDENT_ROUND
from tests.browser.conftest import LiveSite

TITLE = "Un atelier de réparation de parapluies"
AUTHOR, VOTER, MODERATOR, APPRAISER = "Jules", "Camille", "Charlie", "Gwenn"
OFFICER, SECOND = "Irène", "Joachim"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """A phone of 390 × 844, in French."""
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "locale": "fr-FR"}


class Visit:
    """What somebody does in front of the site, told in the site's words."""

    def __init__(self, page: Page, site: LiveSite):
        self.page = page
        self.site = site

    def step_in(self, name: str) -> None:
        """Become one of the fictional people."""
        self.page.goto(f"{self.site.url}/demo")
        self.button(name)

    def phase(self, label: str) -> None:
        """Move the student round to a phase."""
        self.page.goto(f"{self.site.url}/demo")
        self.page.get_by_label("Phase").first.select_option(label=label)
        # Back in the vote, the fictional students vote again, hundreds of them, on a machine that runs other tests.
        self.page.get_by_role("button", name="Passer à cette phase").first.click(timeout=120_000)

    def open_round(self) -> None:
        """Open the page of the student round from the list of budgets."""
        self.page.goto(f"{self.site.url}/budgets")
        self.link(STUDENT_ROUND)

    def button(self, name: str) -> None:
        """Press the first button of that name."""
        self.page.get_by_role("button", name=name).first.click()

    def link(self, name: str) -> None:
        """Follow the first link of that name in the page."""
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def fill(self, **values: str) -> None:
        """Type into the fields, by their labels' identifiers."""
        for field, value in values.items():
            self.page.locator(f"#{field.replace('__', '-')}").fill(value)

    def sees(self, text: str) -> None:
        """Wait until the page says so."""
        expect(self.page.locator("main")).to_contain_text(text)


@pytest.fixture
def visit(page: Page, live_site: LiveSite) -> Visit:
    return Visit(page, live_site)


def test_a_round_goes_from_an_idea_to_a_published_result(visit: Visit, tmp_path: Path):
    propose(visit)
    ask_for_changes(visit)
    answer(visit)
    admit(visit)
    appraise(visit)
    first = vote(visit, others=1)
    second = vote(visit, others=2)
    assert first != second
    close_count_and_publish(visit)
    read_and_recount(visit, tmp_path)


def propose(visit: Visit) -> None:
    visit.phase("Dépôt des projets")
    visit.step_in(AUTHOR)
    visit.open_round()
    visit.link("Proposer un projet")
    visit.button("Commencer mon projet")
    visit.fill(title=TITLE, summary="Réparer plutôt que jeter, les jours de pluie et les autres.")
    visit.button("Déposer mon projet")
    visit.sees("Il y a des problèmes")
    expect(visit.page.locator("#title")).to_have_value(TITLE)
    visit.fill(need="Les parapluies **cassent** au premier coup de vent.", solution="Un établi et des baleines neuves.")
    visit.page.locator("#site").select_option(label="Tarbes")
    visit.page.locator("#theme").select_option(label="Services mutualisés")
    visit.fill(lines__0__label="Établi", lines__0__quantity="2", lines__0__unit="1 250,50")
    visit.button("Déposer mon projet")
    visit.sees("2 501 €".replace(" ", "\u202f", 1).replace(" ", "\u00a0"))
    visit.sees("En modération")


def ask_for_changes(visit: Visit) -> None:
    open_case(visit, MODERATOR, "/moderation")
    visit.page.get_by_label("Demander des compléments").check()
    visit.page.locator("#reason").select_option(index=1)
    visit.fill(text="Dites qui tiendra l’atelier, et à quelles heures il sera ouvert.")
    visit.button("Décider et passer au suivant")
    expect(visit.page.get_by_text("Dites qui tiendra")).to_have_count(0)


def answer(visit: Visit) -> None:
    visit.step_in(AUTHOR)
    visit.page.goto(f"{visit.site.url}/mes-projets")
    visit.sees("À compléter")
    visit.link(TITLE)
    visit.sees("Dites qui tiendra l’atelier")
    visit.link("Modifier")
    visit.fill(solution="Un établi, des baleines neuves, et deux bénévoles le mardi de 12 h à 14 h.")
    visit.button("Déposer")
    visit.sees("En modération")


def admit(visit: Visit) -> None:
    open_case(visit, MODERATOR, "/moderation")
    visit.sees("deux bénévoles le mardi")
    visit.page.get_by_label("Déclarer recevable").check()
    visit.button("Décider et passer au suivant")


def appraise(visit: Visit) -> None:
    visit.phase("Instruction")
    open_case(visit, APPRAISER, "/instruction")
    visit.link("Remplir la grille")
    for yes in visit.page.locator("input[type=radio][value=yes]").all():
        yes.check()
    visit.button("Garder la grille")
    visit.page.locator("#feasible").get_by_role("radio").first.check()
    visit.fill(final_cost="2 600", reason="Faisable ; le prix des baleines a été revu à la hausse.")
    visit.button("Publier l’avis")
    visit.sees("est réalisable : il rejoint la liste du bulletin".replace(" :", "\u00a0:"))


def open_case(visit: Visit, who: str, path: str) -> None:
    """Sign in as somebody who judges, and open our project from the queue."""
    visit.step_in(who)
    visit.page.goto(visit.site.url + path)
    if visit.page.locator("main").get_by_role("link", name=TITLE).count() == 0:
        visit.page.locator("#budget").select_option(label=STUDENT_ROUND)
        visit.page.locator("main form").get_by_role("button").first.click()
    visit.link(TITLE)


def vote(visit: Visit, others: int) -> str:
    """Find our project, choose it with some others, cast, and give the receipt."""
    if others == 1:
        visit.phase("Vote")
    visit.step_in(VOTER)
    visit.open_round()
    visit.link("Voter")
    visit.fill(q="parapluie")
    visit.button("Chercher")
    expect(visit.page.locator("li.projet")).to_have_count(1)
    visit.page.locator("li.projet button").click()
    expect(visit.page.locator("li.projet--pris")).to_have_count(1)
    visit.link("Effacer les filtres")
    free = visit.page.locator("li.projet:not(.projet--pris) button")
    for chosen in range(others):
        free.first.click()
        expect(visit.page.locator(".panier__detail summary")).to_contain_text(f"{chosen + 2} projets")
    visit.page.get_by_role("link", name="Vérifier mon vote").click()
    visit.sees(TITLE)
    visit.button("Mettre sous enveloppe")
    visit.button("Déposer mon bulletin")
    visit.sees("Votre bulletin est dans l’urne")
    return visit.page.locator("#recu").inner_text()


def close_count_and_publish(visit: Visit) -> None:
    visit.phase("Contrôle et dépouillement")
    for button in ("Proposer de clore le vote", "Proposer de mettre le vote sous contrôle",
                   "Proposer de sceller l’urne", "Proposer d’ouvrir l’urne"):  # fmt: skip
        agree(visit, button)
    control(visit)
    visit.button("Ouvrir l’urne avec les parts gardées ici")
    visit.sees("Le résultat dépouillé")
    publish = "Compter une seconde fois et proposer la publication"
    assert visit.page.get_by_role("button", name=publish).count() == 0
    visit.open_round()
    assert visit.page.request.get(visit.page.url + "/resultats.json").status in {403, 404, 409}
    visit.phase("Résultats")
    agree(visit, publish)
    control(visit)
    visit.link("Voir la page des résultats")


def agree(visit: Visit, button: str) -> None:
    """One officer proposes a step on the page of the count, another reads what waits and confirms."""
    control(visit)
    visit.button(button)
    visit.sees("une autre personne doit le confirmer")
    deed = visit.page.url
    visit.step_in(SECOND)
    visit.page.goto(deed)
    visit.button("J’ai lu : confirmer")
    visit.sees("Confirmé")


def control(visit: Visit) -> None:
    visit.step_in(OFFICER)
    visit.page.goto(f"{visit.site.url}/gestion")
    section = visit.page.locator("main").get_by_role("link", name=f"Dépouillement – {STUDENT_ROUND}")
    section.first.click()


def read_and_recount(visit: Visit, folder: Path) -> None:
    """Anybody reads the result without an account, downloads one file and finds the same winners."""
    visit.page.context.clear_cookies()
    visit.page.reload()
    visit.sees(TITLE)
    visit.sees("projets financés")
    result = visit.page.request.get(visit.page.url + ".json").json()
    path = folder / "election.pb"
    path.write_bytes(visit.page.request.get(visit.page.url + ".pb").body())
    command = [sys.executable, "-m", "participatory", "tally", str(path), "--rule", "greedy", "--json"]
    counted = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    funded = [project["id"] for project in result["projects"] if project["state"] == "funded"]
    assert sorted(counted["winners"]) == sorted(funded)

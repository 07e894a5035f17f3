"""From an idea to the ballot on a phone: each person in turn, who reads why, what is next and until when."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Browser, expect

from participatory.core.clock import now
from participatory.demo.loader import STUDENT_ROUND
from tests.browser.test_journey import Visit, browser_context_args, visit

__all__ = ["browser_context_args", "visit"]

TITLE = "Une serre partagée derrière la bibliothèque"
AUTHOR, CO_AUTHOR, APPRAISER = "Camille", "Jules", "Gwenn"
FIRST, SECOND = "Charlie", "Alix"
# Who answers for the associations that may still be drawn.
OTHERS = {
    "Le Causse aux mille questions": "Eden",
    "Les Vautours bienveillants": "Farah",
}
CO_AUTHOR_ADDRESS = "jules.specimen@etu.exemple.example"
ESTABLISHMENT = "Université de Perpignan"


def test_an_idea_is_written_contested_appraised_and_reaches_the_booth(visit: Visit, browser: Browser):
    visit.page.on("dialog", lambda dialog: dialog.accept())
    write(visit)
    invite(visit)
    co_write(visit)
    deposit(visit)
    ask_changes_by_keyboard(visit)
    resubmit(visit)
    refuse_twice(visit)
    appeal_and_admit(visit)
    prepare(visit)
    ask_the_establishment(visit, browser)
    discuss_the_cost(visit)
    publish_together(visit)
    find_in_the_booth(visit)


def write(visit: Visit) -> None:
    """The draft keeps what is typed; the plan takes a cost of the catalogue and says who else pays."""
    visit.phase("Dépôt des projets")
    visit.step_in(AUTHOR)
    visit.open_round()
    visit.link("Proposer un projet")
    visit.button("Commencer mon projet")
    visit.fill(title=TITLE, summary="Des légumes à portée de main, toute l’année.")
    expect(visit.page.locator("#enregistrement")).to_contain_text("Brouillon enregistré à")
    visit.page.reload()
    expect(visit.page.locator("#title")).to_have_value(TITLE)
    visit.fill(need="Les légumes **frais** sont loin du campus.", solution="Une serre, des bacs et un composteur.")
    visit.page.locator("#site").select_option(label="Toulouse")
    visit.page.locator("#theme").select_option(label="Services mutualisés")
    visit.fill(lines__0__label="Serre de 30 m²", lines__0__quantity="1", lines__0__unit="6 000")
    visit.page.locator("#theme").select_option(index=1)
    visit.fill(cost_q="buffet")
    visit.page.locator("button[name=find]").click()
    visit.page.locator("button[name=pick]").first.click()
    expect(visit.page.locator("#lines-1-label")).to_have_value(re.compile("^Buffet froid"))
    visit.page.locator("#cofunding-0-funder").select_option(index=1)
    visit.fill(cofunding__0__name="CVEC de l’université", cofunding__0__amount="500")
    visit.page.locator("button[value=save]").click()
    expect(visit.page.locator("#cofunding-0-amount")).to_have_value("500")


def invite(visit: Visit) -> None:
    visit.link("Écrire à plusieurs")
    visit.fill(email=CO_AUTHOR_ADDRESS)
    visit.button("Envoyer l’invitation")
    visit.sees("sans réponse, jusqu’au")


def co_write(visit: Visit) -> None:
    """The letter leads to a page that says who invites, to what, and until when; then both write."""
    link = letter_link(visit, CO_AUTHOR_ADDRESS, "/invitations/")
    visit.step_in(CO_AUTHOR)
    visit.page.goto(link)
    visit.sees("vous invite à écrire ce projet")
    visit.sees("À répondre avant le")
    visit.button("Accepter")
    open_own(visit)
    visit.fill(team="Deux bénévoles le mardi et le jeudi.")
    visit.page.locator("button[value=save]").click()
    expect(visit.page.locator("#team")).to_have_value("Deux bénévoles le mardi et le jeudi.")


def deposit(visit: Visit) -> None:
    """A number with a digit missing is told so at its field; nothing else is lost."""
    visit.step_in(AUTHOR)
    open_own(visit)
    visit.page.locator("#association").select_option(label="Une association déclarée, hors de la liste")
    if not visit.page.locator("#carrier_name").is_visible():
        visit.page.get_by_text("L’association n’est pas dans la liste").click()
    visit.fill(carrier_name="Les Pousses de l’Aude", carrier_number="W11300123")
    visit.button("Déposer mon projet")
    visit.sees("W suivi de neuf chiffres")
    expect(visit.page.locator("#carrier_name")).to_have_value("Les Pousses de l’Aude")
    expect(visit.page.locator("#carrier_number")).to_have_value("W11300123")
    expect(visit.page.locator("#team")).to_have_value("Deux bénévoles le mardi et le jeudi.")
    visit.fill(carrier_number="W113001234")
    visit.button("Déposer mon projet")
    visit.sees("En modération")


def ask_changes_by_keyboard(visit: Visit) -> None:
    """From the queue to the decision without a pointer."""
    open_case(visit, FIRST, "/moderation")
    keys = visit.page.keyboard
    expect(visit.page.locator("h1")).to_be_focused()
    here = visit.page.url
    keys.press("?")
    expect(visit.page.locator("#clavier")).to_have_attribute("open", "")
    visit.page.locator("#clavier summary").press("u")
    expect(visit.page.locator("h1")).to_have_text("Modération")
    expect(visit.page.locator("h1")).to_be_focused()
    keys.press("j")
    expect(visit.page.locator("[data-stop]").first).to_be_focused()
    keys.press("k")
    expect(visit.page.locator("[data-stop]").first).to_be_focused()
    visit.page.goto(here)
    expect(visit.page.locator("h1")).to_be_focused()
    keys.press("e")
    expect(visit.page.get_by_label("Demander des compléments")).to_be_checked()
    keys.press("Tab")
    visit.page.locator("#reason").select_option(index=1)
    visit.page.locator("#text").focus()
    keys.type("Dites qui ouvrira la serre pendant les vacances.")
    visit.page.locator("#decision form button[type=submit]").focus()
    keys.press("Enter")
    expect(visit.page.locator("body")).to_contain_text("Des compléments sont demandés")


def resubmit(visit: Visit) -> None:
    visit.step_in(AUTHOR)
    visit.page.goto(f"{visit.site.url}/mes-projets")
    visit.sees("À compléter")
    open_own(visit)
    visit.sees("Dites qui ouvrira la serre")
    visit.link("Modifier")
    visit.sees("puis déposez-le à nouveau")
    visit.fill(solution="Une serre, des bacs, un composteur, et la bibliothèque ouvre l’été.")
    visit.button("Déposer")
    visit.sees("En modération")


def refuse_twice(visit: Visit) -> None:
    """What one association refuses, another reads; the author knows why, and what can be done until when."""
    refuse(visit, FIRST)
    expect(visit.page.locator("body")).to_contain_text("une autre association doit le confirmer")
    refuse(visit, SECOND, "propose de refuser ce projet")
    expect(visit.page.locator("body")).to_contain_text("est refusé")


def refuse(visit: Visit, who: str, reads: str = "Décider") -> None:
    open_case(visit, who, "/moderation")
    visit.sees(reads)
    visit.page.keyboard.press("r")
    expect(visit.page.locator("[data-key=r]")).to_be_checked()
    visit.page.locator("#reason").select_option(index=1)
    visit.fill(text=f"Le lieu ne peut pas accueillir une serre, dit {who}.")
    visit.page.locator("#decision form button[type=submit]").click()


def appeal_and_admit(visit: Visit) -> None:
    visit.step_in(AUTHOR)
    open_own(visit)
    visit.sees(f"Le lieu ne peut pas accueillir une serre, dit {SECOND}.")
    visit.sees("tirée au sort, jusqu’au")
    visit.link("Répondre, ou demander un réexamen")
    visit.sees("Il n’y a qu’un réexamen.")
    visit.fill(appeal__words="La bibliothèque nous prête sa cour, et l’a écrit.")
    visit.button("Demander un réexamen")
    visit.sees("répond avant le")
    drawn = next(name for name in OTHERS if name in visit.page.locator("main").inner_text())
    visit.step_in(OTHERS[drawn])
    visit.page.goto(f"{visit.site.url}/moderation")
    visit.link(TITLE)
    visit.sees("Votre réponse est définitive et publique.")
    visit.sees("La bibliothèque nous prête sa cour")
    visit.page.locator("#outcome").get_by_role("radio").first.check()
    visit.fill(text="La cour est prêtée par écrit : le motif tombe.")
    visit.button("Rendre le réexamen")
    visit.step_in(AUTHOR)
    open_own(visit)
    visit.sees("Projet admis")


def prepare(visit: Visit) -> None:
    """The grid of the rulebook, question by question; the file asks whether anything ties one to the project."""
    visit.phase("Instruction")
    open_case(visit, APPRAISER, "/instruction")
    visit.page.get_by_role("link", name="à remplir").click()
    for yes in visit.page.locator("input[type=radio][value=yes]").all():
        yes.check()
    visit.button("Garder la grille")
    visit.page.goto(f"{visit.site.url}/instruction")
    visit.link(TITLE)
    visit.sees("complète")


def ask_the_establishment(visit: Visit, browser: Browser) -> None:
    """The link is all that the establishment needs; what it answers is in the file at once."""
    visit.link("Notes, avis demandés, conflit d’intérêts")
    visit.sees("Un lien avec ce projet ?")
    visit.fill(body=ESTABLISHMENT, email="patrimoine@universite.exemple.example",
               question="La cour supporte-t-elle une serre ?",
               due=(now() + timedelta(days=5)).strftime("%Y-%m-%dT12:00"))  # fmt: skip
    visit.button("Envoyer la demande")
    visit.sees("Attendu")
    link = letter_link(visit, "patrimoine@universite.exemple.example", "/avis-demande/")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
    guest = Visit(context.new_page(), visit.site)
    guest.page.goto(link)
    guest.sees("La cour supporte-t-elle une serre")
    guest.sees("Réponse attendue avant le")
    guest.page.locator("#verdict").get_by_role("radio").first.check()
    guest.fill(text="La cour convient, avec un point d’eau à poser.", respondent="Service du patrimoine",
               function="Responsable des bâtiments")  # fmt: skip
    guest.button("Rendre mon avis")
    guest.sees("Avis enregistré")
    context.close()
    visit.page.reload()
    visit.sees("La cour convient")


def discuss_the_cost(visit: Visit) -> None:
    visit.page.goto(f"{visit.site.url}/instruction")
    visit.link(TITLE)
    case = visit.page.url
    visit.page.goto(f"{case}/chiffrage")
    visit.fill(lines__0__unit="6 500", lines__0__reason="Il faut un point d’eau.")
    visit.button("Envoyer aux auteurs")
    visit.step_in(AUTHOR)
    open_own(visit)
    visit.sees("La Région attend votre réponse")
    visit.link("Répondre ligne par ligne")
    visit.sees("Il faut un point d’eau.")
    visit.sees("Répondez avant le")
    visit.page.get_by_label("J’accepte").first.check()
    visit.button("Envoyer ma réponse")
    visit.sees("D’accord des deux côtés")


def publish_together(visit: Visit) -> None:
    """The finding waits with the others; the preview says what will happen before anybody is told."""
    open_case(visit, APPRAISER, "/instruction")
    visit.page.locator("#feasible").get_by_role("radio").first.check()
    visit.fill(final_cost="6 012,50", reason="Faisable ; le point d’eau est compris.")
    visit.button("Garder pour publier plus tard")
    visit.page.goto(f"{visit.site.url}/instruction/avis-prepares")
    visit.sees("Personne n’est encore prévenu.")
    visit.sees("le projet rejoint le bulletin")
    visit.button("Publier les avis cochés")
    visit.step_in(AUTHOR)
    open_own(visit)
    visit.sees("Faisable ; le point d’eau est compris.".replace(" ;", "\u202f;"))


def find_in_the_booth(visit: Visit) -> None:
    visit.phase("Vote")
    visit.step_in(AUTHOR)
    visit.open_round()
    visit.link("Voter")
    visit.fill(q="serre partagée")
    visit.button("Chercher")
    expect(visit.page.locator("li.projet").filter(has_text=TITLE)).to_have_count(1)


def open_case(visit: Visit, who: str, path: str) -> None:
    """Step in as somebody who judges, and open our project from the queue of its budget."""
    visit.step_in(who)
    visit.page.goto(visit.site.url + path)
    if visit.page.locator("main").get_by_role("link", name=TITLE).count() == 0:
        visit.page.locator("#budget").select_option(label=STUDENT_ROUND)
        visit.page.locator("main form").get_by_role("button").first.click()
    visit.link(TITLE)


def open_own(visit: Visit) -> None:
    """Open our project from the list of one's own."""
    visit.page.goto(f"{visit.site.url}/mes-projets")
    visit.link(TITLE)


def letter_link(visit: Visit, recipient: str, path: str) -> str:
    """The address in the last letter to somebody, on this test's own port."""
    with visit.site.app.app_context():
        from participatory.outbox.sender import deliver_waiting

        deliver_waiting()
        sent = [mail for mail in visit.site.app.extensions["mailman"].outbox if mail.to[0] == recipient]
    found = [re.search(rf"{path}\S+", mail.body) for mail in sent]
    return visit.site.url + next(each for each in reversed(found) if each)[0]

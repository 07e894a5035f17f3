"""A student answers a questionnaire with the keyboard alone, on a phone; an officer reads nothing before the end."""

from __future__ import annotations

import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from participatory.core.database import db
from participatory.demo.ask import OPEN
from participatory.questionnaires.models import Questionnaire, QuestionnaireAnswer
from tests.browser.conftest import LiveSite

PHONE = {"width": 390, "height": 844}


def test_a_questionnaire_is_answered_by_keyboard_on_a_phone_and_kept_meanwhile(module_site: LiveSite, browser: Browser):
    context = browser.new_context(viewport=PHONE, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{module_site.url}/demo")
    page.locator('form:has(input[value="lou"]) button').first.click()
    page.goto(f"{module_site.url}/questionnaires")
    page.get_by_role("link", name=OPEN).click()
    for choice in ("Alimentation", "Transition écologique"):
        page.get_by_role("button", name=f"Classer en {1 if choice == 'Alimentation' else 2} : {choice}").press("Enter")
        expect(page.locator("#rang-q1 ol li").filter(has_text=choice)).to_be_visible()
    page.get_by_role("button", name="Monter : Transition écologique").press("Enter")
    expect(page.locator("#rang-q1 ol li").first).to_contain_text("Transition écologique")
    expect(page.get_by_role("button", name="Descendre : Transition écologique")).to_be_focused()
    page.get_by_label("Non").check()
    page.get_by_label("Qu’est-ce qui vous en a empêché").fill("Je ne savais pas.")
    expect(page.locator("#enregistrement")).to_contain_text("gardées")
    expect(page.locator("#etape")).to_contain_text("3 sur 6")
    page.reload()
    expect(page.get_by_label("Qu’est-ce qui vous en a empêché")).to_have_value("Je ne savais pas.")
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.get_by_text("Vous avez répondu")).to_be_visible()
    with module_site.app.app_context():
        asked = db.session.scalars(sa.select(Questionnaire).where(Questionnaire.title == OPEN)).one()
        wanted = sa.select(QuestionnaireAnswer).where(QuestionnaireAnswer.questionnaire_id == asked.id)
        answer = db.session.scalars(wanted).one()
        assert answer.content == {"q1": ["c5", "c2"], "q3": "c2", "q4": "Je ne savais pas."}
        assert answer.person_id is None
    context.close()

"""A session that ends while a page is open: htmx says so in sight, and nothing on the page is lost."""

from playwright.sync_api import Page, expect

from participatory.demo.loader import STUDENT_ROUND
from tests.browser.conftest import LiveSite


def test_the_booth_stays_as_it_was_and_the_message_is_in_sight(page: Page, live_site: LiveSite):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_site.url}/demo")
    page.get_by_role("button", name="Camille").first.click()
    page.goto(f"{live_site.url}/budgets")
    page.get_by_role("link", name=STUDENT_ROUND).first.click()
    page.locator("main").get_by_role("link", name="Voter").first.click()
    cards = page.locator("li.projet")
    expect(cards).to_have_count(24)
    page.context.clear_cookies(name="session")
    cards.nth(5).get_by_role("button").click()
    message = page.locator("#messages").get_by_role("alert")
    expect(message).to_contain_text("rechargez-la")
    expect(message).to_be_in_viewport()
    expect(cards).to_have_count(24)

"""The proof of work of the sign-in form in a real browser, under the security policy, with and without haste."""

from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import LiveSite


def sent_forms(page: Page) -> list[str]:
    """What is posted from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            found.append(request.post_data or "")

    page.on("request", note)
    return found


def test_the_form_carries_a_proof_that_nobody_had_to_see(page: Page, live_site: LiveSite):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    forms = sent_forms(page)
    page.goto(f"{live_site.url}/connexion")
    page.locator("#email").click()
    page.locator("#email").press_sequentially("camille.durand@etu.exemple.example")
    # Sent at once: the form waits for its proof by itself.
    page.locator("#email").press("Enter")
    expect(page.locator("h1")).to_contain_text("Regardez votre messagerie")
    assert len(forms) == 1
    assert "altcha=ey" in forms[0]
    assert complaints == []


def test_a_form_sent_without_a_touch_waits_for_its_proof_too(page: Page, live_site: LiveSite):
    forms = sent_forms(page)
    page.goto(f"{live_site.url}/connexion")
    page.wait_for_function("document.querySelector('altcha-widget')?.getState")
    page.evaluate(
        "() => { email.value = 'camille.durand@etu.exemple.example'; email.form.requestSubmit(); }",
    )
    expect(page.locator("h1")).to_contain_text("Regardez votre messagerie")
    assert "altcha=ey" in forms[0]


def test_the_form_leaves_without_proof_when_the_challenge_cannot_be_had(page: Page, live_site: LiveSite):
    forms = sent_forms(page)
    page.route("**/preuve", lambda route: route.abort())
    page.goto(f"{live_site.url}/connexion")
    page.locator("#email").fill("camille.durand@etu.exemple.example")
    page.locator("#email").press("Enter")
    expect(page.locator("h1")).to_contain_text("Regardez votre messagerie")
    assert "altcha=ey" not in forms[0]


def test_nothing_of_the_widget_is_in_the_way(page: Page, live_site: LiveSite, axe_script):
    page.goto(f"{live_site.url}/connexion")
    page.wait_for_function("document.querySelector('altcha-widget')?.getState")
    expect(page.locator("altcha-widget")).to_be_hidden()
    page.locator("#email").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Recevoir un code"
    assert axe_script(page) == []

"""The server goes away and comes back: what is on the screen stays, and nothing has to be done."""

from playwright.sync_api import expect


def test_a_killed_server_is_said_and_the_page_goes_on_when_it_is_back(workbench, new_page):
    served = workbench()
    page = new_page()
    page.goto(served.entry_url)
    page.goto(served.address + "/settings/display")
    page.locator("#page h1").wait_for()
    served.kill()
    page.get_by_role("tab", name="Tokens").click()
    expect(page.get_by_text("does not answer").first).to_be_visible()
    expect(page.locator("nav")).to_be_visible()
    served.restart()
    expect(page.get_by_text("does not answer")).to_have_count(0, timeout=20_000)
    expect(page.get_by_text("There are no tokens yet.")).to_be_visible()

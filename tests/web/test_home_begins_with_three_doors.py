"""The first page: three doors while there is nothing; behind the first stands a whole study to try."""

import pytest
from playwright.sync_api import expect

MINUTES = 240_000


def test_an_empty_workbench_shows_three_doors(entered):
    doors = entered.locator("#page ul").first.get_by_role("heading")
    expect(doors).to_have_text(["Try the phantom hospital", "Bring a folder", "Connect a PACS"])


@pytest.mark.slow
def test_the_phantom_hospital_becomes_a_study_with_everything_proposed(workbench, new_page, axe):
    served = workbench()
    page = new_page()
    page.goto(served.entry_url)
    page.get_by_role("button", name="Try the phantom hospital").click()
    expect(page.get_by_text("Its study opens by itself.")).to_be_visible()
    page.wait_for_url("**/studies/phantom-hospital*", timeout=MINUTES)
    expect(page.locator("#page h1")).to_contain_text("Phantom hospital")
    steps = {"Images": "films", "Table": "films.csv", "Task": "pneumonia", "Readers": "own network"}
    for name, said in steps.items():
        expect(page.locator(f'[data-step="{name}"]')).to_contain_text(said)
    expect(page.locator('[data-step="Cohort"]')).to_contain_text("300")
    expect(page.get_by_role("button", name="about one minute on this machine")).to_be_enabled()
    page.get_by_role("link", name="hilum").click()
    expect(page.get_by_role("heading", name="Being done now")).to_be_visible()
    expect(page.get_by_role("link", name="Phantom hospital: pneumonia")).to_be_visible()
    assert axe(page) == []

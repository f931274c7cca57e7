"""Accounts: signing in and out, who sees what, and a session that ends in the middle of work."""

import re

import pytest
from playwright.sync_api import expect

from web.workbenches import PASSWORD, served, sign_in

ACCOUNTS = {"ahn": ("administrator",), "vu": ("viewer",)}


@pytest.fixture(scope="module")
def many(tmp_path_factory, pages_built):
    """A workbench for people with accounts."""
    with served(tmp_path_factory.mktemp("many") / "workspace", accounts=ACCOUNTS) as workbench:
        yield workbench


def test_a_wrong_password_is_said_in_a_sentence_and_the_right_one_opens_the_page_asked_for(many, new_page):
    page = new_page()
    page.goto(many.address + "/settings/tokens")
    page.get_by_label("Name").fill("ahn")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"\w+ \w+ \w+"))
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Tokens", selected=True)).to_be_visible()
    assert page.url.endswith("/settings/tokens")


def test_an_ended_session_asks_to_sign_in_and_comes_back_to_the_same_page(many, new_page):
    page = new_page()
    sign_in(page, many, "ahn")
    page.goto(many.address + "/settings/record")
    expect(page.get_by_role("grid")).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("tab", name="Tokens").click()
    expect(page.get_by_text("signed out after a time")).to_be_visible()
    expect(page.get_by_role("grid")).to_have_count(0)
    page.get_by_label("Name").fill("ahn")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Tokens", selected=True)).to_be_visible()


def test_signing_out_ends_the_session(many, new_page):
    page = new_page()
    sign_in(page, many, "vu")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.request.get(many.address + "/api/tokens").status == 401


def test_a_viewer_is_offered_only_what_the_role_allows(many, new_page):
    page = new_page()
    sign_in(page, many, "vu")
    page.goto(many.address + "/settings/people")
    expect(page.get_by_role("tab").first).to_be_visible()
    names = page.get_by_role("tab").all_inner_texts()
    assert "People" not in names
    assert "Record" not in names
    assert page.request.get(many.address + "/api/people").status == 403


def test_an_administrator_adds_a_person_who_changes_the_first_password(many, new_page):
    page = new_page()
    sign_in(page, many, "ahn")
    page.goto(many.address + "/settings/people")
    page.get_by_role("button", name="Add a person").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("seo")
    form.get_by_label("First password").fill("first words for seo")
    form.get_by_label("Annotator").check()
    form.get_by_role("button", name="Add").click()
    expect(page.get_by_role("row", name=re.compile("seo"))).to_contain_text("Annotator")

    other = new_page()
    other.goto(many.address + "/settings/account")
    other.get_by_label("Name").fill("seo")
    other.get_by_label("Password").fill("first words for seo")
    other.keyboard.press("Enter")
    other.get_by_label("Password so far").fill("first words for seo")
    other.get_by_label("New password").fill("words of seo alone")
    other.get_by_role("button", name="Change the password").click()
    expect(other.get_by_text("The password was changed.")).to_be_visible()


def test_a_token_is_shown_once_works_and_is_revoked(many, new_page):
    page = new_page()
    sign_in(page, many, "ahn")
    page.goto(many.address + "/settings/tokens")
    page.get_by_role("button", name="Make a token").click()
    form = page.get_by_role("dialog")
    form.get_by_label("What it is for").fill("nightly copy")
    form.get_by_label("Manage people").check()
    form.get_by_role("button", name="Make it").click()
    secret = page.get_by_role("dialog").locator("code").inner_text()
    page.get_by_role("button", name="Close").click()
    program = new_page().request
    headers = {"Authorization": f"Bearer {secret}"}
    assert program.get(many.address + "/api/people", headers=headers).ok
    page.get_by_role("row", name=re.compile("nightly copy")).get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row", name=re.compile("nightly copy"))).to_contain_text("revoked")
    assert program.get(many.address + "/api/people", headers=headers).status == 401


def test_the_record_is_read_filtered_and_verified(many, new_page):
    page = new_page()
    sign_in(page, many, "ahn")
    page.goto(many.address + "/settings/record")
    expect(page.get_by_role("button", name="Only lines with signed in").first).to_be_visible()
    page.get_by_role("button", name="Only lines with account added").first.click()
    expect(page.get_by_role("button", name="Only lines with signed in")).to_have_count(0)
    page.get_by_role("button", name="account added: show all again").click()
    expect(page.get_by_role("button", name="Only lines with signed in").first).to_be_visible()
    page.get_by_role("button", name="Check the seals").click()
    expect(page.get_by_text("lines are as they were written")).to_be_visible()

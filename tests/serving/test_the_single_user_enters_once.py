"""The address that is printed opens the workbench once; the session lasts over a restart."""

import time

import httpx

from hilum.archive import create_workspace
from hilum.serving.access.entry import exchange, new_entry_token
from hilum.serving.settings import Settings
from serving.served import running


def test_the_address_opens_the_workbench_and_does_not_stay_in_the_browser(single):
    client = single.client()
    answer = client.get("/enter", params={"token": new_entry_token(single.serving)})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    person = client.get("/api/session").json()["person"]
    assert "see_identities" in person["rights"]
    assert "manage_users" in person["rights"]


def test_a_used_address_is_worthless_to_another_browser(single):
    token = new_entry_token(single.serving)
    first = single.client()
    assert first.get("/enter", params={"token": token}).status_code == 303
    other = single.client()
    assert other.get("/enter", params={"token": token}).status_code == 401
    assert other.get("/api/session").json()["person"] is None
    assert first.get("/enter", params={"token": token}).status_code == 303, "the same browser goes on"


def test_a_guess_is_worthless_and_uses_nothing_up(single):
    token = new_entry_token(single.serving)
    for guess in ("", "a", token[:-1], token + "a", "\x00", "가"):
        assert single.client().get("/enter", params={"token": guess}).status_code in (400, 401)
    assert single.client().get("/enter", params={"token": token}).status_code == 303


def test_many_browsers_at_once_with_one_address_let_one_in(single):
    from concurrent.futures import ThreadPoolExecutor

    token = new_entry_token(single.serving)
    with ThreadPoolExecutor(8) as pool:
        sessions = list(pool.map(lambda _: exchange(single.serving, token), range(8)))
    assert sum(session is not None for session in sessions) == 1


def test_a_later_start_makes_the_address_of_an_earlier_one_worthless(single):
    early, late = new_entry_token(single.serving), new_entry_token(single.serving)
    assert early != late
    assert exchange(single.serving, early) is None
    assert exchange(single.serving, late) is not None


def test_the_session_lasts_over_a_restart(workspace):
    with running(Settings(workspace)) as before:
        cookies = dict(before.entered().cookies)
    with running(Settings(workspace)) as after:
        client = after.client(cookies)
        assert client.get("/api/session").json()["person"] is not None


def test_no_secret_lies_readable_in_the_database(workspace):
    with running(Settings(workspace)) as server:
        client = server.entered()
        token = client.post("/api/tokens", json={"label": "a", "scopes": ["see_studies"]}).json()["token"]
        unused = new_entry_token(server.serving)
        session = client.cookies[server.serving.cookie]
    everything = b"".join(
        path.read_bytes() for path in (workspace.root / "serve").iterdir() if path.is_file()
    )
    for secret in (token, unused, session):
        assert secret.encode() not in everything
    assert b"api_tokens" in everything


def test_only_the_owner_may_look_into_the_servers_files(single):
    folder = single.settings.folder
    assert folder.stat().st_mode & 0o077 == 0
    for path in folder.iterdir():
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0, path.name


def test_a_session_of_the_single_user_opens_nothing_where_people_have_accounts(workspace):
    with running(Settings(workspace)) as server:
        client = server.entered()
        cookies = dict(client.cookies)
        token = client.post("/api/tokens", json={"label": "a", "scopes": ["see_studies"]}).json()["token"]
    with running(Settings(workspace, accounts=True)) as server:
        client = server.client(cookies)
        assert client.get("/api/session").json()["person"] is None
        bearer = server.client(Authorization=f"Bearer {token}")
        assert bearer.get("/api/people/roles").status_code == 401
        assert (
            server.client().get("/enter", params={"token": new_entry_token(server.serving)}).status_code
            == 401
        )


def test_leaving_ends_the_session(single):
    client = single.entered()
    kept = dict(client.cookies)
    assert client.delete("/api/session").status_code == 204
    assert httpx.get(single.address + "/api/people/roles", cookies=kept).status_code == 401


def test_the_page_does_not_need_a_session_but_the_interface_does(single):
    started = time.monotonic()
    assert single.client().get("/studies/anything").status_code in (200, 404)
    assert single.client().get("/api/people/roles").status_code == 401
    assert single.client().get("/api/no/such/thing").status_code == 404
    assert time.monotonic() - started < 10


def test_two_workbenches_of_one_host_do_not_sign_each_other_out(single, tmp_path):
    with running(Settings(create_workspace(tmp_path / "another"))) as other:
        browser = single.client()
        # A browser sends a host's cookies to all its ports.
        for server in (single, other):
            entry = {"token": new_entry_token(server.serving)}
            assert browser.get(f"{server.address}/enter", params=entry).status_code == 303
        for server in (single, other):
            assert browser.get(f"{server.address}/api/session").json()["person"] is not None
    assert single.serving.cookie != other.serving.cookie


def test_over_tls_no_other_host_can_set_the_sessions_cookie(workspace):
    with running(Settings(workspace, secure_cookie=True)) as server:
        answer = server.client().get("/enter", params={"token": new_entry_token(server.serving)})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-hilum_session_")
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= attributes
        assert not any(part.startswith("domain") for part in attributes)

"""What a request must be: meant for this server, and not made by another site's page."""

import socket
from contextlib import suppress

import httpx
import pytest
from fastapi.routing import APIRoute

from hilum.archive import create_workspace
from hilum.serving.access.secrets_kept import csrf_token
from hilum.serving.settings import Settings
from serving.served import running


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    """One server for all of these: nothing is changed in it."""
    workspace = create_workspace(tmp_path_factory.mktemp("guard") / "workspace")
    with running(Settings(workspace)) as server:
        yield server


NEW = {"label": "a", "scopes": ["see_studies"]}


def _valid_tokens(client: httpx.Client) -> int:
    return sum(one["revoked"] is None for one in client.get("/api/tokens").json()["items"])


@pytest.mark.parametrize(
    "mark", [None, "", "wrong", csrf_token("another session"), "\u00e9".encode("latin-1")]
)
def test_a_change_without_the_pages_own_mark_is_not_made(single, mark):
    client = single.entered()
    del client.headers["X-CSRF-Token"]
    headers = {} if mark is None else {"X-CSRF-Token": mark}
    assert client.post("/api/tokens", json=NEW, headers=headers).status_code == 403
    assert _valid_tokens(client) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_change_from_another_sites_page_is_not_made_even_with_the_mark(single, headers):
    client = single.entered()
    assert client.post("/api/tokens", json=NEW, headers=headers).status_code == 403
    assert _valid_tokens(client) == 0


def test_a_change_from_the_own_page_is_made(single):
    client = single.entered()
    own = {"Origin": single.address, "Sec-Fetch-Site": "same-origin"}
    made = client.post("/api/tokens", json=NEW, headers=own)
    assert made.status_code == 201
    assert client.delete(f"/api/tokens/{made.json()['id']}").status_code == 204


def test_signing_in_from_another_sites_page_is_refused(many):
    many.add("kim", "viewer")
    answer = many.client(Origin="https://evil.example").post(
        "/api/session", json={"name": "kim", "password": "x"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8470", "127.0.0.1.evil.example", "", "[", "192.0.2.7", "a@127.0.0.1/"],
)
def test_a_request_under_another_name_is_refused(single, host):
    assert single.client().get("/api/health", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:9", "LOCALHOST:80"])
def test_a_request_under_an_own_name_is_answered(single, host):
    assert single.client().get("/api/health", headers={"Host": host}).status_code == 200


def test_behind_a_proxy_its_name_and_page_are_known(workspace):
    settings = Settings(workspace, accounts=True, public="https://hilum.hospital.test", secure_cookie=True)
    with running(settings) as server:
        server.add("kim", "viewer")
        from serving.served import PASSWORD

        headers = {"Host": "hilum.hospital.test", "Origin": "https://hilum.hospital.test"}
        answer = server.client(**headers).post("/api/session", json={"name": "kim", "password": PASSWORD})
        assert answer.status_code == 200
        assert "secure" in answer.headers["set-cookie"].lower()
        assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(
    "path", ["/", "/api/health", "/api/people", "/nothing", "/api/nothing", "/assets/x.js"]
)
def test_every_answer_says_what_its_page_may_load_and_that_nobody_may_frame_it(single, path):
    headers = single.client().get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert "'unsafe-eval'" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in headers
    if path.startswith("/api"):
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/../../../etc/passwd",
        "/assets/../../app.py",
        "/assets/..%2f..%2fapp.py",
        "/%2e%2e/app.py",
        "/assets/%00",
        "//etc/passwd",
        "/assets/" + "a" * 3000,
        "/\udcff".encode("utf-8", "replace").decode(),
    ],
)
def test_no_address_leads_out_of_the_pages(single, path):
    answer = single.client().get(path)
    assert answer.status_code in (200, 400, 404)
    assert "def create_app" not in answer.text
    assert "root:" not in answer.text


def test_a_request_that_is_too_large_is_refused_before_it_is_read(single):
    client = single.entered()
    assert client.post("/api/tokens", content=b"x" * 1_000_001).status_code == 413
    assert client.post("/api/tokens", content=iter([b"x" * 400_000] * 4)).status_code == 413
    assert client.post("/api/tokens", content=b"x" * 999_999).status_code in (400, 422)


def test_only_who_is_signed_in_may_send_much_and_only_where_much_is_taken(single):
    from hilum.serving.bodies import larger_bodies
    from hilum.serving.routes import ROUTERS

    assert larger_bodies(ROUTERS), "tables and images are sent"
    much, path = b"x" * 1_500_000, "/api/studies/7/tables"
    assert single.client().post(path, content=much).status_code == 413
    assert single.entered().post(path, content=much).status_code not in (413, 500)


def test_a_request_that_does_not_come_is_given_up(workspace):
    import asyncio
    import time

    from hilum.serving.bodies import BodyLimit
    from hilum.serving.routes import ROUTERS

    assert ROUTERS
    sent = []

    async def never():
        await asyncio.sleep(60)

    async def route(scope, receive, send):
        await receive()

    async def keep(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/tokens", "headers": []}
    started = time.monotonic()
    asyncio.run(BodyLimit(route, larger=(), slowest=0.2)(scope, never, keep))
    assert time.monotonic() - started < 5
    assert sent[0]["status"] == 408


def test_what_is_no_http_breaks_nothing(single):
    for nonsense in (b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 100_000):
        with socket.create_connection(("127.0.0.1", single.settings.port), timeout=5) as connection:
            connection.sendall(nonsense)
            connection.settimeout(1)
            with suppress(TimeoutError, ConnectionError):
                connection.recv(1000)
    assert httpx.get(single.address + "/api/health").status_code == 200


def test_a_fault_of_the_program_is_told_by_a_number_and_not_by_what_was_sent(workspace, caplog, capfd):
    with running(Settings(workspace)) as server:

        def broken(patient: str) -> None:
            raise RuntimeError(f"no such patient {patient}")

        server.app.router.routes.insert(0, APIRoute("/broken", broken))
        answer = server.client().get("/broken", params={"patient": "KIM-YOUNG-SU"})
    assert answer.status_code == 500
    assert answer.json()["incident"] in answer.json()["sentence"]
    assert answer.json()["incident"] in caplog.text
    told = answer.text + caplog.text + "".join(capfd.readouterr())
    assert "KIM" not in told
    assert "Traceback" not in told

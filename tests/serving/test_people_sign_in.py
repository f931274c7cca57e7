"""Accounts: passwords, sessions, locks, rights, and what those who manage them can do."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import accumulate

import httpx
import pytest
from sqlalchemy import select, update

from hilum.errors import HilumError
from hilum.serving.access.passwords import fits, hashed
from hilum.serving.access.sessions import SESSIONS
from hilum.serving.access.throttle import TRIES, wait_after
from hilum.serving.settings import Settings
from serving.served import PASSWORD, running


def _wrong(client: httpx.Client, name: str, password: str = "not the right one") -> httpx.Response:
    return client.post("/api/session", json={"name": name, "password": password})


def test_name_and_password_open_a_session_with_the_rights_of_the_roles(many):
    many.add("Kim", "annotator", "viewer")
    person = many.signed_in(" kim ").get("/api/session").json()["person"]
    assert person["name"] == "Kim"
    assert person["rights"] == ["mark_lesions", "see_studies"]


def test_a_wrong_password_and_an_unknown_name_are_told_alike_and_take_alike_long(many):
    many.add("kim", "viewer")
    client = many.client()

    def asked(name: str) -> tuple[float, httpx.Response]:
        started = time.process_time()  # the server is in this process, and other programs take no part in it
        answer = _wrong(client, name)
        return time.process_time() - started, answer

    known, unknown = [asked("kim") for _ in range(3)], [asked(f"nobody {n}") for n in range(3)]
    assert {answer.status_code for _, answer in known + unknown} == {401}
    assert len({answer.text for _, answer in known + unknown}) == 1
    quick, slow = sorted((min(t for t, _ in known), min(t for t, _ in unknown)))
    assert quick > 0.4 * slow
    assert fits("anything at all", None) is False


@pytest.mark.parametrize(
    "password",
    ["", "short", "elevenchars", "administrator", "passwordpassword", "aaaaaaaaaaaaaaaa", "x" * 1001],
)
def test_a_password_that_is_soon_guessed_is_refused(password):
    with pytest.raises(HilumError, match="password"):
        hashed(password, "kim")


def test_the_name_is_no_password():
    with pytest.raises(HilumError, match="name"):
        hashed("  Professor Kim of Radiology", "professor kim OF radiology")


def test_a_password_is_kept_as_argon2id_and_korean_fits_however_it_was_typed():
    import unicodedata

    kept = hashed("폐문을 지나는 산길 하나", "kim")
    assert kept.startswith("$argon2id$")
    assert "산길" not in kept
    assert fits(unicodedata.normalize("NFD", "폐문을 지나는 산길 하나"), kept)
    assert not fits("폐문을 지나는 산길 둘", kept)


def test_after_five_failures_even_the_right_password_must_wait_and_a_restart_forgives_nothing(workspace):
    with running(Settings(workspace, accounts=True)) as server:
        server.add("kim", "viewer")
        assert [_wrong(server.client(), "kim").status_code for _ in range(6)] == [401] * 5 + [429]
    with running(Settings(workspace, accounts=True)) as server:
        answer = _wrong(server.client(), "KIM", PASSWORD)
        assert answer.status_code in (429, 200)
        with server.serving.writing() as connection:
            connection.execute(update(TRIES).values(until=time.time() + 50))
        answer = _wrong(server.client(), "KIM", PASSWORD)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 50
        with server.serving.writing() as connection:
            connection.execute(update(TRIES).values(until=0.0))
        assert _wrong(server.client(), "kim", PASSWORD).status_code == 200
        assert _wrong(server.client(), "kim").status_code == 401, "after a success one counts from the start"


def test_waits_grow_and_end():
    waits = [wait_after("name", failures) for failures in range(40)]
    assert waits[:5] == [0.0] * 5
    assert waits == sorted(waits)
    assert waits[-1] == 900.0


def test_guesses_at_the_same_time_count_as_many(many):
    many.add("kim", "viewer")
    started = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: _wrong(many.client(), "kim").status_code, range(24)))
    took = time.monotonic() - started
    # One more is looked at each time that a wait is over, where the machine is as slow as that.
    waits = accumulate(wait_after("name", failures) for failures in range(5, 12))
    assert 5 <= statuses.count(401) <= 5 + sum(wait <= took for wait in waits)
    assert set(statuses) == {401, 429}


def test_one_address_cannot_try_many_names(many):
    statuses = [_wrong(many.client(), f"person {number}", "x").status_code for number in range(24)]
    assert statuses.count(401) == 20
    assert set(statuses[20:]) == {429}


def test_a_session_ends_when_it_is_not_used_for_half_an_hour(many):
    many.add("kim", "viewer")
    client = many.signed_in("kim")

    def last_used(minutes_ago: float) -> int:
        with many.serving.writing() as connection:
            connection.execute(update(SESSIONS).values(seen=time.time() - minutes_ago * 60))
        return client.get("/api/people/roles").status_code

    assert last_used(minutes_ago=29) == 200
    with many.serving.reading() as connection:
        seen = connection.execute(select(SESSIONS.c.seen)).scalar_one()
    assert time.time() - seen < 60, "whoever works stays signed in"
    assert last_used(minutes_ago=31) == 401


def test_a_session_ends_after_twelve_hours_in_any_case(many):
    many.add("kim", "viewer")
    client = many.signed_in("kim")
    with many.serving.writing() as connection:
        connection.execute(update(SESSIONS).values(made=time.time() - 12 * 3600 + 30))
    assert client.get("/api/people/roles").status_code == 200
    with many.serving.writing() as connection:
        connection.execute(update(SESSIONS).values(made=time.time() - 12 * 3600 - 1))
    assert client.get("/api/people/roles").status_code == 401


def test_another_password_ends_the_other_sessions_and_the_tokens(many):
    many.add("kim", "viewer")
    here, there = many.signed_in("kim"), many.signed_in("kim")
    token = there.post("/api/tokens", json={"label": "a", "scopes": ["see_studies"]}).json()["token"]
    wrong = here.post("/api/session/password", json={"old": "not this one", "new": "another mountain path"})
    assert wrong.status_code == 403
    weak = here.post("/api/session/password", json={"old": PASSWORD, "new": "short"})
    assert weak.status_code == 400
    done = here.post("/api/session/password", json={"old": PASSWORD, "new": "another mountain path"})
    assert done.status_code == 204
    assert here.get("/api/people/roles").status_code == 200
    assert there.get("/api/people/roles").status_code == 401
    assert many.client(Authorization=f"Bearer {token}").get("/api/people/roles").status_code == 401
    assert _wrong(many.client(), "kim", PASSWORD).status_code == 401
    assert _wrong(many.client(), "kim", "another mountain path").status_code == 200


def test_signing_in_gives_a_new_session_each_time(many):
    many.add("kim", "viewer")
    client = many.signed_in("kim")
    before = client.cookies[many.serving.cookie]
    answer = client.post("/api/session", json={"name": "kim", "password": PASSWORD})
    assert answer.status_code == 200
    assert client.cookies[many.serving.cookie] != before
    assert many.client({many.serving.cookie: before}).get("/api/people/roles").status_code == 401


def test_those_who_manage_accounts_add_change_and_close_them(many):
    many.add("chief", "administrator")
    chief = many.signed_in("chief")
    new = {"name": "Lee", "roles": ["annotator"], "password": PASSWORD}
    made = chief.post("/api/people", json=new)
    assert made.status_code == 201
    number = made.json()["id"]
    assert chief.post("/api/people", json=new | {"name": "LEE "}).status_code == 409
    lee = many.signed_in("lee")
    assert lee.get("/api/people").status_code == 403
    changed = chief.patch(f"/api/people/{number}", json={"roles": ["specialist", "viewer"]})
    assert changed.json()["roles"] == ["specialist", "viewer"]
    assert "mark_first" in lee.get("/api/session").json()["person"]["rights"], (
        "at once, without signing in anew"
    )
    assert chief.patch(f"/api/people/{number}", json={"disabled": True}).json()["disabled"] is True
    assert lee.get("/api/people/roles").status_code == 401
    assert _wrong(many.client(), "lee", PASSWORD).status_code == 401
    assert chief.patch(f"/api/people/{number}", json={"disabled": False}).status_code == 200
    assert many.signed_in("lee").get("/api/people/roles").status_code == 200
    page = chief.get("/api/people", params={"limit": 1}).json()
    assert (len(page["items"]), page["total"]) == (1, 2)
    rest = chief.get("/api/people", params={"after": page["next"]}).json()
    assert [one["name"] for one in rest["items"]] == ["Lee"]
    assert rest["next"] is None
    assert chief.get("/api/people/999").status_code == 404


def test_the_last_administrator_stays(many):
    number = many.add("chief", "administrator")
    chief = many.signed_in("chief")
    assert chief.patch(f"/api/people/{number}", json={"disabled": True}).status_code == 409
    assert chief.patch(f"/api/people/{number}", json={"roles": ["viewer"]}).status_code == 409
    assert chief.get("/api/people").status_code == 200


def test_a_forgotten_password_is_replaced_and_the_lock_taken_away(many):
    many.add("chief", "administrator")
    number = many.add("lee", "viewer")
    chief = many.signed_in("chief")
    for _ in range(6):
        _wrong(many.client(), "lee")
    assert (
        chief.patch(f"/api/people/{number}", json={"password": "the river under the bridge"}).status_code
        == 200
    )
    assert _wrong(many.client(), "lee", "the river under the bridge").status_code == 200


def test_no_password_and_no_name_that_was_typed_is_in_a_log_or_file(workspace, caplog):
    with running(Settings(workspace, accounts=True)) as server:
        server.add("kim", "viewer")
        _wrong(server.client(), "my-password-typed-as-name-7", "wrong-password-9")
        server.client().get("/api/people?patient=KIM%20YOUNG-SU")
        everything = b"".join(
            path.read_bytes() for path in (workspace.root / "serve").rglob("*") if path.is_file()
        )
    for word in (b"my-password-typed-as-name-7", b"wrong-password-9", PASSWORD.encode(), b"YOUNG-SU"):
        assert word not in everything
        assert word.decode() not in caplog.text


def test_the_single_users_server_has_no_sign_in_by_password(single):
    assert _wrong(single.client(), "single user", PASSWORD).status_code == 409


def test_nobody_signs_in_as_the_single_user_where_people_have_accounts(workspace):
    with running(Settings(workspace)) as server:
        server.entered()
    with running(replace(Settings(workspace), accounts=True)) as server:
        assert _wrong(server.client(), "single user", "").status_code in (401, 422)
        assert _wrong(server.client(), "Single  User").status_code == 401

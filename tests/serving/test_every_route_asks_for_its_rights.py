"""Every route asks who calls, demands the page's mark, and follows the rights that it declares."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from hilum.archive import create_workspace
from hilum.serving.access.person import Person
from hilum.serving.access.rights import ROLES, rights_of
from hilum.serving.access.secrets_kept import csrf_token
from hilum.serving.settings import Settings
from serving.everybody import OPEN, SAFE, asked_by, routes
from serving.served import Served, running


def _address(route: APIRoute) -> str:
    """An address of the route where nothing is."""
    return re.sub(r"\{[^}]*\}", "7", route.path)


def _status(client: httpx.Client, method: str, route: APIRoute) -> tuple[int, str]:
    json = None if method in SAFE else ["no such thing"]
    with client.stream(method, _address(route), json=json) as answer:
        if answer.headers["content-type"].startswith("application/json"):
            answer.read()
            return answer.status_code, answer.text
        return answer.status_code, ""


@pytest.fixture(scope="module")
def people(tmp_path_factory) -> Iterator[tuple[Served, dict[str, httpx.Client]]]:
    """A server and a signed-in browser of each role."""
    workspace = create_workspace(tmp_path_factory.mktemp("rights") / "workspace")
    with running(Settings(workspace, accounts=True)) as server:
        for role in ROLES:
            server.add(f"a {role}", role)
        yield server, {role: server.signed_in(f"a {role}") for role in ROLES}


def _answers(client: httpx.Client) -> dict[str, tuple[APIRoute, int]]:
    """What every route answers to a browser, by what was asked."""
    return {
        f"{method} {route.path}": (route, _status(client, method, route)[0]) for method, route in routes()
    }


def test_without_sign_in_a_route_answers_401(people):
    server, _ = people
    for asked, (route, status) in _answers(server.client()).items():
        if route.name not in OPEN:
            assert status == 401, asked
        else:
            assert status != 401 or route.name == "end_provider_sign_in", asked


@pytest.mark.parametrize("worthless", ["token", "session"])
def test_with_a_worthless_token_or_session_a_route_answers_401(worthless, people):
    server, _ = people
    if worthless == "token":
        client = server.client(Authorization="Bearer hilum_worthless")
    else:
        mark = csrf_token("worthless")
        client = server.client({server.serving.cookie: "worthless"}, **{"X-CSRF-Token": mark})
    for method, route in routes():
        if route.name not in OPEN:
            assert _status(client, method, route)[0] == 401, f"{method} {route.path}"


def test_a_change_without_the_pages_mark_answers_403(people):
    server, clients = people
    client = server.client(dict(clients["administrator"].cookies))
    changing = [(method, route) for method, route in routes() if method not in SAFE]
    assert len(changing) > 30
    for method, route in changing:
        assert _status(client, method, route)[0] == 403, f"{method} {route.path}"


def test_a_route_declares_whom_it_asks_for():
    for method, route in routes():
        asked = list(asked_by(route.dependant))
        said = f"{method} {route.path}: every route asks for a person, but those named here"
        assert bool(asked) is (route.name not in OPEN), said
        assert len({(one.rights, one.one_is_enough) for one in asked}) <= 1, f"{method} {route.path}"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_its_rights_allow_and_nothing_else(role, people):
    _server, clients = people
    person = Person(0, role, frozenset({role}), rights_of(frozenset({role})))
    for method, route in routes():
        asked = next(asked_by(route.dependant), None)
        # What would be done without more being said is not tried by those who may do it.
        harmless = method in SAFE or route.dependant.body_params or "{" in route.path
        if asked is None or (asked.allows(person) and not harmless) or route.name == "sign_out":
            continue
        status, text = _status(clients[role], method, route)
        refused = status == 403 and "has not the right" in text
        assert refused is not asked.allows(person), f"{role}: {method} {route.path} answered {status}"
        assert status != 500, f"{role}: {method} {route.path}"


def test_function_names_are_unique_and_every_route_says_what_it_does():
    names = [route.name for _, route in routes()]
    assert len(names) == len(set(names))
    for _, route in routes():
        assert route.description, route.path


def test_larger_bodies_are_taken_only_from_those_who_may_send_them(people):
    _server, clients = people
    much, path = b"x" * 1_500_000, "/api/studies/no-such-study/images"
    assert clients["viewer"].post(path, content=much).status_code == 413
    assert clients["researcher"].post(path, content=much).status_code in (404, 422)

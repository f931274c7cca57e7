"""Every route asks who calls, demands the page's mark, and follows the rights that it declares."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from hilum.archive import create_workspace
from hilum.serving.access.asking import Asks
from hilum.serving.access.person import Person
from hilum.serving.access.rights import ROLES, rights_of
from hilum.serving.access.secrets_kept import csrf_token
from hilum.serving.routes import ROUTERS
from hilum.serving.settings import Settings
from serving.served import Served, running

# Nobody needs to be signed in for these, as they are how one signs in, or say that the server answers.
OPEN = {
    "read_health",
    "read_session",
    "sign_in",
    "begin_provider_sign_in",
    "end_provider_sign_in",
}
SAFE = {"GET", "HEAD", "OPTIONS"}


def _routes() -> list[tuple[str, APIRoute]]:
    return [
        (method, route)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def _asked(dependant: Dependant) -> Iterator[Asks]:
    for one in dependant.dependencies:
        if isinstance(one.call, Asks):
            yield one.call
        yield from _asked(one)


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
        f"{method} {route.path}": (route, _status(client, method, route)[0]) for method, route in _routes()
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
        client = server.client({"hilum_session": "worthless"}, **{"X-CSRF-Token": mark})
    for method, route in _routes():
        if route.name not in OPEN:
            assert _status(client, method, route)[0] == 401, f"{method} {route.path}"


def test_a_change_without_the_pages_mark_answers_403(people):
    server, clients = people
    client = server.client(dict(clients["administrator"].cookies))
    changing = [(method, route) for method, route in _routes() if method not in SAFE]
    assert len(changing) > 30
    for method, route in changing:
        assert _status(client, method, route)[0] == 403, f"{method} {route.path}"


def test_a_route_declares_whom_it_asks_for():
    for method, route in _routes():
        asked = list(_asked(route.dependant))
        said = f"{method} {route.path}: every route asks for a person, but those named here"
        assert bool(asked) is (route.name not in OPEN), said
        assert len({(one.rights, one.one_is_enough) for one in asked}) <= 1, f"{method} {route.path}"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_its_rights_allow_and_nothing_else(role, people):
    _server, clients = people
    person = Person(0, role, frozenset({role}), rights_of(frozenset({role})))
    for method, route in _routes():
        asked = next(_asked(route.dependant), None)
        # What would be done without more being said is not tried by those who may do it.
        harmless = method in SAFE or route.dependant.body_params or "{" in route.path
        if asked is None or (asked.allows(person) and not harmless) or route.name == "sign_out":
            continue
        status, text = _status(clients[role], method, route)
        refused = status == 403 and "has not the right" in text
        assert refused is not asked.allows(person), f"{role}: {method} {route.path} answered {status}"
        assert status != 500, f"{role}: {method} {route.path}"


def test_function_names_are_unique_and_every_route_says_what_it_does():
    names = [route.name for _, route in _routes()]
    assert len(names) == len(set(names))
    for _, route in _routes():
        assert route.description, route.path

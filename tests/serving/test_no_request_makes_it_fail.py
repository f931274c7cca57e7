"""Requests made from the interface's own description, by everybody: no fault, no answer without the right.

`HILUM_REQUESTS=100` makes that many requests for each route and sender; the usual number is small.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hilum.serving.access.rights import Right
from hilum.serving.app import routes_alone
from serving.everybody import MARKS, OPEN, SAFE, Everybody, Sender, everybody, routes

USUAL = 2
EXAMPLES = int(os.environ.get("HILUM_REQUESTS", str(USUAL)))
"""Requests for each route; more where there is time."""

SCHEMA = schemathesis.openapi.from_dict(routes_alone().openapi())
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROUTES = {route.name: route for _, route in routes()}
# Passwords are hashed slowly on purpose: once is enough.
SLOW = {"sign_in", "change_own_password", "add_person"}


@pytest.fixture(scope="module")
def all_of_them(tmp_path_factory) -> Iterator[tuple[Everybody, requests.Session]]:
    """The server, its people and programs, and a connection to it."""
    with everybody(tmp_path_factory.mktemp("requests")) as found, requests.Session() as session:
        yield found, session


def _senders(found: Everybody, name: str) -> tuple[Sender, ...]:
    """Who sends a request besides the one with all rights: of each role a browser, or else a program."""
    if EXAMPLES > USUAL:
        return (*found.people, *found.programs)
    if name in SLOW:
        return ()
    return found.people if sum(name.encode()) % 2 else found.programs


def _try(operation: Any, found: Everybody, session: requests.Session) -> None:
    """Send some requests to a route, each by the one with all rights, the first of them by everybody."""
    address, name = found.server.address, operation.definition.raw["operationId"]
    sent = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def ask(case):
        headers = found.all_rights.headers
        case.call_and_validate(base_url=address, headers=headers, checks=CHECKS, session=session, timeout=60)
        for sender in _senders(found, name) if EXAMPLES > USUAL or not sent else ():
            told = case.as_transport_kwargs(base_url=address, headers=sender.headers)
            answer = session.request(**told, timeout=60, allow_redirects=False)
            said = (
                f"{sender.person.name} by {'token' if sender.by_token else 'session'}: {answer.status_code}"
            )
            assert answer.status_code != 500, said
            assert sender.may(ROUTES[name]) or answer.status_code >= 400, said
            assert not sender.misses(answer.text), said
        sent.append(case)
        if case.method not in SAFE:
            found.heal()

    ask()


# schemathesis draws a number by the `random` module itself, which Hypothesis warns of now and then.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
def test_requests_are_answered_as_described_and_only_to_those_with_the_right(all_of_them):
    found, session = all_of_them
    wrong, count = [], 0
    # One test for all routes: a test for each costs three times as much.
    for each in SCHEMA.exclude(operation_id="sign_out").get_all_operations():
        operation, count = each.ok(), count + 1
        try:
            _try(operation, found, session)
        except Exception as error:  # noqa: BLE001  # all of them are told at the end
            wrong.append(f"{operation.label}: {error} {getattr(error, 'exceptions', '')}"[:1500])
    assert count > 100
    assert not wrong, "\n".join(wrong)


def test_nobody_reads_an_identifier_without_the_right_to(all_of_them):
    found, session = all_of_them
    seen = set()
    for method, route in routes():
        if method != "GET" or route.name in OPEN:
            continue
        for sender in _senders(found, route.name):
            address = found.server.address + found.address(route)
            with session.get(address, headers=sender.headers, stream=True, timeout=60) as answer:
                said = f"{sender.person.name}: {route.path} answered {answer.status_code}"
                assert answer.status_code != 500, said
                assert sender.may(route) or answer.status_code in (401, 403), said
                if answer.headers["content-type"].startswith("text/event-stream"):
                    continue
                text = f"{answer.headers} {answer.content.decode('utf-8', 'replace')}"
            assert not sender.misses(text), said
            if answer.status_code == 200 and any(mark in text for mark in MARKS):
                assert sender.person.may(Right.see_identities)
                seen.add(route.name)
    # They are there to be found, by those who may.
    assert {"list_quarantine", "read_quarantined", "read_pull_list"} <= seen

"""Thousands of requests made from the interface's own description: no fault, and answers as described."""

import os
from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hilum.archive import create_workspace
from hilum.serving.app import routes_alone
from serving.served import started

EXAMPLES = int(os.environ.get("HILUM_REQUESTS", "3"))
"""Requests for each route and kind; more where there is time."""

SCHEMA = schemathesis.openapi.from_dict(routes_alone().openapi())
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def entered(tmp_path_factory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server, and what the browser of its single user sends."""
    workspace = create_workspace(tmp_path_factory.mktemp("requests") / "workspace")
    with started(workspace.root) as (address, _), httpx.Client() as client:
        assert client.get(address).status_code == 303
        server = address.partition("/enter")[0]
        mark = client.get(f"{server}/api/session").json()["csrf"]
        cookie = f"hilum_session={client.cookies['hilum_session']}"
        yield server, {"Cookie": cookie, "X-CSRF-Token": mark}


@SCHEMA.exclude(operation_id="sign_out").parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_a_request_is_answered_as_described(case, entered):
    server, headers = entered
    case.call_and_validate(base_url=server, headers=headers, checks=CHECKS, timeout=60)

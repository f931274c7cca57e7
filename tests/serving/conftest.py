"""Servers for the tests of the workbench."""

from contextlib import ExitStack

import pytest

from hilum.archive import create_workspace
from hilum.serving.settings import Settings
from serving.served import running


@pytest.fixture
def workspace(tmp_path):
    """An empty workspace."""
    return create_workspace(tmp_path / "workspace")


@pytest.fixture
def serve(workspace):
    """Starts servers over the workspace: `serve()` for a single user, `serve(accounts=True)` for people."""
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(running(Settings(workspace, **more)))


@pytest.fixture
def single(serve):
    """A server for a single user."""
    return serve()


@pytest.fixture
def many(serve):
    """A server for people with accounts."""
    return serve(accounts=True)

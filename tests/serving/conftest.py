"""Servers for the tests of the workbench."""

import gc
from contextlib import ExitStack

import pytest

from archive.postgresql import running_server
from hilum.archive import create_workspace
from hilum.serving.settings import Settings
from serving.served import in_memory, running


@pytest.fixture
def quick_folder(tmp_path):
    """A folder in which changes are quickly kept."""
    with in_memory(tmp_path) as folder:
        yield folder


@pytest.fixture
def workspace(quick_folder):
    """An empty workspace."""
    return create_workspace(quick_folder / "workspace")


@pytest.fixture(scope="session")
def postgresql(postgresql_programs):
    """A PostgreSQL server for all tests of the workbench; it is started when the first one asks for it."""
    with running_server(postgresql_programs) as server:
        yield server
        gc.collect()  # connections that nobody holds any more are closed before the server is


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

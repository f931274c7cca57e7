"""The application: routes, guards and failures around one workspace."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from hilum.serving import entering, page_files, tables
from hilum.serving.access.guard import Guard
from hilum.serving.audit import AuditLog
from hilum.serving.bodies import BodyLimit, larger_bodies
from hilum.serving.companions import COMPANIONS, Companions
from hilum.serving.failures import REFUSALS, Faults, add_failures
from hilum.serving.language import Spoken
from hilum.serving.policy import SafeHeaders
from hilum.serving.routes import ROUTERS
from hilum.serving.settings import Settings
from hilum.serving.state import Serving


def create_app(settings: Settings, companions: Companions = COMPANIONS) -> FastAPI:
    """The application that serves a workspace.

    Args:
        settings: what is served, where, and to whom.
        companions: what runs beside it.

    Raises:
        WorkspaceError: the database cannot be used.
    """
    app = routes_alone(companions)
    engine = tables.opened(settings)
    here = Serving(settings, engine, AuditLog.open(engine, settings.folder))
    app.state.serving = here
    # The one added last is met first by a request.
    app.add_middleware(Faults)
    app.add_middleware(BodyLimit, larger=larger_bodies(ROUTERS))
    app.add_middleware(Guard, settings=settings, cookie=here.cookie)
    app.add_middleware(SafeHeaders, settings=settings)
    app.add_middleware(Spoken)
    return app


def routes_alone(companions: Companions = ()) -> FastAPI:
    """The application without a workspace: its routes and what they answer, to be described.

    Example:
        >>> routes_alone().openapi()["info"]["title"]
        'hilum'
    """
    app = FastAPI(
        title="hilum",
        version=version("hilum"),
        summary="The workbench: studies, archive, annotation, models.",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_named_as_its_function,
        responses=REFUSALS,
        lifespan=_lifespan(companions),
    )
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(entering.router, include_in_schema=False)
    app.include_router(page_files.router, include_in_schema=False)
    add_failures(app)
    return app


def _named_as_its_function(route: APIRoute) -> str:
    return route.name


def _lifespan(companions: Companions) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        serving: Serving = app.state.serving
        stack = ExitStack()
        stack.callback(serving.engine.dispose)
        started = False
        try:  # in threads: they may take their time, and none of them belongs to the loop of requests
            for companion in companions:
                await run_in_threadpool(stack.enter_context, companion(serving))
            started = True
            yield
        except Exception as error:
            if not started:  # whoever runs the server tells it in a sentence
                app.state.failed = error
            raise
        finally:
            await run_in_threadpool(stack.close)

    return lifespan

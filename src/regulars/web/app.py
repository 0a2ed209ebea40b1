"""The application: routers, safety, static files."""

import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from threading import Thread

from anyio import to_thread
from fastapi import Depends, FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from regulars import __version__
from regulars.errors import RegularsError
from regulars.web import access, api, assets, customers, failures, laid, maps, products, start, studies, tidy
from regulars.web.bodies import BodyLimit
from regulars.web.heads import Heads
from regulars.web.memory import few_arenas
from regulars.web.opened import Shelf
from regulars.web.security import Guard, checked
from regulars.web.settings import ENVIRONMENT, WebSettings, settings_from_json

THREADS = 8  # pages that are made at a time; more would only hold more memory
# every module with pages or endpoints of its own: its `router`, in the order of matching
ROUTERS = (api.router, studies.router, customers.router, products.router, maps.router, start.router, access.router)


def create_app(settings: WebSettings) -> FastAPI:
    """The dashboard of one shop."""
    app = FastAPI(
        title="Regulars",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.shelf = Shelf(settings)
    app.state.scratch = ExitStack()  # of a worker process: its temporary files
    app.state.paths = frozenset(getattr(route, "path", "") for router in ROUTERS for route in router.routes)
    app.include_router(assets.router)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(checked)])
    failures.install(app)
    api.install(app)
    app.add_middleware(BodyLimit, upload=settings.upload_limit)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(Heads)
    app.add_middleware(Guard, settings=settings)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    Thread(target=_warm, args=(app.state.shelf,), daemon=True).start()
    with tidy.tidied(app.state.settings):
        yield
    app.state.scratch.close()


def _warm(shelf: Shelf) -> None:
    """What every first visitor would wait for. What goes wrong here, the pages will say."""
    with suppress(RegularsError):
        found = shelf.opened(None)
        laid.ask(found)
        assets.pack_all()


def from_environment() -> FastAPI:
    """The application of a worker process, whose settings stand in the environment."""
    few_arenas()
    tidy.follow()
    settings = settings_from_json(os.environ[ENVIRONMENT])
    app = create_app(settings)
    app.state.scratch.enter_context(tidy.scratch(settings.shop))
    return app

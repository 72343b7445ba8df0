"""The web application."""

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Scope

from dart_batch import __version__
from dart_batch.bootstrap import App
from dart_batch.entrypoints.api import (
    accounts,
    all_artefacts,
    artefacts,
    audit,
    auth,
    bulk_submits,
    bulk_verbs,
    description,
    general_submits,
    health,
    index,
    index_calendar,
    index_comparison,
    jobs,
    live,
    logs,
    metrics,
    migrations,
    openid,
    problems,
    prometheus,
    publications,
    recalculations,
    reports,
    scaling,
    static_page,
    submits,
    validations,
    workers,
)
from dart_batch.entrypoints.api.cors import Cors
from dart_batch.entrypoints.api.edge import Edge
from dart_batch.entrypoints.api.lifespan import equip, lifespan
from dart_batch.entrypoints.api.limits import BodyLimit, HostCheck
from dart_batch.entrypoints.api.prometheus import RequestFigures, route_of
from dart_batch.entrypoints.api.usage import UsageMeter

ROUTERS = (
    auth,
    openid,
    accounts,
    audit,
    bulk_verbs,
    jobs,
    logs,
    submits,
    bulk_submits,
    recalculations,
    reports,
    artefacts,
    all_artefacts,
    validations,
    migrations,
    general_submits,
    workers,
    scaling,
    metrics,
    live,
    publications,
    index_comparison,
    index_calendar,
    index,
    health,
    prometheus,
    description,
    static_page,
)
SUMMARY = "Backfill, follow and read a daily Fear & Greed index."
COMPRESS_ABOVE = 10_000


def create_app(app: App | None = None, page: Path = static_page.BUILT) -> FastAPI:
    """The API and the page. Without an App the lifespan builds one; making the object alone touches no database.

    `page` is the folder of the built page; it may be absent.
    """
    api = FastAPI(
        title="dart-batch",
        version=__version__,
        summary=SUMMARY,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    api.state.meter, api.state.requests, api.state.page = UsageMeter(), RequestFigures(), page
    if app is not None:
        equip(api, app)
    for module in ROUTERS:
        api.include_router(module.router)
    problems.install(api)
    description.install(api)
    api.add_middleware(GZipMiddleware, minimum_size=COMPRESS_ABOVE, compresslevel=1)
    api.add_middleware(BodyLimit)
    api.add_middleware(Cors)
    api.add_middleware(HostCheck)
    api.add_middleware(Edge, observe=_observer(api))
    return api


def _observer(api: FastAPI) -> Callable[[Scope, int, float], None]:
    def observe(scope: Scope, status: int, milliseconds: float) -> None:
        api.state.requests.observe(scope, status, milliseconds)
        traces = api.state.core.traces
        if traces:
            traces.request(scope["method"], route_of(scope), status, milliseconds)

    return observe

"""The App inside the web application."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from dart_batch.bootstrap import App


def core_of(connection: HTTPConnection) -> App:
    """The App that serves this connection."""
    core: App = connection.app.state.core
    return core


Core = Annotated[App, Depends(core_of)]

"""The App inside the web application."""

from typing import Annotated

from fastapi import Depends, Request

from dart_batch.bootstrap import App


def core_of(request: Request) -> App:
    """The App that serves this request."""
    core: App = request.app.state.core
    return core


Core = Annotated[App, Depends(core_of)]

"""The cookie of a session of the page."""

from fastapi import Request, Response

from dart_batch.application.use_cases.log_in import Session
from dart_batch.entrypoints.api.callers import COOKIE


def give_cookie(answer: Response, request: Request, session: Session) -> None:
    """Out of reach of scripts and of other sites; over https only there."""
    secure = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, session.token, path="/", httponly=True, samesite="strict", secure=secure, expires=session.until
    )

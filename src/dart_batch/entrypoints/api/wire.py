"""How everything looks on the wire."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_day(raw: Any) -> Any:
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        raise PydanticCustomError("iso_day", "must be a date as YYYY-MM-DD")
    return raw


def split_words(raw: Any) -> Any:
    """For lists in a query, which may be repeated or separated by commas."""
    return [word for item in raw for word in item.split(",") if word] if isinstance(raw, list) else raw


def utc_moment(raw: Any) -> Any:
    """A day without a time is its midnight, UTC."""
    return f"{raw}T00:00:00Z" if isinstance(raw, str) and _DAY.fullmatch(raw) else raw


Moment = Annotated[AwareDatetime, BeforeValidator(utc_moment)]
Day = Annotated[date, BeforeValidator(_iso_day)]
JobId = Annotated[str, Path(alias="jobId", max_length=32, description="Id of a job")]


class Wire(BaseModel):
    """camelCase outside, snake_case inside; a field that is not declared is refused."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

"""How everything looks on the wire."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


def _iso_day(raw: Any) -> Any:
    if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
        raise PydanticCustomError("iso_day", "must be a date as YYYY-MM-DD")
    return raw


def split_words(raw: Any) -> Any:
    """For lists in a query, which may be repeated or separated by commas."""
    return [word for item in raw for word in item.split(",") if word] if isinstance(raw, list) else raw


Day = Annotated[date, BeforeValidator(_iso_day)]
JobId = Annotated[str, Path(alias="jobId", max_length=32, description="Id of a job")]


class Wire(BaseModel):
    """camelCase outside, snake_case inside; a field that is not declared is refused."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

"""Readings as JSON text, built in columns: thousands of rows never become objects."""

import json
from typing import Any

import polars as pl

_WIRE_NAMES = {
    "value": "value",
    "level": "level",
    "coverage": "coverage",
    "job_id": "jobId",
    "input_hash": "inputHash",
    "withheld_reason": "withheldReason",
}


def history_json(head: dict[str, Any], readings: pl.DataFrame) -> bytes:
    """`head` with one more member `items`: a JSON object per row of SqlIndexQueries.readings, in their order.

    Components are in the rows when the frame has the column. Floats are the shortest text that reads back the same.
    """
    row = pl.struct(
        pl.col("date").cast(pl.String), *(pl.col(name).alias(wire) for name, wire in _WIRE_NAMES.items())
    ).struct.json_encode()
    if "components" in readings.columns:
        row = pl.concat_str(row.str.head(-1), pl.lit(',"components":'), pl.col("components"), pl.lit("}"))
    items = readings.select(row.alias("row"))["row"]
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return "".join((start, ', "items": [', ",".join(items), "]}")).encode()

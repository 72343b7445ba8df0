"""The OpenAPI document as one plain HTML page: no script, nothing fetched."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

_STYLE = (
    ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}code,pre{font:14px/1.45 ui-monospace,monospace}pre{overflow:auto;padding:.75rem;"
    "border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:.4rem}summary{cursor:pointer;"
    "padding:.35rem 0}summary b{display:inline-block;min-width:4rem}td,th{text-align:left;vertical-align:top;"
    "padding:.15rem 1rem .15rem 0}details{border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent)}"
)


def render(document: dict[str, Any]) -> str:
    """HTML of an OpenAPI document: every operation with parameters, body, answers and a curl line, then the shapes."""
    info = document["info"]
    operations = "".join(_operation(*item) for item in _operations(document))
    shapes = "".join(
        f"<details id='{escape(name)}'><summary><code>{escape(name)}</code> {escape(shape.get('description', ''))}"
        f"</summary><pre>{escape(json.dumps(shape, indent=2, ensure_ascii=False))}</pre></details>"
        for name, shape in document["components"]["schemas"].items()
    )
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
        f"content='width=device-width'><title>{escape(info['title'])} API</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{escape(info.get('summary', ''))} "
        "Every call but health needs <code>Authorization: Bearer KEY</code>; make a key with "
        "<code>dart-batch keys create --role viewer</code>. The machine-readable form is "
        f"<a href='/api/openapi.json'>/api/openapi.json</a>.</p>{operations}<h2>Shapes</h2>{shapes}</body></html>"
    )


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = "".join(_parameter(item) for item in operation.get("parameters", []))
    table = f"<table><tr><th>parameter</th><th>in</th><th>type</th><th></th></tr>{rows}</table>" if rows else ""
    body = operation.get("requestBody", {}).get("content", {})
    takes = f"<p>Body: {_shape(body)}</p>" if body else ""
    answers = "".join(
        f"<tr><td>{status}</td><td>{_shape(answer.get('content', {}))}</td>"
        f"<td>{escape(answer.get('description', ''))}</td></tr>"
        for status, answer in operation["responses"].items()
    )
    curl = f"curl {'-X POST ' if method == 'POST' else ''}-H 'Authorization: Bearer KEY' http://localhost:3000{path}"
    return (
        f"<details><summary><b>{method}</b> <code>{escape(path)}</code> {escape(operation.get('summary', ''))}"
        "</summary>"
        f"<p>{escape(operation.get('description', ''))}</p>{table}{takes}<table>{answers}</table>"
        f"<pre>{escape(curl)}</pre></details>"
    )


def _parameter(item: dict[str, Any]) -> str:
    schema = item.get("schema", {})
    name = f"<code>{escape(item['name'])}</code>{' (required)' if item.get('required') else ''}"
    said = escape(item.get("description", schema.get("description", "")))
    return f"<tr><td>{name}</td><td>{item['in']}</td><td>{_shape_of(schema)}</td><td>{said}</td></tr>"


def _shape(content: dict[str, Any]) -> str:
    return "; ".join(f"{_shape_of(item.get('schema', {}))} <small>{kind}</small>" for kind, item in content.items())


def _shape_of(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f"<a href='#{name}'>{name}</a>"
    if "anyOf" in schema:
        return " or ".join(_shape_of(item) for item in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_shape_of(schema.get('items', {}))}"
    return escape(str(schema.get("format", schema.get("type", "any"))))

"""The files of deploy/ as their readers see them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[1] / "deploy"
OPERATIONS = Path(__file__).parents[1] / "docs" / "operations.md"
Read = dict[str, Any]


def read(name: str) -> Read:
    found: Read = yaml.safe_load((DEPLOY / name).read_text())
    return found


def objects() -> list[Read]:
    """Every Kubernetes object."""
    return [
        one for file in sorted((DEPLOY / "kubernetes").glob("*.yaml")) for one in yaml.safe_load_all(file.read_text())
    ]


def the(kind: str, name: str) -> Read:
    [found] = [one for one in objects() if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return found


def pods() -> list[Read]:
    """The pod of every Deployment and Job."""
    return [one["spec"]["template"]["spec"] for one in objects() if one["kind"] in {"Deployment", "Job"}]


def alerts() -> list[Read]:
    return [rule for group in read("prometheus/alerts.yaml")["groups"] for rule in group["rules"]]


def dashboard() -> Read:
    found: Read = json.loads((DEPLOY / "grafana" / "dart-batch.json").read_text())
    return found


def expressions() -> Iterator[str]:
    """What is asked of Prometheus."""
    yield from (rule["expr"] for rule in alerts())
    yield from (target["expr"] for panel in dashboard()["panels"] for target in panel["targets"])


def series() -> set[str]:
    """Names of this product's series in all expressions."""
    return {name for text in expressions() for name in re.findall(r"\bdart_batch_\w+", text)}

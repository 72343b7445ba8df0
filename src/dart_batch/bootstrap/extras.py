"""Parts whose packages are installed only by who wants them."""

import importlib
from types import ModuleType

from dart_batch.settings import InvalidSettings


def openid() -> ModuleType:
    """What speaks to an identity provider. Raises InvalidSettings when its packages are not installed."""
    return _module("dart_batch.adapters.security.openid", "DART_OIDC_ISSUER", "oidc")


def traces() -> ModuleType:
    """What sends traces to a collector. Raises InvalidSettings when its packages are not installed."""
    return _module("dart_batch.adapters.observability.traces", "OTEL_EXPORTER_OTLP_ENDPOINT", "telemetry")


def _module(name: str, variable: str, extra: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise InvalidSettings(
            f"{variable} is set, but {error.name} is not installed.",
            hint=f"Install it with: pip install 'dart-batch[{extra}]', or unset the variable.",
        ) from error

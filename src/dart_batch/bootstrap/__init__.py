"""The only package that names concrete adapters: wires the parts into one App.

A part is imported when it is first asked for, so that a worker that takes over, and a short command, start sooner.
"""

from dart_batch.bootstrap.app import App
from dart_batch.bootstrap.building import build

__all__ = ["App", "build"]

"""The command line `dart-batch`."""

from dart_batch.entrypoints.cli.app import main

__all__ = ["main"]

"""dart-batch: batch system for a daily Fear & Greed index."""

__version__ = "0.1.0"

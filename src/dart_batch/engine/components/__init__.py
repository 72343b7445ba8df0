"""From inputs to scores: sources, indicators, components."""

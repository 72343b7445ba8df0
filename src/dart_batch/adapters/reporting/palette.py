"""Colours of the charts: orange for fear to blue for greed, told apart with every kind of colour vision."""

from dart_batch.domain.index.level import Level

INK = "#1b1f24"
MUTED = "#5b6470"
RULE = "#c9ced6"
WITHHELD = "#e9ebee"
LEVEL_COLOURS: dict[Level, str] = {
    Level.EXTREME_FEAR: "#c2510a",
    Level.FEAR: "#f0a04b",
    Level.NEUTRAL: "#b9bec6",
    Level.GREED: "#6ba6d8",
    Level.EXTREME_GREED: "#1f5f9e",
}
BAND_OPACITY = 0.22


def level_title(level: Level | str) -> str:
    """The level for people: "extreme fear"."""
    return str(level).replace("_", " ").lower()

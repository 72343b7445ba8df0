"""The typeface of reports: Noto Sans KR, with Latin and the 2,350 syllables of KS X 1001."""

from functools import cache
from pathlib import Path

REGULAR, BOLD = "NotoSansKR-Regular", "NotoSansKR-SemiBold"
FOLDER = Path(__file__).parent


def font_file(name: str) -> Path:
    """The TrueType file of REGULAR or BOLD."""
    return FOLDER / f"{name}.ttf"


def drawable(text: str, otherwise: str) -> str:
    """The text when the typeface has every character of it, else the other, which must be plain."""
    return text if all(ord(character) in _characters() for character in text) else otherwise


@cache
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415  importing it is slow

    with TTFont(font_file(REGULAR), lazy=True) as font:
        return frozenset(font.getBestCmap())

"""Fonts: a clear sans, with Hangul from whatever Korean font the machine has."""

from functools import cache

from matplotlib import font_manager

SANS = "DejaVu Sans"
HANGUL = ("Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans CJK JP")


@cache
def families() -> list[str]:
    """Font families in the order in which a character is looked for."""
    present = {font.name for font in font_manager.fontManager.ttflist}
    return [SANS, *[name for name in HANGUL if name in present][:1]]


def drawable(text: str, otherwise: str) -> str:
    """The text when every character can be drawn, else the other, which must be plain."""
    plain = all(ord(character) < 0x2E80 for character in text)
    return text if plain or len(families()) > 1 else otherwise

"""Cuts the two weights of the reports' typeface down to what reports need.

Source: Noto Sans KR (SIL Open Font License 1.1), the TrueType files of the npm package @expo-google-fonts/noto-sans-kr
0.4.3. Run: .venv/bin/python scripts/report_fonts.py FOLDER, where FOLDER is that package, unpacked.
"""

import sys
from itertools import product
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent.parent / "src/dart_batch/adapters/reporting/report/fonts"
WEIGHTS = {"400Regular/NotoSansKR_400Regular.ttf": "Regular", "600SemiBold/NotoSansKR_600SemiBold.ttf": "SemiBold"}
DROPPED = ["GPOS", "GSUB", "GDEF", "vhea", "vmtx", "VORG", "BASE", "STAT", "DSIG", "meta"]


def characters() -> set[int]:
    """Latin 1, typographic signs, and the syllables of KS X 1001."""
    rows, cells = range(0xB0, 0xC9), range(0xA1, 0xFF)
    hangul = {ord(bytes(pair).decode("euc-kr")) for pair in product(rows, cells)}
    signs = {ord(sign) for sign in "–—‘’“”…−·•×₩←↑→↓▲▼●■≤≥"}
    return set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | signs | hangul


def main() -> None:
    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=True, recalc_timestamp=False, name_IDs=[0, 1, 2, 4, 6, 13, 14]
    )
    options.drop_tables += DROPPED
    for source, weight in WEIGHTS.items():
        font = TTFont(Path(sys.argv[1]) / source, recalcTimestamp=False)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=characters())
        cutter.subset(font)
        font.save(TARGET / f"NotoSansKR-{weight}.ttf")


if __name__ == "__main__":
    main()

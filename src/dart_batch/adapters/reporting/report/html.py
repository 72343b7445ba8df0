"""Reports as one HTML file that needs nothing else: style, pictures and typeface are inside."""

from base64 import b64encode
from functools import lru_cache
from html import escape
from io import BytesIO

from dart_batch.adapters.reporting.palette import INK, LEVEL_COLOURS, MUTED, RULE
from dart_batch.adapters.reporting.report.blocks import Block, Caption, Figures, Head, Heading, Table, Words
from dart_batch.adapters.reporting.report.document import document, title
from dart_batch.adapters.reporting.report.drawing import Drawing
from dart_batch.adapters.reporting.report.fonts import BOLD, REGULAR, font_file
from dart_batch.adapters.reporting.report.svg import svg
from dart_batch.application.ports.reports import Report
from dart_batch.domain.index.level import Level

STYLE = f"""
body{{font:15px/1.6 "Report","Noto Sans KR","Apple SD Gothic Neo","Malgun Gothic",sans-serif;color:{INK};
background:#fff;max-width:880px;margin:0 auto;padding:32px 20px 64px;font-variant-numeric:tabular-nums}}
header{{display:flex;justify-content:space-between;gap:24px;align-items:flex-end;border-bottom:2px solid {INK};
padding-bottom:12px}}
h1{{font-size:26px;line-height:1.25;margin:0;font-weight:600}}h2{{font-size:18px;margin:38px 0 8px;font-weight:600}}
h3{{font-size:14px;margin:18px 0 4px;font-weight:600}}p{{margin:10px 0}}small,.note{{color:{MUTED};font-size:13px}}
.value{{font-size:38px;line-height:1;font-weight:600;text-align:right;white-space:nowrap}}
.value span{{display:block;font-size:14px;margin-top:6px}}
dl{{display:flex;flex-wrap:wrap;gap:10px 28px;margin:18px 0}}dt{{color:{MUTED};font-size:12px}}
dd{{margin:0;font-size:20px;font-weight:600}}svg{{width:100%;height:auto;display:block;font-family:inherit}}
.wide{{overflow-x:auto}}.wide+svg{{margin-top:16px}}table{{border-collapse:collapse;width:100%;font-size:13px}}
th{{text-align:right;color:{MUTED};font-weight:400;border-bottom:1px solid {INK};padding:4px 8px}}
td{{text-align:right;border-bottom:1px solid {RULE};padding:4px 8px;white-space:nowrap}}
th.word,td.word{{text-align:left}}i{{display:inline-block;width:9px;height:9px;margin-right:6px;border-radius:2px}}
@media print{{body{{max-width:none;padding:0;font-size:11px}}h2{{break-after:avoid}}tr,svg{{break-inside:avoid}}}}
@page{{size:A4;margin:14mm}}
"""


def write_html(report: Report) -> bytes:
    """The report as UTF-8."""
    blocks = document(report)
    body = "".join(map(_block, blocks))
    face = _faces(frozenset(body + title(report)))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title(report))}'
    page = (
        f'<!doctype html><html lang="{report.language.value}"><head>{head}</title><style>{face}{STYLE}</style></head>'
    )
    return f"{page}<body>{body}</body></html>\n".encode()


def _block(block: Block) -> str:
    match block:
        case Head():
            return _head(block)
        case Heading():
            written = _element("h2", block.text)
        case Caption():
            written = _element("h3", block.text)
        case Words():
            written = _element("p", block.text, "note" if block.small else "")
        case Figures():
            pairs = (f"<div>{_element('dt', name)}{_element('dd', value)}</div>" for name, value in block.pairs)
            written = f"<dl>{''.join(pairs)}</dl>"
        case Table():
            written = _table(block)
        case Drawing():
            written = svg(block)
    return written


def _head(head: Head) -> str:
    value = f"{escape(head.value)}<span>{_mark(head.colour)}{escape(head.level)}</span>"
    about = _element("h1", head.title) + _element("small", head.subtitle)
    return f'<header><div>{about}</div><div class="value">{value}</div></header>'


def _element(tag: str, text: str, kind: str = "") -> str:
    return f"<{tag}{f' class={kind}' if kind else ''}>{escape(text)}</{tag}>"


def _table(table: Table) -> str:
    kinds = ["" if column.number else ' class="word"' for column in table.columns]
    heads = [f"<th{kind}>{escape(column.title)}</th>" for kind, column in zip(kinds, table.columns, strict=True)]
    marks = {name: _mark(LEVEL_COLOURS[Level(level)]) for name, level in table.marks}
    rows = []
    for row in table.rows:
        cells = [f"<td{kind}>{marks.get(cell, '')}{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True)]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="wide"><table><thead><tr>{"".join(heads)}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _mark(colour: str) -> str:
    return f'<i style="background:{colour}"></i>'


@lru_cache(maxsize=8)
def _faces(characters: frozenset[str]) -> str:
    """The typeface with these characters only."""
    faces = ((REGULAR, 400), (BOLD, 600))
    sources = ((weight, f"url(data:font/woff;base64,{_woff(name, characters)})") for name, weight in faces)
    return "".join(f'@font-face{{font-family:"Report";font-weight:{weight};src:{url}}}' for weight, url in sources)


def _woff(name: str, characters: frozenset[str]) -> str:
    from fontTools import subset  # noqa: PLC0415  importing it is slow
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options(flavor="woff", notdef_outline=True, recalc_timestamp=False)
    cutter, stream = subset.Subsetter(options), BytesIO()
    cutter.populate(text="".join(sorted(characters)))
    with TTFont(font_file(name), recalcTimestamp=False) as font:
        cutter.subset(font)
        font.flavor = "woff"
        font.save(stream)
    return b64encode(stream.getvalue()).decode()

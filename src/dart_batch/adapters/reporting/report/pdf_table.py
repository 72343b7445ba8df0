"""Tables on PDF pages; a table that goes on on another page begins there with its titles."""

from dart_batch.adapters.reporting.palette import INK, LEVEL_COLOURS, MUTED, RULE
from dart_batch.adapters.reporting.report.blocks import Column, Table
from dart_batch.adapters.reporting.report.pdf_page import FOOT, Page, ink
from dart_batch.domain.index.level import Level

ROW, SIZE, GAP, MARK = 13.5, 8.0, 4.0, 6.0


def lay_table(page: Page, table: Table) -> None:
    """All rows, with a line below each."""
    edges = _edges(page, table.columns)
    marks = {name: LEVEL_COLOURS[Level(level)] for name, level in table.marks}
    page.need(3 * ROW)
    _titles(page, table.columns, edges)
    for row in table.rows:
        if page.y - ROW < FOOT:
            page.turn()
            _titles(page, table.columns, edges)
        _row(page, table.columns, edges, row, marks)
    page.down(8)


def _edges(page: Page, columns: tuple[Column, ...]) -> list[tuple[float, float]]:
    left, edges = page.left, []
    for column in columns:
        right = left + column.share * page.width
        edges.append((left, right))
        left = right
    return edges


def _titles(page: Page, columns: tuple[Column, ...], edges: list[tuple[float, float]]) -> None:
    base = page.y - ROW + 4
    for column, (left, right) in zip(columns, edges, strict=True):
        if column.number:
            page.write_to(column.title, right - GAP, base, SIZE - 0.5, MUTED)
        else:
            page.write(column.title, left, base, SIZE - 0.5, MUTED)
    page.down(ROW)
    page.rule(page.y, INK, 0.6)


def _row(
    page: Page,
    columns: tuple[Column, ...],
    edges: list[tuple[float, float]],
    row: tuple[str, ...],
    marks: dict[str, str],
) -> None:
    base = page.y - ROW + 4
    for column, (left, right), cell in zip(columns, edges, row, strict=True):
        if column.number:
            page.write_to(cell, right - GAP, base, SIZE, INK)
            continue
        start = left
        if colour := marks.get(cell):
            page.canvas.setFillColor(ink(colour))
            page.canvas.rect(left, base - 0.5, MARK, MARK, stroke=0, fill=1)
            start += MARK + 4
        page.write(cell, start, base, SIZE, INK)
    page.down(ROW)
    page.rule(page.y, RULE, 0.4)

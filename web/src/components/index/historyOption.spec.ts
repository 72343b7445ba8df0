import { describe, expect, it } from 'vitest'
import type { Reading, SessionDifference } from '@/api/contract'
import { use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { aDifference } from '@/testing/builders'
import { init } from './echarts'
import { historyOption, linePoints, lonePoints, type ChartLook } from './historyOption'
import { LEVELS } from './level'

const reading = (date: string, value: number | null): Reading => ({
  date,
  value,
  level: value === null ? null : 'NEUTRAL',
  coverage: value === null ? 0.3 : 1,
  jobId: 'J1',
  inputHash: 'h',
  withheldReason: value === null ? 'coverage' : null,
})

const look = { levels: {}, text: '', line: '', accent: '', coverage: '', filler: '' } as unknown as ChartLook
const names = Object.fromEntries(LEVELS.map((level) => [level, level])) as never
const given = { bounds: [25, 45, 55, 75], from: null, levelNames: names, wide: true }
const optionOf = (items: Reading[], selected: string | null = null, beside: SessionDifference[] | null = null) =>
  historyOption({ ...given, items, selected, beside }, look) as {
    series: {
      data: unknown[]
      connectNulls?: boolean
      sampling?: string
      markLine?: { data: unknown[] }
      markArea?: { data: unknown[] }
    }[]
    visualMap: { pieces: { gt?: number; gte?: number; lte: number }[] }
  }

/** Moment and value of what ECharts draws of the first line, 800 pixels wide; NaN breaks it. */
function drawn(items: Reading[], start: number, end: number): [number, number][] {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 918, height: 500 })
  chart.setOption(optionOf(items))
  chart.dispatchAction({ type: 'dataZoom', dataZoomIndex: 0, start, end })
  const inner = chart as unknown as { getModel(): { getSeriesByIndex(at: number): { getData(): Drawn } } }
  const data = inner.getModel().getSeriesByIndex(0).getData()
  const rows = Array.from({ length: data.count() }, (_, at): [number, number] => [data.get('x', at), data.get('y', at)])
  chart.dispose()
  return rows
}

interface Drawn {
  count(): number
  get(dimension: string, at: number): number
}

use(SVGRenderer)

describe('the history chart', () => {
  it('keeps a withheld session as a gap and never connects across it', () => {
    const { series } = optionOf([reading('2020-01-02', 40), reading('2020-01-03', null), reading('2020-01-06', 60)])
    expect(series[0]!.data).toEqual([
      ['2020-01-02', 40],
      ['2020-01-03', null],
      ['2020-01-06', 60],
    ])
    expect(series[0]!.connectNulls).toBe(false)
  })

  it.each([
    [0, 100],
    [40, 70],
  ])('draws less than all sessions of 33 years from %i to %i %%, with their extremes and no line across a gap', (start, end) => {
    const items = Array.from({ length: 8_000 }, (_, at) => {
      const day = new Date(Date.UTC(1990, 0, 1) + at * 1.5 * 86_400_000).toISOString().slice(0, 10)
      return reading(day, at > 3_900 && at < 3_960 ? null : at === 5_003 ? 99 : at === 5_009 ? 1 : 50 + (at % 7))
    })
    const rows = drawn(items, start, end)
    const values = rows.flatMap(([, value]) => (Number.isNaN(value) ? [] : [value]))
    expect(rows.length).toBeLessThan(3_200)
    expect([Math.min(...values), Math.max(...values)]).toEqual([1, 99])
    const [before, after] = [Date.parse(items[3_900]!.date), Date.parse(items[3_960]!.date)]
    expect(rows.some(([at, value]) => at > before && at < after && Number.isNaN(value))).toBe(true)
    expect(rows.every(([at, value]) => at <= before || at >= after || Number.isNaN(value))).toBe(true)
  })

  it('breaks the line where no session is known for more than 14 days', () => {
    const points = linePoints([reading('2003-01-30', 40), reading('2003-09-01', 60)], 'value')
    expect(points).toEqual([
      ['2003-01-30', 40],
      ['2003-01-31', null],
      ['2003-09-01', 60],
    ])
  })

  it('does not break over the longest holidays', () => {
    expect(linePoints([reading('2017-09-29', 40), reading('2017-10-10', 60)], 'value')).toHaveLength(2)
  })

  it('draws a value between two gaps as a dot', () => {
    expect(
      lonePoints([
        ['a', null],
        ['b', 5],
        ['c', null],
        ['d', 6],
        ['e', 7],
      ]),
    ).toEqual([['b', 5]])
  })

  it('paints five bands whose upper bounds belong to the band below', () => {
    const { series, visualMap } = optionOf([reading('2020-01-02', 40)])
    expect(series[0]!.markArea!.data).toHaveLength(5)
    expect(visualMap.pieces.map(({ lte }) => lte)).toEqual([25, 45, 55, 75, 100])
    expect(visualMap.pieces[1]).toMatchObject({ gt: 25, lte: 45 })
  })

  it('draws another index beside it, shaded where both have a value', () => {
    const [both, alone] = [aDifference().items[0]!, { ...aDifference().items[0]!, date: '2008-06-02', old: null }]
    const { series } = optionOf([reading('2008-05-30', 43)], null, [both, alone])
    const [floor, above, below, line] = series.slice(3).map(({ data }) => data)
    expect([floor, above, below]).toEqual([
      [['2008-05-30', 43], ['2008-06-02', null]],
      [['2008-05-30', expect.closeTo(32.9)], ['2008-06-02', null]],
      [['2008-05-30', 0], ['2008-06-02', null]],
    ])
    expect(line).toEqual([['2008-05-30', 75.9], ['2008-06-02', 75.9]])
    expect(optionOf([reading('2008-05-30', 43)]).series).toHaveLength(3)
  })

  it('marks the chosen session only when there is one', () => {
    expect(optionOf([reading('2020-01-02', 40)], '2020-01-02').series[0]!.markLine!.data).toEqual([
      { xAxis: '2020-01-02' },
    ])
    expect(optionOf([reading('2020-01-02', 40)]).series[0]!.markLine!.data).toEqual([])
  })
})

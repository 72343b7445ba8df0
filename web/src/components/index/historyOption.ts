import type { EChartsCoreOption } from 'echarts/core'
import type { Level, Reading } from '@/api/contract'
import { bandsOf } from './level'

export interface ChartLook {
  levels: Record<Level, string>
  text: string
  line: string
  accent: string
  coverage: string
  locale: string
}

export interface ChartInput {
  items: readonly Reading[]
  bounds: readonly number[]
  selected: string | null
  from: string | null
  levelNames: Record<Level, string>
  coverageName: string
}

type Point = [date: string, value: number | null]

const LONGEST_CLOSURE_DAYS = 14
const DAY_MS = 86_400_000

const daysBetween = (first: string, second: string) => (Date.parse(second) - Date.parse(first)) / DAY_MS

/** The line's points: withheld sessions are null, and so is a point inside every stretch of more than 14 days without
 * sessions, so that nothing is drawn across what is not known. */
export function linePoints(items: readonly Reading[]): Point[] {
  return items.flatMap((item, index): Point[] => {
    const before = items[index - 1]
    const point: Point = [item.date, item.value]
    const hole = before !== undefined && daysBetween(before.date, item.date) > LONGEST_CLOSURE_DAYS
    return hole ? [[dayAfter(before.date), null], point] : [point]
  })
}

const dayAfter = (date: string) => new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10)

/** Values with nothing on either side; a line cannot show them, so they are drawn as dots. */
export function lonePoints(points: readonly Point[]): Point[] {
  const absent = (point: Point | undefined) => point === undefined || point[1] === null
  return points.filter((point, at) => !absent(point) && absent(points[at - 1]) && absent(points[at + 1]))
}

const pieces = (input: ChartInput, look: ChartLook) =>
  bandsOf(input.bounds).map(({ level, from, to }, index) => ({
    ...(index === 0 ? { gte: from } : { gt: from }),
    lte: to,
    color: look.levels[level],
  }))

const bandAreas = (input: ChartInput, look: ChartLook) =>
  bandsOf(input.bounds).map(({ level, from, to }) => [
    {
      yAxis: from,
      itemStyle: { color: look.levels[level], opacity: 0.1 },
      label: { show: true, formatter: input.levelNames[level], position: 'insideTopLeft', color: look.levels[level] },
    },
    { yAxis: to },
  ])

function axes(input: ChartInput, look: ChartLook) {
  const time = { type: 'time', axisLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.text, hideOverlap: true } }
  const hidden = { axisLabel: { show: false }, axisTick: { show: false } }
  const value = { type: 'value', splitLine: { show: false }, axisLabel: { color: look.text } }
  return {
    xAxis: [
      { ...time, ...hidden, gridIndex: 0 },
      { ...time, gridIndex: 1 },
    ],
    yAxis: [
      { ...value, gridIndex: 0, min: 0, max: 100, axisLabel: { color: look.text, customValues: [0, ...input.bounds, 100] } },
      { ...value, ...hidden, gridIndex: 1, min: 0, max: 1, name: input.coverageName, nameLocation: 'middle', nameGap: 8, nameRotate: 0, nameTextStyle: { color: look.text, align: 'right', fontSize: 10 } },
    ],
  }
}

function series(input: ChartInput, look: ChartLook) {
  const points = linePoints(input.items)
  const chosen = input.selected ? [{ xAxis: input.selected }] : []
  const mark = { symbol: 'none', silent: true, animation: false, label: { show: false }, lineStyle: { color: look.accent, type: 'solid', width: 1 } }
  return [
    {
      type: 'line',
      data: points,
      connectNulls: false,
      sampling: 'lttb',
      showSymbol: false,
      lineStyle: { width: 1.6 },
      emphasis: { disabled: true },
      markArea: { silent: true, animation: false, data: bandAreas(input, look) },
      markLine: { ...mark, data: chosen },
    },
    { type: 'scatter', data: lonePoints(points), symbolSize: 4, silent: true },
    {
      type: 'line',
      xAxisIndex: 1,
      yAxisIndex: 1,
      step: 'middle',
      data: input.items.map((item) => [item.date, item.coverage]),
      sampling: 'min',
      showSymbol: false,
      lineStyle: { width: 0 },
      areaStyle: { color: look.coverage, opacity: 0.55 },
      emphasis: { disabled: true },
    },
  ]
}

/** ECharts option of an index history; never connects nulls, keeps its gaps under sampling and starts at `from`. */
export function historyOption(input: ChartInput, look: ChartLook): EChartsCoreOption {
  return {
    animation: false,
    grid: [
      { left: 40, right: 12, top: 8, bottom: 118 },
      { left: 40, right: 12, height: 18, bottom: 88 },
    ],
    ...axes(input, look),
    axisPointer: { show: true, triggerOn: 'mousemove|click', snap: true, link: [{ xAxisIndex: 'all' }], label: { show: false }, lineStyle: { color: look.text } },
    visualMap: { show: false, type: 'piecewise', dimension: 1, seriesIndex: [0, 1], pieces: pieces(input, look), outOfRange: { color: look.text } },
    dataZoom: [
      { type: 'inside', xAxisIndex: [0, 1], startValue: input.from ?? undefined, end: 100, zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true, preventDefaultMouseMove: false },
      { type: 'slider', xAxisIndex: [0, 1], startValue: input.from ?? undefined, end: 100, height: 36, bottom: 12, left: 40, right: 12, borderColor: look.line, textStyle: { color: look.text }, brushSelect: false },
    ],
    series: series(input, look),
  }
}

import type { EChartsCoreOption } from 'echarts/core'
import type { Level, Reading, SessionDifference } from '@/api/contract'
import { shades } from '@/components/diff/differenceOption'
import { bandsOf } from './level'

export interface ChartLook {
  levels: Record<Level, string>
  text: string
  line: string
  accent: string
  coverage: string
  filler: string
}

export interface ChartInput {
  items: readonly Reading[]
  bounds: readonly number[]
  selected: string | null
  from: string | null
  levelNames: Record<Level, string>
  wide: boolean
  /** The sessions that another index has, too; null when there is none beside it. */
  beside: readonly SessionDifference[] | null
}

type Point = [date: string, value: number | null]

const LONGEST_CLOSURE_DAYS = 14
const DAY_MS = 86_400_000

const daysBetween = (first: string, second: string) => (Date.parse(second) - Date.parse(first)) / DAY_MS

/** The points of a line: withheld sessions are null, and so is a point inside every stretch of more than 14 days
 * without sessions, so that nothing is drawn across what is not known. */
export function linePoints(items: readonly Reading[], field: 'value' | 'coverage'): Point[] {
  return items.flatMap((item, index): Point[] => {
    const before = items[index - 1]
    const point: Point = [item.date, item[field]]
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
      label: { show: input.wide, formatter: input.levelNames[level], position: 'right', color: look.text },
    },
    { yAxis: to },
  ])

function axes(input: ChartInput, look: ChartLook) {
  const axisLine = { lineStyle: { color: look.line } }
  const formatter = { year: '{yyyy}', month: '{yyyy}-{MM}', day: '{MM}-{dd}' }
  const time = { type: 'time', axisLine, axisLabel: { color: look.text, hideOverlap: true, formatter } }
  const hidden = { axisLabel: { show: false }, axisTick: { show: false } }
  const edges = [0, ...input.bounds, 100]
  const value = { type: 'value', splitLine: { show: false }, axisLabel: { color: look.text } }
  return {
    xAxis: [
      { ...time, ...hidden, gridIndex: 0 },
      { ...time, gridIndex: 1 },
    ],
    yAxis: [
      { ...value, gridIndex: 0, min: 0, max: 100, axisLabel: { color: look.text, customValues: edges } },
      { ...value, ...hidden, gridIndex: 1, min: 0, max: 1 },
    ],
  }
}

function series(input: ChartInput, look: ChartLook) {
  const points = linePoints(input.items, 'value')
  const chosen = input.selected ? [{ xAxis: input.selected }] : []
  const lineStyle = { color: look.accent, type: 'solid', width: 1 }
  const mark = { symbol: 'none', silent: true, animation: false, label: { show: false }, lineStyle }
  return [
    {
      type: 'line',
      sampling: 'minmax',
      data: points,
      connectNulls: false,
      showSymbol: false,
      lineStyle: { width: 1.2 },
      emphasis: { disabled: true },
      markArea: { silent: true, animation: false, data: bandAreas(input, look) },
      markLine: { ...mark, data: chosen },
    },
    { type: 'scatter', data: lonePoints(points), symbolSize: 4, silent: true },
    {
      type: 'line',
      sampling: 'minmax',
      xAxisIndex: 1,
      yAxisIndex: 1,
      step: 'middle',
      data: linePoints(input.items, 'coverage'),
      connectNulls: false,
      showSymbol: false,
      lineStyle: { width: 0 },
      areaStyle: { color: look.coverage, opacity: 0.55 },
      emphasis: { disabled: true },
    },
  ]
}

function besideSeries(beside: readonly SessionDifference[], look: ChartLook) {
  const line = { type: 'line', sampling: 'minmax', connectNulls: false, showSymbol: false, silent: true, emphasis: { disabled: true } }
  const { floor, above, below } = shades(beside)
  const shade = (data: unknown[], color: string, opacity: number) => ({
    ...line,
    data,
    stack: 'beside',
    lineStyle: { width: 0 },
    areaStyle: { color, opacity },
  })
  return [
    shade(floor, look.line, 0),
    shade(above, look.levels.GREED, 0.4),
    shade(below, look.levels.FEAR, 0.4),
    { ...line, data: beside.map(({ date, new: now }) => [date, now]), lineStyle: { color: look.accent, width: 1, opacity: 0.8 } },
  ]
}

function zooms(input: ChartInput, look: ChartLook, sides: object) {
  const both = { xAxisIndex: [0, 1], throttle: 30, startValue: input.from ?? undefined, end: 100 }
  const handle = { color: look.line, borderColor: look.text }
  return [
    { ...both, type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true, preventDefaultMouseMove: false },
    {
      ...both,
      ...sides,
      type: 'slider',
      height: 34,
      bottom: 8,
      brushSelect: false,
      borderColor: look.line,
      fillerColor: look.filler,
      handleStyle: handle,
      moveHandleStyle: handle,
      emphasis: { handleStyle: handle, moveHandleStyle: handle },
      dataBackground: { lineStyle: { color: look.text, opacity: 0.5 }, areaStyle: { opacity: 0 } },
      selectedDataBackground: { lineStyle: { color: look.text, opacity: 0.9 }, areaStyle: { opacity: 0 } },
      textStyle: { color: look.text },
    },
  ]
}

/** ECharts option of an index history that starts at `from` and never connects nulls. Where
 * several sessions share a pixel their least and greatest are drawn (minmax), and a gap of two pixels stays one. ECharts'
 * lttb would not do: once zoomed in it takes wrong rows beside nulls and draws lines across them. */
export function historyOption(input: ChartInput, look: ChartLook): EChartsCoreOption {
  const sides = { left: 34, right: input.wide ? 84 : 8 }
  return {
    animation: false,
    grid: [
      { ...sides, top: 8, bottom: 106 },
      { ...sides, height: 18, bottom: 76 },
    ],
    ...axes(input, look),
    axisPointer: {
      show: true,
      triggerOn: 'mousemove|click',
      link: [{ xAxisIndex: 'all' }],
      label: { show: false },
      lineStyle: { color: look.text },
    },
    visualMap: {
      show: false,
      type: 'piecewise',
      dimension: 1,
      seriesIndex: [0, 1],
      pieces: pieces(input, look),
      outOfRange: { color: look.text },
    },
    dataZoom: zooms(input, look, sides),
    series: input.beside ? [...series(input, look), ...besideSeries(input.beside, look)] : series(input, look),
  }
}

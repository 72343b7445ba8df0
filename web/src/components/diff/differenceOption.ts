import type { EChartsCoreOption } from 'echarts/core'
import type { SessionDifference } from '@/api/contract'
import type { ChartLook } from '@/components/index/historyOption'

export interface DifferenceInput {
  items: readonly SessionDifference[]
  bounds: readonly number[]
  /** The chart opens with a year on either side of this session; with all of them when it is null. */
  around: string | null
  names: { old: string; new: string }
}

/** Three stacked columns that shade between two lines: an unseen floor (the lower of both), then what the new value is
 * above it, then what it is below. All null where either value is missing, so nothing is shaded there. */
export function shades(items: readonly SessionDifference[]) {
  const both = (item: SessionDifference) => item.old != null && item.new != null
  const column = (of: (old: number, now: number) => number) =>
    items.map((item) => [item.date, both(item) ? of(item.old!, item.new!) : null])
  return {
    floor: column(Math.min),
    above: column((old, now) => Math.max(0, now - old)),
    below: column((old, now) => Math.max(0, old - now)),
  }
}

const YEAR_MS = 365 * 86_400_000

function opening(session: string | null) {
  if (session === null) return {}
  const at = Date.parse(session)
  return { startValue: at - YEAR_MS, endValue: at + YEAR_MS }
}

const line = (name: string, data: unknown[], color: string, width: number, type: 'solid' | 'dashed') => ({
  name,
  type: 'line',
  data,
  showSymbol: false,
  connectNulls: false,
  lineStyle: { color, width, type },
  itemStyle: { color },
  emphasis: { disabled: true },
})

const shade = (data: unknown[], color: string, opacity: number) => ({
  ...line('', data, color, 0, 'solid'),
  stack: 'shade',
  silent: true,
  areaStyle: { color, opacity },
})

/** ECharts option of both lines with the difference shaded: blue where the new value is greedier, orange where more
 * fearful. */
export function differenceOption({ items, bounds, around, names }: DifferenceInput, look: ChartLook): EChartsCoreOption {
  const { floor, above, below } = shades(items)
  const axisLine = { lineStyle: { color: look.line } }
  const formatter = { year: '{yyyy}', month: '{yyyy}-{MM}', day: '{MM}-{dd}' }
  const axisLabel = { color: look.text }
  return {
    animation: false,
    grid: { left: 34, right: 12, top: 8, bottom: 76 },
    xAxis: { type: 'time', axisLine, axisLabel: { ...axisLabel, hideOverlap: true, formatter } },
    yAxis: {
      type: 'value',
      min: 0,
      max: 100,
      axisLabel: { ...axisLabel, customValues: [0, ...bounds, 100] },
      splitLine: { show: false },
    },
    axisPointer: { show: true, label: { show: false }, lineStyle: { color: look.text } },
    dataZoom: [
      { ...opening(around), type: 'inside', zoomOnMouseWheel: 'ctrl', preventDefaultMouseMove: false },
      {
        ...opening(around),
        type: 'slider',
        height: 30,
        bottom: 8,
        brushSelect: false,
        borderColor: look.line,
        fillerColor: look.filler,
        handleStyle: { color: look.line, borderColor: look.text },
        textStyle: axisLabel,
      },
    ],
    series: [
      shade(floor, look.line, 0),
      shade(above, look.levels.GREED, 0.45),
      shade(below, look.levels.FEAR, 0.45),
      line(names.old, items.map(({ date, old }) => [date, old]), look.text, 1, 'solid'),
      line(names.new, items.map(({ date, new: now }) => [date, now]), look.accent, 1.3, 'solid'),
    ],
  }
}

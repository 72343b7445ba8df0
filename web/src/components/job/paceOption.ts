import type { EChartsCoreOption } from 'echarts/core'
import type { ChartLook } from '@/components/index/historyOption'
import type { JobPace } from './jobPace'

const MIB = 1024 ** 2

interface Words {
  rate: (perSecond: number) => string
  span: (seconds: number) => string
  mebibytes: (n: number) => string
}

const line = (data: unknown[], color: string, opacity: number) => ({
  type: 'line',
  data,
  showSymbol: data.length === 1,
  lineStyle: { color, width: 1.4 },
  itemStyle: { color },
  areaStyle: { color, opacity },
  emphasis: { disabled: true },
})

/** ECharts option of two charts over running time: items per second above, and memory of the worker below where any was
 * recorded. A line stands where an attempt after the first began. */
export function paceOption({ pace, memory, length, again }: JobPace, look: ChartLook, words: Words): EChartsCoreOption {
  const both = memory.length > 0
  const axisLine = { lineStyle: { color: look.line } }
  const label = { color: look.text, hideOverlap: true }
  const time = { type: 'value', min: 0, max: length, axisLine, splitLine: { show: false } }
  const value = { type: 'value', min: 0, splitNumber: 3, splitLine: { lineStyle: { color: look.line, opacity: 0.5 } } }
  const spans = { ...label, showMaxLabel: true, alignMaxLabel: 'right', formatter: words.span }
  const marks = {
    symbol: 'none',
    silent: true,
    label: { show: false },
    lineStyle: { color: look.text, type: 'dashed', width: 1 },
    data: again.map((xAxis) => ({ xAxis })),
  }
  const sides = { left: 72, right: 14 }
  const upper = { ...line(pace.map((one) => [one.second, one.perSecond]), look.levels.GREED, 0.25), step: 'end' }
  const lower = line(memory.map((one) => [one.second, one.bytes / MIB]), look.text, 0.15)
  return {
    animation: false,
    grid: both
      ? [
          { ...sides, top: 10, height: 104 },
          { ...sides, top: 148, bottom: 34 },
        ]
      : [{ ...sides, top: 10, bottom: 34 }],
    axisPointer: { show: true, link: [{ xAxisIndex: 'all' }], label: { show: false }, lineStyle: { color: look.text } },
    xAxis: [
      { ...time, gridIndex: 0, axisLabel: both ? { show: false } : spans },
      ...(both ? [{ ...time, gridIndex: 1, axisLabel: spans }] : []),
    ],
    yAxis: [
      { ...value, gridIndex: 0, axisLabel: { ...label, formatter: words.rate } },
      ...(both ? [{ ...value, gridIndex: 1, axisLabel: { ...label, formatter: words.mebibytes } }] : []),
    ],
    series: [
      { ...upper, markLine: marks },
      ...(both ? [{ ...lower, xAxisIndex: 1, yAxisIndex: 1, markLine: marks }] : []),
    ],
  }
}

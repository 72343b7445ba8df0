import { onScopeDispose, ref, type Ref } from 'vue'
import type { Level } from '@/api/contract'
import type { ChartLook } from './historyOption'
import { LEVEL, LEVELS } from './level'

function read(): ChartLook {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const dark = document.documentElement.classList.contains('dark')
  return {
    levels: Object.fromEntries(LEVELS.map((level) => [level, colour(LEVEL[level].variable)])) as Record<Level, string>,
    text: dark ? '#94a3b8' : '#64748b',
    line: dark ? '#334155' : '#cbd5e1',
    accent: dark ? '#f8fafc' : '#0f172a',
    coverage: dark ? '#475569' : '#94a3b8',
    filler: dark ? 'rgba(148, 163, 184, 0.14)' : 'rgba(100, 116, 139, 0.1)',
  }
}

/** Colours for the canvas, which knows no CSS variables; renewed when the page turns light or dark. */
export function useChartLook(): Ref<ChartLook> {
  const look = ref(read())
  const observer = new MutationObserver(() => (look.value = read()))
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] })
  onScopeDispose(() => observer.disconnect())
  return look
}

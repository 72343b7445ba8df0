import type { ComponentReading } from '@/api/contract'

export type ComponentState = 'missing' | 'carried' | 'proxy' | 'observed'

export const COMPONENT_STATE = {
  missing: { color: 'neutral', icon: 'i-lucide-circle-slash' },
  carried: { color: 'warning', icon: 'i-lucide-history' },
  proxy: { color: 'info', icon: 'i-lucide-replace' },
  observed: { color: 'neutral', icon: 'i-lucide-circle-check' },
} as const satisfies Record<ComponentState, { color: string; icon: string }>

/** How far a component's score is of this very session: not there, carried from an earlier row, a stand-in, or real. */
export function componentState(component: ComponentReading): ComponentState {
  if (component.score == null) return 'missing'
  if (component.imputed > 0) return 'carried'
  return component.source?.startsWith('proxy') ? 'proxy' : 'observed'
}

/** What stands in for the real input, in the definition's own words; null when nothing does. */
export const proxyNote = (component: ComponentReading): string | null =>
  component.source?.startsWith('proxy') ? component.source.replace(/^proxy:?\s*/, '') || null : null

/** A component's wire name as words, for definitions whose names the page does not know: `netFlows` -> `Net flows`. */
export function wordsOf(name: string): string {
  const words = name
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

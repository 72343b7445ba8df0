import type { Level } from '@/api/contract'
import { LEVEL } from '@/components/index/level'
import type { Day, DayState } from './year'

/** A sign beside the colour, so that no state is told by colour alone. */
export const MARK = {
  failed: '×',
  missing: '+',
  stale: '!',
  withheld: '–',
  revised: 'R',
  verified: '✓',
  published: '',
  none: '',
} as const satisfies Record<DayState, string>

const FILL = {
  failed: 'border-2 border-error bg-error/15 font-bold text-highlighted',
  missing: 'border border-dashed border-primary text-primary',
  stale: 'border border-warning bg-warning/20 font-bold text-highlighted',
  withheld: 'bg-accented text-default',
  revised: 'bg-level-neutral text-black',
  verified: 'bg-level-neutral text-black',
  published: '',
  none: 'bg-elevated/60',
} as const satisfies Record<DayState, string>

/** What can be read on the colour of a level. */
const ON = {
  EXTREME_FEAR: 'text-white dark:text-black',
  FEAR: 'text-black',
  NEUTRAL: 'text-black',
  GREED: 'text-black',
  EXTREME_GREED: 'text-white dark:text-black',
} as const satisfies Record<Level, string>

/** Classes of a day's cell in a state: the colour of its level where its value is good, else of the state. */
export const dayLook = (state: DayState, level: Level | null): string =>
  level && (state === 'published' || state === 'revised' || state === 'verified')
    ? `${LEVEL[level].fill} ${ON[level]}`
    : FILL[state]

/** The state that a cell shows: that which is looked for, when the day is in it; null when it is not. */
export const shownState = ({ state, states }: Day, wanted: DayState | null): DayState | null =>
  wanted === null ? state : states.some((held) => held === wanted) ? wanted : null

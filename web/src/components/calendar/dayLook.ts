import { LEVEL } from '@/components/index/level'
import type { Day, DayState } from './year'

/** A sign beside the colour, so that no state is told by colour alone. */
export const MARK = { published: '', withheld: '–', missing: '+', stale: '!', none: '' } as const satisfies Record<
  DayState,
  string
>

const FILL = {
  published: '',
  withheld: 'bg-accented text-default',
  missing: 'border border-dashed border-primary text-primary',
  stale: 'bg-warning/20 text-highlighted border border-warning',
  none: 'bg-elevated/60',
} as const satisfies Record<DayState, string>

/** Classes of a day's cell: the colour of its level when it is published, else of its state. */
export const DAY_LOOK = ({ state, level }: Day): string =>
  state === 'published' && level ? LEVEL[level].fill : FILL[state]

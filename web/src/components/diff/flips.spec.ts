import { expect, it } from 'vitest'
import { flipSquare } from './flips'

it('has a cell for every pair of levels, and counts where nothing was told as none', () => {
  const square = flipSquare([{ old: 'FEAR', new: 'GREED', sessions: 3 }])
  expect(square).toHaveLength(5)
  expect(square.map(({ cells }) => cells.length)).toEqual([5, 5, 5, 5, 5])
  expect(square[1]!.cells.map(({ sessions }) => sessions)).toEqual([0, 0, 0, 3, 0])
})

it('shows sessions without value only when there are some', () => {
  const square = flipSquare([{ old: 'NONE', new: 'FEAR', sessions: 2 }])
  expect(square.at(-1)).toMatchObject({ old: 'NONE' })
  expect(square.at(-1)!.cells[1]).toMatchObject({ sessions: 2, share: 1, same: false })
})

it('marks what kept its level', () => {
  const [row] = flipSquare([
    { old: 'EXTREME_FEAR', new: 'EXTREME_FEAR', sessions: 3 },
    { old: 'EXTREME_FEAR', new: 'FEAR', sessions: 1 },
  ])
  expect(row!.cells.map(({ same }) => same)).toEqual([true, false, false, false, false])
  expect(row!.cells.map(({ share }) => share)).toEqual([0.75, 0.25, 0, 0, 0])
})

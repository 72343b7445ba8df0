import { expect, it } from 'vitest'
import { aDifference } from '@/testing/builders'
import { shades } from './differenceOption'

const [row] = aDifference().items
const of = (old: number | null, now: number | null) => shades([{ ...row!, old, new: now }])
const values = ({ floor, above, below }: ReturnType<typeof shades>) => [floor, above, below].map((column) => column[0]![1])

it('a greedier value is shaded above the old one', () => {
  expect(values(of(40, 55))).toEqual([40, 15, 0])
})

it('a more fearful value is shaded below the old one', () => {
  expect(values(of(40, 25))).toEqual([25, 0, 15])
})

it('a session without one of the values is not shaded', () => {
  expect(values(of(null, 25))).toEqual([null, null, null])
  expect(values(of(40, null))).toEqual([null, null, null])
})

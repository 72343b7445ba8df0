import { describe, expect, it } from 'vitest'
import en from './en.json'
import ko from './ko.json'

type Tree = { [name: string]: string | Tree }

function leaves(tree: Tree, path = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [[path + name, value] as [string, string]] : leaves(value, `${path}${name}/`),
  )
}

const blanks = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

describe('the two languages', () => {
  const korean = new Map(leaves(ko))
  const english = new Map(leaves(en))

  it('have the same keys', () => {
    expect([...english.keys()].sort()).toEqual([...korean.keys()].sort())
  })

  it('fill the same blanks', () => {
    for (const [key, text] of english) expect([key, blanks(text)]).toEqual([key, blanks(korean.get(key) ?? '')])
  })

  it('leave no text empty', () => {
    for (const [key, text] of [...korean, ...english]) expect(text.trim(), key).not.toBe('')
  })
})

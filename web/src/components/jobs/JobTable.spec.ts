import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useJobsStore } from '@/stores/jobs'
import { aJob } from '@/testing/builders'
import { mountPage } from '@/testing/mountPage'
import JobTable from './JobTable.vue'

type Seen = (entries: { isIntersecting: boolean; boundingClientRect: { height: number } }[]) => void

let tell = new Map<Element, Seen>()

class FakeObserver {
  constructor(private seen: Seen) {}
  observe = (element: Element) => void tell.set(element, this.seen)
  unobserve = (element: Element) => void tell.delete(element)
  disconnect() {}
}

beforeEach(() => {
  tell = new Map()
  vi.stubGlobal('IntersectionObserver', FakeObserver)
})
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

async function tableOf(count: number) {
  const ids = Array.from({ length: count }, (_, at) => `J${at}`)
  const mounted = await mountPage(JobTable, { props: { ids: [], total: count, loading: false } })
  useJobsStore().remember(ids.map((jobId) => aJob({ jobId })))
  await mounted.wrapper.setProps({ ids })
  const drawn = () => mounted.wrapper.findAll('tr[aria-rowindex]').map((row) => Number(row.attributes('aria-rowindex')))
  const move = async (block: number, isIntersecting: boolean, height = 700) => {
    const body = mounted.wrapper.findAll('tbody')[block]!.element
    tell.get(body)!([{ isIntersecting, boundingClientRect: { height } }])
    await mounted.wrapper.vm.$nextTick()
  }
  return { ...mounted, drawn, move }
}

it('draws the rows that are near and keeps the place of the others', async () => {
  const { wrapper, drawn, move } = await tableOf(45)
  expect(drawn()).toEqual(Array.from({ length: 20 }, (_, at) => at + 2))
  await move(4, true)
  await move(0, false, 812)
  expect([drawn()[0], drawn().at(-1)]).toEqual([12, 46])
  expect(wrapper.findAll('tbody')[0]!.find('td').attributes('style')).toContain('812px')
  expect(wrapper.find('table').attributes('aria-rowcount')).toBe('46')
})

it('does not take away the row that has the focus', async () => {
  const { wrapper, drawn, move } = await tableOf(30)
  wrapper.find<HTMLElement>('[data-row]').element.focus()
  await move(0, false)
  expect(drawn()[0]).toBe(2)
})

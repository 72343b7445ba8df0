import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Role } from '@/api/accessContract'
import { ApiProblem } from '@/api/problem'
import { useJobsStore } from '@/stores/jobs'
import { useSessionStore } from '@/stores/session'
import { aJob, aReport } from '@/testing/builders'
import { buttonIn } from '@/testing/dialog'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import ReportsView from './ReportsView.vue'

afterEach(() => void (document.body.innerHTML = ''))

async function reportsAt(at = '/reports', change: Partial<FakeApi> = {}) {
  const api = Object.assign(new FakeApi(), { reportList: [aReport()] }, change)
  return mountPage(ReportsView, { api, at })
}

describe('the reports', () => {
  it('a row says what the file is about, how large it is and which job wrote it', async () => {
    const { wrapper } = await reportsAt()
    const row = wrapper.find('tbody tr')
    for (const text of ['2020-02', 'US', 'us', 'PDF', 'English', '2.0 KiB', 'Jan 5, 2026']) expect(row.text()).toContain(text)
    expect(row.find('a').attributes('href')).toBe('/jobs/01JOB')
    expect(wrapper.text()).toContain('1 file · 2.0 KiB')
  })

  it('a file of which nothing is known is told by its name', async () => {
    const unknown = { market: null, definition: null, period: null, language: null }
    const { wrapper } = await reportsAt('/reports', { reportList: [aReport({ ...unknown, name: 'old.pdf' })] })
    expect(wrapper.find('tbody tr p').text()).toBe('old.pdf')
  })

  it('asks for what the address says, and for nothing that does not exist', async () => {
    const { api } = await reportsAt('/reports?market=US&definition=us&format=PDF&language=fr&q=2020&job=01JOB&sort=-size')
    expect(api.asked.reports).toEqual([
      expect.objectContaining({ market: 'US', definition: 'us', format: ['PDF'], jobId: '01JOB', q: '2020', sort: '-size' }),
    ])
    expect(api.asked.reports[0]!.language).toBeUndefined()
  })

  it('puts what is typed into the address, from the first page on', async () => {
    const { wrapper, router } = await reportsAt('/reports?cursor=50&sort=period')
    await wrapper.find('input[type=search]').setValue('2020-03')
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ q: '2020-03', sort: 'period' })
  })

  it('goes to the next page and back', async () => {
    const reportList = Array.from({ length: 60 }, (_, at) => aReport({ name: `${at}.pdf` }))
    const { wrapper, router } = await reportsAt('/reports', { reportList })
    buttonIn(wrapper.element.parentElement!, 'Next').click()
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ cursor: '50' })
    expect(wrapper.findAll('tbody tr')).toHaveLength(10)
    buttonIn(wrapper.element.parentElement!, 'Previous').click()
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({})
  })

  it('downloads the file of a row, or all files of its job', async () => {
    await reportsAt()
    const names: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      names.push(this.download)
    })
    for (const name of ['Download 1-US-us-2020-02-en.pdf', 'Download all files of job 01JOB as zip']) {
      buttonIn(document.body, name).click()
      await flushPromises()
    }
    expect(names).toEqual(['1-US-us-2020-02-en.pdf', 'reports-01JOB.zip'])
  })

  it('a download that fails says why and keeps the list', async () => {
    const damaged = new ApiProblem(500, 'artefact-damaged', 'Damaged', 'It is not what the job wrote.', null)
    const { wrapper } = await reportsAt('/reports', { artefact: () => Promise.reject(damaged) })
    buttonIn(document.body, 'Download 1-US-us-2020-02-en.pdf').click()
    await flushPromises()
    expect(wrapper.find('[role=alert]').text()).toContain('It is not what the job wrote.')
    expect(wrapper.findAll('tbody tr')).toHaveLength(1)
  })

  it('looks again when a job ends', async () => {
    const { api } = await reportsAt()
    useJobsStore().applyChanges([aJob({ status: 'COMPLETED' })])
    await vi.waitFor(() => expect(api.asked.reports).toHaveLength(2))
  })

  it('an empty house teaches the command, an empty search offers to clear the filters', async () => {
    const house = await reportsAt('/reports', { reportList: [] })
    expect(house.wrapper.find('code').text()).toContain('dart-batch report')
    const search = await reportsAt('/reports?market=US', { reportList: [] })
    expect(search.wrapper.find('code').exists()).toBe(false)
    expect(search.wrapper.text()).toContain('No file matches')
  })

  it('an unreachable server is told apart from an empty list', async () => {
    const { wrapper } = await reportsAt('/reports', { failure: ApiProblem.offline(new TypeError('Failed to fetch')) })
    expect(wrapper.find('[role=alert]').text()).toContain('The server cannot be reached')
    expect(wrapper.text()).not.toContain('No reports yet')
  })

  it('leads those who may to the form for new reports', async () => {
    const { wrapper } = await reportsAt()
    const me = { name: 'ann', entry: 'page', passwordSet: true, expiresAt: null, csrfToken: 't' } as const
    const linksOf = async (role: Role) => {
      useSessionStore().enter({ ...me, role })
      await wrapper.vm.$nextTick()
      const links = wrapper.findAll('a').filter((link) => link.text() === 'Make reports')
      return links.map((link) => link.attributes('href'))
    }
    expect(await linksOf('viewer')).toEqual([])
    expect(await linksOf('operator')).toEqual(['/new?type=BULK_REPORT'])
  })
})

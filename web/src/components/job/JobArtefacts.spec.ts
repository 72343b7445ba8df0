import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { aJob, aReport } from '@/testing/builders'
import { buttonIn } from '@/testing/dialog'
import { FakeApi } from '@/testing/fakeApi'
import { mountPage } from '@/testing/mountPage'
import JobArtefacts from './JobArtefacts.vue'

afterEach(() => void (document.body.innerHTML = ''))

const file = aReport({ name: 'us-2020-01.pdf', sha256: 'abcdef0123456789' })

async function files(api = new FakeApi()) {
  return mountPage(JobArtefacts, { api, props: { job: aJob({ type: 'BULK_REPORT' }) } })
}

it('lists files with size and hash, and downloads one or all of them', async () => {
  const api = new FakeApi()
  api.files = { items: [file], total: 1, size: 2048 }
  const { wrapper } = await files(api)
  for (const text of ['us-2020-01.pdf', '2.0 KiB', 'abcdef012345', 'All 1 as zip']) expect(wrapper.text()).toContain(text)
  const names: string[] = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    names.push(this.download)
  })
  buttonIn(document.body, 'Download us-2020-01.pdf').click()
  await flushPromises()
  buttonIn(document.body, 'All 1 as zip, 2.0 KiB').click()
  await flushPromises()
  expect(names).toEqual(['us-2020-01.pdf', 'reports-01JOB.zip'])
})

it('says that nothing was written yet', async () => {
  expect((await files()).wrapper.text()).toContain('No file was written yet.')
})

import { computed, readonly, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Entry } from '@/api/accessContract'
import { useApi } from '@/api/client'
import { useLoad } from './useLoad'

export const ENTRIES = ['api', 'page', 'cli', 'system'] as const satisfies Entry[]

/** What the address bar narrows the trail to; empty: not narrowed. */
export interface AuditFilters {
  act: string
  actor: string
  subject: string
  entry: string
}

const PAGE_SIZE = 50

/** One page of the trail of who did what, the newest first, as the address bar asks for it. */
export function useTrail() {
  const api = useApi()
  const route = useRoute()
  const router = useRouter()
  const word = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : '')
  const filters = computed<AuditFilters>(() => ({
    act: word('act'),
    actor: word('actor'),
    subject: word('subject'),
    entry: ENTRIES.find((known) => known === word('entry')) ?? '',
  }))
  const place = computed(() => Number(word('before')) || undefined)
  const passed = ref<(number | undefined)[]>([])

  const page = useLoad((signal) => {
    const { act, actor, subject, entry } = filters.value
    const narrowed = { act: act || undefined, actor: actor || undefined, subject: subject || undefined }
    const only = { entry: (entry || undefined) as Entry | undefined }
    return api.trail({ ...narrowed, ...only, limit: PAGE_SIZE, before: place.value }, signal)
  })

  function go(change: Partial<AuditFilters>, before?: number) {
    const words = Object.entries({ ...filters.value, ...change }).filter(([, value]) => value !== '')
    return router.push({ query: { ...Object.fromEntries(words), before } })
  }

  function narrow(change: Partial<AuditFilters>) {
    passed.value = []
    return go(change)
  }

  function next() {
    passed.value.push(place.value)
    return go({}, page.data.value?.nextBefore ?? undefined)
  }

  const previous = () => go({}, passed.value.pop())

  watch([filters, place], page.load, { immediate: true })
  return { ...page, filters, place, passed: readonly(passed), narrow, next, previous }
}

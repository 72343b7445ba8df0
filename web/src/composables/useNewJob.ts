import { computed, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { useApi } from '@/api/client'
import type { IndexSummary } from '@/api/contract'
import type { ApiProblem } from '@/api/problem'
import { weightsOf } from '@/components/newjob/weights'
import { useJobsStore } from '@/stores/jobs'
import { computes, defaultPublish, readDraft, type JobDraft } from './jobDraft'
import { fieldErrors } from './fieldErrors'
import { plannable, wishOf } from './jobWish'
import { useDebounced } from './useDebounced'
import { useLoad } from './useLoad'

const PREVIEW_DELAY_MS = 400

/** The form of a new job with its plan, which follows what is typed. A failed submit loses nothing; when the plan moved
 * meanwhile, it is asked for anew and `moved` says so. */
export function useNewJob() {
  const api = useApi()
  const router = useRouter()
  const store = useJobsStore()
  const draft: JobDraft = reactive(readDraft(useRoute().query, useI18n().locale.value))
  const filled = { from: '', to: '' }
  const moved = ref(false)
  const fresh = ref(false)

  const definitions = useLoad((signal) => api.definitions(signal))
  const published = useLoad(async (signal) => (await api.indices(signal)).items)
  const preview = useLoad(async (signal) => {
    const plan = await api.plan(wishOf(draft, null, UNSAID), signal)
    fresh.value = true
    return plan
  })
  const sending = useLoad(async () => {
    const asked = store.now()
    const job = await api.submit(wishOf(draft, preview.data.value?.planHash ?? null))
    store.applyAnswer([job], asked)
    await router.push({ name: 'job', params: { jobId: job.jobId } })
  })

  const renew = useDebounced(() => void preview.load(), PREVIEW_DELAY_MS)
  const enough = computed(() => plannable(draft))
  const problems = computed(() => [sending.problem.value, preview.problem.value])
  const errorOf = (field: string) => fieldErrors(problems.value, field)

  async function submit() {
    moved.value = false
    await sending.load()
    if (sending.problem.value?.code !== 'stale-plan') return
    moved.value = true
    sending.reset()
    await preview.load()
  }

  watch(() => (enough.value ? JSON.stringify(wishOf(PLANLESS(draft), null, UNSAID)) : null), renewed, { immediate: true })
  watch(() => draft.type, forType)
  watch(
    () => definitions.data.value?.find(({ name }) => name === draft.definition),
    (definition) => definition && (draft.weights = weightsOf(definition.components)),
  )
  watch(
    () => [draft.type, draft.markets.join(), published.data.value, definitions.data.value] as const,
    () => published.data.value && definitions.data.value && fillIn(),
  )

  function renewed(wish: string | null) {
    fresh.value = false
    sending.reset()
    if (wish === null) preview.reset()
    else renew()
  }

  /** A range that was filled in and not typed is filled in anew for another type. */
  function forType() {
    draft.publish = defaultPublish(draft.type)
    if (draft.from === filled.from) draft.from = ''
    if (draft.to === filled.to) draft.to = ''
  }

  function fillIn() {
    draft.markets = draft.markets.length > 0 ? draft.markets : [published.data.value![0]?.market ?? 'KOSPI']
    const ours = published.data.value!.filter(({ market }) => market === draft.markets[0])
    const index = ours.find(({ definition }) => definition === draft.definition) ?? ours[0]
    if (!computes(draft.type)) {
      draft.definition = index?.definition ?? ''
      draft.renameFrom ||= draft.definition
    }
    const named = definitions.data.value!.find(({ name }) => name === draft.markets[0]?.toLowerCase())
    draft.definition ||= index?.definition ?? named?.name ?? definitions.data.value![0]?.name ?? ''
    draft.index = draft.type === 'INDEX_RECALCULATION' ? (index?.definition ?? '') : ''
    if (draft.type !== 'DATA_VALIDATION') fillRange(index)
  }

  function fillRange(index: IndexSummary | undefined) {
    const end = draft.type === 'HISTORICAL_BACKFILL' ? yearsAgo(0) : (index?.last ?? yearsAgo(0))
    if (draft.to === '') draft.to = filled.to = end
    const start = draft.type === 'BULK_REPORT' ? twelveMonths(draft.to) : (index?.first ?? yearsAgo(1))
    if (draft.from === '') draft.from = filled.from = start
  }

  void definitions.load()
  void published.load()
  const loadProblem = computed<ApiProblem | null>(() => definitions.problem.value ?? published.problem.value)
  return { draft, definitions, published, preview, sending, enough, fresh, moved, loadProblem, errorOf, submit }
}

const UNSAID = '?'

/** The draft without what has no part in a plan, so that typing a description asks for no new one. */
const PLANLESS = (draft: JobDraft): JobDraft => ({
  ...draft,
  description: '',
  tags: [],
  priority: 'NORMAL',
  start: true,
  reason: '',
})

function yearsAgo(years: number): string {
  const day = new Date()
  day.setFullYear(day.getFullYear() - years)
  return day.toLocaleDateString('sv')
}

/** The first day of the twelve months that end with the month of `end`. */
function twelveMonths(end: string): string {
  const day = new Date(`${end}T00:00:00`)
  return new Date(day.getFullYear(), day.getMonth() - 11, 1).toLocaleDateString('sv')
}

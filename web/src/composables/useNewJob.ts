import { computed, reactive, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApi } from '@/api/client'
import type { ApiProblem } from '@/api/problem'
import { weightsOf } from '@/components/newjob/weights'
import { useJobsStore } from '@/stores/jobs'
import { defaultPublish, readDraft, wishOf, type JobDraft } from './jobDraft'
import { fieldErrors } from './fieldErrors'
import { useDebounced } from './useDebounced'
import { useLoad } from './useLoad'

const PREVIEW_DELAY_MS = 400

/** The form of a new job with its plan, which follows what is typed. A failed submit loses nothing; when the plan moved
 * meanwhile, it is asked for anew and `moved` says so. */
export function useNewJob() {
  const api = useApi()
  const router = useRouter()
  const store = useJobsStore()
  const draft: JobDraft = reactive(readDraft(useRoute().query))
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
    const job = await api.submit(wishOf(draft, preview.data.value?.planHash ?? null))
    store.applyChanges([job])
    await router.push({ name: 'job', params: { jobId: job.jobId } })
  })

  const renew = useDebounced(() => void preview.load(), PREVIEW_DELAY_MS)
  const ready = computed(() => draft.markets.length > 0 && draft.definition !== '' && !!draft.from && !!draft.to)
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

  watch(() => (ready.value ? JSON.stringify(wishOf(PLANLESS(draft), null, UNSAID)) : null), renewed, { immediate: true })
  watch(() => draft.type, (type) => (draft.publish = defaultPublish(type)))
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
    if (wish !== null) renew()
  }

  function fillIn() {
    draft.markets = draft.markets.length > 0 ? draft.markets : [published.data.value![0]?.market ?? 'KOSPI']
    const ours = published.data.value!.filter(({ market }) => market === draft.markets[0])
    const index = ours.find(({ definition }) => definition === draft.definition) ?? ours[0]
    const named = definitions.data.value!.find(({ name }) => name === draft.markets[0]?.toLowerCase())
    draft.definition ||= index?.definition ?? named?.name ?? definitions.data.value![0]?.name ?? ''
    draft.index = draft.type === 'INDEX_RECALCULATION' ? (index?.definition ?? '') : ''
    draft.from ||= index?.first ?? yearsAgo(1)
    draft.to ||= draft.type === 'INDEX_RECALCULATION' ? (index?.last ?? yearsAgo(0)) : yearsAgo(0)
  }

  void definitions.load()
  void published.load()
  const loadProblem = computed<ApiProblem | null>(() => definitions.problem.value ?? published.problem.value)
  return { draft, definitions, published, preview, sending, fresh, moved, loadProblem, errorOf, submit }
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

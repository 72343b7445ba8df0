import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Comparison } from '@/api/contract'
import { useFormat } from '@/composables/useFormat'

/** What both sides of a comparison are called (a job by the end of its id); empty while there is none. */
export function useSideNames(comparison: Ref<Comparison | null>) {
  const { t } = useI18n()
  const { moment } = useFormat()

  function nameOf(side: Comparison['old'], other: Comparison['old']): string {
    if (side.jobId) return t('compare.side.job', { job: side.jobId.slice(-6) })
    const index = side.definition === other.definition ? '' : side.definition
    const when = side.asOf ? t('compare.side.moment', { moment: moment(side.asOf) }) : index ? '' : t('compare.side.live')
    return [index, when].filter(Boolean).join(' ')
  }

  return computed(() => {
    const found = comparison.value
    return found ? { old: nameOf(found.old, found.new), new: nameOf(found.new, found.old) } : { old: '', new: '' }
  })
}

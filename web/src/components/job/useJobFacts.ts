import { useI18n } from 'vue-i18n'
import type { Job, JobType } from '@/api/contract'
import { useComponentName } from '@/composables/useComponentName'
import { ABSENT, useFormat } from '@/composables/useFormat'

export type Fact = readonly [name: string, value: string]

/** What a job was asked to do, as facts of its own type only. */
export function useJobFacts() {
  const { t } = useI18n()
  const { count, day, moment, percent, span } = useFormat()
  const componentName = useComponentName()

  const range = ({ parameters: { dateRange } }: Job): Fact[] => [
    [t('parameters.from'), day(dateRange.startDate)],
    [t('parameters.to'), day(dateRange.endDate)],
  ]

  const markets = ({ parameters }: Job): Fact => [t('parameters.markets'), parameters.targetMarkets.join(', ')]

  const computing = ({ parameters }: Job): Fact[] => [
    [t('parameters.validation'), t(`validation.${parameters.validationLevel}`)],
    [t('parameters.strategy'), t(`strategy.${parameters.strategy}`)],
    [t('parameters.skipLimit'), count(parameters.skipLimit)],
    [t('parameters.publish'), t(`newJob.publish.${parameters.publish}`)],
  ]

  function backfill(job: Job): Fact[] {
    const { definition, components, affectedByCorrections, overwriteExisting } = job.parameters
    const which = affectedByCorrections ? 'corrected' : overwriteExisting ? 'all' : 'missing'
    return [
      ...range(job),
      markets(job),
      [t('parameters.definition'), definition],
      [t('parameters.components'), components.map(componentName).join(', ') || t('parameters.allComponents')],
      [t('newJob.whichTitle'), t(`newJob.which.${which}`)],
      ...computing(job),
    ]
  }

  function recalculation(job: Job): Fact[] {
    const { definition, index, newWeights, recalculationReason } = job.parameters
    const weights = Object.entries(newWeights ?? {}).map(([name, share]) => `${componentName(name)} ${percent(share, 1)}`)
    return [
      ...range(job),
      markets(job),
      [t('newJob.index'), index ?? definition],
      [t('parameters.definition'), definition],
      [t('newJob.reason'), recalculationReason ?? ABSENT],
      ...(weights.length > 0 ? [[t('newJob.weights'), weights.join(', ')] as const] : []),
      ...computing(job),
    ]
  }

  function validation(job: Job): Fact[] {
    const { scope, definition, jobId, sample, validationLevel } = job.parameters
    const again = sample === 'all' ? t('newJob.sampling.all') : count(sample)
    return [
      ...range(job),
      markets(job),
      ...(scope ? [[t('newJob.scopeTitle'), t(`newJob.scope.${scope}`)] as const] : []),
      ...(jobId ? [[t('newJob.ofJob'), jobId] as const] : []),
      [t('newJob.index'), definition || ABSENT],
      [t('parameters.validation'), t(`validation.${validationLevel}`)],
      [t('newJob.sample'), again],
    ]
  }

  function report(job: Job): Fact[] {
    const { definitions, period, periods, formats, language, priceSeries } = job.parameters
    const every = period ? t(`newJob.period.${period}`) : count(periods?.length)
    return [
      ...range(job),
      markets(job),
      [t('newJob.index'), definitions?.join(', ') || ABSENT],
      [t('newJob.periodTitle'), every],
      [t('newJob.formats'), formats?.join(', ') || ABSENT],
      [t('parameters.language'), language ? t(`parameters.languageName.${language}`) : ABSENT],
      ...(priceSeries ? [[t('parameters.priceSeries'), priceSeries] as const] : []),
    ]
  }

  function migration({ parameters }: Job): Fact[] {
    const told = [
      [t('newJob.renameFrom'), parameters.renameFrom],
      [t('newJob.renameTo'), parameters.renameTo],
      [t('parameters.moveTo'), parameters.moveTo],
      [t('parameters.legacySource'), parameters.legacySource],
      [t('parameters.legacyTable'), parameters.legacyTable],
      [t('parameters.legacyJob'), parameters.legacyJob],
      [t('parameters.legacyIndex'), parameters.legacyIndex],
    ] as const
    return told.flatMap(([name, value]) => (value ? [[name, value] as const] : []))
  }

  const OF_TYPE = {
    HISTORICAL_BACKFILL: backfill,
    INDEX_RECALCULATION: recalculation,
    DATA_VALIDATION: validation,
    BULK_REPORT: report,
    DATA_MIGRATION: migration,
    MAINTENANCE: range,
  } as const satisfies Partial<Record<JobType, (job: Job) => Fact[]>>

  function limits({ wallSeconds, memorySoftMb, memoryHardMb, cpuPercent }: Job['parameters']['limits']): string {
    const told = [
      wallSeconds ? t('parameters.wall', { span: span(wallSeconds) }) : '',
      memorySoftMb ? t('parameters.memorySoft', { n: count(memorySoftMb) }) : '',
      memoryHardMb ? t('parameters.memoryHard', { n: count(memoryHardMb) }) : '',
      cpuPercent ? t('parameters.cpu', { n: cpuPercent }) : '',
    ]
    return told.filter(Boolean).join(', ') || t('parameters.unlimited')
  }

  function ofEvery(job: Job): Fact[] {
    const { maxRetries, retryDelay, chunkSize } = job.parameters
    const n = count(job.execution.chunkSize)
    return [
      [t('parameters.chunkSize'), chunkSize === 'auto' ? t('parameters.chunkSizeAuto', { n }) : n],
      [t('parameters.retries'), t('parameters.retriesOf', { n: maxRetries, delay: span(retryDelay / 1000) })],
      [t('parameters.limits'), limits(job.parameters.limits)],
      [t('parameters.priority'), t(`priority.${job.priority}`)],
      [t('parameters.owner'), job.owner],
      [t('parameters.created'), moment(job.createdAt)],
      [t('parameters.finished'), moment(job.finishedAt)],
      [t('parameters.worker'), job.execution.worker ?? ABSENT],
      [t('parameters.tags'), job.tags.join(', ') || ABSENT],
    ]
  }

  return (job: Job): Fact[] => [...OF_TYPE[job.type](job), ...ofEvery(job)]
}

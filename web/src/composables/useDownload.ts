import { ref } from 'vue'
import { useApi } from '@/api/client'
import { saveFile } from './saveFile'
import { useLoad } from './useLoad'

/** Downloads of what jobs wrote: one file by its name, or all files of a job as a zip (null). One at a time. */
export function useDownload() {
  const api = useApi()
  const wanted = ref<{ jobId: string; name: string | null }>({ jobId: '', name: null })
  const saving = useLoad(async () => {
    const { jobId, name } = wanted.value
    if (name === null) saveFile(await api.artefactsZip(jobId), `reports-${jobId}.zip`)
    else saveFile(await api.artefact(jobId, name), name)
  })

  function save(jobId: string, name: string | null) {
    wanted.value = { jobId, name }
    return saving.load()
  }

  const isSaving = (jobId: string, name: string | null) =>
    saving.pending.value && wanted.value.jobId === jobId && wanted.value.name === name

  return { save, isSaving, again: saving.load, problem: saving.problem }
}

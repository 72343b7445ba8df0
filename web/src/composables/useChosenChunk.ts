import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** The chunk of a job that the address bar names; choosing it once more lets it go. */
export function useChosenChunk() {
  const route = useRoute()
  const router = useRouter()
  const chosen = computed(() => {
    const number = Number(route.query.chunk)
    return Number.isInteger(number) && number > 0 ? number : null
  })

  function choose(number: number | null) {
    const { chunk: _chunk, ...rest } = route.query
    const kept = number === null || number === chosen.value ? rest : { ...rest, chunk: String(number) }
    return router.replace({ query: kept })
  }

  return { chosen, choose }
}

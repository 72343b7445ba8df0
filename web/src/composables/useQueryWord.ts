import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** One word of the address bar's query, null when it is not there. Setting it keeps the others. */
export function useQueryWord(name: string) {
  const route = useRoute()
  const router = useRouter()
  return computed<string | null>({
    get: () => (typeof route.query[name] === 'string' ? route.query[name] : null),
    set: (word) => void router.replace({ query: { ...route.query, [name]: word ?? undefined } }),
  })
}

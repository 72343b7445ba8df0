import { defineStore } from 'pinia'
import { computed, readonly, ref } from 'vue'

const SLOT = 'dart-batch.key'

export type RefusalReason = 'refused' | null

/** Takes `#key=...` out of the address bar at once, so that it is not bookmarked or shared. Null when there is none. */
export function takeKeyFromFragment(): string | null {
  const key = new URLSearchParams(location.hash.slice(1)).get('key')
  if (key === null) return null
  history.replaceState(history.state, '', location.pathname + location.search)
  return key.trim() || null
}

export const useSessionStore = defineStore('session', () => {
  const key = ref(sessionStorage.getItem(SLOT) ?? localStorage.getItem(SLOT))
  const reason = ref<RefusalReason>(null)

  function clear() {
    sessionStorage.removeItem(SLOT)
    localStorage.removeItem(SLOT)
    key.value = null
  }

  function accept(newKey: string, keep: boolean) {
    clear()
    ;(keep ? localStorage : sessionStorage).setItem(SLOT, newKey)
    key.value = newKey
    reason.value = null
  }

  function refuse() {
    clear()
    reason.value = 'refused'
  }

  function forget() {
    clear()
    reason.value = null
  }

  const signedIn = computed(() => key.value !== null)
  return { key: readonly(key), reason: readonly(reason), signedIn, accept, refuse, forget }
})

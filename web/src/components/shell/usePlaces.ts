import { computed } from 'vue'
import { useSessionStore } from '@/stores/session'

const EVERYBODY = [
  { name: 'jobs', icon: 'i-lucide-layers', label: 'nav.jobs' },
  { name: 'index', icon: 'i-lucide-gauge', label: 'nav.index' },
  { name: 'workers', icon: 'i-lucide-cpu', label: 'nav.workers' },
] as const

const ADMINS = { name: 'users', icon: 'i-lucide-shield', label: 'nav.admin' } as const

/** The places of the main menu that are open to whoever is signed in. */
export function usePlaces() {
  const session = useSessionStore()
  return computed(() => (session.me?.role === 'admin' ? [...EVERYBODY, ADMINS] : EVERYBODY))
}

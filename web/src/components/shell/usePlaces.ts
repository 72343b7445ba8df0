import { computed } from 'vue'
import { useSessionStore } from '@/stores/session'

const EVERYBODY = [
  { name: 'jobs', icon: 'i-lucide-layers', label: 'nav.jobs', views: ['jobs', 'job', 'diff', 'new-job'] },
  { name: 'index', icon: 'i-lucide-gauge', label: 'nav.index', views: ['index', 'publications'] },
  { name: 'reports', icon: 'i-lucide-files', label: 'nav.reports', views: ['reports'] },
  { name: 'workers', icon: 'i-lucide-cpu', label: 'nav.workers', views: ['workers'] },
] as const

const ADMINS = {
  name: 'users',
  icon: 'i-lucide-shield',
  label: 'nav.admin',
  views: ['users', 'keys', 'audit'],
} as const

/** The places of the main menu, each with the views on which it is lit, that are open to whoever is signed in. */
export function usePlaces() {
  const session = useSessionStore()
  return computed(() => (session.me?.role === 'admin' ? [...EVERYBODY, ADMINS] : EVERYBODY))
}

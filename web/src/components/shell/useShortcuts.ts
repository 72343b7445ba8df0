import { onMounted, onUnmounted, ref } from 'vue'
import { useRouter } from 'vue-router'

const PLACES: Record<string, string> = { j: 'jobs', i: 'index', r: 'reports', w: 'workers' }
const CHORD_MS = 1_000

/** What each shortcut does, by the keys that are shown for it. */
export const SHORTCUTS = {
  j: 'next',
  k: 'previous',
  Enter: 'open',
  '/': 'search',
  n: 'newJob',
  'g j': 'jobs',
  'g i': 'index',
  'g r': 'reports',
  'g w': 'workers',
  '?': 'help',
} as const

function typing(target: EventTarget | null): boolean {
  const at = target instanceof HTMLElement ? target : null
  return at !== null && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))
}

function step(by: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const target = at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))
  rows[target]?.focus()
}

/** The shortcuts of the whole page, while nothing is typed and no dialog or menu is open; answers whether the list of
 * them is to be shown. */
export function useShortcuts() {
  const router = useRouter()
  const help = ref(false)
  let going = -Infinity

  const acts: Record<string, () => void> = {
    j: () => step(1),
    k: () => step(-1),
    '/': () => document.querySelector<HTMLElement>('input[type=search]')?.focus(),
    n: () => void router.push({ name: 'new-job' }),
    '?': () => void (help.value = true),
    g: () => void (going = performance.now()),
  }

  function onKey(event: KeyboardEvent) {
    const modified = event.ctrlKey || event.metaKey || event.altKey
    if (modified || event.isComposing || typing(event.target)) return
    if (document.querySelector('[role=dialog], [role=menu], [role=listbox]')) return
    const place = performance.now() - going < CHORD_MS ? PLACES[event.key] : undefined
    const act = place ? () => void router.push({ name: place }) : acts[event.key]
    going = -Infinity
    if (!act) return
    event.preventDefault()
    act()
  }

  onMounted(() => document.addEventListener('keydown', onKey))
  onUnmounted(() => document.removeEventListener('keydown', onKey))
  return help
}

import { defineStore } from 'pinia'
import { computed, readonly, ref } from 'vue'
import { ROLES, type Role } from '@/api/accessContract'
import { logInByLink, logOut, whoAmI, type Me } from '@/api/login'
import { asProblem } from '@/api/problem'

const SLOT = 'dart-batch.key'
const UNSAFE = /^(?!GET$|HEAD$|OPTIONS$)/i

export type RefusalReason = 'refused' | 'ended' | 'link' | 'offline' | 'denied' | null

/** Takes `#name=...` out of the address bar at once, so that it is not bookmarked or shared. Null when there is none. */
function takeFromFragment(name: string): string | null {
  const found = new URLSearchParams(location.hash.slice(1)).get(name)
  if (found === null) return null
  history.replaceState(history.state, '', location.pathname + location.search)
  return found.trim() || null
}

export const takeKeyFromFragment = () => takeFromFragment('key')
export const takeLoginFromFragment = () => takeFromFragment('login')
export const takeDenialFromFragment = () => takeFromFragment('denied')

export const useSessionStore = defineStore('session', () => {
  const key = ref(sessionStorage.getItem(SLOT) ?? localStorage.getItem(SLOT))
  const me = ref<Me | null>(null)
  const reason = ref<RefusalReason>(null)
  const denial = ref('')
  const checking = ref(false)

  function clear() {
    sessionStorage.removeItem(SLOT)
    localStorage.removeItem(SLOT)
    key.value = null
    me.value = null
  }

  function accept(newKey: string, keep: boolean) {
    clear()
    ;(keep ? localStorage : sessionStorage).setItem(SLOT, newKey)
    key.value = newKey
    reason.value = null
    void learn()
  }

  function enter(who: Me) {
    clear()
    me.value = who
    reason.value = null
  }

  function refuse() {
    reason.value = key.value === null ? 'ended' : 'refused'
    clear()
  }

  /** Asks the server whose the key is; what cannot be asked now stays unknown. */
  async function learn() {
    const asked = key.value
    try {
      const who = await whoAmI(asked)
      if (key.value === asked) me.value = who
    } catch (failure) {
      if (asked !== null && asProblem(failure).status === 401 && key.value === asked) refuse()
    }
  }

  /** What the page begins with: a one-time link, a key that was kept, or the session of the cookie. */
  async function begin(link: string | null) {
    checking.value = true
    try {
      if (link !== null) enter(await logInByLink(link))
      else await learn()
    } catch (failure) {
      reason.value = asProblem(failure).status === 0 ? 'offline' : 'link'
    }
    checking.value = false
  }

  /** A login at the identity provider ended with this code. */
  function deny(code: string) {
    clear()
    denial.value = code
    reason.value = 'denied'
  }

  async function leave() {
    if (key.value === null && me.value) await logOut(me.value.csrfToken).catch(() => undefined)
    forget()
  }

  function forget() {
    clear()
    reason.value = null
  }

  function passwordIsSet() {
    if (me.value) me.value = { ...me.value, passwordSet: true }
  }

  /** What a request needs to be this session's. */
  function sign(headers: Headers, method: string) {
    if (key.value !== null) headers.set('Authorization', `Bearer ${key.value}`)
    else if (me.value?.csrfToken && UNSAFE.test(method)) headers.set('X-CSRF-Token', me.value.csrfToken)
  }

  /** Whether the verbs of a job with this owner are for whoever is signed in; true while that is not known. */
  function mayControl(owner: string): boolean {
    const who = me.value
    return who === null || who.role === 'admin' || (who.role === 'operator' && who.name === owner)
  }

  /** Whether whoever is signed in has this role or more; true while that is not known, since the server decides. */
  const may = (role: Role): boolean => me.value === null || ROLES.indexOf(me.value.role) >= ROLES.indexOf(role)

  const signedIn = computed(() => key.value !== null || me.value !== null)
  const needsPassword = computed(() => me.value?.entry === 'page' && !me.value.passwordSet)
  const who = computed(() => key.value ?? me.value?.name ?? '')
  const shown = { key: readonly(key), me: readonly(me), reason: readonly(reason), denial: readonly(denial), checking: readonly(checking) }
  const verbs = { accept, enter, refuse, deny, begin, leave, forget, learn, passwordIsSet, sign, mayControl, may }
  return { ...shown, ...verbs, signedIn, needsPassword, who }
})

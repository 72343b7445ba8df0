import { ApiProblem, asProblem } from './problem'
import type { components } from './schema'

export type Me = components['schemas']['Me']

async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = new Headers(init.headers)
  headers.set('Accept', 'application/json')
  if (init.body) headers.set('Content-Type', 'application/json')
  try {
    const response = await fetch(`/api/auth/${path}`, { ...init, headers, cache: 'no-store' })
    if (response.ok) return response.status === 204 ? null : await response.json()
    throw ApiProblem.fromDocument(response.status, await response.json().catch(() => null))
  } catch (failure) {
    throw asProblem(failure)
  }
}

const post = (path: string, body: object, csrf?: string | null) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), headers: csrf ? { 'X-CSRF-Token': csrf } : {} })

/** Begins a session; the server sets its cookie. */
export const logIn = (name: string, password: string) => post('login', { name, password }) as Promise<Me>

/** How one may log in beside a name, a password and a key. */
export const loginWays = () => ask('ways') as Promise<components['schemas']['LoginWays']>

export const logInByLink = (token: string) => post('link', { token }) as Promise<Me>

/** Who calls: with this key, or in the session of the cookie. */
export const whoAmI = (key: string | null) =>
  ask('me', key ? { headers: { Authorization: `Bearer ${key}` } } : {}) as Promise<Me>

export const logOut = (csrf: string | null) => post('logout', {}, csrf) as Promise<null>

export const changePassword = (csrf: string | null, current: string, next: string) =>
  post('password', { current, new: next }, csrf) as Promise<null>

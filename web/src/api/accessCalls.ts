import type { Client } from 'openapi-fetch'
import type { AuditQuery, NewKey, NewUser, Role } from './accessContract'
import { accepted, settled } from './settled'
import type { paths } from './schema'

const named = (name: string) => ({ path: { name } })

/** Users, keys and the trail of who did what; for admins. */
export function accessCalls(client: Client<paths>) {
  return {
    users: async (signal?: AbortSignal) => (await settled(client.GET('/api/users', { signal }))).items,
    makeUser: (body: NewUser) => settled(client.POST('/api/users', { body })),
    linkUser: (name: string) => settled(client.POST('/api/users/{name}/link', { params: named(name) })),
    setRole: (name: string, role: Role) =>
      settled(client.POST('/api/users/{name}/role', { params: named(name), body: { role } })),
    admitUser: (name: string, admitted: boolean) =>
      settled(client.POST(`/api/users/{name}/${admitted ? 'enable' : 'disable'}`, { params: named(name) })),
    keys: async (signal?: AbortSignal) => (await settled(client.GET('/api/keys', { signal }))).items,
    makeKey: (body: NewKey) => settled(client.POST('/api/keys', { body })),
    revokeKey: (keyId: string) => accepted(client.POST('/api/keys/{keyId}/revoke', { params: { path: { keyId } } })),
    trail: (query: AuditQuery, signal?: AbortSignal) =>
      settled(client.GET('/api/audit', { params: { query }, signal })),
    checkTrail: (signal?: AbortSignal) => settled(client.GET('/api/audit/check', { signal })),
  }
}

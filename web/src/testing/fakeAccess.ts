import type { AuditCheck, AuditEntry, AuditQuery, Key, NewKey, NewUser, Role, User } from '@/api/accessContract'
import type { ApiProblem } from '@/api/problem'

const AT = '2026-01-05T09:00:00Z'

export const aUser = (name: string, change: Partial<User> = {}): User => ({
  name,
  role: 'viewer',
  createdAt: AT,
  disabledAt: null,
  passwordSet: true,
  ...change,
})

export const aKey = (id: string, change: Partial<Key> = {}): Key => ({
  id,
  name: 'grafana',
  role: 'viewer',
  state: 'in-force',
  createdAt: AT,
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  ...change,
})

/** The part of the server in memory that knows users, keys and the trail; `accessOrders` records what it was told. */
export class FakeAccess {
  userList: User[] = []
  keyList: Key[] = []
  trailList: AuditEntry[] = []
  checked: AuditCheck = { entries: 3, end: '3:abc', faults: [] }
  /** Fails everything about access. */
  forbidden: ApiProblem | null = null
  readonly accessOrders: unknown[] = []
  readonly trailAsked: AuditQuery[] = []

  private give<T>(value: T): Promise<T> {
    return this.forbidden ? Promise.reject(this.forbidden) : Promise.resolve(value)
  }

  private told<T>(order: unknown, value: T): Promise<T> {
    this.accessOrders.push(order)
    return this.give(value)
  }

  users = () => this.give(this.userList)

  makeUser = (body: NewUser) => this.told(['user', body], { name: body.name, path: '/batch#login=T' })

  linkUser = (name: string) => this.told(['link', name], { name, path: '/batch#login=T' })

  setRole = (name: string, role: Role) => this.told(['role', name, role], aUser(name, { role }))

  admitUser = (name: string, admitted: boolean) => this.told([admitted ? 'enable' : 'disable', name], aUser(name))

  keys = () => this.give(this.keyList)

  makeKey = (body: NewKey) =>
    this.told(['key', body], { key: aKey('k9', { name: body.name, role: body.role }), secret: 'dart_secret' })

  revokeKey = (keyId: string) => this.told(['revoke', keyId], undefined)

  trail = (query: AuditQuery) => {
    this.trailAsked.push(query)
    return this.give({ items: this.trailList, nextBefore: null })
  }

  checkTrail = () => this.give(this.checked)
}

import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Role = Schemas['Role']
export type Key = Schemas['Key']
export type NewKey = Schemas['NewKey']
export type MadeKey = Schemas['MadeKey']
export type User = Schemas['User']
export type NewUser = Schemas['NewUser']
export type MadeLink = Schemas['MadeLink']
export type AuditEntry = Schemas['AuditEntry']
export type AuditPage = Schemas['AuditPage']
export type AuditCheck = Schemas['AuditCheck']
export type AuditQuery = NonNullable<paths['/api/audit']['get']['parameters']['query']>
export type Entry = Schemas['Entry']

/** From the least to the most; each includes the ones before. */
export const ROLES = ['viewer', 'operator', 'admin'] as const satisfies Role[]

/** A moment as an input of type datetime-local holds it: in the reader's time zone, to the minute. */
export function toLocal(iso: string): string {
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** The moment that such an input holds, UTC; null when it holds none. */
export function fromLocal(text: string): string | null {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}

/** A moment of the address bar; null for what is none. */
export const momentOf = (word: string | null): string | null =>
  word !== null && !Number.isNaN(Date.parse(word)) ? word : null

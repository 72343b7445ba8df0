import { readonly, ref } from 'vue'
import { readEvents, type ServerEvent } from '@/api/eventStream'

export type LiveStatus = 'closed' | 'connecting' | 'live' | 'waiting'

type Open = (lastEventId: string | null, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000
const SILENCE_LIMIT_MS = 45_000

/** Keeps one event stream open: reconnects with doubling delays, resumes after the last event id, and treats a
 * connection that says nothing for 45 s as lost. `connections` counts up each time the stream opens. */
export function useLiveChannel(open: Open, receive: (event: ServerEvent) => void) {
  const status = ref<LiveStatus>('closed')
  const heardAt = ref<number | null>(null)
  const connections = ref(0)
  let lastEventId: string | null = null
  let delay = FIRST_DELAY_MS
  let running: AbortController | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined

  function heard() {
    heardAt.value = Date.now()
    clearTimeout(silence)
    silence = setTimeout(() => running?.abort(), SILENCE_LIMIT_MS)
  }

  async function listen(signal: AbortSignal) {
    const body = await open(lastEventId, signal)
    status.value = 'live'
    connections.value += 1
    delay = FIRST_DELAY_MS
    heard()
    for await (const event of readEvents(body, signal)) {
      heard()
      lastEventId = event.id ?? lastEventId
      receive(event)
    }
  }

  async function connect() {
    clearTimeout(retry)
    const mine = new AbortController()
    running = mine
    status.value = 'connecting'
    await listen(mine.signal).catch(() => undefined)
    if (running !== mine) return
    clearTimeout(silence)
    status.value = 'waiting'
    retry = setTimeout(() => void connect(), delay)
    delay = Math.min(delay * 2, LONGEST_DELAY_MS)
  }

  function stop() {
    const old = running
    running = null
    clearTimeout(retry)
    clearTimeout(silence)
    old?.abort()
    status.value = 'closed'
  }

  function start() {
    stop()
    delay = FIRST_DELAY_MS
    void connect()
  }

  return { status: readonly(status), heardAt: readonly(heardAt), connections: readonly(connections), start, stop }
}

export interface ServerEvent {
  id: string | null
  name: string
  data: string
}

function parseBlock(block: string): ServerEvent | null {
  const event: ServerEvent = { id: null, name: 'message', data: '' }
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') event.name = value
    else if (field === 'id') event.id = value
    else if (field === 'data') data.push(value)
  }
  if (data.length === 0) return null
  return { ...event, data: data.join('\n') }
}

/** Events of a text/event-stream body in order, until it ends or `signal` aborts; comments and blocks without data are
 * passed over. */
export async function* readEvents(body: ReadableStream<Uint8Array>, signal?: AbortSignal): AsyncGenerator<ServerEvent> {
  const reader = body.getReader()
  signal?.addEventListener('abort', () => void reader.cancel().catch(() => undefined))
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest = (rest + decoder.decode(value, { stream: true })).replace(/\r\n/g, '\n')
      const blocks = rest.split('\n\n')
      rest = blocks.pop() ?? ''
      for (const event of blocks.map(parseBlock)) if (event) yield event
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

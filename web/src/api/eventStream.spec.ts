import { describe, expect, it } from 'vitest'
import { readEvents, type ServerEvent } from './eventStream'

const streamOf = (...pieces: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })

async function eventsOf(...pieces: string[]) {
  const events: ServerEvent[] = []
  for await (const event of readEvents(streamOf(...pieces))) events.push(event)
  return events
}

describe('readEvents', () => {
  it('reads id, name and data of each event in order', async () => {
    const events = await eventsOf('id: 7\nevent: jobs\ndata: [1]\n\nevent: heartbeat\ndata: {}\n\n')
    expect(events).toEqual([
      { id: '7', name: 'jobs', data: '[1]' },
      { id: null, name: 'heartbeat', data: '{}' },
    ])
  })

  it('joins an event that arrives in pieces, with carriage returns split between them', async () => {
    const events = await eventsOf('event: jo', 'bs\r\nda', 'ta: [2]\r', '\n\r\n')
    expect(events).toEqual([{ id: null, name: 'jobs', data: '[2]' }])
  })

  it('joins data lines and passes over comments and blocks without data', async () => {
    const events = await eventsOf(': hello\n\nevent: nothing\n\ndata: a\n: aside\ndata: b\n\n')
    expect(events).toEqual([{ id: null, name: 'message', data: 'a\nb' }])
  })

  it('drops an event whose end never came', async () => {
    expect(await eventsOf('data: whole\n\ndata: half')).toHaveLength(1)
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useLiveChannel } from './useLiveChannel'

class FakeServer {
  readonly askedAfter: (string | null)[] = []
  refusing = false
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null

  open = async (lastEventId: string | null) => {
    this.askedAfter.push(lastEventId)
    if (this.refusing) throw new Error('refused')
    return new ReadableStream<Uint8Array>({ start: (controller) => void (this.controller = controller) })
  }

  async say(text: string) {
    this.controller?.enqueue(new TextEncoder().encode(text))
    await vi.advanceTimersByTimeAsync(0)
  }

  async hangUp() {
    this.controller?.close()
    await vi.advanceTimersByTimeAsync(0)
  }
}

describe('the live channel', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  async function started(server = new FakeServer()) {
    const received: string[] = []
    const channel = useLiveChannel(server.open, (event) => received.push(event.name))
    channel.start()
    await vi.advanceTimersByTimeAsync(0)
    return { server, channel, received }
  }

  it('is live once open and hands events on', async () => {
    const { server, channel, received } = await started()
    await server.say('event: jobs\ndata: []\n\n')
    expect(channel.status.value).toBe('live')
    expect(received).toEqual(['jobs'])
  })

  it('reconnects after the last event when the server hangs up', async () => {
    const { server, channel } = await started()
    await server.say('id: 12\nevent: jobs\ndata: []\n\n')
    await server.hangUp()
    expect(channel.status.value).toBe('waiting')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(channel.status.value).toBe('live')
    expect(server.askedAfter).toEqual([null, '12'])
    expect(channel.connections.value).toBe(2)
  })

  it('waits twice as long after each refusal, at most 30 s', async () => {
    const server = new FakeServer()
    server.refusing = true
    await started(server)
    for (const [delay, tries] of [
      [1, 2],
      [2, 3],
      [4, 4],
      [8, 5],
      [16, 6],
      [30, 7],
      [30, 8],
    ] as const) {
      await vi.advanceTimersByTimeAsync(delay * 1_000)
      expect(server.askedAfter).toHaveLength(tries)
    }
  })

  it('takes 45 s of silence for a lost connection', async () => {
    const { server, channel } = await started()
    await vi.advanceTimersByTimeAsync(44_000)
    await server.say('event: heartbeat\ndata: {}\n\n')
    await vi.advanceTimersByTimeAsync(44_000)
    expect(channel.status.value).toBe('live')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(channel.status.value).toBe('waiting')
  })

  it('stays closed after stop', async () => {
    const { server, channel } = await started()
    channel.stop()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(channel.status.value).toBe('closed')
    expect(server.askedAfter).toHaveLength(1)
  })

  it('goes on listening when an event cannot be handled', async () => {
    const server = new FakeServer()
    const channel = useLiveChannel(server.open, () => JSON.parse('{'))
    channel.start()
    await vi.advanceTimersByTimeAsync(0)
    await server.say('event: jobs\ndata: {\n\n')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(channel.status.value).toBe('live')
  })
})

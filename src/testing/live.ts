import type { IServerEvent } from '../api/sse';
import type { IFakeHub } from './hub';
import { info } from './samples';

/**
 * A stream of events that a test writes.
 */
export class FakeStream {
  constructor(
    readonly name: string,
    private readonly _onEvent: (event: IServerEvent) => void,
    private readonly _onAlive: () => void,
    private readonly _signal: AbortSignal
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
      _signal.addEventListener('abort', () =>
        reject(new DOMException('The request was given up.', 'AbortError'))
      );
    });
  }

  /**
   * Ends as the connection does.
   */
  readonly ended: Promise<void>;
  end: () => void = () => undefined;
  fail: (error: Error) => void = () => undefined;

  /**
   * Whether somebody reads it.
   */
  get isRead(): boolean {
    return !this._signal.aborted;
  }

  /**
   * Send an event with the next number, or with another.
   */
  send(name: string, data: unknown, id = this._sent + 1): void {
    this._sent = id;
    this._onAlive();
    this._onEvent({ name, id: String(id), data });
  }

  /**
   * Send the first event.
   */
  hello(stale: unknown = null): void {
    this.send('hello', { stream: this.name, stale });
  }

  /**
   * Send a heartbeat.
   */
  beat(): void {
    this._onAlive();
  }

  private _sent = 0;
}

/**
 * Collect the streams that a hub opens; each waits for what the test sends.
 */
export function fakeStreams({ client }: IFakeHub): FakeStream[] {
  const streams: FakeStream[] = [];
  client.setLiveView.mockResolvedValue(undefined);
  client.events.mockImplementation((onEvent, signal, onAlive) => {
    const stream = new FakeStream(
      `stream-${streams.length + 1}`,
      onEvent,
      onAlive ?? (() => undefined),
      signal
    );
    streams.push(stream);
    return stream.ended;
  });
  return streams;
}

/**
 * Show the panel to an admin whose events come from a stream that is open.
 */
export async function connect(fake: IFakeHub): Promise<FakeStream> {
  const streams = fakeStreams(fake);
  fake.client.info.mockResolvedValue(info());
  await fake.hub.info.load();
  fake.hub.visibility.set({}, true);
  const [stream] = streams;
  if (!stream) {
    throw new Error('No stream was opened.');
  }
  stream.hello();
  return stream;
}

/**
 * A BroadcastChannel between the parts of one test.
 */
export class FakeChannel {
  static readonly all = new Set<FakeChannel>();

  constructor(readonly name: string) {
    FakeChannel.all.add(this);
  }

  onmessage: ((event: { data: unknown }) => void) | null = null;
  /** As if its page were frozen: it hears and says nothing. */
  isFrozen = false;
  readonly sent: unknown[] = [];

  postMessage(message: unknown): void {
    if (this.isFrozen) {
      return;
    }
    const text = JSON.stringify(message);
    this.sent.push(JSON.parse(text));
    for (const other of FakeChannel.all) {
      if (other !== this && other.name === this.name) {
        setTimeout(() => {
          if (FakeChannel.all.has(other) && !other.isFrozen) {
            other.onmessage?.({ data: JSON.parse(text) as unknown });
          }
        }, 0);
      }
    }
  }

  close(): void {
    FakeChannel.all.delete(this);
  }
}

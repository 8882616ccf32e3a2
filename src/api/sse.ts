/**
 * The longest unfinished event that is kept in memory; what tells of many users comes in parts.
 */
const MAX_BUFFER = 256 * 1024;

/**
 * One event of a stream.
 */
export interface IServerEvent {
  /** Its name; `message` if it has none. */
  readonly name: string;
  /** The number of the event in its stream; empty if it has none. */
  readonly id: string;
  /** What it carries, parsed as JSON. */
  readonly data: unknown;
}

interface IRawEvent {
  name: string;
  id: string;
  data: string;
}

/**
 * Takes the text of a `text/event-stream` in pieces and gives each whole event.
 *
 * Comments, which are heartbeats, are left out.
 */
export class EventStreamParser {
  /**
   * Add a piece and return every event that is complete now.
   *
   * @throws Error if an event never ends
   */
  push(piece: string): IRawEvent[] {
    this._buffer += piece;
    const events: IRawEvent[] = [];
    // A line may end in CR, LF or both. A CR at the very end may still get its LF.
    const lines = this._buffer.split(/\r\n|\n|\r(?!$)/);
    this._buffer = lines.pop() ?? '';
    if (this._buffer.length > MAX_BUFFER) {
      throw new Error('An event of the stream is too long.');
    }
    for (const line of lines) {
      if (line === '') {
        if (this._data.length) {
          const data = this._data.join('\n');
          events.push({ name: this._name, id: this._id, data });
          this._data = [];
        }
        this._name = 'message';
      } else {
        this._take(line);
      }
    }
    return events;
  }

  private _take(line: string): void {
    const colon = line.indexOf(':');
    if (colon < 0) {
      return; // a field without a value, of which none means anything here
    }
    const field = line.slice(0, colon);
    const value = line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    switch (field) {
      case 'data':
        this._data.push(value);
        break;
      case 'event':
        this._name = value;
        break;
      case 'id':
        this._id = value;
        break;
    }
  }

  private _buffer = '';
  private _name = 'message';
  private _id = '';
  private _data: string[] = [];
}

/**
 * Read an event stream to its end and hand each event on, parsed as JSON.
 *
 * An event that is not JSON is left out.
 *
 * @param onAlive - called whenever anything comes, a heartbeat too
 */
export async function readEvents(
  response: Response,
  onEvent: (event: IServerEvent) => void,
  onAlive: () => void = () => undefined
): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) {
    throw new Error('The answer holds no stream.');
  }
  const decoder = new TextDecoder();
  const parser = new EventStreamParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      onAlive();
      const piece = decoder.decode(value, { stream: true });
      for (const { name, id, data } of parser.push(piece)) {
        const parsed = parse(data);
        if (parsed !== undefined) {
          onEvent({ name, id, data: parsed });
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}

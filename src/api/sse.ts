/**
 * The longest unfinished event that is kept in memory.
 */
const MAX_BUFFER = 256 * 1024;

/**
 * Takes the text of a `text/event-stream` in pieces and gives the data of each whole event.
 *
 * Comments (heartbeats), ids and event names are left out: our streams need none.
 */
export class EventStreamParser {
  /**
   * Add a piece and return the data of every event that is complete now.
   *
   * @throws Error if an event never ends
   */
  push(piece: string): string[] {
    this._buffer += piece;
    const events: string[] = [];
    // A line may end in CR, LF or both. A CR at the very end may still get its LF.
    const lines = this._buffer.split(/\r\n|\n|\r(?!$)/);
    this._buffer = lines.pop() ?? '';
    if (this._buffer.length > MAX_BUFFER) {
      throw new Error('An event of the stream is too long.');
    }
    for (const line of lines) {
      if (line === '') {
        if (this._data.length) {
          events.push(this._data.join('\n'));
          this._data = [];
        }
      } else if (line.startsWith('data:')) {
        this._data.push(line.slice(line[5] === ' ' ? 6 : 5));
      }
    }
    return events;
  }

  private _buffer = '';
  private _data: string[] = [];
}

/**
 * Read an event stream to its end and hand each event on, parsed as JSON.
 *
 * An event that is not JSON is left out.
 */
export async function readEvents<T>(
  response: Response,
  onEvent: (event: T) => void
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
      for (const data of parser.push(decoder.decode(value, { stream: true }))) {
        const event = parse<T>(data);
        if (event !== undefined) {
          onEvent(event);
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parse<T>(data: string): T | undefined {
  try {
    return JSON.parse(data) as T;
  } catch {
    return undefined;
  }
}

import { EventStreamParser, readEvents } from '../sse';

describe('EventStreamParser', () => {
  it('gives an event once it is complete, however it is cut', () => {
    const parser = new EventStreamParser();
    expect(parser.push('da')).toEqual([]);
    expect(parser.push('ta: {"a"')).toEqual([]);
    expect(parser.push(': 1}\n')).toEqual([]);
    expect(parser.push('\n')).toEqual(['{"a": 1}']);
  });

  it('leaves out comments, names and ids', () => {
    const parser = new EventStreamParser();
    expect(
      parser.push(': still here\n\nid: 3\nevent: x\ndata: one\n\n')
    ).toEqual(['one']);
  });

  it('joins lines of data and takes every kind of line end', () => {
    const parser = new EventStreamParser();
    expect(parser.push('data:a\r\ndata: b\r\n\r\n')).toEqual(['a\nb']);
    expect(parser.push('data: c\r\rdata: d\n\n')).toEqual(['c', 'd']);
  });

  it('gives up an event that never ends', () => {
    const parser = new EventStreamParser();
    expect(() => parser.push('data: ' + 'x'.repeat(300_000))).toThrow();
  });
});

describe('readEvents', () => {
  it('hands on what is JSON and ends with the stream', async () => {
    const encoder = new TextEncoder();
    const pieces = [
      'data: {"progress": 40}\n\ndata: not json\n\nda',
      'ta: {"ready": true}\n\n'
    ].map(piece => encoder.encode(piece));
    const cancel = jest.fn(() => Promise.resolve());
    const response = {
      body: {
        getReader: () => ({
          read: () =>
            Promise.resolve({
              done: pieces.length === 0,
              value: pieces.shift()
            }),
          cancel
        })
      }
    } as unknown as Response;
    const events: unknown[] = [];
    await readEvents(response, event => events.push(event));
    expect(events).toEqual([{ progress: 40 }, { ready: true }]);
    expect(cancel).toHaveBeenCalled();
  });
});

import { EventStreamParser, readEvents } from '../sse';

describe('EventStreamParser', () => {
  it('gives an event once it is complete, however it is cut', () => {
    const parser = new EventStreamParser();
    expect(parser.push('da')).toEqual([]);
    expect(parser.push('ta: {"a"')).toEqual([]);
    expect(parser.push(': 1}\n')).toEqual([]);
    expect(parser.push('\n')).toEqual([
      { name: 'message', id: '', data: '{"a": 1}' }
    ]);
  });

  it('leaves out what is no field with a value', () => {
    const parser = new EventStreamParser();
    expect(parser.push('datas\nid\ndata: one\n\n')).toEqual([
      { name: 'message', id: '', data: 'one' }
    ]);
  });

  it('leaves out comments and knows names and numbers', () => {
    const parser = new EventStreamParser();
    expect(
      parser.push(': still here\n\nid: 3\nevent: x\ndata: one\n\ndata: two\n\n')
    ).toEqual([
      { name: 'x', id: '3', data: 'one' },
      { name: 'message', id: '3', data: 'two' }
    ]);
  });

  it('joins lines of data and takes every kind of line end', () => {
    const parser = new EventStreamParser();
    const texts = (piece: string) => parser.push(piece).map(({ data }) => data);
    expect(texts('data:a\r\ndata: b\r\n\r\n')).toEqual(['a\nb']);
    expect(texts('data: c\r\rdata: d\n\n')).toEqual(['c', 'd']);
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
      'data: {"progress": 40}\n\ndata: not json\n\nid: 2\nevent: ready\nda',
      'ta: {"ready": true}\n\n',
      ': still here\n\n'
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
    const onAlive = jest.fn();
    await readEvents(response, event => events.push(event), onAlive);
    expect(events).toEqual([
      { name: 'message', id: '', data: { progress: 40 } },
      { name: 'ready', id: '2', data: { ready: true } }
    ]);
    expect(onAlive).toHaveBeenCalledTimes(3);
    expect(cancel).toHaveBeenCalled();
  });
});

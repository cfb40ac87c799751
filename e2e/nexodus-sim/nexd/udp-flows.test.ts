import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Flows } from './udp-flows.ts';

describe('UDP flows', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function fixture(): { flows: Flows<{ close(): void }>; closed: string[] } {
    const flows = new Flows<{ close(): void }>();
    const closed: string[] = [];
    for (const client of ['a', 'b']) flows.add(client, { close: () => closed.push(client) });
    return { flows, closed };
  }

  it('end after a minute without a datagram in either direction', () => {
    const { flows, closed } = fixture();
    jest.advanceTimersByTime(50_000);
    expect(flows.get('a')).toBeDefined();
    jest.advanceTimersByTime(50_000);
    expect(closed).toEqual(['b']);
    expect(flows.get('b')).toBeUndefined();
    jest.advanceTimersByTime(60_000);
    expect(closed).toEqual(['b', 'a']);
  });

  it('end once', () => {
    const { flows, closed } = fixture();
    flows.end('a');
    flows.endAll();
    jest.advanceTimersByTime(120_000);
    expect(closed).toEqual(['a', 'b']);
  });
});

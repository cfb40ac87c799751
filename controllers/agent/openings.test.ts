import { describe, expect, test } from '@jest/globals';
import type { Rule } from '../proxy/rules.ts';
import { Openings } from './openings.ts';

const web: Rule = { protocol: 'tcp', port: 80, host: '10.96.0.7', targetPort: 8080 };
const other: Rule = { ...web, host: '10.96.0.8' };
const dns: Rule = { protocol: 'udp', port: 53, host: '10.96.0.10', targetPort: 53 };

/** As the agent does: what nexd is given, and that it took it. */
function setUp() {
  const openings = new Openings();
  const give = (wanted: readonly Rule[], at: number) => {
    const rules = openings.with(wanted, at);
    openings.applied(1_000_000 + at);
    return rules;
  };
  return { openings, give };
}

describe('ports of an export device', () => {
  test('have nothing to be told of as long as they stay', () => {
    const { openings, give } = setUp();
    expect(give([web, dns], 0)).toEqual([web, dns]);
    expect(give([dns, web], 1)).toEqual([dns, web]);
    expect([...openings.words([])]).toEqual([]);
    expect(openings.dueAt).toBe(Infinity);
  });

  test('close 1.5 seconds after they are given up, and what was open there has ended then', () => {
    const { openings, give } = setUp();
    give([web, dns], 0);
    expect(give([dns], 100)).toEqual([dns, web]);
    expect([...openings.words([])]).toEqual([['TCP/80', { state: 'closing', ended: 0 }]]);
    expect(openings.dueAt).toBe(1_600);
    expect(give([dns], 1_599)).toEqual([dns, web]);
    expect(openings.with([dns], 1_600)).toEqual([dns]);
    expect(openings.words([]).get('TCP/80')).toEqual({ state: 'closing', ended: 0 });
    openings.applied(1_001_600);
    expect(openings.words([]).get('TCP/80')).toEqual({ state: 'closed', ended: 1_001_600 });
    expect(openings.dueAt).toBe(Infinity);
  });

  test('stay open when they are wanted again in time', () => {
    const { openings, give } = setUp();
    give([web], 0);
    give([], 100);
    expect(give([web], 1_000)).toEqual([web]);
    expect([...openings.words([])]).toEqual([]);
  });

  test('open again, and connections of before have ended all the same', () => {
    const { openings, give } = setUp();
    give([web], 0);
    give([], 0);
    give([], 1_500);
    give([web], 9_000);
    expect(openings.words([]).get('TCP/80')).toEqual({ state: 'open', ended: 1_001_500 });
  });

  test('that lead elsewhere go on with new connections, once nexd has the new rule', () => {
    const { openings, give } = setUp();
    give([web], 0);
    expect(openings.with([other], 100)).toEqual([other]);
    expect(openings.words([]).get('TCP/80')).toEqual({ state: 'closing', ended: 0 });
    openings.applied(1_000_100);
    expect(openings.words([]).get('TCP/80')).toEqual({ state: 'open', ended: 1_000_100 });
    give([web], 100);
    expect(openings.words([]).get('TCP/80')!.ended).toBe(1_000_101);
  });

  test('remember where they led until nothing goes on there', () => {
    const { openings, give } = setUp();
    give([web, dns], 0);
    expect(openings.givenUp).toEqual([]);
    give([other, dns], 100);
    expect(openings.givenUp).toEqual([{ port: 'TCP/80', rules: [web], ended: 1_000_100 }]);
    give([], 200);
    openings.with([], 1_700);
    // nexd still has them.
    expect(openings.givenUp).toEqual([]);
    openings.applied(1_001_700);
    expect(openings.givenUp).toEqual([
      { port: 'TCP/80', rules: [web, other], ended: 1_001_700 },
      { port: 'UDP/53', rules: [dns], ended: 1_001_700 },
    ]);
    openings.isOver('TCP/80');
    expect(openings.givenUp.map(({ port }) => port)).toEqual(['UDP/53']);
  });

  test('that lead where they led before have given up only the rest', () => {
    const { openings, give } = setUp();
    give([web], 0);
    give([other], 1);
    give([web], 2);
    expect(openings.givenUp).toEqual([{ port: 'TCP/80', rules: [other], ended: 1_000_002 }]);
  });

  test('at which nexd refuses are closed, whoever closed them', () => {
    const { openings, give } = setUp();
    give([web], 0);
    expect([...openings.words(['TCP/443'])]).toEqual([['TCP/443', { state: 'closed', ended: 0 }]]);
  });
});

import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLog, type LogOptions } from './log.ts';

/** A log, and the lines that it wrote. */
function record(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { lines, log: createLog({ level: 'info', format: 'json', ...options }, stream) };
}

describe('the log', () => {
  it('writes one JSON object a line, with the fields', () => {
    const { lines, log } = record();
    log.info('export is ready', { namespace: 'shop', ports: ['80'], replicas: 2, gone: undefined });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^{"time":"\d{4}-.*Z","level":"info","message":"export is ready",.*}\n$/);
    expect(JSON.parse(lines[0]!)).toEqual({
      time: expect.any(String),
      level: 'info',
      message: 'export is ready',
      namespace: 'shop',
      ports: ['80'],
      replicas: 2,
    });
  });

  it('writes nothing below its level', () => {
    const { lines, log } = record({ level: 'warn' });
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.map(line => (JSON.parse(line) as { message: string }).message)).toEqual(['c', 'd']);
  });

  it('keeps bound fields, of which later ones win', () => {
    const { lines, log } = record();
    log.with({ controller: 'export', object: 'a' }).with({ object: 'b' }).info('x', { object: 'c' });
    log.info('y');
    expect(JSON.parse(lines[0]!)).toMatchObject({ controller: 'export', object: 'c' });
    expect(JSON.parse(lines[1]!)).not.toHaveProperty('controller');
  });

  it('does not let a field pose as level, message or time', () => {
    const { lines, log } = record();
    log.info('true', { level: 'error', message: 'false', time: 'never' });
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'info',
      message: 'true',
      time: expect.stringMatching(/^2/),
    });
  });

  it('writes a line for people, that cannot be broken', () => {
    const { lines, log } = record({ format: 'text' });
    log.warn('two\nlines', { name: 'a', note: 'b "c"\n', count: 3 });
    expect(lines[0]).toMatch(/Z WARN {2}two lines name=a note="b \\"c\\"\\n" count=3\n$/);
  });

  it('masks secrets in messages and fields, in both formats', () => {
    for (const format of ['json', 'text'] as const) {
      const { lines, log } = record({ format });
      log.with({ regKey: 'RK:bound' }).error('answer: RK:message', { cause: 'DT:field', password: 'plain' });
      expect(lines.join()).not.toMatch(/bound|RK:message|DT:field|plain/);
      expect(lines.join()).toContain('answer: RK:***');
    }
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FaultProxy, type Fault } from './fault-proxy.ts';

describe('FaultProxy', () => {
  let server: Server;
  let proxy: FaultProxy;
  let reached: string[];

  beforeEach(async () => {
    reached = [];
    server = createServer((request, response) => {
      reached.push(`${request.method} ${request.url}`);
      if (!request.url!.includes('watch=true')) return void response.end('0123456789');
      response.write('first\n');
      setTimeout(() => response.write('second\n'), 20);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    proxy = await new FaultProxy({ upstream }).start();
  });
  afterEach(async () => {
    await proxy.stop();
    server.closeAllConnections();
    server.close();
  });

  const ask = async (path: string, method = 'GET', ms = 5_000) => {
    try {
      const answer = await fetch(proxy.url + path, { method, signal: AbortSignal.timeout(ms) });
      return `${answer.status} ${await answer.text()}`;
    } catch (error) {
      return (error as Error).name;
    }
  };

  test('passes everything on', async () => {
    expect(await ask('/a?b=c')).toBe('200 0123456789');
    expect(reached).toEqual(['GET /a?b=c']);
  });

  const faults: [fault: Fault, answer: string, isReached: boolean][] = [
    [{ do: 'answer', status: 503, body: 'busy' }, '503 busy', false],
    [{ do: 'reset' }, 'TypeError', false],
    [{ do: 'hang' }, 'TimeoutError', false],
    [{ do: 'loseAnswer' }, 'TypeError', true],
    [{ do: 'afterWrite', then: () => {} }, 'TimeoutError', true],
    [{ do: 'delay', ms: 20 }, '200 0123456789', true],
    [{ do: 'freezeAfter', bytes: 4 }, 'TimeoutError', true],
    [{ do: 'truncateAfter', bytes: 4 }, 'TypeError', true],
    [{ do: 'drip', ms: 1 }, '200 0123456789', true],
  ];
  test.each(faults)('%j: %s', async (fault, answer, isReached) => {
    proxy.add(fault);
    expect(await ask('/a', 'POST', answer === 'TimeoutError' ? 150 : undefined)).toBe(answer);
    expect(reached.length > 0).toBe(isReached);
  });

  test('a fault meets the requests that it is for', async () => {
    proxy.add({ do: 'answer', status: 500 }, ({ isWrite }) => isWrite, { times: 1, skip: 1 });
    const answers = [];
    for (const method of ['POST', 'GET', 'POST', 'POST']) answers.push((await ask('/a', method)).slice(0, 3));
    expect(answers).toEqual(['200', '200', '500', '200']);
    expect(proxy.served.map(({ status }) => status)).toEqual([200, 200, 500, 200]);
  });

  test('a rewritten path reaches the server', async () => {
    proxy.add({ do: 'rewrite', path: path => path.replace('5', '4') });
    await ask('/a?v=5');
    expect(reached).toEqual(['GET /a?v=4']);
  });

  test('a watch freezes, goes on, and is dropped', async () => {
    const answer = await fetch(`${proxy.url}/w?watch=true`);
    const reader = answer.body!.getReader();
    const read = async () => Buffer.from((await reader.read()).value!).toString();
    expect(await read()).toBe('first\n');
    const thaw = proxy.freeze(({ isWatch }) => isWatch);
    const next = read();
    const waited = await Promise.race([next, new Promise(resolve => setTimeout(resolve, 60, 'nothing'))]);
    expect(waited).toBe('nothing');
    thaw();
    expect(await next).toBe('second\n');
    proxy.drop();
    await expect(reader.read()).rejects.toThrow();
  });
});

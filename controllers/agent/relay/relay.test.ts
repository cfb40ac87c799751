/** The relay with real sockets; servers of the test stand at the ports where nexd would. */

import { afterEach, describe, expect, test } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePorts } from '../../../hack/test/free-ports.ts';
import type { Rule } from '../../proxy/rules.ts';
import { silentLog } from '../../runtime/log.ts';
import { Relay, type Readiness } from './relay.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0).reverse()) await act();
});

async function setUp(protocol: Rule['protocol'], ...hosts: string[]) {
  const [port] = await freePorts(1);
  const readiness = new Map<string, Readiness>(hosts.map(host => [host, 'now']));
  const marks = new Map<string, unknown>();
  const relay = new Relay({
    firstPort: 10000,
    readinessOf: ({ host }) => readiness.get(host) ?? 'never',
    markOf: ({ host }) => marks.get(host),
    now: () => performance.now(),
    log: silentLog,
  });
  cleanUp.push(() => relay.close());
  const rules = hosts.map((host): Rule => ({ protocol, port: port!, host, targetPort: 80 }));
  return { port: port!, readiness, marks, relay, rules };
}

/** A server at the way to a host, as nexd's listener. */
async function nexdFor(way: Rule, onConnection: (socket: Socket) => unknown): Promise<Server> {
  const server = createServer(socket => {
    socket.on('error', () => {});
    cleanUp.push(() => socket.destroy());
    onConnection(socket);
  });
  server.listen(way.port, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => server.close());
  return server;
}

/** What a client hears until it is ended, and how that came. */
async function ask(port: number, say = 'x'): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  cleanUp.push(() => socket.destroy());
  let heard = '';
  socket.on('data', data => (heard += String(data)));
  socket.once('connect', () => socket.write(say));
  return new Promise(resolve => {
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(`${heard}${code}`));
    socket.once('end', () => resolve(heard));
  });
}

const answering = (text: string) => (socket: Socket) => socket.once('data', () => socket.end(text));

describe('TCP', () => {
  test('goes to the far ends in turn, to those only that take connections', async () => {
    const { relay, rules, port, readiness } = await setUp('tcp', 'a.invalid', '100.64.0.2', '100.64.0.3');
    const ways = relay.follow(rules);
    // A name is no rule for egress.
    expect(ways.map(({ host, targetPort }) => `${host}:${targetPort}`)).toEqual([
      '100.64.0.2:80',
      '100.64.0.3:80',
    ]);
    for (const way of ways) await nexdFor(way, answering(way.host));
    await relay.serve(() => true);
    const heard = [];
    for (let at = 0; at < 4; at++) heard.push(await ask(port));
    expect(heard.toSorted()).toEqual(['100.64.0.2', '100.64.0.2', '100.64.0.3', '100.64.0.3']);
    readiness.set('100.64.0.3', 'last');
    expect(await Promise.all([ask(port), ask(port)])).toEqual(['100.64.0.2', '100.64.0.2']);
    readiness.set('100.64.0.2', 'later');
    expect(await ask(port)).toBe('100.64.0.3');
  });

  test('waits for one that may soon take connections, and is reset when none does', async () => {
    const { relay, rules, port, readiness } = await setUp('tcp', '100.64.0.2');
    readiness.set('100.64.0.2', 'later');
    const [way] = relay.follow(rules);
    await nexdFor(way!, answering('answer'));
    await relay.serve(() => true);
    const asked = ask(port);
    await new Promise(resolve => setTimeout(resolve, 150));
    readiness.set('100.64.0.2', 'now');
    expect(await asked).toBe('answer');
    readiness.set('100.64.0.2', 'never');
    expect(await ask(port)).toBe('ECONNRESET');
  });

  test('goes to one that does not answer at the moment, after 3 seconds in which none did', async () => {
    const { relay, rules, port, readiness } = await setUp('tcp', '100.64.0.2');
    readiness.set('100.64.0.2', 'later');
    const [way] = relay.follow(rules);
    await nexdFor(way!, answering('slow'));
    await relay.serve(() => true);
    const asked = performance.now();
    expect(await ask(port)).toBe('slow');
    expect(performance.now() - asked).toBeGreaterThan(2_900);
  });

  test('waits for nexd, and for its rule', async () => {
    const { relay, rules, port } = await setUp('tcp', '100.64.0.2');
    const [way] = relay.follow(rules);
    await relay.serve(() => false);
    const first = ask(port);
    await new Promise(resolve => setTimeout(resolve, 60));
    await relay.serve(() => true);
    await new Promise(resolve => setTimeout(resolve, 60));
    await nexdFor(way!, answering('answer'));
    expect(await first).toBe('answer');
  });

  test('a client is refused where no rule leads anywhere', async () => {
    const { relay, rules, port } = await setUp('tcp', '100.64.0.2');
    relay.follow(rules);
    await relay.serve(() => true);
    relay.follow([]);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(await ask(port)).toBe('ECONNREFUSED');
  });

  test('what is open ends when its port is given up, or when it has to, and the client learns of it', async () => {
    const { relay, rules, port, marks } = await setUp('tcp', '100.64.0.2', '100.64.0.3');
    const ways = relay.follow(rules);
    for (const way of ways) await nexdFor(way, socket => socket.write(way.host));
    await relay.serve(() => true);
    marks.set('100.64.0.2', 'first').set('100.64.0.3', 'second');
    const all = [ask(port), ask(port)];
    await until(() => relay.counts.tcp === 2 && relay.hosts.length === 2);
    expect(relay.end(({ mark }) => mark === 'first')).toBe(1);
    expect(await Promise.race(all)).toMatch(/^(100\.64\.0\.2)?ECONNRESET$/);
    await until(() => relay.counts.tcp === 1);
    relay.follow([]);
    expect((await Promise.all(all)).every(text => text.endsWith('ECONNRESET'))).toBe(true);
    expect(relay.counts.tcp).toBe(0);
  });

  test('a far end that is no longer wanted keeps its rule while something goes there', async () => {
    const { relay, rules, port } = await setUp('tcp', '100.64.0.2', '100.64.0.3');
    const [first] = relay.follow([rules[0]!]);
    let backend: Socket | undefined;
    await nexdFor(first!, socket => (backend = socket));
    await relay.serve(() => true);
    const asked = ask(port);
    await until(() => backend !== undefined);
    expect(relay.follow([rules[1]!]).map(({ host }) => host)).toEqual(['100.64.0.3', '100.64.0.2']);
    backend!.end('still there');
    expect(await asked).toBe('still there');
    await until(() => relay.counts.tcp === 0);
    expect(relay.follow([rules[1]!]).map(({ host }) => host)).toEqual(['100.64.0.3']);
  });

  test('an end that comes without a close is none: what breaks off is reset', async () => {
    const { relay, rules, port } = await setUp('tcp', '100.64.0.2');
    const [way] = relay.follow(rules);
    await nexdFor(way!, socket => {
      socket.write('half');
      setTimeout(() => socket.resetAndDestroy(), 30);
    });
    await relay.serve(() => true);
    expect(await ask(port)).toBe('halfECONNRESET');
  });

  test('carries a megabyte in both directions', async () => {
    const { relay, rules, port } = await setUp('tcp', '100.64.0.2');
    const [way] = relay.follow(rules);
    const sent = 'x'.repeat(1 << 20);
    await nexdFor(way!, socket => {
      let length = 0;
      socket.on('data', data => {
        length += data.length;
        socket.write(data);
        if (length === sent.length) socket.end();
      });
    });
    await relay.serve(() => true);
    expect((await ask(port, sent)).length).toBe(sent.length);
  });

  test('takes nothing new when it refuses, and goes on with what is open', async () => {
    const { relay, rules, port } = await setUp('tcp', '100.64.0.2');
    const [way] = relay.follow(rules);
    let backend: Socket | undefined;
    await nexdFor(way!, socket => (backend = socket));
    await relay.serve(() => true);
    const asked = ask(port);
    await until(() => backend !== undefined);
    relay.refuse();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(await ask(port)).toBe('ECONNREFUSED');
    backend!.end('done');
    expect(await asked).toBe('done');
  });

  test('a port that is taken is told, and tried again', async () => {
    const { relay, rules, port } = await setUp('tcp', '100.64.0.2');
    const other = createServer().listen(port);
    await once(other, 'listening');
    relay.follow(rules);
    await relay.serve(() => true);
    expect([...relay.closed]).toEqual([[`egress/tcp/${port}`, expect.stringContaining('EADDRINUSE')]]);
    await new Promise(resolve => other.close(resolve));
    await relay.serve(() => true);
    expect([...relay.closed]).toEqual([]);
  });

  test('a far end is used while new connections may go there', async () => {
    const { relay, rules, readiness } = await setUp('tcp', '100.64.0.2', '100.64.0.3');
    relay.follow(rules);
    const used = () => ['100.64.0.2', '100.64.0.3'].map(host => relay.uses(host));
    expect(used()).toEqual([true, true]);
    readiness.set('100.64.0.2', 'last');
    expect(used()).toEqual([false, true]);
    readiness.set('100.64.0.3', 'later');
    expect(used()).toEqual([true, false]);
  });
});

describe('UDP', () => {
  async function client(port: number) {
    const socket = createSocket('udp4');
    cleanUp.push(() => new Promise<void>(resolve => socket.close(() => resolve())));
    const heard: string[] = [];
    socket.on('message', bytes => heard.push(String(bytes)));
    await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
    return { heard, say: (text: string) => socket.send(text, port, '127.0.0.1') };
  }
  async function udpFor(way: Rule): Promise<void> {
    const socket = createSocket('udp4', (bytes, from) =>
      socket.send(`${way.host} ${String(bytes)}`, from.port, from.address),
    );
    await new Promise<void>(resolve => socket.bind(way.port, '127.0.0.1', resolve));
    cleanUp.push(() => new Promise<void>(resolve => socket.close(() => resolve())));
  }

  test('the datagrams of a client go to one far end, and to another once that one is over', async () => {
    const { relay, rules, port, readiness } = await setUp('udp', '100.64.0.2', '100.64.0.3');
    for (const way of relay.follow(rules)) await udpFor(way);
    await relay.serve(() => true);
    const { heard, say } = await client(port);
    for (const text of ['one', 'two']) {
      say(text);
      await until(() => heard.at(-1)?.endsWith(text) ?? false);
    }
    const [host] = heard[0]!.split(' ');
    expect(heard).toEqual([`${host} one`, `${host} two`]);
    expect(relay.counts.udp).toBe(1);
    readiness.set(host!, 'never');
    relay.end(({ target }) => target?.host === host);
    say('three');
    await until(() => heard.length === 3);
    expect(heard[2]).toBe(`${host === '100.64.0.2' ? '100.64.0.3' : '100.64.0.2'} three`);
  });
});

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('it did not come');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { freePorts } from '../../hack/test/free-ports.ts';
import { Agent, type DispatcherOptions, type DispatchOptions } from './https-dispatcher.ts';

let server: Server;
let origin: string;
const connections = new Set<Socket>();
let accepted = 0;
const agent = new Agent({ connect: {} });
const never = new AbortController().signal;

beforeEach(async () => {
  accepted = 0;
  server = createServer((request, response) => {
    if (request.url === '/stream') {
      response.writeHead(200).write('first\n');
      return;
    }
    if (request.url === '/never') return;
    let body = '';
    request.on('data', chunk => (body += String(chunk)));
    request.on('end', () =>
      response
        .writeHead(201, { 'x-method': request.method })
        .end(`${request.headers['x-sent'] as string} ${body}`),
    );
  });
  server.on('connection', socket => {
    accepted++;
    connections.add(socket.on('close', () => connections.delete(socket)));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await agent.destroy();
  for (const socket of connections) socket.destroy();
  await new Promise(resolve => server.close(resolve));
});

const ask = (path: string, over: Partial<DispatchOptions> = {}) =>
  agent.request({
    origin,
    path,
    method: 'GET',
    headers: { 'x-sent': 'a' },
    body: null,
    signal: never,
    ...over,
  });
const textOf = async (body: AsyncIterable<Uint8Array>) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

describe('Agent', () => {
  test('sends method, headers and body, and gives status, headers and body', async () => {
    const answer = await ask('/', { method: 'PATCH', headers: { 'x-sent': 'a' }, body: 'bödy' });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['x-method']).toBe('PATCH');
    expect(await textOf(answer.body)).toBe('a bödy');
  });

  test('uses a connection again', async () => {
    for (let round = 0; round < 3; round++) {
      await textOf((await ask('/')).body);
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(accepted).toBe(1);
  });

  test('gives the body as it comes, and ends with the signal', async () => {
    const stop = new AbortController();
    const { body } = await ask('/stream', { signal: stop.signal });
    body.on('error', () => {});
    const chunks = body[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('first\n');
    stop.abort(new Error('enough'));
    await expect(chunks.next()).rejects.toThrow();
  });

  test('rejects when the signal is aborted before there is an answer', async () => {
    const stop = new AbortController();
    const asked = ask('/never', { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 10);
    await expect(asked).rejects.toThrow();
  });

  test('says by its code that nobody listens', async () => {
    const [port] = await freePorts(1);
    await expect(ask('/', { origin: `http://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('gives up connecting after a time, with the code that undici has for it', async () => {
    // A name that is never found out.
    const connect = { timeout: 20, lookup: () => {} } as DispatcherOptions['connect'];
    const impatient = new Agent({ connect });
    const asked = impatient.request({
      origin: 'https://api.test',
      path: '/',
      method: 'GET',
      headers: {},
      body: null,
      signal: never,
    });
    await expect(asked).rejects.toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
    await impatient.destroy();
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningServer, startServer } from '../server/start.ts';
import { NexdProcess, waitFor } from './nexd-process.ts';
import { Operator } from './operator.ts';
import { acceptedDifferences, type RecordedCall, recordedCalls } from './recording.ts';
import { difference } from './run-specific.ts';

/** Calls with the same method are told apart by the number of the request. */
const nameOf = ({ request }: RecordedCall): string =>
  `${request.method.replace('NexdCtl.', '')} (${request.id})`;

interface PeerList {
  readonly peers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Shape of an object: its fields with their types, in order. */
function shapeOf(value: object): string {
  const typeOf = (item: unknown): string => (Array.isArray(item) ? `${typeof item[0]}[]` : typeof item);
  return Object.entries(value)
    .map(([key, item]) => `${key}:${typeOf(item)}`)
    .join();
}

function comparePeers(recorded: PeerList, ours: PeerList): string[] {
  const [first] = Object.values(recorded.peers);
  const found =
    shapeOf(recorded) === shapeOf(ours) ? [] : [difference('result', shapeOf(recorded), shapeOf(ours))];
  if (first === undefined || Object.keys(ours.peers).length === 0)
    return [...found, 'peers: none to compare'];
  for (const [key, peer] of Object.entries(ours.peers)) {
    if (shapeOf(peer) !== shapeOf(first))
      found.push(difference('result.peers', shapeOf(first), shapeOf(peer)));
    if (peer['PublicKey'] !== key) found.push(difference('result.peers key', key, peer['PublicKey']));
    if (!/^\d+$/.test(String(peer['LatestHandshake'])))
      found.push('result.peers: LatestHandshake is no number');
  }
  return found;
}

async function play(nexd: NexdProcess, recorded: RecordedCall): Promise<string[]> {
  const { request, response } = recorded;
  const call = nexd.call(request.method.replace('NexdCtl.', ''), request.params[0], request.id);
  if (typeof response === 'string') {
    const cause = await call.then(
      () => 'an answer',
      (error: NodeJS.ErrnoException) =>
        error.code === undefined ? error.message : `connection error ${error.code}`,
    );
    return cause === response ? [] : [difference('response', response, cause)];
  }
  const ours = await call;
  if (response.result_parsed_example !== undefined) {
    return comparePeers(
      response.result_parsed_example as PeerList,
      JSON.parse(ours.result ?? '') as PeerList,
    );
  }
  // nexd lists its rules in no particular order.
  const sorted = (text: unknown): unknown =>
    request.method === 'NexdCtl.ProxyList' && typeof text === 'string'
      ? text.split('\n').sort().join('\n')
      : text;
  return (['id', 'result', 'error'] as const)
    .filter(field => sorted(response[field]) !== sorted(ours[field]))
    .map(field => difference(field, response[field], ours[field]));
}

describe('the recorded calls of a real nexd', () => {
  const calls = recordedCalls();
  let server: RunningServer;
  let nexd: NexdProcess;
  let peer: NexdProcess;
  let found: string[];

  beforeAll(async () => {
    server = await startServer({ accounts: [{ username: 'u', password: 'p' }] });
    const operator = await Operator.login(server, 'u', 'p');
    const { bearer_token } = await operator.createKey();
    // The recorded one had 100.64.0.3: a device without a process and one with have the others.
    await operator.call('POST', '/api/devices', {
      vpc_id: operator.vpcId,
      public_key: randomBytes(32).toString('base64'),
      endpoints: [
        { source: 'local', address: '10.0.0.1:51820' },
        { source: 'stun:', address: '192.0.2.1:51820' },
      ],
    });
    peer = new NexdProcess(server, bearer_token);
    await peer.ready();
    nexd = new NexdProcess(server, bearer_token, { args: ['--egress', 'tcp:8181:100.64.0.2:80'] });
    await nexd.ready();
    await waitFor(async () => (await nexd.result('ListPeers')).includes('"Healthy":true'));
    found = [];
    for (const call of calls) {
      for (const text of await play(nexd, call)) found.push(`${nameOf(call)}: ${text}`);
      // The last call came when the process was gone.
      if (call.response === 'connection closed without an answer') await nexd.exited;
    }
  }, 30_000);

  afterAll(async () => {
    await Promise.all([nexd.remove(), peer.remove()]);
    await server.close();
  });

  it('get the same answers, but for the differences the README names', () => {
    const accepted = acceptedDifferences();
    expect(calls.length).toBeGreaterThan(20);
    expect(found.filter(text => !accepted.some(place => text.startsWith(`${place}: `)))).toEqual([]);
  });

  it('end with the process, status 1, and leave the socket file behind', async () => {
    expect(await nexd.exited).toBe(1);
    await expect(nexd.call('Status')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

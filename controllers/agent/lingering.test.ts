import { expect, test } from '@jest/globals';
import type { Rule } from '../proxy/rules.ts';
import { lingering, parseSockets } from './lingering.ts';
import { Openings } from './openings.ts';

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const line = (far: string, state: string) =>
  `   0: 0500F40A:9C40 ${far} ${state} 00000000:00000000 02:000A 00000000 65532 0 41290 2 0000\n`;
const web: Rule = { protocol: 'tcp', port: 80, host: '10.96.0.7', targetPort: 8080 };
const six: Rule = { protocol: 'udp', port: 53, host: 'fd00:10:96::a', targetPort: 53 };
const webSocket = line('0700600A:1F90', '01');
const sixSocket = line('100000FD00009600000000000A000000:0035', '01');

/** An export device that gave up its rules at 1,000,000 ms of the wall clock. */
function givenUp(rules: readonly Rule[]): Openings {
  const openings = new Openings();
  openings.with(rules, 0);
  openings.with([], 1);
  openings.with([], 5_000);
  openings.applied(1_000_000);
  return openings;
}
const proc = (files: { readonly [file: string]: string }) => async (file: string) =>
  head + (files[file] ?? '');

test('the far ends of connected sockets are read as the kernel writes them', () => {
  expect(parseSockets(head + webSocket + line('00000000:0000', '0A') + line('0700600A:0050', '06'))).toEqual([
    { address: '10.96.0.7', port: 8080 },
  ]);
  expect(parseSockets(line('B80D01200000000000000000010000FF:01BB', '08'))).toEqual([
    { address: '2001:db8::ff00:1', port: 443 },
  ]);
  expect(parseSockets(line('0000000000000000FFFF00000700600A:1F90', '01'))).toEqual([
    { address: '10.96.0.7', port: 8080 },
  ]);
  expect(parseSockets('')).toEqual([]);
  expect(parseSockets('nonsense here too\n')).toEqual([]);
});

test('a closed port lingers while something is connected with where it led', async () => {
  const openings = givenUp([web, six]);
  const both = proc({ tcp6: webSocket, udp6: sixSocket });
  expect(await lingering(openings, [], 1_010_000, both)).toEqual(['TCP/80', 'UDP/53']);
  expect(await lingering(openings, [], 1_011_000, proc({ tcp: webSocket }))).toEqual(['TCP/80']);
  expect(await lingering(openings, [], 1_012_000, proc({}))).toEqual([]);
  expect(openings.givenUp).toEqual([]);
});

test('the agents of importers have ten seconds to end theirs', async () =>
  expect(await lingering(givenUp([web]), [], 1_009_999, proc({ tcp: webSocket }))).toEqual([]));

test('connections of another port to the same target do not count', async () => {
  const elsewhere = { ...web, port: 81 };
  expect(await lingering(givenUp([web]), [elsewhere], 1_010_000, proc({ tcp: webSocket }))).toEqual([]);
});

test('the target may be a name', async () => {
  const local = { ...web, host: 'localhost' };
  const socket = line('0100007F:1F90', '01');
  expect(await lingering(givenUp([local]), [], 1_010_000, proc({ tcp: socket }))).toEqual(['TCP/80']);
});
